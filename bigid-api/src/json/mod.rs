//! Reading JSON as servers write it.

mod repair;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

/// Reads JSON as [`serde_json::from_slice`] does. A body that it rejects is repaired and read again, so that a value
/// that Rust cannot represent affects only its own field. Every operation of this crate reads its responses with it.
///
/// | in the body | becomes |
/// |---|---|
/// | half of a surrogate pair in a text, as Node writes a cut emoji; bytes that are not UTF-8 | U+FFFD, in that text |
/// | a control character in a text | that character |
/// | byte order marks at the start, control characters between values | nothing |
/// | `NaN`, `Infinity`, a number beyond an `f64` such as `1e400`, any other bare word | its text |
/// | an array or object more than 100 levels deep | its text |
/// | a field without a value | `null` |
/// | a key that occurs twice in an object | the last of its values |
///
/// A body that ends early is never repaired.
///
/// ```
/// use bigid_api::from_json;
/// use serde_json::{Value, json};
///
/// let value: Value = from_json(br#"{"name": "cut \ud83d", "share": NaN, "count": 2}"#)?;
/// assert_eq!(value, json!({"name": "cut \u{fffd}", "share": "NaN", "count": 2}));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// The first error, if the repaired body is not a `T` either.
pub fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        // It only ends early.
        Err(error) if error.classify() == Category::Eof => Err(error),
        Err(error) => read_again(body).ok_or(error),
    }
}

/// The body from its first byte that [`from_json`] does not ignore: without white space, control characters and byte
/// order marks before it. Code that goes by the first character of JSON must look here, to see what a decoder sees.
///
/// ```
/// assert_eq!(bigid_api::json_start(b"\xef\xbb\xbf\0 {}"), b"{}");
/// ```
#[must_use]
pub fn json_start(mut body: &[u8]) -> &[u8] {
    loop {
        let start = body.iter().position(|byte| !is_ignored(*byte)).unwrap_or(body.len());
        body = body.get(start..).unwrap_or_default();
        match body.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => body = rest,
            None => return body,
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Whether a byte between two values means nothing: white space or a control character.
fn is_ignored(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
}

/// A malformed body, repaired; `None` if it only ends early.
#[cold]
pub(crate) fn repaired(body: &[u8]) -> Option<String> {
    match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        Err(error) if error.classify() == Category::Eof => None,
        _ => String::from_utf8(repair::repair(body)).ok(),
    }
}

#[cold]
fn read_again<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    // Via a `Value`, in which the last of duplicate keys wins.
    let value: Value = serde_json::from_slice(&repair::repair(body)).ok()?;
    T::deserialize(value).ok()
}

#[cfg(test)]
mod tests;
