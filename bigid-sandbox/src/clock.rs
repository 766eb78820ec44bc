//! The only place that reads the time.
//!
//! Every lifetime in the sandbox runs on a [`Clock`], and tests move it: a token of seven days expires in a
//! microsecond.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The sandbox's clock: it runs with the system clock or stands still, and can be moved in both cases.
///
/// Clones share one clock, so that several sandboxes can share their time.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use bigid_sandbox::Clock;
///
/// let clock = Clock::manual(1_700_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.unix_seconds(), 1_700_000_060);
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    base: Base,
    moved_ms: Arc<AtomicI64>,
}

#[derive(Clone, Copy, Debug)]
enum Base {
    System,
    Fixed { ms: i64 },
}

impl Clock {
    /// A clock that runs with the system clock. The default, because a client compares lifetimes with its own time.
    pub fn system() -> Self {
        Self { base: Base::System, moved_ms: Arc::default() }
    }

    /// A clock that stays at `unix_seconds` until it is moved.
    pub fn manual(unix_seconds: i64) -> Self {
        Self { base: Base::Fixed { ms: unix_seconds.saturating_mul(1_000) }, moved_ms: Arc::default() }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.shift(millis(by));
    }

    /// Moves the clock back, as a corrected server clock does.
    pub fn rewind(&self, by: Duration) {
        self.shift(millis(by).saturating_neg());
    }

    /// The time in whole seconds since 1970.
    pub fn unix_seconds(&self) -> i64 {
        self.unix_millis().div_euclid(1_000)
    }

    /// The time in milliseconds since 1970.
    pub fn unix_millis(&self) -> i64 {
        let base = match self.base {
            Base::System => system_millis(),
            Base::Fixed { ms } => ms,
        };
        base.saturating_add(self.moved_ms.load(Ordering::SeqCst))
    }

    fn shift(&self, ms: i64) {
        let moved = |now: i64| Some(now.saturating_add(ms));
        // The closure always returns `Some`, so there is no error to handle.
        let _ = self.moved_ms.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[allow(clippy::disallowed_methods, reason = "this is the clock module: nothing else reads the system's time")]
fn system_millis() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since),
        Err(before) => millis(before.duration()).saturating_neg(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(1_000);
        let shared = clock.clone();
        assert_eq!(clock.unix_seconds(), 1_000);
        shared.advance(Duration::from_millis(2_500));
        assert_eq!((clock.unix_seconds(), clock.unix_millis()), (1_002, 1_002_500));
        clock.rewind(Duration::from_secs(1_000_000));
        assert_eq!(shared.unix_seconds(), -998_998);
    }

    #[test]
    fn no_distance_overflows() {
        let clock = Clock::manual(i64::MAX);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.unix_millis(), i64::MAX);
    }
}
