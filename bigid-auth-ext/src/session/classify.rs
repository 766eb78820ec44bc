//! What a failed exchange means.

use std::error::Error as StdError;
use std::time::Duration;

use bigid_api::types::Failure;
use bigid_api::{Error, Sent};
use http::StatusCode;
use http::header::LOCATION;
use reqwest::Url;

use crate::credential::Credential;
use crate::credential::redactor::Redactor;
use crate::error::{AuthError, Kind};
use crate::wire::TooLong;
use crate::wire::retry_after::retry_after;

/// Why one way of exchanging gave no session.
pub(crate) enum Refusal {
    /// The server does not know this way, or refuses what was sent in it: the other way may be right.
    Perhaps(AuthError),
    /// The other way would end the same.
    Final(AuthError),
}

impl Refusal {
    pub(crate) fn into_error(self) -> AuthError {
        match self {
            Self::Perhaps(error) | Self::Final(error) => error,
        }
    }
}

/// The verdict on a failure. Of the failure itself only a broken connection is kept as a source: an answer may hold a token.
pub(crate) fn classify(error: Error<Failure>, credential: &Credential, held: &Redactor, wall: Duration) -> Refusal {
    let status = error.status();
    let unexpected = |what: &str| AuthError::with(Kind::Unexpected(what.to_owned()), status, None, None);
    if is_page(&error) {
        return Refusal::Perhaps(unexpected("the server answers with a web page where the exchange should be"));
    }
    if is_too_long(&error) {
        return Refusal::Final(unexpected("the answer to the exchange is longer than any session"));
    }
    let Some(code) = status.map(|status| status.as_u16()) else {
        let kind = if error.is_retryable() {
            Kind::Unreachable
        } else {
            Kind::Unexpected("the exchange could not be made".to_owned())
        };
        return Refusal::Final(AuthError::with(kind, None, None, Some(error.into_untyped().into())));
    };
    match code {
        300..=399 => Refusal::Final(AuthError::with(Kind::Redirected(target(&error)), status, None, None)),
        // What a server says to a method or a header that it does not know.
        404 | 405 | 415 | 501 => Refusal::Perhaps(unexpected(match credential {
            Credential::UserToken(_) | Credential::Session(_) => "the server knows no exchange under this base URL",
            Credential::Password { .. } => {
                "the server knows no sign-in by password under this base URL (BigID's cloud has none)"
            }
        })),
        401 => Refusal::Perhaps(rejected(credential, &words(error, credential, held), status)),
        408 | 429 | 500..=599 => {
            let retry_after = error.headers().and_then(|headers| retry_after(headers, wall));
            let message = words(error, credential, held);
            Refusal::Final(AuthError::with(Kind::Unavailable { message }, status, retry_after, None))
        }
        200..=499 if error.is_retryable() => {
            Refusal::Final(AuthError::with(Kind::Interrupted, status, None, Some(error.into_untyped().into())))
        }
        // It says nothing of the credential: an address that is not allowed, a license, a permission.
        400..=499 => {
            let message = words(error, credential, held);
            let answered = AuthError::with(Kind::Answered { message }, status, None, None);
            if code == 403 { Refusal::Perhaps(answered) } else { Refusal::Final(answered) }
        }
        code => Refusal::Final(unexpected(&format!(
            "the exchange was answered with {code} and something that is no session"
        ))),
    }
}

/// What the server said, without secrets.
fn words(error: Error<Failure>, credential: &Credential, held: &Redactor) -> String {
    let said = match error {
        Error::ErrorResponse(answer) => answer.into_inner().message,
        // The body is in memory, since it was read for a verdict.
        Error::UnexpectedResponse(response) => {
            let body = http::Response::<reqwest::Body>::from(*response).into_body();
            let failure = body.as_bytes().and_then(|body| bigid_api::from_json::<Failure>(body).ok());
            failure.and_then(|failure| failure.message)
        }
        _ => None,
    };
    let said = said.unwrap_or_default();
    credential.scrub(&String::from_utf8_lossy(&held.clean(said.as_bytes())))
}

pub(crate) fn rejected(credential: &Credential, message: &str, status: Option<StatusCode>) -> AuthError {
    let kind = Kind::Rejected { credential: credential.kind(), message: credential.scrub(message) };
    AuthError::with(kind, status, None, None)
}

/// Whether a success was a page that names no error of its own: another server, more likely than a gateway's fault.
fn is_page(error: &Error<Failure>) -> bool {
    let Error::UnexpectedResponse(response) = error else { return false };
    response.extensions().get::<Sent>().is_some_and(|sent| sent.is_page && sent.status.is_success())
}

fn is_too_long(error: &Error<Failure>) -> bool {
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |error: &&(dyn StdError + 'static)| (*error).source())
        .any(|error| error.is::<TooLong>())
}

/// Where a redirect leads, without what a path or a query may hold.
fn target(error: &Error<Failure>) -> Option<String> {
    let text = error.headers()?.get(LOCATION)?.to_str().ok()?;
    let origin = Url::parse(text).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
