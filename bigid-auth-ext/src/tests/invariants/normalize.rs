use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bigid_api::{ExpectedBody, Secret, Sent};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use reqwest::Response;
use serde_json::{Map, Value};

use super::frames::Frames;
use crate::clock::ManualClock;
use crate::credential::MAX_EXCERPT;
use crate::credential::redactor::Redactor;
use crate::wire::envelope::AuthorizedBy;
use crate::wire::receive::{Call, Receive};
use crate::wire::timeout::AttemptTimeout;

/// Three bytes and a line for the response (its status, from `a`; its form, from `0`; the length of its pieces; a
/// credential that the client holds), and then its body.
pub fn normalize(bytes: &[u8]) {
    let [status, form, piece, rest @ ..] = bytes else { return };
    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { return };
    let (secret, body) = rest.split_at(end);
    check_stub(&StubResponse {
        status: STATUSES.get(usize::from(status.wrapping_sub(b'a')) % STATUSES.len()).map_or(200, |status| *status),
        expected: EXPECTED
            .get(usize::from((form & 1) | (form >> 2) & 2))
            .map_or(ExpectedBody::Json, |expected| *expected),
        known_length: form & 2 == 0,
        broken: form & 4 != 0,
        piece: usize::from(*piece),
        secret: String::from_utf8_lossy(secret).into_owned(),
        body: body.get(1..).unwrap_or_default().to_vec(),
    });
}

const STATUSES: [u16; 21] =
    [200, 201, 206, 299, 400, 401, 403, 404, 405, 409, 415, 429, 500, 502, 503, 504, 599, 101, 204, 302, 304];

const EXPECTED: [ExpectedBody; 4] = [ExpectedBody::Json, ExpectedBody::Unknown, ExpectedBody::Text, ExpectedBody::File];

#[derive(Debug, Clone)]
struct StubResponse {
    status: u16,
    expected: ExpectedBody,
    known_length: bool,
    broken: bool,
    piece: usize,
    secret: String,
    body: Vec<u8>,
}

/// What a response became.
#[derive(Debug, PartialEq)]
struct Received {
    status: StatusCode,
    sent: Option<Sent>,
    kind: Option<HeaderValue>,
    body: Vec<u8>,
    broken: bool,
}

fn check_stub(stub: &StubResponse) {
    let redactor = Redactor::default();
    redactor.register(&Secret::from(stub.secret.as_str()));
    nothing_held_survives(&redactor, stub);

    let sent = stub.response();
    let (status, headers) = (sent.status(), sent.headers().clone());
    let (received, received_headers) = receive(sent, stub, &redactor);
    if !stub.broken {
        for (piece, known_length) in [(usize::MAX, true), (usize::MAX, false), (1, true), (1, false)] {
            let framed = StubResponse { piece, known_length, ..stub.clone() };
            assert_eq!(receive(framed.response(), &framed, &redactor).0, received, "{framed:?}");
        }
    }

    let is_object = || bigid_api::from_json::<Map<String, Value>>(&received.body).is_ok();
    let is_error = received.status.is_client_error() || received.status.is_server_error();
    assert!(!is_error || received.broken || is_object(), "{stub:?} became {received:?}");
    assert_eq!(received.sent.is_some(), received.status != status, "{stub:?}");

    if received.status == status && received.kind.as_ref() == headers.get(CONTENT_TYPE) {
        assert_eq!(received_headers, headers, "{stub:?}");
        assert!(received.body == stub.body && received.broken == stub.broken, "{stub:?}: {received:?}");
        return;
    }
    assert!(!received.broken && received.sent.is_none_or(|sent| sent.status == status), "{stub:?}");
    assert!(!status.is_redirection() && (is_error || !status.is_success()), "{stub:?} became {received:?}");
    let refused = received.status == StatusCode::UNAUTHORIZED;
    assert!(status.is_success() || refused || received.status == status, "{stub:?} became {received:?}");
    is_framed(&received_headers, &received.body);
    if received.kind.as_ref() == headers.get(CONTENT_TYPE) {
        assert!(received.body == stub.body, "{stub:?}");
    } else {
        is_a_message(&received.body, received.status, stub);
    }
}

fn receive(response: Response, stub: &StubResponse, redactor: &Redactor) -> (Received, HeaderMap) {
    let call = Call {
        is_described: stub.expected != ExpectedBody::Unknown,
        expected: stub.expected,
        authorization: AuthorizedBy::Session,
        is_head: false,
        decodes: false,
    };
    let timeout = AttemptTimeout { headers: Duration::MAX, idle: Duration::MAX };
    let response =
        at_once(Receive::new(timeout, redactor.clone(), Arc::new(ManualClock::default())).receive(response, call));
    let response = response.unwrap_or_else(|error| panic!("{error} of {stub:?}"));
    assert_eq!(response.url().as_str(), "https://h/api/v1/x");
    let sent = response.extensions().get::<Sent>().copied();
    let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
    let (body, broken) = at_once(read(body));
    let kind = parts.headers.get(CONTENT_TYPE).cloned();
    (Received { status: parts.status, sent, kind, body, broken }, parts.headers)
}

fn is_framed(headers: &HeaderMap, body: &[u8]) {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    assert_eq!((length, headers.get(TRANSFER_ENCODING)), (Some(body.len()), None));
}

