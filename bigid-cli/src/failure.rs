//! Why a command failed, and the exit code for scripts.

use std::error::Error as StdError;
use std::io::{self, Write as _};

use bigid_auth_ext::automation::WaitError;
use bigid_auth_ext::{AuthError, ConfigError, Error, WriteError};
use serde_json::json;

use crate::escape;

/// Why a command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Any other reason.
    Failed = 1,
    /// The arguments, the variables or the profile are wrong. Nothing was sent.
    Usage = 2,
    /// The credential was rejected, or does not allow the call.
    Rejected = 3,
    NotFound = 4,
    /// The server or the network failed temporarily.
    TryLater = 5,
    /// A list is incomplete. The received records were printed.
    Incomplete = 6,
}

impl Reason {
    fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Rejected => "rejected",
            Self::NotFound => "not_found",
            Self::TryLater => "try_later",
            Self::Incomplete => "incomplete",
        }
    }
}

/// The failure of a command.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    pub(crate) message: String,
    status: Option<u16>,
    error_code: Option<String>,
    retry_after: Option<u64>,
    /// The reader of the output is gone, which does not count as a failure.
    is_broken_pipe: bool,
}

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { reason, message, status: None, error_code: None, retry_after: None, is_broken_pipe: false }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Reason::Usage, message)
    }

    /// A file, or a folder, that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Self::new(Reason::Failed, format!("{}: {error}", path.display()))
    }

    /// Prints it to stderr, and returns the exit code.
    pub(crate) fn report(&self, as_json: bool) -> u8 {
        if self.is_broken_pipe {
            return 0;
        }
        let mut out = io::stderr().lock();
        // Nothing can be reported if stderr is closed.
        let _ = if as_json {
            let error = json!({
                "kind": self.reason.name(),
                "exit_code": self.reason as u8,
                "message": self.message,
                "status": self.status,
                "error_code": self.error_code,
                "retry_after_seconds": self.retry_after,
            });
            writeln!(out, "{}", escape::json(&json!({ "error": error }).to_string()))
        } else {
            writeln!(out, "error: {}", escape::lines(&self.message))
        };
        self.reason as u8
    }
}

impl<E> From<Error<E>> for Failure
where
    Error<E>: StdError + 'static,
{
    fn from(error: Error<E>) -> Self {
        Self::call(&error)
    }
}

impl Failure {
    /// A call that failed.
    pub(crate) fn call<E>(error: &Error<E>) -> Self
    where
        Error<E>: StdError + 'static,
    {
        let status = error.status().map(|status| status.as_u16());
        let reason = match (AuthError::of(error), error) {
            (Some(auth), _) if auth.is_rejected() => Reason::Rejected,
            (Some(auth), _) if auth.is_transient() => Reason::TryLater,
            (_, Error::InvalidRequest(_)) => Reason::Usage,
            (_, Error::Incomplete(_)) => Reason::Incomplete,
            _ if matches!(status, Some(401 | 403)) => Reason::Rejected,
            _ if error.is_not_found() => Reason::NotFound,
            _ if error.is_retryable() => Reason::TryLater,
            _ => Reason::Failed,
        };
        Self {
            status,
            error_code: error.error_code().map(str::to_owned),
            retry_after: error.retry_after().map(|pause| pause.as_secs()),
            ..Self::new(reason, error.to_string())
        }
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        let reason = match &error {
            error if error.is_rejected() => Reason::Rejected,
            error if error.is_transient() => Reason::TryLater,
            _ => Reason::Failed,
        };
        Self {
            status: error.status().map(|status| status.as_u16()),
            error_code: error.error_code().map(str::to_owned),
            retry_after: error.retry_after().map(|pause| pause.as_secs()),
            ..Self::new(reason, error.to_string())
        }
    }
}

/// A job that failed is a failure; one that is still running can be waited for again.
impl From<WaitError> for Failure {
    fn from(error: WaitError) -> Self {
        let call = error.call_error().map(Self::call);
        let reason = match &call {
            _ if error.is_timed_out() => Reason::TryLater,
            Some(call) => call.reason,
            None => Reason::Failed,
        };
        let message = error.to_string();
        match call {
            Some(call) => Self { reason, message, ..call },
            None => Self::new(reason, message),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(with_causes(&error))
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        let is_broken_pipe = causes(&error).any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_broken_pipe));
        let reason = if error.is_retryable() { Reason::TryLater } else { Reason::Failed };
        Self { is_broken_pipe, ..Self::new(reason, with_causes(&error)) }
    }
}

/// Of the output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self {
            is_broken_pipe: is_broken_pipe(&error),
            ..Self::new(Reason::Failed, format!("the output cannot be written: {error}"))
        }
    }
}

fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

/// An error and its causes on one line, without repetitions.
fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = String::new();
    for cause in causes(error) {
        let said = cause.to_string();
        if !text.contains(&said) {
            text += if text.is_empty() { "" } else { ": " };
            text += &said;
        }
    }
    text
}
