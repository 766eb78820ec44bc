//! The exchange in flight, and its waiting callers.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::oneshot;

use super::Shared;
use super::young::YoungSessions;
use crate::error::{AuthError, Kind};
use crate::session::event::Event;
use crate::session::failure_cache::REJECTION_TTL;
use crate::session::runtime::Runtime;
use crate::session::{Serial, Session};

pub(super) type Outcome = Result<Arc<Session>, AuthError>;

/// The longest duration of a flight. More than [`EXCHANGE_TIMEOUT`](super::EXCHANGE_TIMEOUT), so only one whose task
/// does not run takes this long.
pub(super) const FLIGHT_DEADLINE: Duration = Duration::from_secs(60);

/// The state behind the lock of the cache.
pub(super) struct Flight<H> {
    /// Counts flights, so that an abandoned one cannot end its successor.
    pub(super) number: u64,
    /// The runtime of the current flight.
    under_way: Option<H>,
    /// On the clock.
    started_at: Duration,
    waiting: Vec<oneshot::Sender<Outcome>>,
    /// The number of consecutive failed exchanges.
    pub(super) failures: u32,
    /// The last refused provided token, and when it was refused.
    pub(super) refused: Option<(Serial, Duration)>,
    pub(super) young: YoungSessions,
    pub(super) dropped: Dropped,
}

/// The sessions that were refused and dropped, so that none returns from a store.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    /// The id and the time of issue of the latest one.
    latest: Option<(u64, Duration)>,
}

impl Dropped {
    pub(super) fn insert(&mut self, session: &Session) {
        if self.latest.is_none_or(|(_, issued_at)| session.received_at() >= issued_at) {
            self.latest = Some((session.shared().id, session.received_at()));
        }
    }

    /// Whether this session is one of them, or was issued no later than one of them.
    pub(super) fn contains(&self, session: &Session) -> bool {
        self.latest.is_some_and(|(id, issued_at)| session.shared().id == id || session.received_at() <= issued_at)
    }
}

impl<H> Default for Flight<H> {
    fn default() -> Self {
        Self {
            number: 0,
            under_way: None,
            started_at: Duration::ZERO,
            waiting: Vec::new(),
            failures: 0,
            refused: None,
            young: YoungSessions::default(),
            dropped: Dropped::default(),
        }
    }
}

impl<H: Clone> Flight<H> {
    /// A flight past its deadline is stuck on a runtime that is not being driven, and does not count. Its callers share
    /// the next one.
    pub(super) fn is_under_way(&self, now: Duration) -> bool {
        self.under_way.is_some() && now.saturating_sub(self.started_at) < FLIGHT_DEADLINE
    }

    /// The number and the runtime of the current flight.
    pub(super) fn current(&self) -> Option<(u64, H)> {
        Some((self.number, self.under_way.clone()?))
    }

    pub(super) fn start(&mut self, runtime: &H, now: Duration) -> u64 {
        self.number += 1;
        self.under_way = Some(runtime.clone());
        self.started_at = now;
        self.number
    }

    pub(super) fn wait(&mut self) -> oneshot::Receiver<Outcome> {
        let (sender, outcome) = oneshot::channel();
        self.waiting.push(sender);
        outcome
    }

    pub(super) fn end(&mut self) -> Vec<oneshot::Sender<Outcome>> {
        self.number += 1;
        self.under_way = None;
        std::mem::take(&mut self.waiting)
    }

    /// A refused token is still refused when it is provided again. After a moment it is tried again, because a single
    /// call may be refused for another reason.
    pub(super) fn check(&self, session: Arc<Session>, now: Duration) -> Outcome {
        let was_refused = |(refused, at): &(Serial, Duration)| {
            session.provided_token() == Some(*refused) && now.saturating_sub(*at) < REJECTION_TTL
        };
        if self.refused.as_ref().is_some_and(was_refused) {
            return Err(AuthError::with(Kind::AccessTokenExpired, Some(StatusCode::UNAUTHORIZED), None, None));
        }
        Ok(session)
    }
}

/// Held by the task of an exchange. If the task is dropped with its runtime, the next flight can start.
pub(super) struct FlightGuard<P: Runtime> {
    shared: Option<Arc<Shared<P>>>,
    number: u64,
}

impl<P: Runtime> FlightGuard<P> {
    pub(super) fn new(shared: Arc<Shared<P>>, number: u64) -> Self {
        Self { shared: Some(shared), number }
    }

    pub(super) fn shared(&self) -> Option<&Shared<P>> {
        self.shared.as_deref()
    }

    pub(super) fn complete(mut self, outcome: Outcome, event: Event) {
        if let Some(shared) = self.shared.take() {
            shared.complete(self.number, outcome, event);
        }
    }
}

impl<P: Runtime> Drop for FlightGuard<P> {
    fn drop(&mut self) {
        let Some(shared) = self.shared.take() else { return };
        if std::thread::panicking() {
            // A panic would repeat: the callers get an error, instead of starting one flight after another.
            let what = "the exchange panicked".to_owned();
            let error = AuthError::with(Kind::Unexpected(what), None, None, None);
            shared.complete(self.number, Err(error), Event::Exchanged);
        } else {
            shared.abandon(self.number);
        }
    }
}
