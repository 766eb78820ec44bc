//! Serde support of records, for every format. The SDK's own responses are not decoded here, but read from their text.

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

use super::{Field, Record, decode};

/// Decodes a record, by way of a [`Value`]: raw text would not survive `flatten`, an untagged enum, or a format other than JSON.
///
/// # Errors
/// The value is not an object with string keys.
pub(crate) fn deserialize<'de, T: Field, D: Deserializer<'de>>(deserializer: D, expected: &str) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let record = decode(&value.to_string()).ok().flatten();
    record.ok_or_else(|| D::Error::custom(format_args!("expected {expected}")))
}

/// Writes what a record keeps in addition to its fields, and ends its map. A kept member whose field was set later is written once, as
/// it was set; of a member that occurred twice, the last one counts.
pub(crate) fn end<T: Record, M: SerializeMap>(record: &T, mut map: M) -> Result<M::Ok, M::Error> {
    for (name, text) in record.extra().distinct() {
        if !T::index(&name).is_some_and(|index| record.is_set(index)) {
            super::extra::serialize_entry(&mut map, &name, text)?;
        }
    }
    map.end()
}
