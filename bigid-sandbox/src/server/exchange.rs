//! One request and its response.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::sync::mpsc;

use super::body::ResponseBody;
use super::host::is_loopback;
use super::raw::RawResponse;
use super::shared::Shared;
use crate::api;
use crate::console::Console;
use crate::faults::{DueFaults, Fault};
use crate::observer::{Observed, deviation};
use crate::operation::{OperationName, Target};
use crate::wire::{ReceivedRequest, ResponseTemplate, problem};

/// Responds to any request.
pub(super) async fn respond(
    shared: Arc<Shared>,
    connection: u64,
    takeover: mpsc::Sender<RawResponse>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Infallible> {
    if let Some(console) = shared.console.as_ref().filter(|_| Console::serves(request.uri().path())) {
        return Ok(console.respond(shared.reach(), request).await.map(ResponseBody::Other));
    }
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await.map(|body| body.to_bytes());
    let refusal = if shared.loopback_only && !host_of(&parts).is_some_and(is_loopback) {
        Some(problem(StatusCode::FORBIDDEN, "this sandbox only accepts requests with a loopback Host"))
    } else if body.is_err() {
        Some(problem(StatusCode::PAYLOAD_TOO_LARGE, "the body was cut off, or is longer than this sandbox accepts"))
    } else {
        None
    };
    let received = received(&shared, connection, parts, body.unwrap_or_default(), refusal.is_some());
    let entry = shared.journal.record(received.clone());
    let decided = match shared.console.as_ref().filter(|_| refusal.is_none()) {
        Some(console) => console.hold(&received).await,
        None => None,
    };
    let due = match decided {
        Some(fault) => DueFaults::of(fault),
        None if refusal.is_some() => DueFaults::default(),
        None => shared.faults.meet(&received),
    };
    let outcome = match refusal {
        Some(refusal) => Outcome::Http(into_response(&shared, refusal, 0)),
        None => outcome(&shared, &received, &due),
    };
    observe(&shared, &received, due.decisive.as_ref(), &outcome);
    for wait in due.waits {
        wait.over().await;
    }
    match outcome {
        Outcome::Http(response) => {
            shared.journal.responded(entry, response.status());
            Ok(ResponseBody::of(response, &shared))
        }
        Outcome::Raw(raw, spoilt) => {
            spoilt.into_iter().for_each(|response| shared.journal.responded(entry, response.status()));
            // The connection drops this future when it takes over the socket.
            let _ = takeover.send(raw).await;
            std::future::pending().await
        }
    }
}

enum Outcome {
    Http(Response<Bytes>),
    /// The response that a fault corrupts, if there is one.
    Raw(RawResponse, Option<Response<Bytes>>),
}

/// The response as it will be sent, created before any waiting.
fn outcome(shared: &Shared, received: &ReceivedRequest, due: &DueFaults) -> Outcome {
    if due.revoke_sessions {
        let mut state = shared.state();
        let occasion = state.occasion(Some(received.node));
        state.sessions.revoke_all(occasion);
    }
    let skew = due.skew_seconds;
    let Some(fault) = &due.decisive else {
        return Outcome::Http(into_response(shared, honest(shared, received, skew), skew));
    };
    if let Some(raw) = RawResponse::before_response(fault) {
        return Outcome::Raw(raw, None);
    }
    let (profile, now) = {
        let state = shared.state();
        (state.profile, state.clock.unix_seconds())
    };
    let template = fault.response(profile, now).unwrap_or_else(|| honest(shared, received, skew));
    let response = into_response(shared, template, skew);
    match RawResponse::spoiling(fault, &response) {
        Some(raw) => Outcome::Raw(raw, Some(response)),
        None => Outcome::Http(response),
    }
}

fn observe(shared: &Shared, received: &ReceivedRequest, fault: Option<&Fault>, outcome: &Outcome) {
    let response = match outcome {
        Outcome::Http(response) => Some(response),
        Outcome::Raw(_, spoilt) => spoilt.as_ref(),
    };
    let profile = shared.state().profile;
    let observed = Observed { request: received, response, deviation: deviation(profile, received, fault, response) };
    if let Some(console) = &shared.console {
        console.note(&observed);
    }
    if let Err(objection) = shared.observer.look(&observed) {
        shared.objections.note(objection);
    }
}

fn honest(shared: &Shared, received: &ReceivedRequest, skew: i64) -> ResponseTemplate {
    let Some(route) = shared.route(&received.method, &received.path) else {
        return api::respond(&mut shared.state(), received, skew);
    };
    // The lock is released before the handler runs, because it may use the sandbox.
    let refusal = route.needs_session.then(|| api::refusal(&shared.state(), received)).flatten();
    refusal.unwrap_or_else(|| (route.handler)(received))
}

fn into_response(shared: &Shared, template: ResponseTemplate, skew: i64) -> Response<Bytes> {
    let (profile, now) = {
        let state = shared.state();
        (state.profile, state.clock.unix_seconds())
    };
    template.into_response(profile, now.saturating_add(skew))
}

fn received(shared: &Shared, connection: u64, parts: Parts, body: Bytes, refused: bool) -> ReceivedRequest {
    let (profile, unix_millis) = {
        let state = shared.state();
        (state.profile, state.clock.unix_millis())
    };
    let path = parts.uri.path();
    let target = if refused {
        Target::own(OperationName::UNMATCHED)
    } else if shared.route(&parts.method, path).is_some() {
        Target::own(OperationName::CUSTOM)
    } else {
        Target::find(profile, &parts.method, path)
    };
    ReceivedRequest {
        operation: target.name,
        described: target.described,
        parameters: target.parameters,
        path: path.to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        method: parts.method,
        headers: parts.headers,
        body,
        unix_millis,
        connection,
        node: shared.nodes.assign(connection),
        status: None,
    }
}

fn host_of(parts: &Parts) -> Option<&str> {
    let sent = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // A request through a proxy names its host in the target.
    parts.uri.host().or(sent)
}

/// The maximum size of a body, in bytes: far above every documented request.
const MAX_BODY: usize = 16 * 1024 * 1024;
