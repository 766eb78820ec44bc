//! Dishonest answers become honest HTTP, at the very bottom of the chain, so that everything above sees standard HTTP only.
//!
//! Deployed servers answer a refused token with HTTP 200 and `"success": false`, a broken gateway with HTTP 200 and a page of HTML,
//! and nearly everything with `text/html` as content type. So the body decides, never the content type:
//!
//! | answer | becomes |
//! |---|---|
//! | 2xx, a JSON object whose `success` is false, a recorded authentication message | 401, same body |
//! | 2xx, the same with another message | the `statusCode` in the body where that is an error, else 400, same body |
//! | either of these, no JSON for who reads all of it | the same status, JSON with the start of its message |
//! | 2xx, an object without `success` whose `statusCode` is an error, as an action's envelope has it; described calls | that status, same body |
//! | 2xx, a page of HTML | the status that its title names, else 502, JSON with the start of the page's text |
//! | 4xx or 5xx whose body is no JSON object | same status, JSON with the start of the text |
//!
//! A verdict is made on a body of known length up to [`SMALL`] bytes, or on the first frame of any other, so that no answer waits
//! for its body and memory stays flat. Everything else passes byte for byte.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{Extensions, HeaderValue, StatusCode};
use http_body::{Body as _, Frame};
use http_body_util::BodyExt as _;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use bigid_api::{Operation, Redact};

use crate::credential::redactor::Redactor;
use crate::wire::body::{PrefixedBody, rebuild};

/// The innermost layer.
#[derive(Debug, Clone)]
pub(crate) struct Normalize {
    held: Redactor,
    redact: Redact,
}

impl Normalize {
    /// A layer that keeps none of these credentials of what a server says.
    pub(crate) fn new(held: Redactor) -> Self {
        Self { redact: held.redact(), held }
    }
}

/// The largest body that is read whole for a verdict. The largest recorded answer with a `success` field has 15,808 bytes.
pub(crate) const SMALL: usize = 64 * 1024;

/// How much of a body that is not JSON is kept as a message.
pub(crate) const MESSAGE_LENGTH: usize = 200;

/// What deployed servers say of a credential that they do not take, as recorded; each is the start of a message.
const AUTHENTICATION_MESSAGES: [&str; 3] =
    ["Failed to authenticate token", "Refresh token not valid", "Authentication failed"];

#[async_trait]
impl Middleware for Normalize {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let described = extensions.get::<&'static Operation>().is_some();
        let mut response = next.run(request, extensions).await?;
        response.extensions_mut().insert(self.redact.clone());
        normalize(response, described, &self.held).await
    }
}

pub(crate) async fn normalize(
    response: Response,
    described: bool,
    held: &Redactor,
) -> reqwest_middleware::Result<Response> {
    let status = response.status();
    let bodiless = status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if bodiless || status.is_redirection() {
        return Ok(response);
    }
    let url = response.url().clone();
    let (mut parts, mut body) = http::Response::<reqwest::Body>::from(response).into_parts();
    let known_length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let whole = known_length.is_some_and(|length| length <= SMALL);
    let (start, broken) = read(&mut body, whole).await;
    let rest = match broken {
        Some(error) => return Ok(rebuild(parts, PrefixedBody::broken(start, error).into(), url)),
        None => body,
    };

    let body = match judge(parts.status, &start, whole, described, held) {
        None => PrefixedBody::new(start, rest).into(),
        Some(Verdict { status, body, page }) => {
            parts.extensions.insert(Rewritten { original: parts.status, page });
            parts.status = status;
            let body = match body {
                Some(body) => {
                    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    body
                }
                None => start,
            };
            parts.headers.remove(TRANSFER_ENCODING);
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            reqwest::Body::from(body)
        }
    };
    Ok(rebuild(parts, body, url))
}

/// The whole body where it is known to be small, else its first frame; and what broke it off, if something did.
async fn read(body: &mut reqwest::Body, whole: bool) -> (Bytes, Option<reqwest::Error>) {
    let mut start = BytesMut::new();
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Err(error) => return (start.freeze(), Some(error)),
            Ok(Ok(data)) if !whole => return (data, None),
            Ok(Ok(data)) => start.extend_from_slice(&data),
            Ok(Err(_)) => {}
        }
    }
    (start.freeze(), None)
}

