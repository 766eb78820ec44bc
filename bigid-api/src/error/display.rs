//! The first line of an error: what happened, what the server said, and what to do.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::Error;
use super::details::Details;

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(reason) => return write!(f, "the request is not valid, nothing was sent: {reason}"),
            Self::Communication(error) => fmt::Display::fmt(error, f)?,
            Self::Layer(layer) => fmt::Display::fmt(layer, f)?,
            Self::ErrorResponse(response) => self.response(f, &response.details)?,
            Self::UnexpectedResponse(response) => self.response(f, &response.details)?,
            Self::Body(interrupted) => {
                write!(f, "the response ({}) was cut off; try again", Named(interrupted.status))?;
            }
            Self::Payload(payload) => write!(
                f,
                "the response ({}) is not what the API documents: {}; check that the base URL is that of a BigID deployment",
                Named(payload.status),
                payload.source
            )?,
            Self::Incomplete(incomplete) => return write!(f, "the list is incomplete: {incomplete}"),
        }
        match self.attempts() {
            0 | 1 => Ok(()),
            attempts => write!(f, " (after {attempts} attempts)"),
        }
    }
}

impl<E> Error<E> {
    fn response(&self, f: &mut fmt::Formatter<'_>, details: &Details) -> fmt::Result {
        let status = Named(details.status);
        match &details.sent {
            Some(sent) if details.is_web_page() => write!(
                f,
                "the server responded with {} with a web page (sign-in or proxy?), treated as {status}",
                sent.status.as_u16()
            )?,
            Some(sent) if sent.status != details.status => {
                write!(f, "the server responded with {}, which means {status} here", sent.status.as_u16())?;
            }
            _ => write!(f, "the server responded with {status}")?,
        }
        // The message of a layer includes the server's message and the advice.
        if let Some(cause) = &details.cause {
            return write!(f, ": {}", cause.error());
        }
        let says_more = |message: &&String| details.status.canonical_reason() != Some(message.as_str());
        if let Some(message) = details.words.message.as_ref().filter(says_more) {
            write!(f, ": {message}")?;
        }
        match (&details.redirect_origin, advice(details)) {
            (Some(target), _) => write!(
                f,
                "; the server redirects to {target}, and redirects are not followed: set the base URL (BIGID_BASE_URL) to the address of the API"
            )?,
            (None, Some(advice)) => write!(f, "; {advice}")?,
            (None, None) => {}
        }
        if let Some(wait) = details.retry_after.filter(|_| self.is_retryable()) {
            write!(f, " (it asks for {})", Seconds(wait))?;
        }
        if details.attempts > 1 && (self.is_not_found() || self.is_conflict()) {
            f.write_str("; an earlier attempt may have succeeded")?;
        }
        Ok(())
    }
}

/// The advice for a status.
fn advice(details: &Details) -> Option<&'static str> {
    Some(match details.status.as_u16() {
        _ if details.is_web_page() => {
            "check that the base URL (BIGID_BASE_URL) is that of a BigID deployment, and that no sign-in page or proxy is in front of it"
        }
        206 => "only a part of the response was sent, which the call did not request; check the proxy",
        300..=399 => "redirects are not followed: set the base URL (BIGID_BASE_URL) to the address of the API",
        400 | 422 => "check the names and values that were sent",
        401 => "check that the credential is valid and may use this endpoint",
        403 => "check the permissions of the user in Access Management, and that the module is licensed",
        404 => "check the name or id, and that this deployment has the endpoint (the base URL ends in /api/v1)",
        405 | 410 | 501 => {
            "this deployment does not offer the call; check its version and the base URL (BIGID_BASE_URL)"
        }
        407 => {
            "the proxy asks for credentials: put them into the proxy's URL, as in HTTPS_PROXY=http://user:password@proxy:3128"
        }
        409 => "it already exists or was changed meanwhile; read it again before changing it",
        411 | 413 | 414 | 431 => "send less at once",
        408 | 429 | 502 | 503 | 504 => "try again later",
        511 => "the network asks for a sign-in; open a browser on this machine",
        500..=599 => "the server failed; look for the reason in its log",
        _ => return None,
    })
}

/// A status with its name, if it has one.
struct Named(StatusCode);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.canonical_reason() {
            Some(name) => write!(f, "{} {name}", self.0.as_u16()),
            None => write!(f, "{}", self.0.as_u16()),
        }
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs())
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::InvalidRequest(reason) => return f.debug_tuple("InvalidRequest").field(reason).finish(),
            Self::Communication(error) => return f.debug_tuple("Communication").field(error).finish(),
            Self::Layer(layer) => return fmt::Debug::fmt(layer, f),
            Self::Incomplete(incomplete) => return fmt::Debug::fmt(incomplete, f),
            Self::ErrorResponse(_) => "ErrorResponse",
            Self::UnexpectedResponse(_) => "UnexpectedResponse",
            Self::Body(_) => "Body",
            Self::Payload(_) => "Payload",
        };
        // A `main` that returns an error prints only this, so it contains the full message.
        f.debug_struct(name)
            .field("status", &self.status())
            .field("line", &format_args!("{self}"))
            .finish_non_exhaustive()
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::InvalidRequest(_) => None,
            Self::Communication(error) => Some(&*error.source),
            Self::Layer(layer) => Some(&*layer.source),
            Self::ErrorResponse(response) => response.details.cause.as_ref().map(|cause| cause.error()),
            Self::UnexpectedResponse(response) => response.details.cause.as_ref().map(|cause| cause.error()),
            Self::Body(interrupted) => Some(&interrupted.source),
            Self::Payload(payload) => Some(&payload.source),
            Self::Incomplete(incomplete) => Some(&**incomplete),
        }
    }
}
