//! Converts a response to a typed value, or to an error that keeps its status.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

use crate::error::{Error, Interrupted, Payload};
use crate::layer::{Attempts, Redact};
use crate::lossless::{self, Field};
use crate::{ByteStream, Operation, from_json};

/// A decoded response: the value, to which it derefs, the status and the headers.
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self { value, status, headers }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same response with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: change(self.value), status: self.status, headers: self.headers }
    }
}

impl Response<ByteStream> {
    /// A response whose body is streamed.
    pub(crate) fn stream(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self::new(ByteStream::new(response), status, headers)
    }
}

impl Response<()> {
    /// A response whose body is not read.
    pub(crate) fn empty(mut response: reqwest::Response) -> Self {
        Self::new((), response.status(), std::mem::take(response.headers_mut()))
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Shows the status and the value, but no headers, which may contain secrets.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("value", &self.value).finish_non_exhaustive()
    }
}

/// The maximum size of a JSON response: 64 MiB, for operations and for
/// [`Request::send_json`](crate::Request::send_json). The longest response that was measured, 10,000 data sources at
/// once, has 16.4 MB. A longer one is [`Error::Payload`]; stream it with [`Request::send`](crate::Request::send).
pub const MAX_JSON_BODY: usize = 64 << 20;

/// Reads and decodes the response to an operation.
///
/// A response that needs no body has an empty value: one with 204, and one to a call that makes a change, which has
/// then been made.
pub(crate) async fn decode<T: Field, E>(mut response: reqwest::Response) -> Result<Response<T>, Error<E>> {
    let changes = response.extensions().get::<&'static Operation>().is_some_and(|operation| !operation.is_safe());
    let head = Head::take(&mut response);
    let body = head.read(response).await?;
    let needs_no_body = changes || head.status == StatusCode::NO_CONTENT || head.status == StatusCode::RESET_CONTENT;
    if needs_no_body && body.trim_ascii().is_empty() {
        let mut empty = ["null", "{}", "[]"].into_iter().filter_map(|json| lossless::decode(json).ok().flatten());
        if let Some(value) = empty.next() {
            return Ok(Response::new(value, head.status, head.headers));
        }
    }
    head.decode(body)
}

/// Reads and decodes the response to a request that the contract does not describe.
pub(crate) async fn decode_any<T: DeserializeOwned, E>(
    mut response: reqwest::Response,
) -> Result<Response<T>, Error<E>> {
    let head = Head::take(&mut response);
    let body = head.read(response).await?;
    head.parse(body)
}

/// Reads a response with a documented error status.
pub(crate) use crate::error::documented as refused;

/// Reads a response with a status that the operation does not document.
pub(crate) use crate::error::undocumented as unexpected;

/// The parts of a response that are kept while its body is read.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
    redact: Option<Redact>,
    attempts: u32,
}

impl Head {
    /// Takes the parts out of a response, so that the headers are not copied.
    fn take(response: &mut reqwest::Response) -> Self {
        let redact = response.extensions_mut().remove();
        let attempts = Attempts::of(response);
        Self { status: response.status(), headers: std::mem::take(response.headers_mut()), redact, attempts }
    }

    fn redacted(&self, body: Bytes) -> Bytes {
        match &self.redact {
            Some(redact) => redact.apply(body),
            None => body,
        }
    }

    fn parse<T: DeserializeOwned, E>(self, body: Bytes) -> Result<Response<T>, Error<E>> {
        // An empty body is not JSON. Only types that accept null accept it.
        let json = if body.is_empty() { b"null".as_slice() } else { &body };
        match from_json(json) {
            Ok(value) => Ok(Response::new(value, self.status, self.headers)),
            Err(error) => {
                let body = self.redacted(body);
                let payload = Payload::new(self.status, self.headers, body, &error).with_attempts(self.attempts);
                Err(Error::Payload(Box::new(payload)))
            }
        }
    }

    /// Reads a record from its text, which is repaired if it is malformed.
    fn decode<T: Field, E>(self, body: Bytes) -> Result<Response<T>, Error<E>> {
        let json = if body.is_empty() { b"null".as_slice() } else { &body };
        let value = std::str::from_utf8(json).ok().and_then(|text| lossless::decode(text).ok().flatten());
        let repaired = || lossless::decode(&crate::json::repaired(json)?).ok().flatten();
        match value.or_else(repaired) {
            Some(value) => Ok(Response::new(value, self.status, self.headers)),
            None => {
                let error = match from_json::<Value>(json) {
                    Err(error) => error,
                    Ok(_) => serde_json::Error::custom("not of the documented type"),
                };
                let body = self.redacted(body);
                Err(Error::Payload(Box::new(
                    Payload::new(self.status, self.headers, body, &error).with_attempts(self.attempts),
                )))
            }
        }
    }

    /// Reads a body of at most [`MAX_JSON_BODY`]. A body in one chunk is not copied.
    async fn read<E>(&self, mut response: reqwest::Response) -> Result<Bytes, Error<E>> {
        let interrupted = |error| Error::Body(Box::new(Interrupted::new(self.status, self.attempts, error)));
        let (mut first, mut more) = (Bytes::new(), BytesMut::new());
        while let Some(piece) = response.chunk().await.map_err(interrupted)? {
            if first.len() + more.len() + piece.len() > MAX_JSON_BODY {
                let body = if more.is_empty() { first } else { more.freeze() };
                let payload = Payload::too_long(self.status, self.headers.clone(), self.redacted(body), MAX_JSON_BODY);
                return Err(Error::Payload(Box::new(payload.with_attempts(self.attempts))));
            }
            if first.is_empty() && more.is_empty() {
                first = piece;
                continue;
            }
            more.extend_from_slice(&std::mem::take(&mut first));
            more.extend_from_slice(&piece);
        }
        Ok(if more.is_empty() { first } else { more.freeze() })
    }
}