/// In the extensions of an answer that is not what the server sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rewritten {
    /// The status that the server sent.
    pub(crate) original: StatusCode,
    /// Whether it sent a page whose title names no status: more likely another server than a gateway's fault.
    pub(crate) page: bool,
}

/// What an answer really says.
#[derive(Debug, PartialEq)]
struct Verdict {
    status: StatusCode,
    page: bool,
    /// A body in place of the one that was sent.
    body: Option<Bytes>,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    success: Value,
    #[serde(default)]
    message: Value,
    #[serde(default, rename = "statusCode")]
    status_code: Value,
}

/// The verdict on an answer, `None` where it is honest. `whole` says that `start` is the whole body, and `described` that the
/// contract describes the call; it documents HTML nowhere.
fn judge(status: StatusCode, start: &[u8], whole: bool, described: bool, held: &Redactor) -> Option<Verdict> {
    let text = start.trim_ascii_start();
    if status.is_success() {
        if text.starts_with(b"{") {
            return refusal(start, text, described, held);
        }
        let page = Page::read(text, held)?;
        return (described || page.status.is_some()).then(|| Verdict {
            status: page.status.unwrap_or(StatusCode::BAD_GATEWAY),
            page: page.status.is_none(),
            body: Some(message(&page.text)),
        });
    }
    if text.starts_with(b"{") && (!whole || is_object(start)) {
        return None;
    }
    let kept = Page::read(text, held).map_or_else(|| plain(text, whole, held), |page| page.text);
    Some(Verdict { status, page: false, body: Some(message(or_reason(&kept, status))) })
}

/// The verdict on the body of a successful answer that means another status.
fn refusal(body: &[u8], text: &[u8], described: bool, held: &Redactor) -> Option<Verdict> {
    // A first frame that is not the whole body is no JSON, and no verdict is made on it.
    let envelope: Envelope = serde_json::from_slice(text).ok()?;
    let said = envelope.message.as_str().unwrap_or_default();
    let status = meant(&envelope, described)?;
    let kept = (!is_object(body)).then(|| message(or_reason(&plain(said.as_bytes(), true, held), status)));
    Some(Verdict { status, page: false, body: kept })
}

/// The status that an envelope under a success means, where it means another one.
fn meant(envelope: &Envelope, described: bool) -> Option<StatusCode> {
    let embedded = envelope.status_code.as_u64().and_then(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok());
    let embedded = embedded.filter(|status| status.is_client_error() || status.is_server_error());
    if envelope.success != Value::Bool(false) {
        // Of an undescribed call nobody knows what a field of that name means; in the contract it is the status everywhere.
        return embedded.filter(|_| described && envelope.success.is_null());
    }
    let said = envelope.message.as_str().unwrap_or_default();
    if AUTHENTICATION_MESSAGES.iter().any(|known| said.starts_with(known)) {
        return Some(StatusCode::UNAUTHORIZED);
    }
    embedded.or(Some(StatusCode::BAD_REQUEST))
}

/// Whether a body can be read as an object by the layers above. An [`Envelope`] can be had of less: what it
/// skips may be no UTF-8, and a form feed may stand before it.
fn is_object(body: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Value>>(body).is_ok()
}

fn or_reason(text: &str, status: StatusCode) -> &str {
    if text.is_empty() { status.canonical_reason().unwrap_or_default() } else { text }
}

/// A page of HTML.
struct Page {
    /// The error status that its title names.
    status: Option<StatusCode>,
    text: String,
}

