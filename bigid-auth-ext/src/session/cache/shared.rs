//! The state that all clones of a cache share: the slot, the lock, and the operations under it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::flight::{Flight, Outcome};
use super::{Grace, Refused};
use crate::clock::AnyClock;
use crate::session::counter::Counter;
use crate::session::event::{Event, EventSender};
use crate::session::exchange::Exchange;
use crate::session::runtime::{Lock as _, Runtime, Slot as _};
use crate::session::{Demand, Serial, Session};

/// The shortest time between two failed refreshes.
const MIN_REFRESH_PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Shared<P: Runtime> {
    pub(super) exchange: Box<dyn Exchange>,
    pub(super) clock: AnyClock,
    pub(super) slot: P::Slot,
    pub(super) flight: P::Lock<Flight<P::Handle>>,
    /// No background refresh starts before this time, in milliseconds on the clock.
    pub(super) refresh_not_before: AtomicU64,
    pub(super) hits: Counter,
    pub(super) waits: AtomicU64,
    pub(super) events: EventSender,
}

pub(super) enum Joined {
    /// Another caller's exchange ended between loading the slot and locking.
    Stored(Arc<Session>),
    Pending {
        number: u64,
        outcome: oneshot::Receiver<Outcome>,
        is_leader: bool,
    },
}

impl<P: Runtime> Shared<P> {
    pub(super) fn good_session(&self) -> Option<Arc<Session>> {
        let now = self.clock.now();
        self.slot.load(|session| session.filter(|session| session.is_good(now)).cloned())
    }

    pub(super) fn join(&self, runtime: &P::Handle) -> Joined {
        self.flight.with_lock(|flight| {
            if let Some(session) = self.good_session() {
                return Joined::Stored(session);
            }
            let now = self.clock.now();
            let is_leader = !flight.is_under_way(now);
            if is_leader {
                flight.start(runtime, now);
            }
            Joined::Pending { number: flight.number, outcome: flight.wait(), is_leader }
        })
    }

    /// Starts a background flight, if a refresh is due and no flight is under way.
    pub(super) fn start_refresh(&self, runtime: &P::Handle) -> Option<u64> {
        self.flight.with_lock(|flight| {
            let now = self.clock.now();
            let is_due = |session: &Arc<Session>| now >= session.refresh_at() && session.provided_token().is_none();
            let is_due = self.slot.load(|session| session.is_some_and(is_due));
            (is_due && !flight.is_under_way(now)).then(|| flight.start(runtime, now))
        })
    }

    /// Ends a flight: stores its session and sends the outcome to all waiting callers. An abandoned flight changes
    /// nothing.
    pub(super) fn complete(&self, number: u64, outcome: Outcome, event: Event) {
        let settled = self.flight.with_lock(|flight| {
            if flight.number != number {
                return None;
            }
            let outcome = outcome.and_then(|session| flight.check(session, self.clock.now()));
            match &outcome {
                Ok(session) => {
                    flight.failures = 0;
                    flight.young.adopt(session.shared().row);
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
        match (&outcome, event) {
            (Ok(session), _) if session.shared().adopted => self.events.send(Event::Adopted),
            (Ok(_), event) => self.events.send(event),
            (Err(error), Event::Refreshed) => self.events.send(Event::RefreshFailed(error.clone())),
            (Err(_), _) => {}
        }
        for caller in waiting {
            let _ = caller.send(outcome.clone());
        }
    }

    /// After a failed refresh, pauses for an eighth of the window, then a quarter each time: at most eight attempts in
    /// a window.
    fn pause_refreshing(&self, failures: u32) {
        let window = self.slot.load(|session| session.map(|session| session.refresh_window()));
        if let Some(window) = window {
            let pause = (window / 16).saturating_mul(1 << failures.min(3)).min(window / 4).max(MIN_REFRESH_PAUSE);
            let until = self.clock.now() + pause;
            self.refresh_not_before.store(u64::try_from(until.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Ends a flight without an outcome: its callers wake up, and one of them starts the next.
    pub(super) fn abandon(&self, number: u64) {
        let waiting = self.flight.with_lock(|flight| {
            let is_current = flight.current().is_some_and(|(current, _)| current == number);
            if is_current { flight.end() } else { Vec::new() }
        });
        drop(waiting);
    }

    pub(super) fn refuse(&self, serial: Serial, grace: Grace) -> Refused {
        let refused = self.flight.with_lock(|flight| {
            let is_refused = |session: &&Arc<Session>| session.serial() == serial;
            let Some(session) = self.slot.load(|session| session.filter(is_refused).cloned()) else {
                return Refused::Replaced;
            };
            let now = self.clock.now();
            let keep = flight.young.refuse(&session, now)
                && match grace {
                    Grace::Remaining => true,
                    Grace::Exhausted => !flight.young.is_first_in_row(),
                    Grace::Denied => false,
                };
            if keep {
                return Refused::Kept;
            }
            flight.young.drop_session(&session, now);
            flight.dropped.insert(&session);
            flight.refused = session.provided_token().map(|token| (token, now));
            self.slot.store(None);
            Refused::Dropped
        });
        if refused == Refused::Dropped {
            self.events.send(Event::Invalidated);
        }
        refused
    }
}

impl<P: Runtime> Demand for Shared<P> {
    fn is_refused(&self, session: &Session) -> bool {
        self.flight.with_lock(|flight| flight.dropped.contains(session))
    }

    fn serving(&self) -> Option<(u64, Duration)> {
        self.good_session().map(|session| (session.shared().id, session.ends_at()))
    }

    fn row(&self) -> u32 {
        self.flight.with_lock(|flight| flight.young.row())
    }
}
