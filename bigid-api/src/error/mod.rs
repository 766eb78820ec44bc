//! The one error of every call, and its predicates.

mod connection;
mod details;
mod display;
mod optional;
mod payload;
mod response;
mod send_error;
mod words;

pub use connection::ConnectionFault;
pub use optional::OptionalExt;
pub use payload::{Interrupted, Payload};
pub use response::{ErrorResponse, UnexpectedResponse};
pub use send_error::CommunicationError;

pub(crate) use details::MAX_ERROR_BODY;
pub(crate) use payload::json_fault;
pub(crate) use response::{documented, undocumented};
pub(crate) use send_error::SendError;

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::layer::LayerError;
use crate::{Incomplete, InvalidUrl, RetryPolicy};
use details::Details;

/// An error from an API call.
///
/// The first line of its `Display` is enough for a log: the status, the server's message (one line, without this
/// client's credentials, at most 300 characters), and what to do. Decide with the predicates ([`status`](Self::status),
/// [`is_not_found`](Self::is_not_found), [`is_retryable`](Self::is_retryable)), which work for every operation and
/// every variant; match on the variants only if you need the body.
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) {
/// match client.get_data_source("Orders").await {
///     Ok(source) => println!("{source:?}"),
///     Err(error) if error.is_not_found() => println!("there is no such data source"),
///     Err(error) if error.is_retryable() => eprintln!("later: {error}"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
///
/// `E` is the body that the operation documents for its error statuses. `Debug` and `Display` print no headers, and of
/// a body only the server's message. The cause is always in the [`source`](std::error::Error::source) chain.
#[non_exhaustive]
pub enum Error<E = ()> {
    /// The request is invalid (a missing or malformed parameter). Nothing was sent. Not retryable.
    InvalidRequest(String),
    /// The server could not be reached, or the connection broke before a response began. Retryable, unless
    /// [`connection_fault`](Self::connection_fault) is permanent.
    Communication(Box<CommunicationError>),
    /// A middleware failed the call. The middleware decides whether it is retryable.
    Layer(LayerError),
    /// A response with an error status that the operation documents.
    ErrorResponse(Box<ErrorResponse<E>>),
    /// A response with an undocumented status, or an error status with an undocumented body.
    UnexpectedResponse(Box<UnexpectedResponse>),
    /// The body of a successful response was cut off or timed out. Retryable.
    Body(Box<Interrupted>),
    /// The body of a successful response is not what the operation documents. Not retryable.
    Payload(Box<Payload>),
    /// A paginated list ended with records missing; those received were yielded before this error. Reading it again may
    /// succeed, but costs as much as the first time, so it does not count as retryable.
    Incomplete(Box<Incomplete>),
}

impl<E> Error<E> {
    /// The status of the response, even if its body could not be used.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::InvalidRequest(_) | Self::Communication(_) | Self::Incomplete(_) => None,
            Self::Layer(layer) => layer.status,
            Self::ErrorResponse(response) => Some(response.status()),
            Self::UnexpectedResponse(response) => Some(response.status()),
            Self::Body(interrupted) => Some(interrupted.status),
            Self::Payload(payload) => Some(payload.status),
        }
    }

    /// The status that the server sent, where the response means another one: 200 for a sign-in page that is treated as
    /// 502.
    #[must_use]
    pub fn sent_status(&self) -> Option<StatusCode> {
        let sent = self.details().and_then(|details| details.sent);
        sent.map(|sent| sent.status).or_else(|| self.status())
    }

    /// The target of a redirect: only its origin, because a path or a query may contain secrets.
    #[must_use]
    pub fn redirect_origin(&self) -> Option<String> {
        self.details()?.redirect_origin.clone()
    }

    /// Whether the response is a web page instead of an API response: a sign-in page, a proxy's, or another server's.
    #[must_use]
    pub fn is_web_page(&self) -> bool {
        self.details().is_some_and(Details::is_web_page)
    }

    /// The server's message: one line without control characters or this client's credentials, at most 300 characters.
    ///
    /// It is extracted from any shape of JSON that BigID and gateways send (`message`, `error`, `errors`, `detail`,
    /// ..), in plain text, and in the title of a web page. `None` if there is no message or no response.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Layer(layer) => layer.message.as_deref(),
            _ => self.details()?.words.message.as_deref(),
        }
    }

    /// The server's own error code, if its body has one (`errorCode`, `code`); never the status.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.details()?.words.code.as_deref()
    }

    /// The headers of the response, where there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Payload(payload) => Some(&payload.headers),
            _ => self.details().map(|details| &details.headers),
        }
    }

    /// Whether the resource does not exist: 404, or the 400 with "Unable to locate" that BigID sends instead.
    ///
    /// A call that could not get a session is never "not found", whatever the status of the exchange.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        let Some(details) = self.details() else { return false };
        match details.status {
            StatusCode::NOT_FOUND => true,
            StatusCode::BAD_REQUEST => {
                details.words.message.as_deref().is_some_and(|said| says(said, "unable to locate"))
            }
            _ => false,
        }
    }

    /// Whether the resource already exists or was changed meanwhile: 409, or a 400 with "already exists".
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        let Some(details) = self.details() else { return false };
        match details.status {
            StatusCode::CONFLICT => true,
            StatusCode::BAD_REQUEST => {
                details.words.message.as_deref().is_some_and(|said| says(said, "already exists"))
            }
            _ => false,
        }
    }

    /// Whether the same call may succeed later: the network failed, or the status is 408, 429, 502, 503 or 504.
    ///
    /// It does not say whether sending the call twice is safe; see
    /// [`Operation::is_idempotent`](crate::Operation::is_idempotent).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::InvalidRequest(_) | Self::Payload(_) | Self::Incomplete(_) => false,
            Self::Communication(error) => error.is_retryable,
            Self::Body(_) => true,
            Self::Layer(layer) => layer.retryable,
            Self::ErrorResponse(_) | Self::UnexpectedResponse(_) => self.status().is_some_and(RetryPolicy::retries),
        }
    }

    /// How long the server asks clients to wait: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), as
    /// of the moment at which the response arrived. See [`retry_after`](crate::retry_after).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Layer(layer) => layer.retry_after(),
            _ => self.details()?.retry_after,
        }
    }

    /// How many times the request was sent. If more than 1, an earlier attempt may have succeeded although a later one
    /// was rejected.
    ///
    /// 0 if it was never sent, because it is invalid or no session could be obtained. Also 0 for a list that ended
    /// incomplete, which is not the failure of one request.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Self::InvalidRequest(_) | Self::Incomplete(_) => 0,
            Self::Communication(error) => error.attempts,
            Self::Layer(layer) => layer.attempts,
            Self::Body(interrupted) => interrupted.attempts,
            Self::Payload(payload) => payload.attempts,
            Self::ErrorResponse(response) => response.details.attempts,
            Self::UnexpectedResponse(response) => response.details.attempts,
        }
    }

    /// Why the connection could not be made, if not because the network is down: TLS, a proxy, or the host name.
    #[must_use]
    pub fn connection_fault(&self) -> Option<ConnectionFault> {
        match self {
            Self::Communication(error) => error.fault(),
            _ => None,
        }
    }

    /// Whether a timeout expired.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Communication(error) => connection::chain(&*error.source).any(send_error::is_timeout),
            Self::Body(interrupted) => connection::chain(&interrupted.source).any(send_error::is_timeout),
            _ => false,
        }
    }

    /// This error without its documented body, for functions that call several operations. Every predicate returns the
    /// same.
    #[must_use]
    pub fn into_untyped(self) -> Error {
        match self {
            Self::InvalidRequest(reason) => Error::InvalidRequest(reason),
            Self::Communication(error) => Error::Communication(error),
            Self::Layer(layer) => Error::Layer(layer),
            Self::ErrorResponse(response) => {
                Error::ErrorResponse(Box::new(ErrorResponse { value: (), details: response.details }))
            }
            Self::UnexpectedResponse(response) => Error::UnexpectedResponse(response),
            Self::Body(interrupted) => Error::Body(interrupted),
            Self::Payload(payload) => Error::Payload(payload),
            Self::Incomplete(incomplete) => Error::Incomplete(incomplete),
        }
    }

    /// The error for a response that was decoded but lacks the requested data. The received envelope is kept as the
    /// body.
    pub(crate) fn missing(status: StatusCode, headers: HeaderMap, rest: &crate::Extra) -> Self {
        let body = rest.as_json().into();
        Self::Payload(Box::new(Payload::missing(status, headers, body)))
    }

    /// What is kept of a response with an error status.
    fn details(&self) -> Option<&Details> {
        match self {
            Self::ErrorResponse(response) => Some(&response.details),
            Self::UnexpectedResponse(response) => Some(&response.details),
            _ => None,
        }
    }
}

/// Whether a message contains some words, ignoring case.
fn says(message: &str, words: &str) -> bool {
    message.to_lowercase().contains(words)
}

impl<E> From<SendError> for Error<E> {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Invalid(reason) => Self::InvalidRequest(reason),
            SendError::Communication(error) => Self::Communication(Box::new(error)),
            SendError::Layer(layer) => Self::Layer(layer),
        }
    }
}

impl<E> From<InvalidUrl> for Error<E> {
    fn from(error: InvalidUrl) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}
