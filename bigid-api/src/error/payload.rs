//! Errors for bodies that were cut off, or are not as documented.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::details::MAX_ERROR_BODY;
use super::send_error::without_query;

/// A response whose body was cut off.
#[derive(Debug)]
pub struct Interrupted {
    pub(super) status: StatusCode,
    pub(super) attempts: u32,
    pub(super) source: reqwest::Error,
}

impl Interrupted {
    pub(crate) fn new(status: StatusCode, attempts: u32, source: reqwest::Error) -> Self {
        Self { status, attempts, source: without_query(source) }
    }
}

/// A response whose body could not be decoded.
pub struct Payload {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) attempts: u32,
    body: Bytes,
    pub(super) source: DecodeError,
}

impl Payload {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes, source: &serde_json::Error) -> Self {
        Self { status, headers, attempts: 1, body, source: DecodeError::of(source) }
    }

    /// The error for a body that is longer than the limit.
    pub(crate) fn too_long(status: StatusCode, headers: HeaderMap, body: Bytes, limit: usize) -> Self {
        Self { status, headers, attempts: 1, body, source: DecodeError::TooLong { limit } }
    }

    /// The error for an envelope that lacks the requested data.
    pub(super) fn missing(status: StatusCode, headers: HeaderMap, mut body: Bytes) -> Self {
        body.truncate(MAX_ERROR_BODY);
        let source = DecodeError::Json { line: 1, column: 1, category: serde_json::error::Category::Data };
        Self { status, headers, attempts: 1, body, source }
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The body as received, up to 1 MiB. It may contain secrets; keep it out of logs.
    ///
    /// The credentials of the client that received it are removed, unless the body was decoded and only lacks what was
    /// requested.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("status", &self.status)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Where and why some JSON could not be read, for a message.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    DecodeError::of(error).to_string()
}

/// Where and why decoding failed. serde's own message may quote the body, so only the position and the kind are kept.
#[derive(Debug)]
pub(super) enum DecodeError {
    Json { line: usize, column: usize, category: serde_json::error::Category },
    TooLong { limit: usize },
}

impl DecodeError {
    fn of(error: &serde_json::Error) -> Self {
        Self::Json { line: error.line(), column: error.column(), category: error.classify() }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use serde_json::error::Category;
        let (line, column, category) = match self {
            Self::Json { line, column, category } => (line, column, category),
            Self::TooLong { limit } => return write!(f, "the body is longer than {limit} bytes"),
        };
        let what = match category {
            Category::Eof => "the JSON ends too early",
            Category::Data => "the JSON is not of the documented type",
            Category::Syntax | Category::Io => "the body is not JSON",
        };
        write!(f, "{what} (line {line}, column {column})")
    }
}

impl StdError for DecodeError {}
