//! The middleware stack of data calls.

pub(crate) mod attempt;
mod authenticate;
mod deadline;
pub(crate) mod masks;
mod rejecting;
pub(crate) mod retry;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use bigid_api::BaseUrl;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware};

use crate::clock::Clock;
use crate::session::SessionCache;
use crate::wire::receive::Receive;
use crate::wire::runtimes::PerRuntime;
use crate::wire::timeout::AttemptTimeout;
use bigid_api::RetryPolicy;

/// The configuration of the layers.
pub(crate) struct Stack {
    pub(crate) base: BaseUrl,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long a whole call may take.
    pub(crate) deadline: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    pub(crate) user: Vec<Arc<dyn Middleware>>,
    pub(crate) timeout: AttemptTimeout,
    pub(crate) runtimes: PerRuntime,
}

/// Builds the stack, outermost layer first, as ARCHITECTURE.md draws it.
pub(crate) fn build(stack: Stack, sessions: &SessionCache, http: reqwest::Client) -> ClientWithMiddleware {
    let Stack { base, clock, deadline, retry, user, timeout, runtimes } = stack;
    let mut chain = ClientBuilder::new(http)
        .with(trace::Trace::new(clock.clone()))
        .with(deadline::Deadline { limit: deadline, clock: clock.clone() })
        .with(masks::LeaveOutMasks)
        .with(retry::Retry::new(retry, clock.clone()).sharing_copy(user.is_empty()));
    for layer in user {
        chain = chain.with_arc(layer);
    }
    chain
        .with(authenticate::Authenticate::new(base, sessions.cache.clone(), sessions.detector.clone()))
        .with(attempt::Attempt::new(clock.clone()))
        .with(Receive::new(timeout, sessions.redactor.clone(), clock))
        .with(runtimes)
        .build()
}
