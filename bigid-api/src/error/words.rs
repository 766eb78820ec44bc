//! Extracts the server's message from any shape of body, as one line of limited length without secrets or control
//! characters.

use bytes::Bytes;
use serde_json::Value;

use crate::json_start;
use crate::layer::Redact;

/// The maximum length of the message of an error body, in characters. The longest recorded one has 111.
/// `bigid-auth-ext` has a lower one for the text that it makes a message from.
pub(crate) const MAX_MESSAGE: usize = 300;

/// The maximum length of an error code, in characters.
const MAX_CODE: usize = 64;

/// How much of a message is read, in characters. Only white space makes a longer one shorter than [`MAX_MESSAGE`].
const MAX_READ: usize = 16 * 1024;

/// The maximum depth at which a message is searched in a body.
const MAX_DEPTH: usize = 4;

/// The number of entries of a list of errors that are kept.
const MAX_ENTRIES: usize = 3;

/// The fields in which servers and gateways put messages, most informative first; objects and arrays in them are
/// searched.
const MESSAGES: [&str; 12] = [
    "message",
    "error_description",
    "errorMessage",
    "error",
    "errors",
    "detail",
    "details",
    "reason",
    "title",
    "msg",
    "fault",
    "data",
];

/// The fields in which they put an error code.
const CODES: [&str; 4] = ["errorCode", "error_code", "code", "errCode"];

/// The message and the error code of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
}

impl Words {
    /// Reads the body of an error. `whole` means that it was not cut off.
    pub(crate) fn read(body: &Bytes, whole: bool, redact: Option<&Redact>) -> Self {
        if let Ok(json) = serde_json::from_str::<Value>(&String::from_utf8_lossy(json_start(body))) {
            let message = match &json {
                Value::String(text) => line(text, redact),
                other => find(other, 0).and_then(|found| line(&found, redact)),
            };
            let code = code(&json, 0).and_then(|code| line(&code, redact)).filter(|code| code.len() <= MAX_CODE);
            return Self { message, code };
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let message = if is_page(text) {
            Some(page(text, redact))
        } else if text.starts_with(['{', '[']) {
            // A part of broken JSON is not a message.
            None
        } else {
            line(text, redact).filter(|line| whole || line.chars().count() > MAX_MESSAGE)
        };
        Self { message, code: None }
    }
}

/// The messages in a value, joined.
fn find(value: &Value, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(entries) => {
            let mut found: Vec<String> = Vec::new();
            for text in entries.iter().filter_map(|entry| find(entry, depth + 1)) {
                if !found.contains(&text) {
                    found.push(text);
                }
                if found.len() == MAX_ENTRIES {
                    break;
                }
            }
            (!found.is_empty()).then(|| found.join("; "))
        }
        Value::Object(object) => {
            // Text in `data` may be anything; an object in it may contain a message.
            let holds_words = |name: &str, value: &Value| name != "data" || value.is_object();
            let said = |name: &&'static str| {
                let value = object.get(*name).filter(|value| holds_words(name, value))?;
                Some((*name, find(value, depth + 1)?))
            };
            let (name, first) = MESSAGES.iter().find_map(said)?;
            // "Validation failed" is less informative than the list beside it.
            match object.get("errors").filter(|_| name != "errors").and_then(|errors| find(errors, depth + 1)) {
                Some(entries) if !first.contains(&entries) => Some(format!("{first}: {entries}")),
                _ => Some(first),
            }
        }
        _ => None,
    }
}

fn code(value: &Value, depth: usize) -> Option<String> {
    let object = value.as_object().filter(|_| depth <= MAX_DEPTH)?;
    let own = CODES.iter().find_map(|name| match object.get(*name)? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    own.or_else(|| ["error", "data"].iter().find_map(|name| code(object.get(*name)?, depth + 1)))
        .or_else(|| object.get("errors")?.as_array()?.iter().find_map(|entry| code(entry, depth + 1)))
}

/// Whether a text is a page of HTML.
fn is_page(text: &str) -> bool {
    let start: String = text.chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<html") || start.starts_with("<!doctype html") || start.starts_with("<head")
}

/// The message of a page: its title.
fn page(text: &str, redact: Option<&Redact>) -> String {
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        text.get(start..start + lower.get(start..)?.find("</title>")?)
    });
    title
        .and_then(|title| line(title, redact))
        .map_or_else(|| "a web page".to_owned(), |title| format!("a web page, \"{title}\""))
}