impl Page {
    fn read(body: &[u8], held: &Redactor) -> Option<Self> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
        let head = body.get(..15).unwrap_or(body).to_ascii_lowercase();
        if !head.starts_with(b"<html") && !head.starts_with(b"<!doctype html") {
            return None;
        }
        let page = held.clean(body.get(..SMALL).unwrap_or(body));
        let page = String::from_utf8_lossy(&page);
        let lower = page.to_ascii_lowercase();
        let title = lower.find("<title>").and_then(|start| {
            let start = start + "<title>".len();
            let end = lower.get(start..)?.find("</title>")? + start;
            page.get(start..end)
        });
        let title = plain(title.unwrap_or_default().as_bytes(), true, held);
        let status = title.split_whitespace().next().and_then(|word| word.parse::<u16>().ok());
        let status = status
            .and_then(|code| StatusCode::from_u16(code).ok())
            .filter(|status| status.is_client_error() || status.is_server_error());
        Some(Self { status, text: if title.is_empty() { "a page of HTML".to_owned() } else { title } })
    }
}

/// The start of a text, on one line. `whole` says that the text does not go on where it ends here.
fn plain(text: &[u8], whole: bool, held: &Redactor) -> String {
    let clean = held.clean(text);
    let start = clean.get(..4 * MESSAGE_LENGTH);
    let text = String::from_utf8_lossy(start.unwrap_or(&clean));
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    // A secret with a space in it may have been written with a line end there, and may be what the text breaks off in.
    let line = if whole && start.is_none() {
        held.clean(line.as_bytes())
    } else {
        held.clean_start(line.trim_end_matches(char::REPLACEMENT_CHARACTER).trim_end().as_bytes())
    };
    String::from_utf8_lossy(&line).trim_end().chars().take(MESSAGE_LENGTH).collect()
}

