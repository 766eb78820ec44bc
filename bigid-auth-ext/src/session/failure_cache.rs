//! A failed exchange is remembered for a moment, so that a thousand callers in a row are a thousand answers and not a thousand
//! exchanges. It is keyed to the credential: another credential is another question.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::credential::Credential;
use crate::error::AuthError;

/// How long a refusal is remembered. Short, because a refused token becomes good when its user is saved in Access Management.
pub(crate) const REJECTED: Duration = Duration::from_secs(1);

/// How long any other failure is remembered. The tries within an exchange have spaced themselves out already.
const FAILED: Duration = Duration::from_millis(200);

/// The longest that a server's `Retry-After` is obeyed here; a caller that wants to wait longer sees it in the error.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(crate) struct FailureCache(Mutex<Option<Failure>>);

#[derive(Debug)]
struct Failure {
    /// None where the provider had none to try.
    credential: Option<Credential>,
    until: Duration,
    error: AuthError,
}

impl FailureCache {
    /// What the last exchange of this credential, or the last question for one, ended in, if that was a moment ago.
    pub(crate) fn recall(&self, credential: Option<&Credential>, now: Duration) -> Option<AuthError> {
        let memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failure =
            memory.as_ref().filter(|failure| now < failure.until && failure.credential.as_ref() == credential)?;
        Some(failure.error.clone())
    }

    /// After a success, nothing is to be remembered.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn keep(&self, credential: Option<&Credential>, error: &AuthError, now: Duration) {
        let time = match error.retry_after() {
            _ if error.is_rejected() => REJECTED,
            Some(asked) => asked.clamp(FAILED, RETRY_AFTER),
            None => FAILED,
        };
        let failure = Failure { credential: credential.cloned(), until: now + time, error: error.clone() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }
}