/// JSON in the documented form, on one line, of the server's own words or ours.
fn is_a_message(body: &[u8], status: StatusCode, stub: &StubResponse) {
    let said: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error} of {stub:?}"));
    let Some(message) = said["message"].as_str() else { panic!("no message for {stub:?}") };
    assert!(said["success"] == false && said.as_object().is_some_and(|fields| fields.len() == 2), "{stub:?}");
    assert!(message.chars().count() <= MAX_EXCERPT && !message.chars().any(char::is_control), "{stub:?}");
    let reason = status.canonical_reason().unwrap_or_default();
    if [reason, "a page of HTML", "a JSON object in place of the file"].contains(&message) {
        return;
    }
    // A message that was in JSON may be written otherwise there.
    let written = !StatusCode::from_u16(stub.status).is_ok_and(|sent| sent.is_success())
        || !stub.body.trim_ascii_start().starts_with(b"{");
    // What was replaced or cut off is not in the body either.
    if written && message.chars().count() < MAX_EXCERPT && !message.contains("[redacted") {
        let sent = String::from_utf8_lossy(&stub.body);
        let words = message.rsplit_once(' ').map_or(message, |(words, _)| words);
        assert!(words.split(' ').all(|word| sent.contains(word)), "{message:?} of {stub:?}");
    }
    if can_be_told_apart(&stub.secret) {
        assert!(!message.contains(&stub.secret), "{message:?} of {stub:?}");
    }
}

fn nothing_held_survives(redactor: &Redactor, stub: &StubResponse) {
    let clean = redactor.redact(&stub.body);
    if can_be_told_apart(&stub.secret) {
        let json = serde_json::to_string(&stub.secret).unwrap_or_default();
        let json = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default();
        for form in [stub.secret.as_str(), json] {
            assert!(!contains(&clean, form.as_bytes()), "{stub:?} became {clean:?}");
        }
    }
    if !contains(&clean, b"[redacted]") {
        assert_eq!(clean, Cow::Borrowed(&stub.body), "{stub:?}");
    }
}

/// The replacement of a secret can neither be nor form the secret.
fn can_be_told_apart(secret: &str) -> bool {
    !secret.is_empty() && !secret.contains(['[', ']']) && !"redacted".contains(secret)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

impl StubResponse {
    fn response(&self) -> Response {
        let frames = self.body.chunks(self.piece.max(1)).map(Bytes::copy_from_slice);
        let length = (self.known_length && !self.broken).then_some(self.body.len());
        let body = Frames { frames: frames.collect(), length, broken: self.broken };
        let mut response = http::Response::new(reqwest::Body::wrap(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        if length.is_none() {
            response.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        let (parts, body) = response.into_parts();
        let url = reqwest::Url::parse("https://h/api/v1/x").unwrap_or_else(|error| panic!("{error}"));
        crate::wire::with_url(parts, body, url)
    }
}

async fn read(mut body: reqwest::Body) -> (Vec<u8>, bool) {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => whole.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Err(_) => return (whole, true),
        }
    }
    (whole, false)
}

/// The outcome of what has nothing to wait for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it waits for something"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRETS: [&str; 7] = ["hunter2-hunter2", "correct horse", "pa\"ss\\word", "é", "aab", "success", ""];

    const FRAGMENTS: [&str; 37] = [
        "\"odd\":\"\\ud800\"",
        "1e400",
        "{",
        "}",
        "{\"success\":false,\"message\":\"",
        "\"success\":false",
        "\"success\":true",
        "\"message\":",
        "\"statusCode\":",
        "409",
        "200",
        "\"Failed to authenticate token.\"",
        "\"Refresh token not valid\"",
        ",",
        "\"",
        "\\",
        "[",
        "]",
        "<html>",
        "<!doctype html>",
        "<title>",
        "</title>",
        "502 Bad Gateway",
        "200 OK",
        "Sign in",
        "\u{feff}",
        " ",
        "\n",
        "\t",
        "é",
        "\u{85}",
        "\u{0}",
        "\u{c}",
        "correct",
        "horse",
        "hunter2-hunt",
        "success",
    ];

    fn body(secret: &'static str) -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            8 => proptest::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
            2 => Just(secret.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..3),
            1 => (0..900_usize, "[a-zé ]").prop_map(|(times, text)| text.repeat(times).into_bytes()),
        ];
        proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    fn stub() -> impl Strategy<Value = StubResponse> {
        let status = prop_oneof![Just(200), 200..600_u16, 100..1000_u16];
        let secret = proptest::sample::select(&SECRETS[..]);
        let expected = proptest::sample::select(&EXPECTED[..]);
        let form = (status, expected, any::<bool>(), proptest::bool::weighted(0.1), 0..64_usize);
        (form, secret.prop_flat_map(|secret| (Just(secret), body(secret)))).prop_map(
            |((status, expected, known_length, broken, piece), (secret, body))| StubResponse {
                status,
                expected,
                known_length,
                broken,
                piece,
                secret: secret.to_owned(),
                body,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_response_passes_untouched_or_becomes_an_error_that_says_so(stub in stub()) {
            check_stub(&stub);
        }
    }
}