fn message(text: &str) -> Bytes {
    json!({ "success": false, "message": text }).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> Option<(u16, Option<String>)> {
        let verdict = judge(StatusCode::from_u16(status).unwrap(), body.as_bytes(), true, true, &Redactor::default())?;
        Some((verdict.status.as_u16(), verdict.body.map(|body| String::from_utf8(body.to_vec()).unwrap())))
    }

    fn said(text: &str) -> Option<String> {
        Some(String::from_utf8(message(text).to_vec()).unwrap())
    }

    #[test]
    fn a_refusal_under_200_becomes_the_status_it_means() {
        for (body, status) in [
            (r#"{"success":false,"message":"Failed to authenticate token."}"#, 401),
            (r#"{"success":false,"message":"Refresh token not valid"}"#, 401),
            (r#" {"success":false,"message":"Authentication failed. Wrong."}"#, 401),
            (r#"{"success":false,"message":"No such thing"}"#, 400),
            (r#"{"success":false}"#, 400),
            (r#"{"success":false,"statusCode":409}"#, 409),
            (r#"{"success":false,"statusCode":200,"message":7}"#, 400),
        ] {
            assert_eq!(verdict(200, body), Some((status, None)), "{body}");
        }
    }

    #[test]
    fn what_is_json_only_in_part_becomes_json() {
        for odd in [&b"\"\xaa\""[..], br#""\ud800""#, b"1e400"] {
            for (status, expected) in [(200, 401), (403, 403)] {
                let body = [br#"{"success":false,"message":"Authentication failed.","odd":"#, odd, b"}"].concat();
                let verdict =
                    judge(StatusCode::from_u16(status).unwrap(), &body, true, true, &Redactor::default()).unwrap();
                assert_eq!(verdict.status, expected);
                assert!(is_object(&verdict.body.unwrap()), "{odd:?} under {status}");
            }
        }
    }

    #[test]
    fn a_form_feed_before_json_makes_it_none() {
        let refused = "\u{c}{\"success\":false,\"message\":\"Authentication failed.\"}";
        assert_eq!(verdict(200, refused), Some((401, said("Authentication failed."))));
        assert_eq!(verdict(401, "\u{c}{}"), Some((401, said("{}"))));
        assert_eq!(verdict(200, "\u{c}{}"), None);
    }

    #[test]
    fn an_envelope_under_200_becomes_the_status_that_it_holds() {
        let refused = r#"{"status":"error","statusCode":409,"data":null,"message":"No"}"#;
        assert_eq!(verdict(200, refused), Some((409, None)));
        for body in [
            r#"{"status":"success","statusCode":200,"data":[]}"#,
            r#"{"statusCode":"409"}"#,
            r#"{"statusCode":70000}"#,
            r#"{"success":true,"statusCode":409}"#,
            r#"{"data":{"statusCode":409}}"#,
        ] {
            assert_eq!(verdict(200, body), None, "{body}");
        }
        assert_eq!(
            judge(StatusCode::OK, refused.as_bytes(), true, false, &Redactor::default()),
            None,
            "an undescribed call"
        );
    }

    #[test]
    fn an_honest_answer_passes() {
        for body in [
            "",
            "{}",
            r#"{"success":true,"systemToken":"x"}"#,
            r#"{"success":"false"}"#,
            r#"{"data":{"success":false,"message":"Failed to authenticate token."}}"#,
            r#"[{"success":false}]"#,
            r#"{"success":false,"mess"#,
            "plain text, success: false",
            "\"<html>\"",
            "<htm",
            "a,b\n<html>,1",
        ] {
            assert_eq!(verdict(200, body), None, "{body}");
        }
    }

    #[test]
    fn a_page_under_200_becomes_what_its_title_names() {
        let gateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>";
        assert_eq!(verdict(200, gateway), Some((502, said("502 Bad Gateway"))));
        assert_eq!(
            verdict(200, "<!DOCTYPE HTML><HTML><TITLE>503 Service\n Unavailable</TITLE>"),
            Some((503, said("503 Service Unavailable")))
        );
        assert_eq!(verdict(200, "\u{feff}<html><title>Sign in</title>"), Some((502, said("Sign in"))));
        assert_eq!(verdict(200, "<html>"), Some((502, said("a page of HTML"))));
        // Outside the contract a page may be what was asked for, unless it says that it is an error.
        assert_eq!(judge(StatusCode::OK, b"<html><title>Sign in</title>", true, false, &Redactor::default()), None);
        assert!(judge(StatusCode::OK, gateway.as_bytes(), true, false, &Redactor::default()).is_some());
    }

    #[test]
    fn an_error_without_json_gets_one() {
        assert_eq!(verdict(401, ""), Some((401, said("Unauthorized"))));
        assert_eq!(verdict(404, "Cannot POST\n /x"), Some((404, said("Cannot POST /x"))));
        assert_eq!(verdict(502, "<html><title>502 Bad Gateway</title>"), Some((502, said("502 Bad Gateway"))));
        assert_eq!(verdict(500, "{broken"), Some((500, said("{broken"))));
        assert_eq!(verdict(500, "[1]"), Some((500, said("[1]"))));
        assert_eq!(verdict(401, r#"{"message":"Refresh token not valid"}"#), None);
        assert_eq!(verdict(400, &"é".repeat(4000)).unwrap().1, said(&"é".repeat(200)));
    }

    #[test]
    fn a_message_holds_no_secret_however_it_was_written_or_cut() {
        let held = Redactor::default();
        held.hold(&"correct horse".into());
        let kept = |body: &str, whole| {
            let verdict = judge(StatusCode::BAD_GATEWAY, body.as_bytes(), whole, true, &held).unwrap();
            Some(String::from_utf8(verdict.body.unwrap().to_vec()).unwrap())
        };
        assert_eq!(kept("not correct\n\thorse!", true), said("not [redacted]!"));
        assert_eq!(kept("<html><title>not correct\nhorse</title>", true), said("not [redacted]"));
        assert_eq!(kept("not correct hor", false), said("not [redacted]"));
        assert_eq!(kept("not correct hor", true), said("not [redacted]"));
        assert_eq!(kept(&format!("not {}correct horse", " ".repeat(790)), true), said("not [redac"));
        assert_eq!(kept(&format!("not {}correct\nhorse", " ".repeat(790)), true), said("not [redac"));
        assert_eq!(kept(&format!("not{}é", " ".repeat(796)), true), said("not"));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for body in [
            &b"<html><title>\xff\xfe</title>"[..],
            b"\xef\xbb\xbf",
            b"<html><title>",
            b"{\xff",
            b"\0\0\0",
            b"<html><TITLE>999 x</title>",
        ] {
            for status in [200, 299, 400, 599] {
                let _ = judge(StatusCode::from_u16(status).unwrap(), body, true, true, &Redactor::default());
            }
        }
    }
}
