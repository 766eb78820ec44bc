//! Whether a successful object may say that the call failed, without reading it as JSON.

use memchr::memmem;

use crate::wire::envelope::Authorization;

/// Whether an object holds anything that [`Envelope::means`](crate::wire::envelope::Envelope::means) could take for a failure under a
/// successful status. `true` for an honest object costs one reading; `false` is never said of another, however it is written:
///
/// - It looks for a key and the beginning of its value, at any depth, with anything between them that is not a letter or a digit.
///   So white space, quotes, colons, and what [`from_json`](bigid_api::from_json) drops or adds when it repairs make no difference.
/// - Only `\u` writes a letter in another way, and any object with such an escape may be a failure.
pub(super) fn may_be_failure(object: &[u8], authorization: Authorization) -> bool {
    let has = |words: &str| memmem::find(object, words.as_bytes()).is_some();
    behind(object, "success").any(|rest| value(rest).starts_with(b"false"))
        || behind(object, "status").any(|rest| match rest.strip_prefix(b"Code") {
            Some(rest) => matches!(value(rest), [b'4' | b'5', ..]),
            None => value(rest).get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"error")),
        })
        || has("\\u")
        || authorization.refusals().iter().any(|words| has(words))
}

/// What is behind each place where a word stands that does not end a longer one, as `is_success` does.
fn behind<'a>(object: &'a [u8], word: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let begins = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| object.get(before));
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
    };
    memmem::find_iter(object, word).filter(begins).map(|at| object.get(at + word.len()..).unwrap_or_default())
}

/// From the first letter or digit on.
fn value(rest: &[u8]) -> &[u8] {
    let start = rest.iter().position(u8::is_ascii_alphanumeric).unwrap_or(rest.len());
    rest.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
