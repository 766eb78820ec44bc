//! Places that refuse even a new session, so that each call there does not cost an exchange.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use reqwest::Request;

/// The latest refusals of sessions that were new, by place.
#[derive(Debug, Default)]
pub(crate) struct Stubborn(Mutex<VecDeque<Refusal>>);

#[derive(Debug)]
struct Refusal {
    place: Place,
    header: HeaderValue,
    at: Duration,
}

/// A method and a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u64);

impl Place {
    pub(crate) fn of(request: &Request) -> Self {
        let mut hasher = DefaultHasher::new();
        (request.method(), request.url().path()).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// How long a refusal says nothing of the session. A place that always refuses costs an exchange this often; should the session be
/// revoked meanwhile, calls there, and only there, learn of it this late.
const REMEMBERED: Duration = Duration::from_secs(5);

/// How many places are remembered. A service calls a few.
const PLACES: usize = 64;

impl Stubborn {
    /// Remembers that a place refused a session which had just been exchanged for it.
    pub(crate) fn remember(&self, place: Place, header: &HeaderValue, now: Duration) {
        self.with(|refusals| {
            refusals.retain(|refusal| refusal.place != place && now.saturating_sub(refusal.at) < REMEMBERED);
            if refusals.len() == PLACES {
                refusals.pop_front();
            }
            refusals.push_back(Refusal { place, header: header.clone(), at: now });
        });
    }

    /// Whether the refusal of a session by a place says nothing of the session.
    pub(crate) fn knows(&self, place: Place, header: &HeaderValue, now: Duration) -> bool {
        self.with(|refusals| {
            refusals.iter().any(|refusal| {
                refusal.place == place && refusal.header == header && now.saturating_sub(refusal.at) < REMEMBERED
            })
        })
    }

    fn with<R>(&self, act: impl FnOnce(&mut VecDeque<Refusal>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
