//! One session for everybody, and one exchange at a time.

mod flight;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::error::{AuthError, Kind};
use crate::session::Session;
use crate::session::counter::Counter;
use crate::session::event::{Event, EventSender};
use crate::session::exchange::Exchange;
use crate::session::runtime::{Lock, Mistake, Runtime, Slot, Tokio};

use flight::{FLIGHT_DEADLINE, Flight, Outcome};

/// How long an exchange may take with all its tries.
const EXCHANGE_LIMIT: Duration = Duration::from_secs(50);

/// How many exchanges may die under a caller before it is told so. One does with its runtime; several only where nothing runs any more.
const FLIGHTS: u32 = 4;

/// The shortest time between two refreshes that fail.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// A session and the exchange that renews it. A clone is the same cache.
pub(crate) struct Cache<P: Runtime = Tokio>(Arc<Inner<P>>);

struct Inner<P: Runtime> {
    exchange: Box<dyn Exchange>,
    clock: Arc<dyn Clock>,
    slot: P::Slot,
    flight: P::Lock<Flight>,
    /// On the clock, in milliseconds: no background refresh before this.
    refresh_not_before: AtomicU64,
    hits: Counter,
    waits: AtomicU64,
    exchanges: AtomicU64,
    teller: EventSender,
}

impl<P: Runtime> Cache<P> {
    pub(crate) fn new(exchange: impl Exchange, clock: Arc<dyn Clock>, teller: EventSender) -> Self {
        Self(Arc::new(Inner {
            exchange: Box::new(exchange),
            clock,
            slot: P::Slot::default(),
            flight: P::Lock::new(Flight::default()),
            refresh_not_before: AtomicU64::new(0),
            hits: Counter::default(),
            waits: AtomicU64::new(0),
            exchanges: AtomicU64::new(0),
            teller,
        }))
    }

    /// The header of a good session, if there is one: no wait, no lock, no allocation. It begins a refresh where one is due.
    #[inline]
    pub(crate) fn hit(&self) -> Option<HeaderValue> {
        self.look(|session| session.authorization().clone())
    }

    /// The same, as a session.
    pub(crate) fn cached(&self) -> Option<Arc<Session>> {
        self.look(Arc::clone)
    }

    #[inline]
    fn look<R>(&self, take: impl Fn(&Arc<Session>) -> R) -> Option<R> {
        let now = self.0.clock.now();
        // One comparison serves nearly every call: before its refresh is due, a session is good.
        // The late look is within the early one, so that what is taken is made where it is wanted: moving it costs a tenth of a hit.
        self.0.slot.look(|session| match session {
            Some(session) if now < session.refresh_at() => Some(take(session)),
            _ => self.look_late(now, &take),
        })
    }

    #[cold]
    #[inline(never)]
    fn look_late<R>(&self, now: Duration, take: impl Fn(&Arc<Session>) -> R) -> Option<R> {
        let taken = self.0.slot.look(|session| session.filter(|session| session.is_good(now)).map(take))?;
        if now >= Duration::from_millis(self.0.refresh_not_before.load(Ordering::Relaxed)) {
            self.refresh();
        }
        Some(taken)
    }

    /// Counts a call that was served from the cache. It is no part of [`hit`](Self::hit), which would cost a fifth more with it.
    pub(crate) fn count_hit(&self) {
        self.0.hits.add_one();
    }

    /// The session, from the cache or from an exchange.
    ///
    /// # Cancel safety
    /// The exchange is a task of its own: a caller that goes away leaves it running for the others.
    pub(crate) async fn session(&self) -> Outcome {
        if let Some(session) = self.0.good_session() {
            return Ok(session);
        }
        self.0.waits.fetch_add(1, Ordering::Relaxed);
        for _ in 0..FLIGHTS {
            let (number, waiting) = match self.0.join() {
                Joined::Stored(session) => return Ok(session),
                Joined::Waits { number, waiting, leads } => {
                    if leads {
                        self.fly(number, Event::Exchanged);
                    }
                    (number, waiting)
                }
            };
            match P::within(FLIGHT_DEADLINE, waiting).await {
                Some(Ok(outcome)) => return outcome,
                // The task died with its runtime, and its end woke everybody.
                Some(Err(_)) => {}
                None => self.0.give_up(number),
            }
        }
        Err(AuthError::with(Kind::Abandoned, None, None, None))
    }

    /// What the cache's clock says.
    pub(crate) fn now(&self) -> Duration {
        self.0.clock.now()
    }

    /// Drops the cached session if it is the one whose header was refused. A newer one stays.
    pub(crate) fn invalidate(&self, refused: &HeaderValue) {
        let dropped = self.0.flight.with(|flight| {
            let is_cached =
                self.0.slot.look(|session| session.is_some_and(|session| session.authorization() == refused));
            if is_cached || P::planted(Mistake::InvalidatesBlindly) {
                self.0.slot.store(None);
                flight.refused = Some((refused.clone(), self.0.clock.now()));
            }
            is_cached
        });
        if dropped {
            self.0.teller.tell(Event::Invalidated);
        }
    }

    /// Keeps the cached session behind another header.
    pub(crate) fn replace(&self, old: &HeaderValue, new: &HeaderValue) {
        self.0.flight.with(|_| {
            let session = self.0.slot.look(|session| session.filter(|session| session.authorization() == old).cloned());
            if let Some(session) = session {
                self.0.slot.store(Some(Arc::new(session.with_header(new.clone()))));
            }
        });
    }

    pub(crate) fn teller(&self) -> &EventSender {
        &self.0.teller
    }

