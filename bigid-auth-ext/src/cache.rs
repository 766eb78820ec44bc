//! One session for everybody, and one exchange at a time.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::error::AuthError;
use crate::exchange::TokenExchange;
use crate::session::Session;

/// How long a caller waits for an exchange that another runtime began, before it begins one on its own. An exchange itself gives up
/// sooner; only a runtime that stands still takes this long.
const FLIGHT_DEADLINE: Duration = Duration::from_secs(60);

/// How long a failed refresh is left alone, while the old session still serves.
const REFRESH_PAUSE: Duration = Duration::from_secs(5);

/// A session and the exchange that renews it. A clone is the same cache.
#[derive(Clone)]
pub(crate) struct SessionCache(Arc<Inner>);

struct Inner {
    exchange: TokenExchange,
    clock: Arc<dyn Clock>,
    slot: ArcSwapOption<Session>,
    flight: Mutex<Flight>,
    /// On the clock, in milliseconds: no background refresh before this.
    refresh_not_before: AtomicU64,
    exchanges: AtomicU64,
}

/// The exchange under way, if there is one, and who waits for it.
#[derive(Default)]
struct Flight {
    /// Counts exchanges, so that one which was given up cannot end the one that followed it.
    number: u64,
    under_way: bool,
    waiting: Vec<oneshot::Sender<Outcome>>,
}

type Outcome = Result<Arc<Session>, AuthError>;

impl SessionCache {
    pub(crate) fn new(exchange: TokenExchange, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            exchange,
            clock,
            slot: ArcSwapOption::empty(),
            flight: Mutex::default(),
            refresh_not_before: AtomicU64::new(0),
            exchanges: AtomicU64::new(0),
        }))
    }

    /// The session, from the cache or from an exchange.
    ///
    /// # Cancel safety
    /// The exchange is a task of its own: a caller that goes away leaves it running for the others.
    pub(crate) async fn session(&self) -> Outcome {
        if let Some(session) = self.0.good_session() {
            return Ok(session);
        }
        loop {
            let (number, waiting) = match self.0.join() {
                Joined::Stored(session) => return Ok(session),
                Joined::Waits { number, waiting, leads } => {
                    if leads {
                        self.fly(number);
                    }
                    (number, waiting)
                }
            };
            match tokio::time::timeout(FLIGHT_DEADLINE, waiting).await {
                Ok(Ok(outcome)) => return outcome,
                // The task died with its runtime, and took the senders with it.
                Ok(Err(_)) => {}
                Err(_) => self.0.give_up(number),
            }
        }
    }

    /// The cached session, if it is good. It starts a refresh where one is due, and never waits.
    pub(crate) fn cached(&self) -> Option<Arc<Session>> {
        let session = self.0.good_session()?;
        let now = self.0.clock.now();
        if now >= session.refresh_at() && now >= self.0.refresh_not_before() {
            self.refresh();
        }
        Some(session)
    }

    /// Drops the cached session if it is the one whose header was refused. A newer one stays.
    pub(crate) fn invalidate(&self, refused: &HeaderValue) {
        let _flight = self.0.lock();
        if self.0.slot.load().as_ref().is_some_and(|session| session.authorization() == refused) {
            self.0.slot.store(None);
        }
    }

    /// Puts a session in the place of the one that it was made of.
    pub(crate) fn replace(&self, old: &Session, new: Session) {
        let _flight = self.0.lock();
        if self.0.slot.load().as_ref().is_some_and(|session| session.authorization() == old.authorization()) {
            self.0.slot.store(Some(Arc::new(new)));
        }
    }

    /// How many exchanges were begun.
    pub(crate) fn exchanges(&self) -> u64 {
        self.0.exchanges.load(Ordering::Relaxed)
    }

    /// Begins an exchange that nobody waits for, unless one is under way.
    fn refresh(&self) {
        let begun = {
            let mut flight = self.0.lock();
            (!flight.under_way).then(|| flight.begin())
        };
        if let Some(number) = begun {
            self.fly(number);
        }
    }

    /// The exchange, as a task. Should the task be dropped with its runtime, `Landing` lets the next one begin.
    fn fly(&self, number: u64) {
        let landing = Landing { inner: Some(self.0.clone()), number };
        self.0.exchanges.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            if let Some(inner) = &landing.inner {
                let outcome = inner.exchange.session().await.map(Arc::new);
                landing.land(outcome);
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

impl Inner {
    fn good_session(&self) -> Option<Arc<Session>> {
        let session = self.slot.load_full()?;
        session.is_good(self.clock.now()).then_some(session)
    }

    fn refresh_not_before(&self) -> Duration {
        Duration::from_millis(self.refresh_not_before.load(Ordering::Relaxed))
    }

    fn join(&self) -> Joined {
        let mut flight = self.lock();
        if let Some(session) = self.good_session() {
            return Joined::Stored(session);
        }
        let leads = !flight.under_way;
        if leads {
            flight.begin();
        }
        let (sender, waiting) = oneshot::channel();
        flight.waiting.push(sender);
        Joined::Waits { number: flight.number, waiting, leads }
    }

    /// Ends a flight: stores what it brought, and answers everyone who waited. A flight that was given up changes nothing.
    fn land(&self, number: u64, outcome: &Outcome) {
        let waiting = {
            let mut flight = self.lock();
            if flight.number != number {
                return;
            }
            match outcome {
                Ok(session) => self.slot.store(Some(session.clone())),
                Err(_) => {
                    let pause = self.clock.now() + REFRESH_PAUSE;
                    self.refresh_not_before
                        .store(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
                }
            }
            flight.end()
        };
        for sender in waiting {
            let _ = sender.send(outcome.clone());
        }
    }

    /// Ends a flight without an outcome: dropped senders wake those who waited, and one of them begins anew.
    fn give_up(&self, number: u64) {
        let mut flight = self.lock();
        if flight.number == number && flight.under_way {
            drop(flight.end());
        }
    }

    /// Nothing that runs under the lock can panic, so that a poisoned one is still sound.
    fn lock(&self) -> MutexGuard<'_, Flight> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    fn begin(&mut self) -> u64 {
        self.number += 1;
        self.under_way = true;
        self.number
    }

    fn end(&mut self) -> Vec<oneshot::Sender<Outcome>> {
        self.number += 1;
        self.under_way = false;
        std::mem::take(&mut self.waiting)
    }
}

/// Held by the task of an exchange.
struct Landing {
    inner: Option<Arc<Inner>>,
    number: u64,
}

impl Landing {
    fn land(mut self, outcome: Outcome) {
        if let Some(inner) = self.inner.take() {
            inner.land(self.number, &outcome);
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            inner.give_up(self.number);
        }
    }
}

impl fmt::Debug for SessionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCache").field("exchanges", &self.exchanges()).finish_non_exhaustive()
    }
}
