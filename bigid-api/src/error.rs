use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use crate::layer::{Cause, LayerError};
use crate::{Answer, Incomplete, InvalidUrl};

type Source = Box<dyn StdError + Send + Sync>;

/// Why a call gave no answer, or none that could be used.
///
/// `E` is the body that the operation documents for its error statuses. Decide with the predicates ([`status`](Self::status),
/// [`is_retryable`](Self::is_retryable)), and read the documented body where you need the server's words:
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) {
/// use bigid_api::Error;
///
/// match client.list_data_sources().send().await {
///     Ok(page) => println!("{page:?}"),
///     Err(Error::ErrorResponse(answer)) => eprintln!("{}: {:?}", answer.status(), answer.message),
///     Err(error) if error.is_retryable() => eprintln!("later: {error}"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
///
/// Neither `Debug` nor `Display` prints a body or a header. The cause is always in the [`source`](StdError::source) chain.
#[non_exhaustive]
pub enum Error<E = ()> {
    /// The request could not be made: a parameter is missing or cannot be sent. Nothing was sent. Permanent.
    InvalidRequest(String),
    /// The server could not be reached, or the connection broke before an answer began. Transient.
    Communication(Source),
    /// A layer between the caller and the wire refused or failed. Its own word decides whether a retry may help.
    Layer(LayerError),
    /// An answer with an error status that the operation documents.
    ErrorResponse(Box<ErrorResponse<E>>),
    /// An answer with a status that the operation does not document. Its body has not been read.
    UnexpectedResponse(Box<reqwest::Response>),
    /// The connection broke, or a time ran out, within the body of an answer. Transient.
    Body(Box<Interrupted>),
    /// The body of an answer is not what the operation documents. Permanent.
    Payload(Box<Payload>),
    /// A list that was read page by page has ended, and something of it is missing. What came has been handed out before. Reading it
    /// again may give all of it, which costs as much as the first time, so that it is not called retryable.
    Incomplete(Box<Incomplete>),
}

impl<E> Error<E> {
    /// The status of the answer, also where its body could not be used.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::InvalidRequest(_) | Self::Communication(_) | Self::Incomplete(_) => None,
            Self::Layer(layer) => layer.status,
            Self::ErrorResponse(answer) => Some(answer.status()),
            Self::UnexpectedResponse(response) => Some(response.status()),
            Self::Body(interrupted) => Some(interrupted.status),
            Self::Payload(payload) => Some(payload.status),
        }
    }

    /// The headers of the answer, where there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::ErrorResponse(answer) => Some(answer.headers()),
            Self::UnexpectedResponse(response) => Some(response.headers()),
            Self::Payload(payload) => Some(&payload.headers),
            _ => None,
        }
    }

    /// Whether the same call may succeed later: the network failed, or the answer was 408, 429, 502, 503 or 504.
    ///
    /// It says nothing of whether sending the call twice is safe; see [`Operation::is_idempotent`](crate::Operation::is_idempotent).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::InvalidRequest(_) | Self::Payload(_) | Self::Incomplete(_) => false,
            Self::Communication(_) | Self::Body(_) => true,
            Self::Layer(layer) => layer.retryable,
            Self::ErrorResponse(_) | Self::UnexpectedResponse(_) => self.status().is_some_and(is_transient),
        }
    }

    /// How long the server asked to be left alone: `Retry-After` in seconds (RFC 9110, section 10.2.3), or what a layer says.
    ///
    /// A date in its place is not read here, because a date needs a clock; [`headers`](Self::headers) has it.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Layer(layer) => layer.retry_after(),
            _ => {
                let seconds = self.headers()?.get(RETRY_AFTER)?.to_str().ok()?;
                seconds.trim().parse().ok().map(Duration::from_secs)
            }
        }
    }

    /// Whether a time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        let source: Option<&(dyn StdError + 'static)> = match self {
            Self::Communication(source) => Some(&**source),
            Self::Body(interrupted) => Some(&interrupted.source),
            _ => None,
        };
        let ran_out = |error: &(dyn StdError + 'static)| {
            error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout)
                || error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
        };
        std::iter::successors(source, |error: &&(dyn StdError + 'static)| (*error).source()).any(ran_out)
    }

    /// This error without its documented body, for functions that call several operations.
    #[must_use]
    pub fn into_untyped(self) -> Error {
        match self {
            Self::InvalidRequest(reason) => Error::InvalidRequest(reason),
            Self::Communication(source) => Error::Communication(source),
            Self::Layer(layer) => Error::Layer(layer),
            Self::ErrorResponse(answer) => {
                let ErrorResponse { value, cause } = *answer;
                let value = Answer::new((), value.status(), value.headers().clone());
                Error::ErrorResponse(Box::new(ErrorResponse { value, cause }))
            }
            Self::UnexpectedResponse(response) => Error::UnexpectedResponse(response),
            Self::Body(interrupted) => Error::Body(interrupted),
            Self::Payload(payload) => Error::Payload(payload),
            Self::Incomplete(incomplete) => Error::Incomplete(incomplete),
        }
    }

    /// An answer that decoded, and lacks what the call was made for. The envelope that came is kept as the body.
    pub(crate) fn missing(
        status: StatusCode,
        headers: HeaderMap,
        rest: &serde_json::Map<String, serde_json::Value>,
    ) -> Self {
        let body = serde_json::to_vec(rest).unwrap_or_default().into();
        let source = Misfit::Json { line: 1, column: 1, category: serde_json::error::Category::Data };
        Self::Payload(Box::new(Payload { status, headers, body, source }))
    }

    pub(crate) fn unexpected_response(response: reqwest::Response) -> Self {
        Self::UnexpectedResponse(Box::new(response))
    }
}

