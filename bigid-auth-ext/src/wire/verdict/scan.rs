//! Scans a successful object for signs that the call failed, without parsing it.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::wire::envelope::AuthorizedBy;

/// The searches, each prepared once.
static SUCCESS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("success"));
static STATUS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("status"));

/// Whether an object contains anything that [`Envelope::means`](crate::wire::envelope::Envelope::means) could interpret
/// as a failure under a successful status. `true` for an object without a failure costs only a parse; `false` is never
/// returned for an object with one, however it is written:
///
/// - It looks for a key and the beginning of its value, at any depth, with anything between them that is not a letter
///   or a digit. So white space, quotes, colons, and what [`from_json`](bigid_api::from_json) drops or adds when it
///   repairs make no difference.
/// - Only `\u` can write a letter differently, so any object with such an escape is suspected.
pub(super) fn may_be_failure(object: &[u8], authorization: AuthorizedBy) -> bool {
    behind(object, &SUCCESS).any(|rest| value(rest).starts_with(b"false"))
        || behind(object, &STATUS).any(|rest| match rest.strip_prefix(b"Code") {
            Some(rest) => matches!(value(rest), [b'4' | b'5', ..]),
            None => value(rest).get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"error")),
        })
        || memchr::memchr_iter(b'\\', object).any(|at| object.get(at + 1) == Some(&b'u'))
        || authorization.refusals().iter().any(|refusal| contains(object, refusal))
}

/// Whether a refusal occurs. Each begins with a capital letter, which is rare in JSON, so that letter is looked for.
fn contains(object: &[u8], refusal: &str) -> bool {
    let first = refusal.bytes().next().unwrap_or_default();
    memchr::memchr_iter(first, object)
        .any(|at| object.get(at..).is_some_and(|rest| rest.starts_with(refusal.as_bytes())))
}

/// The text after each occurrence of a word, except at the end of a longer one, as in `is_success`.
fn behind<'a>(object: &'a [u8], word: &'a Finder<'_>) -> impl Iterator<Item = &'a [u8]> {
    let begins = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| object.get(before));
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
    };
    let length = word.needle().len();
    word.find_iter(object).filter(begins).map(move |at| object.get(at + length..).unwrap_or_default())
}

/// The text from its first letter or digit.
fn value(rest: &[u8]) -> &[u8] {
    let start = rest.iter().position(u8::is_ascii_alphanumeric).unwrap_or(rest.len());
    rest.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
