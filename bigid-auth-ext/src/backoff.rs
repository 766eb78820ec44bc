//! Exponential backoff with full jitter, for calls and for exchanges.

use std::time::Duration;

/// A random pause after the attempt of this number, the first being 1: below a limit that starts at `initial`, doubles with each
/// attempt, and ends at `max`.
pub(crate) fn full_jitter(attempt: u32, initial: Duration, max: Duration) -> Duration {
    let limit = initial.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(max);
    limit.mul_f64(fastrand::f64())
}
