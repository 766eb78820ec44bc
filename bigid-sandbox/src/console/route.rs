//! Routes requests under `/console`.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::{Console, ConsoleBody, Reach, control, guard, page, state};
use crate::contract;

impl Console {
    /// Responds to a request for the console.
    pub(crate) async fn respond(&self, reach: Reach<'_>, request: Request<Incoming>) -> Response<ConsoleBody> {
        let (parts, body) = request.into_parts();
        let refusal = match self.port.get() {
            Some(port) => guard::refusal(&parts, *port, reach.scheme),
            None => Some("the console is not open yet"),
        };
        if let Some(refusal) = refusal {
            return whole(problem(StatusCode::FORBIDDEN, refusal));
        }
        let path = parts.uri.path().strip_prefix("/console").unwrap_or_default();
        let is_read = matches!(parts.method, Method::GET | Method::HEAD);
        let Some(api) = path.strip_prefix("/api/") else {
            let file = if is_read { page::file(path) } else { None };
            return whole(file.unwrap_or_else(nothing));
        };
        if is_read {
            return if api == "events" { self.events() } else { whole(self.read(reach, api)) };
        }
        if parts.method != Method::POST {
            return whole(problem(StatusCode::METHOD_NOT_ALLOWED, "the console accepts GET and POST"));
        }
        let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
            return whole(problem(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body was cut off, or is longer than the console accepts",
            ));
        };
        let Ok(sent) = serde_json::from_slice::<Value>(&body.to_bytes()) else {
            return whole(problem(StatusCode::BAD_REQUEST, "the body must be JSON"));
        };
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        whole(match control::change(self, reach, host, api, &sent) {
            Some(Ok(value)) => json(StatusCode::OK, &value),
            Some(Err(refused)) => problem(StatusCode::UNPROCESSABLE_ENTITY, &refused),
            None => nothing(),
        })
    }

    fn read(&self, reach: Reach<'_>, path: &str) -> Response<Bytes> {
        let exchange = || self.log.detail(path.strip_prefix("exchanges/")?.parse().ok()?);
        match path {
            "state" => json(StatusCode::OK, &state::state(self, reach)),
            "exchanges" => json(StatusCode::OK, &self.log.lines().into()),
            "contract" => page::response(StatusCode::OK, JSON, Bytes::from_static(contract::TEXT.as_bytes())),
            _ => exchange().map_or_else(nothing, |detail| json(StatusCode::OK, &detail)),
        }
    }

    /// Events as they happen, as `text/event-stream`.
    fn events(&self) -> Response<ConsoleBody> {
        let Some(events) = self.hub.subscribe() else {
            return whole(problem(StatusCode::SERVICE_UNAVAILABLE, "too many pages listen; close one"));
        };
        page::response(StatusCode::OK, "text/event-stream", Bytes::new()).map(|_| ConsoleBody::Events(events))
    }
}

fn whole(mut response: Response<Bytes>) -> Response<ConsoleBody> {
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    response.map(ConsoleBody::from)
}

fn json(status: StatusCode, value: &Value) -> Response<Bytes> {
    page::response(status, JSON, value.to_string().into())
}

fn problem(status: StatusCode, message: &str) -> Response<Bytes> {
    json(status, &json!({ "message": message }))
}

fn nothing() -> Response<Bytes> {
    problem(StatusCode::NOT_FOUND, "the console has nothing here")
}

const JSON: &str = "application/json";

/// The maximum size of a body, in bytes: that of a call for which the page requests the text.
const MAX_BODY: usize = 1024 * 1024;
