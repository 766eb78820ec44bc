//! Exponential backoff with jitter, for calls, for exchanges and for waits.

use std::time::Duration;

/// A random pause after the attempt of this number, the first being 1: below a limit that starts at `initial`, doubles
/// with each attempt, and ends at `max`.
pub(crate) fn full_jitter(attempt: u32, initial: Duration, max: Duration) -> Duration {
    let limit = initial.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(max);
    limit.mul_f64(fastrand::f64())
}

/// A random pause after the look of this number, the first being 1: between half of a limit and all of it. The limit
/// starts at `initial`, grows by half with each look, and ends at `max`. Looks that come too early are wasted, so no
/// pause is near zero.
pub(crate) fn half_jitter(look: u32, initial: Duration, max: Duration) -> Duration {
    let growth = 1.5_f64.powi(i32::try_from(look.saturating_sub(1).min(64)).unwrap_or(64));
    let limit = max.as_secs_f64().min(initial.as_secs_f64() * growth);
    Duration::try_from_secs_f64(limit * (0.5 + fastrand::f64() / 2.0)).unwrap_or(max)
}
