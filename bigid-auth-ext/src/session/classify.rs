//! What a failed exchange means.

use std::error::Error as StdError;
use std::time::Duration;

use bigid_api::types::ApiErrorBody;
use bigid_api::{Error, retry_after};
use http::StatusCode;

use crate::credential::Credential;
use crate::error::{AuthError, Kind};
use crate::wire::TooLong;

/// Why an exchange in one dialect gave no session.
pub(crate) enum ExchangeFailure {
    /// The server does not know this dialect, or rejects it; the other one may work.
    TryOtherDialect(AuthError),
    /// The other dialect would fail as well.
    Terminal(AuthError),
}

impl ExchangeFailure {
    pub(crate) fn into_error(self) -> AuthError {
        match self {
            Self::TryOtherDialect(error) | Self::Terminal(error) => error,
        }
    }

    /// The same failure, with `requests` added to its count.
    pub(crate) fn after(self, requests: u32) -> Self {
        match self {
            Self::TryOtherDialect(error) => Self::TryOtherDialect(error.after(requests)),
            Self::Terminal(error) => Self::Terminal(error.after(requests)),
        }
    }
}

/// The verdict on a failure. Only connection errors are kept as a source: a response body may contain a token.
pub(crate) fn classify(error: Error<ApiErrorBody>, credential: &Credential, wall: Duration) -> ExchangeFailure {
    let status = error.status();
    let (message, code) = (error.message().map(str::to_owned), error.error_code().map(str::to_owned));
    let saying = |failure: AuthError| failure.saying(message.as_deref(), code.as_deref());
    let unexpected = |what: &str| saying(AuthError::with(Kind::Unexpected(what.to_owned()), status, None, None));
    if error.is_web_page() {
        return ExchangeFailure::TryOtherDialect(unexpected(
            "the response to the exchange is a web page (sign-in or proxy?)",
        ));
    }
    if is_too_long(&error) {
        return ExchangeFailure::Terminal(unexpected("the response to the exchange is longer than any session"));
    }
    let Some(code) = status.map(|status| status.as_u16()) else {
        let kind = match &error {
            Error::Communication(_) if error.is_retryable() => Kind::Unreachable,
            Error::Communication(_) => Kind::CannotConnect,
            _ => Kind::Unexpected("the request of the exchange could not be made".to_owned()),
        };
        return ExchangeFailure::Terminal(AuthError::with(kind, None, None, Some(error.into_untyped().into())));
    };
    match code {
        300..=399 => {
            ExchangeFailure::Terminal(AuthError::with(Kind::Redirected(error.redirect_origin()), status, None, None))
        }
        // The statuses for an unknown method or header.
        404 | 405 | 415 | 501 => ExchangeFailure::TryOtherDialect(unexpected(match credential {
            Credential::UserToken(_) | Credential::Session(_) => "no token endpoint was found at this base URL",
            Credential::ServiceToken { .. } => {
                "no exchange of service tokens was found at this base URL (only hosted apps have one)"
            }
            Credential::Password { .. } => "no sign-in by password was found at this base URL (BigID's cloud has none)",
        })),
        401 => ExchangeFailure::TryOtherDialect(rejected(credential, message.as_deref().unwrap_or_default(), status)),
        408 | 429 | 500..=599 => {
            let retry_after = error.headers().and_then(|headers| retry_after(headers, || wall));
            ExchangeFailure::Terminal(saying(AuthError::with(Kind::Unavailable, status, retry_after, None)))
        }
        200..=499 if error.is_retryable() => ExchangeFailure::Terminal(AuthError::with(
            Kind::Interrupted,
            status,
            None,
            Some(error.into_untyped().into()),
        )),
        // The reason is not the credential, but a forbidden address, a license, or a permission.
        400..=499 => {
            let refused = saying(AuthError::with(Kind::Refused, status, None, None));
            if code == 403 { ExchangeFailure::TryOtherDialect(refused) } else { ExchangeFailure::Terminal(refused) }
        }
        code => ExchangeFailure::Terminal(unexpected(&format!(
            "the exchange returned {code} with a body that is not a session"
        ))),
    }
}

pub(crate) fn rejected(credential: &Credential, message: &str, status: Option<StatusCode>) -> AuthError {
    let kind = Kind::Rejected { credential: credential.kind(), message: credential.redact(message) };
    AuthError::with(kind, status, None, None)
}

fn is_too_long(error: &Error<ApiErrorBody>) -> bool {
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |error: &&(dyn StdError + 'static)| (*error).source())
        .any(|error| error.is::<TooLong>())
}
