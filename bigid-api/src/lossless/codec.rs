//! Serde support of records, for every format. The SDK's own responses are not decoded here, but read from their text.

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

use super::{Field, decode};

/// Decodes a record, by way of a [`Value`]: raw text would not survive `flatten`, an untagged enum, or a format other
/// than JSON.
///
/// # Errors
/// The value is not an object with string keys.
pub(crate) fn deserialize<'de, T: Field, D: Deserializer<'de>>(deserializer: D, expected: &str) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let record = decode(&value.to_string()).ok().flatten();
    record.ok_or_else(|| D::Error::custom(format_args!("expected {expected}")))
}
