//! The session cache: one session for all callers, and one exchange at a time.

mod flight;
mod shared;
mod young;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::oneshot;

use crate::clock::AnyClock;
#[cfg(test)]
use crate::clock::Clock;
use crate::error::ProviderFault;
use crate::error::{AuthError, Kind};
use crate::session::counter::Counter;
use crate::session::event::{Event, EventSender};
use crate::session::exchange::Exchange;
use crate::session::runtime::{Lock as _, Runtime, Slot as _, Tokio};
use crate::session::{Authorization, Serial, Session};

use flight::{FLIGHT_DEADLINE, Flight, FlightGuard, Outcome};
use shared::{Joined, Shared};

/// The timeout of an exchange, including all its attempts.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(50);

/// How many exchanges may be dropped while a caller waits, before the caller gets an error. One is dropped with its
/// runtime; several only if no runtime runs.
const MAX_FLIGHTS: u32 = 4;

/// How often a caller checks that the runtime of the exchange it waits for still runs.
const PROBE_INTERVAL: Duration = Duration::from_millis(500);

/// A session and the exchange that renews it. Clones share it.
pub(crate) struct Cache<P: Runtime = Tokio>(Arc<Shared<P>>);

/// The fate of a refused session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is the cached session, and so young that the node that refused it may not know it yet.
    Kept,
    /// It was the cached session, and was dropped.
    Dropped,
    /// It is not the cached session.
    Replaced,
}

/// Whether a refused call can wait for a node that does not know its session yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grace {
    /// It can wait.
    Remaining,
    /// It has waited.
    Exhausted,
    /// It must not wait: the refusal may have another reason than a slow node.
    Denied,
}

impl<P: Runtime> Cache<P> {
    #[cfg(test)]
    pub(crate) fn new(exchange: impl Exchange, clock: Arc<dyn Clock>, events: EventSender) -> Self {
        Self::on(exchange, AnyClock::Injected(clock), events)
    }

    pub(crate) fn on(exchange: impl Exchange, clock: AnyClock, events: EventSender) -> Self {
        Self(Arc::new(Shared {
            exchange: Box::new(exchange),
            clock,
            slot: P::Slot::default(),
            flight: P::Lock::new(Flight::default()),
            refresh_not_before: AtomicU64::new(0),
            hits: Counter::default(),
            waits: AtomicU64::new(0),
            events,
        }))
    }

    /// The authorization of a valid cached session, if there is one, without waiting, locking or allocating. Starts a
    /// refresh if one is due.
    #[inline]
    pub(crate) fn hit(&self) -> Option<Authorization> {
        self.load(|session| session.as_authorization())
    }

    /// Only its header.
    #[inline]
    pub(crate) fn hit_header(&self) -> Option<HeaderValue> {
        self.load(|session| session.authorization().clone())
    }

    /// The same, as a session.
    pub(crate) fn cached(&self) -> Option<Arc<Session>> {
        self.load(Arc::clone)
    }

    #[inline]
    fn load<R>(&self, take: impl Fn(&Arc<Session>) -> R) -> Option<R> {
        let seconds = self.0.clock.seconds();
        // One comparison suffices for nearly every call: until the second in which its refresh is due, a session is
        // valid. The slow path is nested so that the result is built in place: moving it costs a tenth of a hit.
        self.0.slot.load(|session| match session {
            Some(session) if seconds < session.refresh_at().as_secs() => Some(take(session)),
            _ => self.load_slow(&take),
        })
    }

    #[cold]
    #[inline(never)]
    fn load_slow<R>(&self, take: impl Fn(&Arc<Session>) -> R) -> Option<R> {
        let now = self.0.clock.now();
        let session = self.0.slot.get().filter(|session| session.is_good(now))?;
        let not_before = Duration::from_millis(self.0.refresh_not_before.load(Ordering::Relaxed));
        if now >= session.refresh_at().max(not_before) {
            self.refresh();
        }
        Some(take(&session))
    }

    /// See [`Exchange::user_token_expires_at`].
    pub(crate) fn user_token_expires_at(&self) -> Option<Duration> {
        self.0.exchange.user_token_expires_at()
    }

    /// Counts a call that was served from the cache. [`hit`](Self::hit) does not, because counting costs a fifth of a
    /// hit.
    pub(crate) fn count_hit(&self) {
        self.0.hits.add_one();
    }

