//! Requests and responses as a page shows them: in full if the page sent them, otherwise without secrets.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::wire::ReceivedRequest;

/// The header with which the page marks its own calls, each with a different value.
pub(super) const FROM_PAGE: &str = "x-bigid-console";

pub(super) fn is_from_page(request: &ReceivedRequest) -> bool {
    request.headers.contains_key(FROM_PAGE)
}

/// A request, with everything that a person may look at.
pub(super) fn request(request: &ReceivedRequest) -> Value {
    let whole = is_from_page(request);
    json!({
        "method": request.method.as_str(),
        "path": request.path,
        "query": if whole { request.query.clone() } else { query(&request.query) },
        "headers": headers(&request.headers, whole),
        "body": body(&request.body, whole),
        "fromPage": whole,
        "connection": request.connection,
        "node": request.node,
        "unixMillis": request.unix_millis,
    })
}

/// Headers as pairs, in their order.
pub(super) fn headers(headers: &HeaderMap, whole: bool) -> Value {
    let shown = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let pairs = headers.iter().map(|(name, value)| {
        let is_hidden = !whole && SECRET_HEADERS.contains(&name.as_str());
        json!([name.as_str(), if is_hidden { HIDDEN.to_owned() } else { shown(value) }])
    });
    pairs.collect()
}

/// A body as text.
pub(super) fn body(bytes: &[u8], whole: bool) -> String {
    if whole {
        let cut = &bytes[..bytes.len().min(MAX_BODY)];
        let rest = if cut.len() < bytes.len() { format!("\n.. of {} bytes", bytes.len()) } else { String::new() };
        return String::from_utf8_lossy(cut).into_owned() + &rest;
    }
    if bytes.is_empty() {
        return String::new();
    }
    if bytes.len() > MAX_BODY {
        return format!("({} bytes, too long to show)", bytes.len());
    }
    match serde_json::from_slice::<Value>(bytes) {
        Ok(mut value) => {
            hide(&mut value);
            value.to_string()
        }
        // It is unknown where the secrets are in text without names.
        Err(_) => format!("({} bytes that are not JSON)", bytes.len()),
    }
}

fn hide(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) && member.as_str().is_some_and(|text| !text.is_empty()) {
                    *member = HIDDEN.into();
                } else {
                    hide(member);
                }
            }
        }
        _ => {}
    }
}

fn query(query: &str) -> String {
    let hidden = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(&percent_decode_str(name).decode_utf8_lossy()) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    };
    query.split('&').map(hidden).collect::<Vec<_>>().join("&")
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "password", "secret", "authorization", "apikey", "api_key"].iter().any(|word| name.contains(word))
}

const SECRET_HEADERS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

const HIDDEN: &str = "(hidden)";

/// The longest body that is kept, in bytes.
const MAX_BODY: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_clients_are_hidden_wherever_they_are_named() {
        let sent = br#"{"a":[{"systemToken":"s3cret","Password":"s3cret","name":"x","tokens":["kept"]}]}"#;
        assert_eq!(
            body(sent, false),
            r#"{"a":[{"Password":"(hidden)","name":"x","systemToken":"(hidden)","tokens":["kept"]}]}"#
        );
        assert_eq!(body(b"s3cret", false), "(6 bytes that are not JSON)");
        assert_eq!(query("skip=1&access%5Ftoken=s3cret&x"), "skip=1&access%5Ftoken=(hidden)&x");
        let mut map = HeaderMap::new();
        for name in SECRET_HEADERS {
            map.insert(name, "s3cret".parse().unwrap());
        }
        assert!(
            !headers(&map, false).to_string().contains("s3cret") && headers(&map, true).to_string().contains("s3cret")
        );
        assert_eq!(body(sent, true).as_bytes(), sent);
    }

    #[test]
    fn long_bodies_and_those_that_are_not_text_are_shown_as_far_as_they_can_be() {
        assert_eq!(body(&vec![b'a'; MAX_BODY + 1], false), "(65537 bytes, too long to show)");
        assert!(body(&vec![b'a'; MAX_BODY + 1], true).ends_with("a\n.. of 65537 bytes"));
        assert_eq!(body(b"\xff", true), "\u{fffd}");
    }
}
