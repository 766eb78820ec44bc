use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A source of time. Session expiry is measured on it.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time since a moment that stays the same for the life of the process.
    ///
    /// It must count the time that a machine is suspended, and must not follow steps of the wall clock: a session that
    /// expired while a laptop slept is expired, and a corrected wall clock expires nothing.
    fn now(&self) -> Duration;

    /// The wall clock, since 1970. It is read only for tokens that were issued elsewhere: a supplied access token, and
    /// the expiry of the user token itself.
    fn wall(&self) -> Duration;

    /// Waits between two attempts. The default uses tokio's timer.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// The clock of the operating system. On Linux it is `CLOCK_BOOTTIME`; elsewhere it is the later of what the monotonic
/// and the wall clock say has passed, so that time asleep counts on one of them and an early expiry costs one exchange
/// at most.
#[derive(Debug, Clone)]
pub struct SystemClock {
    #[cfg(not(target_os = "linux"))]
    start: (std::time::Instant, std::time::SystemTime),
}

impl Default for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn default() -> Self {
        Self {
            #[cfg(not(target_os = "linux"))]
            start: (std::time::Instant::now(), std::time::SystemTime::now()),
        }
    }
}

/// The clock of a client. The system clock is called without dynamic dispatch: reading it is most of the cost of a
/// cached session.
#[derive(Debug, Clone)]
pub(crate) enum AnyClock {
    System(SystemClock),
    Injected(Arc<dyn Clock>),
}

impl AnyClock {
    #[inline]
    pub(crate) fn now(&self) -> Duration {
        match self {
            Self::System(clock) => clock.now(),
            Self::Injected(clock) => clock.now(),
        }
    }

    /// The whole seconds of [`now`](Self::now), which are cheaper to compare.
    #[inline]
    pub(crate) fn seconds(&self) -> u64 {
        match self {
            #[cfg(target_os = "linux")]
            Self::System(_) => boottime().tv_sec.cast_unsigned(),
            #[cfg(not(target_os = "linux"))]
            Self::System(clock) => clock.now().as_secs(),
            Self::Injected(clock) => clock.now().as_secs(),
        }
    }

    /// The same clock, for callers that read it less often.
    pub(crate) fn to_dyn(&self) -> Arc<dyn Clock> {
        match self {
            Self::System(clock) => Arc::new(clock.clone()),
            Self::Injected(clock) => clock.clone(),
        }
    }
}

#[cfg(target_os = "linux")]
#[inline]
fn boottime() -> rustix::time::Timespec {
    rustix::time::clock_gettime(rustix::time::ClockId::Boottime)
}

impl Clock for SystemClock {
    #[cfg(target_os = "linux")]
    #[inline]
    fn now(&self) -> Duration {
        let time = boottime();
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
    }

    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Duration {
        let wall = std::time::SystemTime::now().duration_since(self.start.1).unwrap_or_default();
        self.start.0.elapsed().max(wall)
    }

    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn wall(&self) -> Duration {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
    }
}

/// A clock for tests that moves only when told to. Sleeping on it advances it.
///
/// ```
/// use std::time::Duration;
/// use bigid_auth_ext::{Clock, ManualClock};
///
/// let clock = ManualClock::default();
/// let handle = clock.clone();
/// handle.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), Duration::from_secs(60));
/// ```
#[derive(Debug, Clone, Default)]
pub struct ManualClock(Arc<Hands>);

/// Both in milliseconds.
#[derive(Debug, Default)]
struct Hands {
    now: AtomicU64,
    wall: AtomicU64,
}

impl ManualClock {
    /// Advances both the monotonic and the wall clock, for every clone.
    pub fn advance(&self, by: Duration) {
        self.0.now.fetch_add(millis(by), Ordering::SeqCst);
        self.0.wall.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Sets the wall clock alone, as an administrator or a time server does.
    pub fn set_wall(&self, since_1970: Duration) {
        self.0.wall.store(millis(since_1970), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now.load(Ordering::SeqCst))
    }

    fn wall(&self) -> Duration {
        Duration::from_millis(self.0.wall.load(Ordering::SeqCst))
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.advance(time);
        Box::pin(std::future::ready(()))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
