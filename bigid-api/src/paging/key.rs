use serde::Serialize;
use serde_json::Value;

use crate::Extra;

/// The fields that identify a record in its list.
///
/// The contract names the fields in order (`x-paging: {key: ..}`), and a record's key is the first one that it has.
/// Keys in different fields are never equal, nor are a string and a number with the same text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(String);

impl Key {
    /// The key that a record has in its `place`-th key field.
    ///
    /// `field` is the declared field, `extra` what the record has undeclared, and `within` a JSON pointer into the
    /// field. A null, an empty or a boolean value identifies nothing and is not a key.
    pub(crate) fn of<T: Serialize>(
        place: u8,
        field: Option<&T>,
        extra: &Extra,
        wire_name: &str,
        within: &str,
    ) -> Option<Self> {
        // A declared field is encoded again, which cannot fail, because it was decoded.
        let declared = field.and_then(|field| serde_json::to_value(field).ok());
        let value = declared.or_else(|| extra.get(wire_name))?;
        let value = value.pointer(within)?;
        let tells_apart = match value {
            Value::Null | Value::Bool(_) => false,
            Value::Number(_) => true,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(elements) => !elements.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
        };
        tells_apart.then(|| Self(format!("{place}{value}")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(place: u8, value: &Value) -> Option<Key> {
        let mut extra = Extra::default();
        extra.insert("id", value.clone());
        Key::of(place, None::<&String>, &extra, "id", "")
    }

    #[test]
    fn what_tells_nothing_apart_is_no_key() {
        for value in [json!(null), json!(false), json!(true), json!(""), json!(" \t"), json!([]), json!({})] {
            assert_eq!(key(0, &value), None, "{value}");
        }
        assert_eq!(Key::of(0, None::<&String>, &Extra::default(), "id", ""), None);
    }

    #[test]
    fn keys_are_equal_only_in_one_field_and_one_form() {
        let values = [json!("7"), json!(7), json!(7.5), json!([7]), json!({ "$oid": "7" }), json!("x")];
        let keys: Vec<Key> =
            (0..2).flat_map(|place| values.iter().map(move |value| key(place, value).unwrap())).collect();
        for (index, one) in keys.iter().enumerate() {
            assert_eq!(keys.iter().position(|other| other == one), Some(index), "{one:?}");
        }
    }

    #[test]
    fn a_declared_field_and_an_undeclared_one_give_the_same_key() {
        let declared = Key::of(0, Some(&"a".to_owned()), &Extra::default(), "id", "");
        assert_eq!(declared, key(0, &json!("a")));
        let nested = Key::of(0, Some(&json!({ "name": "a" })), &Extra::default(), "data", "/name");
        assert_eq!(declared, nested);
        assert_eq!(Key::of(0, Some(&json!({ "name": "a" })), &Extra::default(), "data", "/other"), None);
    }
}
