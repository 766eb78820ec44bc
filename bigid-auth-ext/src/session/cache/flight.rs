//! The exchange under way.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use tokio::sync::oneshot;

use crate::error::{AuthError, Kind};
use crate::session::Session;
use crate::session::failure_cache::REJECTED;

pub(super) type Outcome = Result<Arc<Session>, AuthError>;

/// How long a caller waits for an exchange before it begins one on its own runtime. More than [`EXCHANGE_LIMIT`](super::EXCHANGE_LIMIT), so that only a
/// runtime that stands still takes this long.
pub(super) const FLIGHT_DEADLINE: Duration = Duration::from_secs(60);

/// The exchange under way, if there is one, and who waits for it.
#[derive(Default)]
pub(super) struct Flight {
    /// Counts flights, so that one which was given up cannot end the one that followed it.
    pub(super) number: u64,
    pub(super) under_way: bool,
    /// On the clock.
    pub(super) begun_at: Duration,
    pub(super) waiting: Vec<oneshot::Sender<Outcome>>,
    /// How many exchanges in a row have failed.
    pub(super) failures: u32,
    /// The header that was refused last, and when.
    pub(super) refused: Option<(HeaderValue, Duration)>,
}

impl Flight {
    /// A flight that should long be over stands still with its runtime, and is none. Those who wait for it share the next.
    pub(super) fn is_under_way(&self, now: Duration) -> bool {
        self.under_way && now.saturating_sub(self.begun_at) < FLIGHT_DEADLINE
    }

    pub(super) fn begin(&mut self, now: Duration) -> u64 {
        self.number += 1;
        self.under_way = true;
        self.begun_at = now;
        self.number
    }

    pub(super) fn end(&mut self) -> Vec<oneshot::Sender<Outcome>> {
        self.number += 1;
        self.under_way = false;
        std::mem::take(&mut self.waiting)
    }

    /// An access token that was given and refused is what it was: no exchange makes another of it. After a moment it is tried again,
    /// because one call may be refused for reasons of its own.
    pub(super) fn check(&self, session: Arc<Session>, now: Duration) -> Outcome {
        let was_refused = |(refused, at): &(HeaderValue, Duration)| {
            refused == session.authorization() && now.saturating_sub(*at) < REJECTED
        };
        if session.is_given() && self.refused.as_ref().is_some_and(was_refused) {
            return Err(AuthError::with(Kind::GivenTokenEnded, Some(StatusCode::UNAUTHORIZED), None, None));
        }
        Ok(session)
    }
}