    /// Calls served from the cache, calls that waited, and exchanges that were begun.
    pub(crate) fn counts(&self) -> (u64, u64, u64) {
        (self.0.hits.total(), self.0.waits.load(Ordering::Relaxed), self.0.exchanges.load(Ordering::Relaxed))
    }

    /// Begins an exchange that nobody waits for, unless one is under way.
    fn refresh(&self) {
        let begun = self.0.flight.with(|flight| {
            let now = self.0.clock.now();
            let due = self
                .0
                .slot
                .look(|session| session.is_some_and(|session| now >= session.refresh_at() && !session.is_given()));
            (due && P::can_spawn() && !flight.is_under_way(now)).then(|| flight.begin(now))
        });
        if let Some(number) = begun {
            self.fly(number, Event::Refreshed);
        }
    }

    /// The exchange, as a task. Should the task be dropped with its runtime, [`Landing`] lets the next one begin.
    fn fly(&self, number: u64, landed: Event) {
        let landing = Landing { inner: Some(self.0.clone()), number };
        self.0.exchanges.fetch_add(1, Ordering::Relaxed);
        P::spawn(async move {
            if let Some(inner) = &landing.inner {
                let outcome = P::within(EXCHANGE_LIMIT, inner.exchange.session()).await;
                let outcome = outcome.unwrap_or_else(|| Err(AuthError::with(Kind::Unreachable, None, None, None)));
                landing.land(outcome.map(Arc::new), landed);
            }
        });
    }
}

enum Joined {
    /// Another caller's exchange ended between the look at the slot and the lock.
    Stored(Arc<Session>),
    Waits {
        number: u64,
        waiting: oneshot::Receiver<Outcome>,
        leads: bool,
    },
}

impl<P: Runtime> Inner<P> {
    fn good_session(&self) -> Option<Arc<Session>> {
        let now = self.clock.now();
        self.slot.look(|session| session.filter(|session| session.is_good(now)).cloned())
    }

    fn join(&self) -> Joined {
        self.flight.with(|flight| {
            if let Some(session) = self.good_session().filter(|_| !P::planted(Mistake::NoSecondLook)) {
                return Joined::Stored(session);
            }
            let now = self.clock.now();
            let leads = !flight.is_under_way(now);
            if leads {
                flight.begin(now);
            }
            let (sender, waiting) = oneshot::channel();
            flight.waiting.push(sender);
            Joined::Waits { number: flight.number, waiting, leads }
        })
    }

    /// Ends a flight: stores what it brought, and answers everyone who waited. A flight that was given up changes nothing.
    fn land(&self, number: u64, outcome: Outcome, landed: Event) {
        if P::planted(Mistake::EndsBeforeItStores) {
            let waiting = self.flight.with(Flight::end);
            if let Ok(session) = &outcome {
                self.slot.store(Some(session.clone()));
            }
            waiting.into_iter().for_each(|sender| drop(sender.send(outcome.clone())));
            return;
        }
        let settled = self.flight.with(|flight| {
            if flight.number != number {
                return None;
            }
            let outcome = outcome.and_then(|session| flight.check(session, self.clock.now()));
            match &outcome {
                Ok(session) => {
                    flight.failures = 0;
                    self.slot.store(Some(session.clone()));
                }
                Err(_) => {
                    flight.failures = flight.failures.saturating_add(1);
                    self.pause_refreshing(flight.failures);
                }
            }
            Some((flight.end(), outcome))
        });
        let Some((waiting, outcome)) = settled else { return };
        match (&outcome, landed) {
            (Ok(_), landed) => self.teller.tell(landed),
            (Err(error), Event::Refreshed) => self.teller.tell(Event::RefreshFailed(error.clone())),
            (Err(_), _) => {}
        }
        for sender in waiting {
            let _ = sender.send(outcome.clone());
        }
    }

    /// A failed refresh waits for an eighth of the window, then a quarter each time: eight tries at most in a window.
    fn pause_refreshing(&self, failures: u32) {
        let window = self.slot.look(|session| session.map(|session| session.refresh_window()));
        if let Some(window) = window {
            let pause = (window / 16).saturating_mul(1 << failures.min(3)).min(window / 4).max(SHORTEST_PAUSE);
            let until = self.clock.now() + pause;
            self.refresh_not_before.store(u64::try_from(until.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Ends a flight without an outcome: dropped senders wake those who waited, and one of them begins anew.
    fn give_up(&self, number: u64) {
        if P::planted(Mistake::DiesSilently) {
            return;
        }
        let waiting = self
            .flight
            .with(|flight| if flight.number == number && flight.under_way { flight.end() } else { Vec::new() });
        drop(waiting);
    }
}

/// Held by the task of an exchange.
struct Landing<P: Runtime> {
    inner: Option<Arc<Inner<P>>>,
    number: u64,
}

impl<P: Runtime> Landing<P> {
    fn land(mut self, outcome: Outcome, landed: Event) {
        if let Some(inner) = self.inner.take() {
            inner.land(self.number, outcome, landed);
        }
    }
}

impl<P: Runtime> Drop for Landing<P> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if std::thread::panicking() {
            // A provider that panics once panics again: its callers are told, and not sent round in circles.
            let what = "the credential provider panicked".to_owned();
            inner.land(self.number, Err(AuthError::with(Kind::Unexpected(what), None, None, None)), Event::Exchanged);
        } else {
            inner.give_up(self.number);
        }
    }
}

impl<P: Runtime> Clone for Cache<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: Runtime> fmt::Debug for Cache<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hits, waits, exchanges) = self.counts();
        f.debug_struct("Cache")
            .field("hits", &hits)
            .field("waits", &waits)
            .field("exchanges", &exchanges)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod herds;

#[cfg(test)]
mod model;
