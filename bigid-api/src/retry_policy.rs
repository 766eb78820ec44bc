use std::time::Duration;

use http::StatusCode;

/// How often and how long a call is retried, by the retry layer of `bigid-auth-ext`.
///
/// Only calls that are safe to repeat are retried: those whose method is idempotent (RFC 9110, section 9.2.2) or that
/// the contract marks as reading only, unless [`all_methods`](Self::all_methods()) is set, and whose body can be sent
/// twice. Only transient failures are retried: a failed connection, a response that timed out or was cut off, and the
/// statuses 408, 429, 502, 503 and 504. A failed token exchange has already been retried. A streamed response is not
/// retried once its headers have arrived.
///
/// Each wait is a random part of a limit that doubles from [`INITIAL_BACKOFF`] to [`MAX_BACKOFF`] (full jitter). A
/// server's `Retry-After`, in seconds or as a date, lengthens it up to [`MAX_RETRY_AFTER`]. The retries of all calls of
/// a client share one budget, so that a server that is down sees only a trickle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum number of attempts, including the first one.
    pub max_attempts: u32,
    /// How long after the first attempt a retry may still start.
    pub max_elapsed: Duration,
    /// Whether calls that are not safe to repeat are retried as well.
    pub all_methods: bool,
}

/// The default of `RetryPolicy::max_attempts`. Three retries with full jitter
/// outlast the restart of a gateway.
pub const MAX_ATTEMPTS: u32 = 4;

/// The default of `RetryPolicy::max_elapsed`: less than most callers' own
/// deadlines.
pub const MAX_ELAPSED: Duration = Duration::from_secs(30);

/// The limit of the first wait.
pub const INITIAL_BACKOFF: Duration = Duration::from_millis(200);

/// The limit of every later wait.
pub const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// The longest `Retry-After` that is honoured. The only published client that saw a 429 waited half a minute.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: MAX_ATTEMPTS, max_elapsed: MAX_ELAPSED, all_methods: false }
    }
}

impl RetryPolicy {
    /// No retries.
    #[must_use]
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// Whether a response of this status is retried: 408, 429, 502, 503 and 504, which a server or a gateway uses for
    /// "not now".
    #[must_use]
    pub fn retries(status: StatusCode) -> bool {
        matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
    }

    /// Limits the attempts, the first one included. Zero means one.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets how long after the first attempt a retry may still start.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// Retries calls of every method. A call that creates something may then create it twice.
    #[must_use]
    pub fn all_methods(mut self) -> Self {
        self.all_methods = true;
        self
    }
}