/// The statuses that a server or a gateway uses for "not now".
fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(reason) => write!(f, "the request is not valid, nothing was sent: {reason}"),
            Self::Communication(_) => f.write_str("the server could not be reached"),
            Self::Layer(_) => f.write_str("the call was stopped before it reached the server"),
            Self::ErrorResponse(answer) => write!(f, "the server answered {}", answer.status()),
            Self::UnexpectedResponse(response) => {
                write!(f, "the server answered {}, which the contract does not document here", response.status())
            }
            Self::Body(interrupted) => write!(f, "the answer ({}) broke off", interrupted.status),
            Self::Payload(payload) => write!(f, "the answer ({}) is not what the contract documents", payload.status),
            Self::Incomplete(_) => f.write_str("the list is not whole"),
        }
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = match self {
            Self::InvalidRequest(reason) => return f.debug_tuple("InvalidRequest").field(reason).finish(),
            Self::Communication(source) => return f.debug_tuple("Communication").field(source).finish(),
            Self::Layer(layer) => return layer.fmt(f),
            Self::ErrorResponse(_) => f.debug_struct("ErrorResponse"),
            Self::UnexpectedResponse(_) => f.debug_struct("UnexpectedResponse"),
            Self::Body(_) => f.debug_struct("Body"),
            Self::Payload(_) => f.debug_struct("Payload"),
            Self::Incomplete(incomplete) => return fmt::Debug::fmt(incomplete, f),
        };
        shown.field("status", &self.status());
        // A `main` that returns an error shows nothing but this, and the cause says what to do.
        if let (Self::ErrorResponse(_) | Self::UnexpectedResponse(_), Some(cause)) = (self, self.source()) {
            shown.field("cause", &format_args!("{cause}"));
        }
        shown.finish_non_exhaustive()
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::InvalidRequest(_) => None,
            Self::Communication(source) => Some(&**source),
            Self::Layer(layer) => Some(&*layer.source),
            Self::ErrorResponse(answer) => answer.cause.as_ref().map(Cause::error),
            Self::UnexpectedResponse(response) => response.extensions().get().map(Cause::error),
            Self::Body(interrupted) => Some(&interrupted.source),
            Self::Payload(payload) => Some(&payload.source),
            Self::Incomplete(incomplete) => Some(&**incomplete),
        }
    }
}

impl<E> From<Unsent> for Error<E> {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Invalid(reason) => Self::InvalidRequest(reason),
            Unsent::Communication(source) => Self::Communication(source),
            Unsent::Layer(layer) => Self::Layer(layer),
        }
    }
}

