//! Tracing: one span per call, one event per attempt. Never a query, a body or a header.

use std::sync::Arc;
use std::time::Duration;

use bigid_api::Operation;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::clock::Clock;
use crate::layers::attempt::{Attempts, SessionWait, kind, milliseconds, status};
use crate::wire::handling::Handling;

/// The outermost layer: the span of a call, with the attributes that OpenTelemetry names for HTTP clients.
#[derive(Debug)]
pub(crate) struct Trace {
    clock: Arc<dyn Clock>,
}

impl Trace {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Middleware for Trace {
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
        let span = span(&request, extensions);
        if span.is_disabled() {
            return next.run(request, extensions);
        }
        Box::pin(async move {
            let started_at = self.clock.now();
            let outcome = next.run(request, extensions).instrument(span.clone()).await;
            self.record(&span, extensions, started_at, &outcome);
            outcome
        })
    }
}

impl Trace {
    /// Records the outcome of a call in its span.
    fn record(
        &self,
        span: &Span,
        extensions: &Extensions,
        started_at: Duration,
        outcome: &reqwest_middleware::Result<Response>,
    ) {
        let attempts = extensions.get::<Attempts>().map_or(0, |attempts| attempts.0);
        if attempts > 1 {
            span.record("http.request.resend_count", attempts - 1);
        }
        span.record("bigid.elapsed_ms", milliseconds(self.clock.now().saturating_sub(started_at)));
        span.record("bigid.session_wait_ms", milliseconds(SessionWait::of(extensions)));
        let status = status(outcome);
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        if outcome.is_err() || status.is_some_and(|status| status.as_u16() >= 400) {
            span.record("otel.status_code", "ERROR");
            match (outcome, status) {
                (Ok(_), Some(status)) => span.record("error.type", status.as_str()),
                (outcome, _) => span.record("error.type", kind(outcome)),
            };
        }
    }
}

/// The span is named after the operation, or after the path of a call that the contract does not describe.
fn span(request: &Request, extensions: &Extensions) -> Span {
    let operation = extensions.get::<&'static Operation>();
    let (method, url) = (request.method().as_str(), request.url());
    let span = tracing::info_span!(
        "bigid",
        otel.name = Empty,
        otel.kind = "client",
        otel.status_code = Empty,
        bigid.operation = operation.map(|operation| operation.id),
        bigid.elapsed_ms = Empty,
        bigid.session_wait_ms = Empty,
        http.request.method = method,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        url.scheme = url.scheme(),
        url.template = operation.map(|operation| operation.path),
        url.path = operation.is_none().then(|| url.path()),
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        error.type = Empty,
    );
    if !span.is_disabled() {
        match operation {
            Some(operation) => span.record("otel.name", format_args!("{method} {}", operation.path)),
            None => span.record("otel.name", method),
        };
    }
    span
}