    /// The session, from the cache or from an exchange.
    ///
    /// # Cancel safety
    /// The exchange runs in a separate task: a caller that is dropped leaves it running for the others.
    pub(crate) async fn session(&self) -> Outcome {
        if let Some(session) = self.0.good_session() {
            return Ok(session);
        }
        let failed = |kind| Err(AuthError::with(kind, None, None, None));
        if self.0.exchange.is_called_by_provider() {
            return failed(Kind::Provider(ProviderFault::CalledBack));
        }
        let Some(runtime) = P::current() else { return failed(Kind::NoRuntime) };
        self.0.waits.fetch_add(1, Ordering::Relaxed);
        for _ in 0..MAX_FLIGHTS {
            let (number, outcome) = match self.0.join(&runtime) {
                Joined::Stored(session) => return Ok(session),
                Joined::Pending { number, outcome, is_leader } => {
                    if is_leader {
                        self.spawn_flight(&runtime, number, Event::Exchanged);
                    }
                    (number, outcome)
                }
            };
            if let Some(outcome) = self.outcome(number, outcome).await {
                return outcome;
            }
        }
        failed(Kind::Abandoned)
    }

    /// The outcome of the current flight; `None` if it was dropped, or if its runtime is not being driven.
    async fn outcome(&self, mut number: u64, mut outcome: oneshot::Receiver<Outcome>) -> Option<Outcome> {
        let mut waited = Duration::ZERO;
        while waited < FLIGHT_DEADLINE {
            if let Some(received) = P::timeout(PROBE_INTERVAL, &mut outcome).await {
                // An error means that the task was dropped with its runtime.
                return received.ok();
            }
            waited += PROBE_INTERVAL;
            // The flight may have changed: callers of one that is past its deadline wait for its successor.
            if let Some((current, runtime)) = self.0.flight.with_lock(|flight| flight.current()) {
                number = current;
                if !P::is_running(&runtime).await {
                    break;
                }
            }
        }
        self.0.abandon(number);
        None
    }

    /// The time on the cache's clock.
    pub(crate) fn now(&self) -> Duration {
        self.0.clock.now()
    }

    /// Waits on the cache's clock.
    pub(crate) async fn sleep(&self, time: Duration) {
        self.0.clock.to_dyn().sleep(time).await;
    }

    /// Decides about a session that a server refused. Only the cached session can be dropped, and a young one is kept
    /// while the call may wait for a slow node.
    pub(crate) fn refuse(&self, serial: Serial, grace: Grace) -> Refused {
        self.0.refuse(serial, grace)
    }

    /// Replaces the header of the cached session.
    pub(crate) fn replace_header(&self, serial: Serial, header: &HeaderValue) {
        self.0.flight.with_lock(|_| {
            let session = self.0.slot.load(|session| session.filter(|session| session.serial() == serial).cloned());
            if let Some(session) = session {
                self.0.slot.store(Some(Arc::new(session.with_header(header.clone()))));
            }
        });
    }

    pub(crate) fn events(&self) -> &EventSender {
        &self.0.events
    }

    /// Calls served from the cache, calls that waited, and exchanges that were started.
    pub(crate) fn stats(&self) -> (u64, u64, u64) {
        (self.0.hits.total(), self.0.waits.load(Ordering::Relaxed), self.0.exchange.started())
    }

    /// Starts a background exchange, unless one is in flight.
    fn refresh(&self) {
        let Some(runtime) = P::current() else { return };
        if let Some(number) = self.0.start_refresh(&runtime) {
            self.spawn_flight(&runtime, number, Event::Refreshed);
        }
    }

    fn spawn_flight(&self, runtime: &P::Handle, number: u64, event: Event) {
        let guard = FlightGuard::new(self.0.clone(), number);
        P::spawn(runtime, async move {
            if let Some(shared) = guard.shared() {
                let outcome = P::timeout(EXCHANGE_TIMEOUT, shared.exchange.session(shared)).await;
                let outcome = outcome.unwrap_or_else(|| Err(AuthError::with(Kind::Unreachable, None, None, None)));
                guard.complete(outcome.map(Arc::new), event);
            }
        });
    }
}

impl<P: Runtime> Clone for Cache<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
pub(crate) mod tests;
