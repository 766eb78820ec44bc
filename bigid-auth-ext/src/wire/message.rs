//! The message for a body that is not JSON: the start of the body, on one line, without secrets.

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use crate::credential::MAX_EXCERPT;
use crate::credential::redactor::Redactor;

/// How much of a text is read for a message.
const READ: usize = 16 * 1024;

/// The start of a text, on one line. `whole` says that the text was not truncated.
pub(crate) fn plain(text: &[u8], whole: bool, redactor: &Redactor) -> String {
    let (text, whole) = text.get(..READ).map_or((text, whole), |text| (text, false));
    let clean = redactor.redact(text);
    let start = clean.get(..4 * MAX_EXCERPT);
    let text = String::from_utf8_lossy(start.unwrap_or(&clean));
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    // The text may contain a secret whose space was written as a line end, or end in the middle of a secret.
    let line = if whole && start.is_none() {
        redactor.redact(line.as_bytes())
    } else {
        redactor.redact_truncated(line.trim_end_matches(char::REPLACEMENT_CHARACTER).trim_end().as_bytes())
    };
    String::from_utf8_lossy(&line).trim_end().chars().take(MAX_EXCERPT).collect()
}

/// The text, or the reason phrase of the status if it is empty.
pub(crate) fn or_reason(text: &str, status: StatusCode) -> &str {
    if text.is_empty() { status.canonical_reason().unwrap_or_default() } else { text }
}

/// A body in the form in which BigID reports a failed call.
pub(crate) fn message(text: &str) -> Bytes {
    json!({ "success": false, "message": text }).to_string().into()
}
