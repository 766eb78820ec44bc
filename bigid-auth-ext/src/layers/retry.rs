//! Retries transient failures, outside authentication: every attempt gets a fresh session.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bigid_api::{ConnectionFault, LayerError, Operation, retry_after};
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};

use crate::backoff::full_jitter;
use crate::clock::Clock;
use crate::error::AuthError;
use crate::wire::handling::Handling;
use crate::wire::receive::Truncated;
use bigid_api::CallOptions;
use bigid_api::{INITIAL_BACKOFF, MAX_BACKOFF, MAX_RETRY_AFTER, RetryPolicy};

/// The layer.
#[derive(Debug)]
pub(crate) struct Retry {
    policy: RetryPolicy,
    clock: Arc<dyn Clock>,
    budget: RetryBudget,
    /// Whether authentication is the next layer, which then needs no copy of its own.
    shares_copy: bool,
}

/// The unsent request, in its own extensions, for a layer that may resend it.
#[derive(Debug, Clone)]
pub(crate) struct Unsent(pub(crate) Arc<Request>);

impl Retry {
    pub(crate) fn new(policy: RetryPolicy, clock: Arc<dyn Clock>) -> Self {
        Self { policy, clock, budget: RetryBudget::default(), shares_copy: false }
    }

    /// The same, for a stack in which no layer between this one and authentication can change a request.
    pub(crate) fn sharing_copy(self, shares_copy: bool) -> Self {
        Self { shares_copy, ..self }
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

    /// The pause before the next attempt; `None` if the call is not retried.
    pub(crate) fn pause(
        &self,
        policy: RetryPolicy,
        outcome: &Result<Response, Error>,
        attempt: u32,
        started_at: Duration,
    ) -> Option<Duration> {
        if !is_transient(outcome) || attempt >= policy.max_attempts {
            return None;
        }
        let asked = outcome.as_ref().ok().and_then(|response| retry_after(response.headers(), || self.clock.wall()));
        let pause =
            full_jitter(attempt, INITIAL_BACKOFF, MAX_BACKOFF).max(asked.unwrap_or_default().min(MAX_RETRY_AFTER));
        let left = started_at.saturating_add(policy.max_elapsed).saturating_sub(self.clock.now());
        (pause <= left && self.budget.take()).then_some(pause)
    }
}

impl Middleware for Retry {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handling<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        let is_stream = request.body().is_some_and(|body| body.as_bytes().is_none());
        if is_stream || !self.may_repeat(&request, extensions) {
            return next.run(request, extensions);
        }
        // Copies are sent, because the future would otherwise have room for two requests.
        let request = Arc::new(request);
        let (policy, started_at) = (self.policy(extensions), self.clock.now());
        Box::pin(async move {
            let mut attempt = 1;
            loop {
                if self.shares_copy {
                    extensions.insert(Unsent(request.clone()));
                }
                let Some(sent) = request.try_clone() else {
                    return Err(Error::middleware(LayerError::new("the body is a stream, which cannot be sent again")));
                };
                let outcome = next.clone().run(sent, extensions).await;
                let Some(pause) = self.pause(policy, &outcome, attempt, started_at) else {
                    if outcome.as_ref().is_ok_and(|response| response.status().is_success()) {
                        self.budget.refund();
                    }
                    return outcome;
                };
                // Dropped before the pause, so that its connection returns to the pool or is closed.
                drop(outcome);
                self.clock.sleep(pause).await;
                attempt += 1;
            }
        })
    }
}

/// Whether a later attempt may succeed. A failed exchange has been retried already.
fn is_transient(outcome: &Result<Response, Error>) -> bool {
    match outcome {
        Ok(response) if response.extensions().get::<Truncated>().is_some() => true,
        Ok(response) => RetryPolicy::retries(response.status()),
        Err(Error::Reqwest(error)) => {
            let is_permanent = || ConnectionFault::of(error).is_some_and(ConnectionFault::is_permanent);
            !error.is_builder() && !error.is_redirect() && !is_permanent()
        }
        Err(Error::Middleware(error)) => error
            .downcast_ref::<LayerError>()
            .is_some_and(|layer| layer.is_unreachable() && AuthError::of(layer.get_ref()).is_none()),
    }
}

/// The budget for retries: each retry takes [`RETRY_COST`], each success gives one back.
#[derive(Debug)]
struct RetryBudget(AtomicU32);

/// A hundred retries in a row empty it.
const RETRY_BUDGET: u32 = 500;
const RETRY_COST: u32 = 5;

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(RETRY_BUDGET))
    }
}

impl RetryBudget {
    fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(RETRY_COST)).is_ok()
    }

    fn refund(&self) {
        let _ =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| (left < RETRY_BUDGET).then_some(left + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_ends_and_comes_back_with_success() {
        let budget = RetryBudget::default();
        assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
        (0..RETRY_COST).for_each(|_| budget.refund());
        assert!(budget.take() && !budget.take());
        (0..10 * RETRY_BUDGET).for_each(|_| budget.refund());
        assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
    }
}
