//! Why a wait ended without success.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bigid_api::Error;

use super::target::WaitTarget;

/// A wait that ended without success. The job itself is not affected and may still be running.
#[derive(Debug)]
pub struct WaitError {
    pub(super) target: Option<WaitTarget>,
    pub(super) state: Option<String>,
    pub(super) kind: WaitErrorKind,
}

#[derive(Debug)]
pub(super) enum WaitErrorKind {
    /// The job has failed.
    Failed,
    /// The deadline passed, perhaps while the server could not be asked.
    TimedOut { waited: Duration, source: Option<Box<Error>> },
    /// The server cannot be asked.
    Call(Box<Error>),
    /// The server started the job without naming it.
    NoId,
}

impl WaitError {
    #[cfg(feature = "blocking")]
    pub(crate) fn of_call(error: Error) -> Self {
        Self { target: None, state: None, kind: WaitErrorKind::Call(Box::new(error)) }
    }

    /// The job. `None` if nothing was sent because a blocking call was made inside an async task.
    #[must_use]
    pub fn target(&self) -> Option<&WaitTarget> {
        self.target.as_ref()
    }

    /// The last known state, in the server's words.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Whether the job ended in a state that means failure; see [`state`](Self::state).
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.kind, WaitErrorKind::Failed)
    }

    /// Whether the deadline passed before the job reached a final state. You can wait for it again.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        matches!(self.kind, WaitErrorKind::TimedOut { .. })
    }

    /// The error of the call that requested the state, if the last one failed.
    #[must_use]
    pub fn call_error(&self) -> Option<&Error> {
        match &self.kind {
            WaitErrorKind::Call(error) => Some(error),
            WaitErrorKind::TimedOut { source, .. } => source.as_deref(),
            WaitErrorKind::Failed | WaitErrorKind::NoId => None,
        }
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Some(target) => write!(f, "{target} ")?,
            None => f.write_str("the job ")?,
        }
        match (&self.kind, &self.state) {
            (WaitErrorKind::Failed, state) => write!(f, "ended in state {:?}", state.as_deref().unwrap_or_default()),
            (WaitErrorKind::TimedOut { waited, .. }, Some(state)) => {
                write!(
                    f,
                    "was still in state {state:?} after {} s; wait again, or set a longer deadline",
                    waited.as_secs()
                )
            }
            (WaitErrorKind::TimedOut { waited, .. }, None) => {
                write!(f, "had shown no state after {} s; wait again, or set a longer deadline", waited.as_secs())
            }
            // The call's own text says what to do, and a log shows no more than this line.
            (WaitErrorKind::Call(error), Some(state)) => {
                write!(f, "was in state {state:?} when the request for its state failed: {error}")
            }
            (WaitErrorKind::Call(error), None) => {
                write!(f, "has an unknown state, because the request for it failed: {error}")
            }
            (WaitErrorKind::NoId, _) => {
                f.write_str("cannot be waited for, because the response that started it has no id")
            }
        }
    }
}

impl StdError for WaitError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.call_error().map(|error| error as &(dyn StdError + 'static))
    }
}