/// A text on one line, redacted and truncated; `None` if nothing is left.
///
/// Secrets are removed before and after white space is collapsed, because a line ending may replace a space in a
/// password, and before truncation, so that no part of one is left.
pub(crate) fn line(text: &str, redact: Option<&Redact>) -> Option<String> {
    let redacted = |text: String| match redact {
        Some(redact) => String::from_utf8_lossy(&redact.apply(Bytes::from(text))).into_owned(),
        None => text,
    };
    let text = redacted(text.chars().take(MAX_READ).collect());
    let plain: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let visible: String = words.join(" ").chars().filter(|character| !is_invisible(*character)).collect();
    let line = redacted(visible);
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    let mut characters = line.chars();
    let mut kept: String = characters.by_ref().take(MAX_MESSAGE).collect();
    if characters.next().is_some() {
        kept.truncate(kept.trim_end().len());
        kept.push('…');
    }
    Some(kept)
}

/// Invisible characters, and those that change the direction of text or end a line.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> (Option<String>, Option<String>) {
        let Words { message, code } = Words::read(&Bytes::copy_from_slice(body.as_bytes()), true, None);
        (message, code)
    }

    #[test]
    fn the_words_are_found_in_every_shape_of_body() {
        for (body, message, code) in [
            (
                r#"{"message":"A data source named x already exists"}"#,
                Some("A data source named x already exists"),
                None,
            ),
            (r#"{"message":"Unable to locate x","status":"error","detail":null}"#, Some("Unable to locate x"), None),
            (r#"{"error":"no"}"#, Some("no"), None),
            (r#"{"error":"invalid_request","error_description":"no such grant"}"#, Some("no such grant"), None),
            (r#"{"error":{"message":"no","code":"E42"}}"#, Some("no"), Some("E42")),
            (r#"{"errors":["one","two","two","three","four"]}"#, Some("one; two; three"), None),
            (r#"{"errors":[{"message":"one","code":7},{"detail":"two"}]}"#, Some("one; two"), Some("7")),
            (
                r#"{"message":"Validation failed","errors":[{"message":"name is empty"}]}"#,
                Some("Validation failed: name is empty"),
                None,
            ),
            (r#"{"status":"error","statusCode":409,"data":{"message":"taken"},"message":null}"#, Some("taken"), None),
            (r#"{"message":"","detail":"the reason"}"#, Some("the reason"), None),
            (r#"{"errorCode":"LIC-1","reason":"not licensed"}"#, Some("not licensed"), Some("LIC-1")),
            (r#"["one","two"]"#, Some("one; two"), None),
            (r#""text in JSON""#, Some("text in JSON"), None),
            ("\u{feff}{\"message\":\"behind a mark\"}", Some("behind a mark"), None),
            ("Cannot POST\n /x", Some("Cannot POST /x"), None),
            ("<html><title>502 Bad\n Gateway</title>", Some("a web page, \"502 Bad Gateway\""), None),
            ("<!DOCTYPE html><p>hello", Some("a web page"), None),
            (r#"{"message":42}"#, None, None),
            (r#"{"name":"a record"}"#, None, None),
            (r#"{"message":"cut"#, None, None),
            ("", None, None),
            (" \n", None, None),
            ("null", None, None),
        ] {
            assert_eq!(said(body), (message.map(String::from), code.map(String::from)), "{body}");
        }
    }

    #[test]
    fn hostile_words_become_one_short_plain_line() {
        let (message, _) = said("{\"message\":\"\\u001b[31mred\\u0000\\r\\n\\u202eback\\u2028 end\"}");
        assert_eq!(message.as_deref(), Some("[31mred back end"));
        let (message, _) = said(&"é ".repeat(100_000));
        assert_eq!(message.unwrap().chars().count(), MAX_MESSAGE, "a cut at a space, and an ellipsis");
        let deep = format!("{}\"x\"{}", "{\"error\":".repeat(100), "}".repeat(100));
        assert_eq!(said(&deep), (None, None));
        assert_eq!(said(&format!(r#"{{"code":"{}"}}"#, "x".repeat(MAX_CODE + 1))).1, None);
    }

    #[test]
    fn a_secret_is_gone_however_it_was_written() {
        let hide = |secret: &'static str| {
            Redact::new(move |text| {
                let text = String::from_utf8_lossy(text);
                text.contains(secret).then(|| text.replace(secret, "[redacted]").into_bytes())
            })
        };
        for body in [
            r#"{"message":"not hunter2 here"}"#,
            r#"{"message":"not \u0068unter2 here"}"#,
            r#"{"message":"not hun\u200bter2 here"}"#,
            "not hunter2 here",
            "<html><title>not hunter2 here</title>",
        ] {
            let Words { message, .. } = Words::read(&Bytes::from_static(body.as_bytes()), true, Some(&hide("hunter2")));
            assert!(message.unwrap().contains("not [redacted] here"), "{body}");
        }
        let body = Bytes::from("x".repeat(MAX_MESSAGE - 3) + "hunter2");
        let Words { message, .. } = Words::read(&body, true, Some(&hide("hunter2")));
        assert!(!message.unwrap().contains("hun"), "no half of a secret");
        assert_eq!(Words::read(&Bytes::from_static(b"it is hunt"), false, Some(&hide("hunter2"))), Words::default());
    }
}