/// For operations with a header parameter. The value is not repeated.
impl<E> From<http::header::InvalidHeaderValue> for Error<E> {
    fn from(_: http::header::InvalidHeaderValue) -> Self {
        Self::InvalidRequest("a header parameter holds characters that a header cannot".to_owned())
    }
}

impl<E> From<InvalidUrl> for Error<E> {
    fn from(error: InvalidUrl) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

/// Why there is no answer at all.
#[derive(Debug)]
pub(crate) enum Unsent {
    Invalid(String),
    Communication(Source),
    Layer(LayerError),
}

impl Unsent {
    pub(crate) fn of_reqwest(error: reqwest::Error) -> Self {
        let error = without_query(error);
        if error.is_builder() { Self::Invalid(error.to_string()) } else { Self::Communication(error.into()) }
    }

    pub(crate) fn of_middleware(error: reqwest_middleware::Error) -> Self {
        match error {
            reqwest_middleware::Error::Reqwest(error) => Self::of_reqwest(error),
            reqwest_middleware::Error::Middleware(error) => {
                let source = error.reallocate_into_boxed_dyn_error_without_backtrace();
                match source.downcast::<LayerError>() {
                    Ok(layer) if layer.unreachable => Self::Communication(layer.source),
                    Ok(layer) => Self::Layer(*layer),
                    Err(source) => Self::Layer(LayerError::new(source)),
                }
            }
        }
    }
}

/// A query may hold what a log should not; the address stays, because it tells which server could not be reached.
fn without_query(mut error: reqwest::Error) -> reqwest::Error {
    if let Some(url) = error.url_mut() {
        url.set_query(None);
    }
    error
}

/// An answer with a documented error status; it derefs to the documented body.
pub struct ErrorResponse<E> {
    value: Answer<E>,
    cause: Option<Cause>,
}

impl<E> ErrorResponse<E> {
    pub(crate) fn new(value: Answer<E>, cause: Option<Cause>) -> Self {
        Self { value, cause }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.value.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.value.headers()
    }

    /// The documented body.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.value.into_inner()
    }
}

impl<E> std::ops::Deref for ErrorResponse<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.value
    }
}

impl<E> fmt::Debug for ErrorResponse<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// An answer whose body ended before its end.
#[derive(Debug)]
pub struct Interrupted {
    status: StatusCode,
    source: reqwest::Error,
}

impl Interrupted {
    pub(crate) fn new(status: StatusCode, source: reqwest::Error) -> Self {
        Self { status, source: without_query(source) }
    }
}

/// An answer whose body could not be decoded.
pub struct Payload {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    source: Misfit,
}

impl Payload {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes, source: &serde_json::Error) -> Self {
        Self { status, headers, body, source: Misfit::of(source) }
    }

    /// A body of which only the beginning was read.
    pub(crate) fn too_long(status: StatusCode, headers: HeaderMap, body: Bytes, limit: usize) -> Self {
        Self { status, headers, body, source: Misfit::TooLong { limit } }
    }

    /// The body as received. It may hold secrets; keep it out of logs.
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

/// Where a body stops being what it should be. serde's own message may quote the body, so only its place and kind are kept.
#[derive(Debug)]
enum Misfit {
    Json { line: usize, column: usize, category: serde_json::error::Category },
    TooLong { limit: usize },
}

impl Misfit {
    fn of(error: &serde_json::Error) -> Self {
        Self::Json { line: error.line(), column: error.column(), category: error.classify() }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use serde_json::error::Category;
        let (line, column, category) = match self {
            Self::Json { line, column, category } => (line, column, category),
            Self::TooLong { limit } => return write!(f, "the body is longer than {limit} bytes"),
        };
        let what = match category {
            Category::Eof => "the JSON ends too early",
            Category::Data => "the JSON is of another kind than documented",
            Category::Syntax | Category::Io => "the body is not JSON",
        };
        write!(f, "{what} (line {line}, column {column})")
    }
}

impl StdError for Misfit {}
