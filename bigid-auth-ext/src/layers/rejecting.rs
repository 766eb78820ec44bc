//! Endpoints that reject even fresh sessions, so that each call to them does not trigger an exchange.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bigid_api::{BaseUrl, Operation};
use http::Extensions;
use reqwest::Request;

use crate::lock::lock;
use crate::session::Serial;

/// The endpoints that rejected sessions which had just been exchanged.
#[derive(Debug, Default)]
pub(crate) struct RejectingEndpoints {
    rejections: Mutex<VecDeque<Rejection>>,
    /// The number of these endpoints; zero in most services.
    count: AtomicUsize,
}

#[derive(Debug)]
struct Rejection {
    endpoint: Endpoint,
    /// How many fresh sessions it rejected, with no success in between.
    times: u32,
    /// The last of them.
    serial: Serial,
    at: Duration,
}

/// The identity of an endpoint.
///
/// An operation of the contract is one, whatever its parameters are. Of a call that the contract does not describe, the
/// template is unknown: an endpoint is then the method and the first [`KNOWN_SEGMENTS`] segments of the path below the
/// base URL. A refusal of `/custom-app/records/7` counts for `/custom-app/records/8` as well, and so does a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Endpoint(u64);

/// The number of segments of an undescribed path that are certainly not identifiers.
const KNOWN_SEGMENTS: usize = 1;

impl Endpoint {
    pub(crate) fn new(request: &Request, extensions: &Extensions, base: &BaseUrl) -> Self {
        let mut hasher = DefaultHasher::new();
        match extensions.get::<&'static Operation>() {
            Some(operation) => operation.id.hash(&mut hasher),
            None => {
                let path = request.url().path();
                let url = request.url().as_str().split(['?', '#']).next();
                let below_base = url.and_then(|url| url.strip_prefix(base.as_str())).unwrap_or(path);
                request.method().hash(&mut hasher);
                below_base.split('/').filter(|segment| !segment.is_empty()).take(KNOWN_SEGMENTS).for_each(|segment| {
                    segment.hash(&mut hasher);
                });
            }
        }
        Self(hasher.finish())
    }
}

/// What is known about an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing: its refusals are about the session.
    Nothing,
    /// It rejects fresh sessions: waiting for one to become known is pointless.
    Rejects,
    /// It did so a moment ago: a refusal says nothing about the session.
    Suppressed,
}

/// How many fresh sessions in a row an endpoint rejects before the rejections are attributed to the endpoint. Sessions
/// may be revoked twice in quick succession.
const MAX_REJECTIONS: u32 = 3;

/// How long the refusals of such an endpoint are ignored. It then costs an exchange this often; if the session is
/// revoked meanwhile, calls to this endpoint, and only those, learn of it this late.
const SUPPRESSED: Duration = Duration::from_secs(5);

/// How many endpoints are remembered. A service calls a few.
const MAX_ENDPOINTS: usize = 64;

impl RejectingEndpoints {
    /// Remembers that an endpoint rejected a fresh session.
    pub(crate) fn rejected(&self, endpoint: Endpoint, serial: Serial, now: Duration) {
        self.lock(|rejections| {
            // Rejections of one session count once.
            let before = rejections.iter().find(|rejection| rejection.endpoint == endpoint);
            let times = before.map_or(0, |before| before.times.saturating_sub(u32::from(before.serial == serial)));
            rejections.retain(|rejection| rejection.endpoint != endpoint);
            if rejections.len() == MAX_ENDPOINTS {
                rejections.pop_front();
            }
            rejections.push_back(Rejection { endpoint, times: times.saturating_add(1), serial, at: now });
        });
    }

    /// Forgets an endpoint that accepted a session.
    pub(crate) fn accepted(&self, endpoint: impl FnOnce() -> Endpoint) {
        if self.count.load(Ordering::Relaxed) > 0 {
            let endpoint = endpoint();
            self.lock(|rejections| rejections.retain(|rejection| rejection.endpoint != endpoint));
        }
    }

    pub(crate) fn known(&self, endpoint: Endpoint, now: Duration) -> Known {
        if self.count.load(Ordering::Relaxed) == 0 {
            return Known::Nothing;
        }
        let rejects = |rejection: &&Rejection| rejection.endpoint == endpoint && rejection.times >= MAX_REJECTIONS;
        self.lock(|rejections| match rejections.iter().find(rejects) {
            None => Known::Nothing,
            Some(rejection) if now.saturating_sub(rejection.at) < SUPPRESSED => Known::Suppressed,
            Some(_) => Known::Rejects,
        })
    }

    fn lock<R>(&self, f: impl FnOnce(&mut VecDeque<Rejection>) -> R) -> R {
        let mut rejections = lock(&self.rejections);
        let result = f(&mut rejections);
        self.count.store(rejections.len(), Ordering::Relaxed);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_refusals_of_one_session_are_one_rejection_and_three_sessions_are_enough() {
        let (endpoints, endpoint) = (RejectingEndpoints::default(), Endpoint(7));
        for known in [Known::Nothing, Known::Nothing, Known::Suppressed] {
            let serial = Serial::next();
            (0..100).for_each(|_| endpoints.rejected(endpoint, serial, Duration::ZERO));
            assert_eq!(endpoints.known(endpoint, Duration::ZERO), known);
            assert_eq!(endpoints.known(Endpoint(8), Duration::ZERO), Known::Nothing);
        }
        assert_eq!(endpoints.known(endpoint, SUPPRESSED - Duration::from_millis(1)), Known::Suppressed);
        assert_eq!(endpoints.known(endpoint, SUPPRESSED), Known::Rejects);
        endpoints.accepted(|| Endpoint(8));
        assert_eq!(endpoints.known(endpoint, Duration::ZERO), Known::Suppressed);
        endpoints.accepted(|| endpoint);
        assert_eq!(endpoints.known(endpoint, Duration::ZERO), Known::Nothing);
    }
}
