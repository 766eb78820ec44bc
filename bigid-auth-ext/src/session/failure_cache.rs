//! Negative cache: a failed exchange is cached briefly, so that a burst of callers does not become a burst of
//! exchanges. It is keyed by the credential. A success needs no entry removed: a credential is not tried while its
//! failure is cached.

use std::sync::Mutex;
use std::time::Duration;

use crate::credential::Credential;
use crate::error::AuthError;
use crate::lock::lock;
use crate::session::trace::log_failure;

/// How long a rejection is cached. Short, because a refused token becomes good when its user is saved in Access
/// Management.
pub(crate) const REJECTION_TTL: Duration = Duration::from_secs(1);

/// How long any other failure is cached. The attempts within an exchange have spaced themselves out already.
const FAILURE_TTL: Duration = Duration::from_millis(200);

/// The longest that a failure is cached because of its `Retry-After`; a caller that wants to wait longer sees it in the
/// error.
pub(crate) const MAX_FAILURE_TTL: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(crate) struct FailureCache(Mutex<Option<Failure>>);

#[derive(Debug)]
struct Failure {
    /// `None` where the provider failed.
    credential: Option<Credential>,
    until: Duration,
    error: AuthError,
}

impl FailureCache {
    /// The cached failure of this credential, or of its provider.
    pub(crate) fn get(&self, credential: Option<&Credential>, now: Duration) -> Option<AuthError> {
        let memory = lock(&self.0);
        let failure =
            memory.as_ref().filter(|failure| now < failure.until && failure.credential.as_ref() == credential)?;
        Some(failure.error.clone())
    }

    pub(crate) fn insert(&self, credential: Option<&Credential>, error: &AuthError, now: Duration) {
        log_failure(error);
        let time = match error.retry_after() {
            _ if error.is_rejected() => REJECTION_TTL,
            Some(asked) => asked.clamp(FAILURE_TTL, MAX_FAILURE_TTL),
            None => FAILURE_TTL,
        };
        let failure = Failure { credential: credential.cloned(), until: now + time, error: error.clone() };
        *lock(&self.0) = Some(failure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn a_rejection_is_cached_for_a_second_whatever_the_server_asks() {
        let rejected = || Kind::Rejected { credential: "user token", message: String::new() };
        for (kind, asked, milliseconds) in [
            (rejected(), None, 1_000),
            (rejected(), Some(Duration::from_secs(60)), 1_000),
            (Kind::Unavailable, None, 200),
            (Kind::Unavailable, Some(Duration::from_millis(1)), 200),
            (Kind::Unavailable, Some(Duration::from_secs(3)), 3_000),
            (Kind::Unavailable, Some(Duration::from_secs(60)), 5_000),
        ] {
            let cache = FailureCache::default();
            cache.insert(None, &AuthError::with(kind, None, asked, None), Duration::ZERO);
            let is_cached = |at| cache.get(None, Duration::from_millis(at)).is_some();
            assert!(is_cached(milliseconds - 1) && !is_cached(milliseconds), "{milliseconds} ms, asked for {asked:?}");
        }
    }
}
