use std::time::Duration;

/// How often and how long a call is retried.
///
/// Only calls that may be sent twice are: those whose method is idempotent (RFC 9110, section 9.2.2), unless [`all_methods`] says
/// otherwise, with a body that can be sent twice. Only what may pass is: a connection that failed, an answer that did not begin or
/// broke off in time, and the statuses 408, 429, 502, 503 and 504. A failed exchange is not, because it has had its own tries. An
/// answer that is handed on as a stream is the caller's once its headers came.
///
/// Each wait is a random part of a limit that doubles from [`INITIAL_BACKOFF`] to [`MAX_BACKOFF`] (full jitter); a server's `Retry-After`, in
/// seconds or as a date, lengthens it up to [`MAX_RETRY_AFTER`]. Retries of all calls of a client draw on one budget, so that a dead
/// server sees a trickle.
///
/// [`all_methods`]: Self::all_methods
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) all_methods: bool,
}

/// How often a call is sent at most. Three retries with full jitter span a restart of a gateway.
pub const MAX_ATTEMPTS: u32 = 4;

/// How long a call may go on being retried; less than most callers' own deadlines.
pub const MAX_ELAPSED: Duration = Duration::from_secs(30);

/// The limit of the first wait.
pub const INITIAL_BACKOFF: Duration = Duration::from_millis(200);

/// The limit of every later wait.
pub const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// The longest `Retry-After` that is waited for. The one published client that saw a 429 waited half a minute.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: MAX_ATTEMPTS, elapsed: MAX_ELAPSED, all_methods: false }
    }
}

impl RetryPolicy {
    /// No retries.
    #[must_use]
    pub fn off() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How often a call is sent at most, the first time included. Zero is taken for one.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long after its begin a call is still retried.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Retries calls of every method. A call that creates something may then create it twice.
    #[must_use]
    pub fn all_methods(mut self) -> Self {
        self.all_methods = true;
        self
    }
}
