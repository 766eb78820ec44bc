//! Counts attempts and logs each one.

use std::sync::Arc;
use std::time::Duration;

use bigid_api::{LayerError, Operation};
use http::{Extensions, StatusCode};
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};
use tracing::Level;

use crate::clock::Clock;
use crate::error::AuthError;
use crate::wire::handling::Handling;

/// The time that a request has waited for sessions, in its extensions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SessionWait(Duration);

impl SessionWait {
    pub(crate) fn of(extensions: &Extensions) -> Duration {
        extensions.get::<Self>().copied().unwrap_or_default().0
    }

    pub(crate) fn add(extensions: &mut Extensions, time: Duration) {
        extensions.get_or_insert_default::<Self>().0 += time;
    }
}

/// The number of times that a request was sent, in its extensions.
pub(crate) use bigid_api::Attempts;

/// The layer below authentication: an event for each request as it leaves, a replay included.
#[derive(Debug)]
pub(crate) struct Attempt {
    clock: Arc<dyn Clock>,
}

impl Attempt {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Middleware for Attempt {
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
        let attempts = extensions.get_or_insert_default::<Attempts>();
        attempts.0 += 1;
        let number = attempts.0;
        if !tracing::enabled!(Level::DEBUG) {
            return next.run(request, extensions);
        }
        let operation = extensions.get::<&'static Operation>().map(|operation| operation.id);
        let (waited, started_at) = (SessionWait::of(extensions), self.clock.now());
        let outcome = next.run(request, extensions);
        Box::pin(async move {
            let outcome = outcome.await;
            tracing::debug!(
                bigid.operation = operation,
                bigid.attempt = number,
                bigid.elapsed_ms = milliseconds(self.clock.now().saturating_sub(started_at)),
                bigid.session_wait_ms = milliseconds(waited),
                http.response.status_code = status(&outcome).map(|status| status.as_u16()),
                error.type = outcome.is_err().then(|| kind(&outcome)),
                "attempt"
            );
            outcome
        })
    }
}

/// The status of the response, if there was one.
pub(crate) fn status(outcome: &Result<Response, Error>) -> Option<StatusCode> {
    match outcome {
        Ok(response) => Some(response.status()),
        Err(Error::Reqwest(error)) => error.status(),
        Err(Error::Middleware(_)) => None,
    }
}

/// The kind of a failure without a response. The text of the error may contain more than a log should.
pub(crate) fn kind(outcome: &Result<Response, Error>) -> &'static str {
    match outcome {
        Err(Error::Reqwest(error)) if error.is_timeout() => "timeout",
        Err(Error::Reqwest(error)) if error.is_connect() => "connect",
        Err(Error::Reqwest(_)) => "connection",
        Err(Error::Middleware(error)) => match error.downcast_ref::<LayerError>() {
            Some(layer) if AuthError::of(layer.get_ref()).is_some() => "session",
            Some(layer) if layer.is_unreachable() => "timeout",
            _ => "layer",
        },
        Ok(_) => "none",
    }
}

pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn waits_of_one_request_add_up() {
        let mut extensions = Extensions::default();
        assert_eq!(SessionWait::of(&extensions), Duration::ZERO);
        for (seconds, sum) in [(1, 1), (2, 3)] {
            SessionWait::add(&mut extensions, Duration::from_secs(seconds));
            assert_eq!(SessionWait::of(&extensions).as_secs(), sum);
        }
    }

    #[test]
    fn the_failure_of_a_layer_is_a_session_a_timeout_or_a_layer() {
        let session = || AuthError::with(Kind::Abandoned, None, None, None);
        for (error, expected) in [
            (LayerError::new(session()), "session"),
            (LayerError::new(session()).unreachable(), "session"),
            (LayerError::new("too slow").unreachable(), "timeout"),
            (LayerError::new("of another crate"), "layer"),
        ] {
            assert_eq!(kind(&Err(Error::middleware(error))), expected);
        }
        assert_eq!(kind(&Err(Error::middleware(std::fmt::Error))), "layer");
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_and_one_that_is_silent_have_kinds_of_their_own() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let http = crate::tests::http();
        // It is accepted by the operating system, and never read.
        let silent = http.get(&url).timeout(Duration::from_millis(1)).send().await;
        assert_eq!(kind(&silent.map_err(Error::Reqwest)), "timeout");
        drop(listener);
        assert_eq!(kind(&http.get(&url).send().await.map_err(Error::Reqwest)), "connect");
    }
}
