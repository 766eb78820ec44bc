//! The layer that sends again what may succeed later, outside the one that authorizes, so that every attempt has a fresh session.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::{LayerError, Operation};
use http::{Extensions, StatusCode};
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};

use crate::clock::Clock;
use crate::error::AuthError;
use crate::options::CallOptions;
use crate::retry_after::retry_after;
use crate::whole::BrokeOff;

/// How often and how long a call is retried.
///
/// Only calls that may be sent twice are: those whose method is idempotent (RFC 9110, section 9.2.2), unless [`all_methods`] says
/// otherwise, with a body that can be sent twice. Only what may pass is: a connection that failed, an answer that did not begin or
/// broke off in time, and the statuses 408, 429, 502, 503 and 504. A failed exchange is not, because it has had its own tries. An
/// answer that is handed on as a stream is the caller's once its headers came.
///
/// Each wait is a random part of a limit that doubles from [`FIRST_PAUSE`] to [`MAX_PAUSE`] (full jitter); a server's `Retry-After`, in
/// seconds or as a date, lengthens it up to [`MAX_RETRY_AFTER`]. Retries of all calls of a client draw on one budget, so that a dead
/// server sees a trickle.
///
/// [`all_methods`]: Self::all_methods
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    elapsed: Duration,
    all_methods: bool,
}

/// How often a call is sent at most. Three retries with full jitter span a restart of a gateway.
pub const MAX_ATTEMPTS: u32 = 4;

/// How long a call may go on being retried; less than most callers' own deadlines.
pub const MAX_ELAPSED: Duration = Duration::from_secs(30);

/// The limit of the first wait.
pub const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The limit of every later wait.
pub const MAX_PAUSE: Duration = Duration::from_secs(5);

/// The longest `Retry-After` that is waited for. The one published client that saw a 429 waited half a minute.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: MAX_ATTEMPTS, elapsed: MAX_ELAPSED, all_methods: false }
    }
}

impl RetryPolicy {
    /// No retries.
    #[must_use]
    pub fn off() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How often a call is sent at most, the first time included. Zero is taken for one.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long after its begin a call is still retried.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Retries calls of every method. A call that creates something may then create it twice.
    #[must_use]
    pub fn all_methods(mut self) -> Self {
        self.all_methods = true;
        self
    }
}

/// The layer.
#[derive(Debug)]
pub(crate) struct Retry {
    policy: RetryPolicy,
    clock: Arc<dyn Clock>,
    budget: Budget,
}

impl Retry {
    pub(crate) fn new(policy: RetryPolicy, clock: Arc<dyn Clock>) -> Self {
        Self { policy, clock, budget: Budget::default() }
    }

    fn may_repeat(&self, request: &Request, extensions: &Extensions) -> bool {
        let policy = self.policy(extensions);
        let idempotent = match extensions.get::<&'static Operation>() {
            Some(operation) => operation.is_idempotent(),
            None => request.method().is_idempotent(),
        };
        idempotent || policy.all_methods
    }

    /// The client's, unless the call has its own.
    fn policy(&self, extensions: &Extensions) -> RetryPolicy {
        extensions.get::<CallOptions>().and_then(|options| options.retry).unwrap_or(self.policy)
    }

    /// How long to wait before the next attempt; `None` where there is to be none.
    pub(crate) fn pause(
        &self,
        policy: RetryPolicy,
        outcome: &Result<Response, Error>,
        attempt: u32,
        begun: Duration,
    ) -> Option<Duration> {
        if !is_transient(outcome) || attempt >= policy.attempts {
            return None;
        }
        let limit = FIRST_PAUSE.saturating_mul(1 << (attempt - 1).min(16)).min(MAX_PAUSE);
        let asked = outcome.as_ref().ok().and_then(|response| retry_after(response.headers(), self.clock.wall()));
        let pause = limit.mul_f64(fastrand::f64()).max(asked.unwrap_or_default().min(MAX_RETRY_AFTER));
        let left = begun.saturating_add(policy.elapsed).saturating_sub(self.clock.now());
        (pause <= left && self.budget.take()).then_some(pause)
    }
}

#[async_trait]
impl Middleware for Retry {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let (policy, begun) = (self.policy(extensions), self.clock.now());
        let mut repeat = if self.may_repeat(&request, extensions) { request.try_clone() } else { None };
        let mut request = request;
        let mut attempt = 1;
        loop {
            let outcome = next.clone().run(request, extensions).await;
            let Some(again) = repeat.take() else { return outcome };
            let Some(pause) = self.pause(policy, &outcome, attempt, begun) else {
                if outcome.as_ref().is_ok_and(|response| response.status().is_success()) {
                    self.budget.refund();
                }
                return outcome;
            };
            // The connection of an answer that is not wanted goes back to its pool, or is closed, before the wait.
            drop(outcome);
            self.clock.sleep(pause).await;
            repeat = again.try_clone();
            request = again;
            attempt += 1;
        }
    }
}

/// Whether a later attempt may end otherwise. A failed exchange has had its own tries.
fn is_transient(outcome: &Result<Response, Error>) -> bool {
    match outcome {
        Ok(response) if response.extensions().get::<BrokeOff>().is_some() => true,
        Ok(response) => matches!(
            response.status(),
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ),
        Err(Error::Reqwest(error)) => !error.is_builder() && !error.is_redirect(),
        Err(Error::Middleware(error)) => error
            .downcast_ref::<LayerError>()
            .is_some_and(|layer| layer.is_unreachable() && AuthError::of(layer.get_ref()).is_none()),
    }
}

/// What is left for retries: each takes [`COST`], each success gives one back.
#[derive(Debug)]
struct Budget(AtomicU32);

/// A hundred retries in a row empty it.
const BUDGET: u32 = 500;
const COST: u32 = 5;

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(BUDGET))
    }
}

impl Budget {
    fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST)).is_ok()
    }

    fn refund(&self) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| (left < BUDGET).then_some(left + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_ends_and_comes_back_with_success() {
        let budget = Budget::default();
        assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
        (0..COST).for_each(|_| budget.refund());
        assert!(budget.take() && !budget.take());
        (0..10 * BUDGET).for_each(|_| budget.refund());
        assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
    }
}
