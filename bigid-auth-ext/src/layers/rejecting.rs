//! Places that refuse even new sessions, so that each call there does not cost an exchange.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use reqwest::Request;

/// The places that refused sessions which had just been exchanged for them.
#[derive(Debug, Default)]
pub(crate) struct RejectingEndpoints {
    refusals: Mutex<VecDeque<Refusal>>,
    /// How many there are; none, in a service without such a place.
    count: AtomicUsize,
}

#[derive(Debug)]
struct Refusal {
    place: Endpoint,
    /// How many new sessions it refused, with no success in between.
    times: u32,
    /// The last of them.
    header: HeaderValue,
    at: Duration,
}

/// A method and a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Endpoint(u64);

impl Endpoint {
    pub(crate) fn of(request: &Request) -> Self {
        let mut hasher = DefaultHasher::new();
        (request.method(), request.url().path()).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// How many new sessions in a row a place refuses before the fault is taken to be its own. Sessions may be revoked twice in a moment.
const TIMES: u32 = 3;

/// How long a refusal by such a place says nothing of the session. The place then costs an exchange this often; should the session be
/// revoked meanwhile, calls there, and only there, learn of it this late.
const REMEMBERED: Duration = Duration::from_secs(5);

/// How many places are remembered. A service calls a few.
const PLACES: usize = 64;

impl RejectingEndpoints {
    /// Remembers that a place refused a new session.
    pub(crate) fn refused(&self, place: Endpoint, header: &HeaderValue, now: Duration) {
        self.with(|refusals| {
            // A herd whose session is refused is one refusal.
            let before = refusals.iter().find(|refusal| refusal.place == place);
            let times = before.map_or(0, |before| before.times.saturating_sub(u32::from(before.header == header)));
            refusals.retain(|refusal| refusal.place != place);
            if refusals.len() == PLACES {
                refusals.pop_front();
            }
            refusals.push_back(Refusal { place, times: times.saturating_add(1), header: header.clone(), at: now });
        });
    }

    /// Forgets a place that took a session.
    pub(crate) fn took(&self, place: impl FnOnce() -> Endpoint) {
        if self.count.load(Ordering::Relaxed) > 0 {
            let place = place();
            self.with(|refusals| refusals.retain(|refusal| refusal.place != place));
        }
    }

    /// Whether the refusal of a session by a place says nothing of the session.
    pub(crate) fn knows(&self, place: Endpoint, header: &HeaderValue, now: Duration) -> bool {
        let is_known = |refusal: &Refusal| {
            refusal.place == place
                && refusal.times >= TIMES
                && refusal.header == header
                && now.saturating_sub(refusal.at) < REMEMBERED
        };
        self.with(|refusals| refusals.iter().any(is_known))
    }

    fn with<R>(&self, act: impl FnOnce(&mut VecDeque<Refusal>) -> R) -> R {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let result = act(&mut refusals);
        self.count.store(refusals.len(), Ordering::Relaxed);
        result
    }
}
