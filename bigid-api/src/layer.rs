//! Errors and annotations that middleware passes to the client.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

/// An error raised by middleware.
///
/// A layer returns it as `reqwest_middleware::Error::middleware(LayerError::new(source))`.
#[derive(Debug)]
pub struct LayerError {
    pub(crate) source: Box<dyn StdError + Send + Sync>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) retryable: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) unreachable: bool,
    pub(crate) message: Option<String>,
    pub(crate) attempts: u32,
}

impl LayerError {
    /// A permanent failure without a status.
    pub fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: source.into(),
            status: None,
            retryable: false,
            retry_after: None,
            unreachable: false,
            message: None,
            attempts: 0,
        }
    }

    /// Sets the status of the response that made the layer fail.
    #[must_use]
    pub fn with_status(mut self, status: Option<StatusCode>) -> Self {
        self.status = status;
        self
    }

    /// Sets whether the call may succeed later.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }

    /// Sets the server's message, without secrets, for [`Error::message`](crate::Error::message).
    #[must_use]
    pub fn with_message(mut self, message: Option<String>) -> Self {
        self.message = message;
        self
    }

    /// The server's `Retry-After`, if any.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Option<Duration>) -> Self {
        self.retry_after = delay;
        self
    }

    /// Marks the failure as one to reach the server, so that the call fails with
    /// [`Error::Communication`](crate::Error::Communication).
    #[must_use]
    pub fn unreachable(mut self) -> Self {
        self.unreachable = true;
        self.retryable = true;
        self
    }

    /// Whether the layer failed to reach the server.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        self.unreachable
    }

    /// The underlying error.
    #[must_use]
    pub fn get_ref(&self) -> &(dyn StdError + 'static) {
        &*self.source
    }

    /// The server's `Retry-After`, if any.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl StdError for LayerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // It displays as its source, so `source` skips that, to avoid printing it twice.
        self.source.source()
    }
}

/// How often a request has been sent, in the extensions of the request and then of its response.
///
/// The layer closest to the network counts; [`Error::attempts`](crate::Error::attempts) is this number. Without such
/// a layer, a request is sent once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts(pub u32);

impl Attempts {
    pub(crate) fn of(response: &reqwest::Response) -> u32 {
        response.extensions().get::<Self>().map_or(1, |attempts| attempts.0)
    }
}

/// Why a layer returned its own response instead of the server's. In the extensions of a response, it becomes the
/// [`source`](StdError::source) of the error for that response.
#[derive(Clone, Debug)]
pub struct Cause(Arc<dyn StdError + Send + Sync>);

impl Cause {
    /// A cause, which many calls may share.
    pub fn new(error: Arc<dyn StdError + Send + Sync>) -> Self {
        Self(error)
    }

    /// The error itself.
    #[must_use]
    pub fn error(&self) -> &(dyn StdError + 'static) {
        &*self.0
    }
}

/// The status that the server sent, in the extensions of a response whose status a layer has corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The status that the server sent.
    pub status: StatusCode,
    /// Whether the body was a web page without an error message: a sign-in page, or another server's.
    pub is_page: bool,
}

impl Sent {
    /// A response that was sent with this status.
    #[must_use]
    pub fn new(status: StatusCode, is_page: bool) -> Self {
        Self { status, is_page }
    }
}

/// Removes secrets from response text before the text is stored in an error. It is in the extensions of a response, so
/// that a credential that a server repeats in its message does not leak into errors.
#[derive(Clone)]
pub struct Redact(Arc<Without>);

/// The text without secrets, or `None` if it contains none.
type Without = dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync;

impl Redact {
    /// Wraps a function that returns the text without its secrets, or `None` if it contains none.
    pub fn new(redact: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(redact))
    }

    pub(crate) fn apply(&self, body: Bytes) -> Bytes {
        self.0(&body).map_or(body, Bytes::from)
    }
}

impl fmt::Debug for Redact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redact").finish_non_exhaustive()
    }
}
