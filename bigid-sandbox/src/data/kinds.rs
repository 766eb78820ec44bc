//! The values that a client may set in a data source, and how they are stored.
//!
//! Recorded responses show the type in which a server returns a field, not the types that it accepts: clients send
//! null, `"true"` for true, and numbers for strings. Whatever can be read as the recorded type is converted to it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::fields::{FIELDS, Field, Shape};

/// Converts fields to the types in which they are stored; null removes a field. The error is the name of a field that
/// most recorded data sources have, whose value cannot be converted; any value of another field is stored unchanged.
pub(crate) fn cast(sent: Map<String, Value>) -> Result<Map<String, Value>, String> {
    let cast = |(name, value): (String, Value)| match BY_NAME.get(name.as_str()) {
        None => Ok((name, value)),
        Some(field) => match (cast_to(&field.shape, &value), is_established(field)) {
            (Some(cast), _) => Ok((name, cast)),
            (None, false) => Ok((name, value)),
            (None, true) => Err(name),
        },
    };
    sent.into_iter().map(cast).collect()
}

/// Whether null removes a field. Null is stored if it was recorded, or if too little is known.
pub(crate) fn is_cleared_by_null(name: &str) -> bool {
    BY_NAME.get(name).is_some_and(|field| is_established(field))
}

/// Whether at least half of the recorded data sources have the field, all with one type.
fn is_established(field: &Field) -> bool {
    field.slots.count_ones() >= 10 && kind(&field.shape).is_some()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueType {
    Text,
    Boolean,
    Number,
    Array,
    Object,
}

/// The type of a shape, if it has only one.
fn kind(shape: &Shape) -> Option<ValueType> {
    Some(match shape {
        Shape::ObjectId | Shape::Name | Shape::Type | Shape::Words(_) | Shape::Switch | Shape::Iso => ValueType::Text,
        Shape::Host(_) | Shape::Url(_) | Shape::Secret => ValueType::Text,
        Shape::Flags(_) => ValueType::Boolean,
        Shape::Numbers(_) | Shape::Millis => ValueType::Number,
        Shape::Owners | Shape::OwnersV2 | Shape::EmptyArray | Shape::CustomFields => ValueType::Array,
        Shape::Status | Shape::StatusWithHistory | Shape::EmptyObject => ValueType::Object,
        Shape::Null | Shape::Made(_) => return None,
        Shape::Split(_, one, other) => return kind(one).filter(|kind_of_one| kind(other) == Some(*kind_of_one)),
    })
}

fn cast_to(shape: &Shape, value: &Value) -> Option<Value> {
    if value.is_null() {
        return Some(Value::Null);
    }
    match shape {
        Shape::Switch => switch(value),
        Shape::Status => status(value),
        Shape::Owners => each(value, text),
        Shape::OwnersV2 => each(value, owner),
        Shape::Split(_, one, other) => {
            // Empty arrays and objects say nothing about the contents of others.
            let holds_nothing = matches!(one, Shape::EmptyArray | Shape::EmptyObject);
            let (first, second) = if holds_nothing { (other, one) } else { (one, other) };
            cast_to(first, value).or_else(|| match second {
                Shape::EmptyArray | Shape::EmptyObject => None,
                second => cast_to(second, value),
            })
        }
        shape => match kind(shape)? {
            ValueType::Text => text(value),
            ValueType::Boolean => boolean(value),
            ValueType::Number => number(value),
            ValueType::Array => each(value, |item| Some(item.clone())),
            ValueType::Object => value.is_object().then(|| value.clone()),
        },
    }
}

fn text(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string().into()),
        _ => None,
    }
}

/// A boolean from a word in any case, a number, or a boolean; an empty string is null.
fn boolean(value: &Value) -> Option<Value> {
    let word = match value {
        Value::String(text) => text.trim().to_ascii_lowercase(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return None,
    };
    match word.as_str() {
        "true" | "yes" | "1" => Some(true.into()),
        "false" | "no" | "0" => Some(false.into()),
        "" | "null" => Some(Value::Null),
        _ => None,
    }
}

fn switch(value: &Value) -> Option<Value> {
    match boolean(value)? {
        Value::Bool(true) => Some("yes".into()),
        Value::Bool(false) => Some("no".into()),
        other => Some(other),
    }
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) if number.is_i64() => Some(value.clone()),
        // A whole number with a zero fraction, as far as doubles are exact.
        Value::Number(number) => {
            let number = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15)?;
            Some((number as i64).into())
        }
        Value::String(text) if text.trim().is_empty() => Some(Value::Null),
        Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

/// An array with each item converted, without nulls. A single value counts as one item, an empty string as none.
fn each(value: &Value, cast: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::String(text) if text.is_empty() => &[],
        one => std::slice::from_ref(one),
    };
    let items = items.iter().filter(|item| !item.is_null()).map(cast);
    items.collect::<Option<Vec<_>>>().map(Value::from)
}

/// A state without a result is recorded as an empty object, and never with null.
fn status(value: &Value) -> Option<Value> {
    let mut kept = value.as_object()?.clone();
    if let Some(is_success) = kept.remove("is_success").filter(|value| !value.is_null()) {
        let is_success = boolean(&is_success)?;
        if !is_success.is_null() {
            kept.insert("is_success".to_owned(), is_success);
        }
    }
    Some(kept.into())
}

/// Any field of an owner may be null, as some recorded ones are.
fn owner(value: &Value) -> Option<Value> {
    let field = |(name, value): (&String, &Value)| {
        let cast = match name.as_str() {
            "id" | "type" | "email" | "origin" if !value.is_null() => text(value)?,
            "isNotified" if !value.is_null() => boolean(value)?,
            _ => value.clone(),
        };
        Some((name.clone(), cast))
    };
    value.as_object()?.iter().map(field).collect::<Option<Map<_, _>>>().map(Value::from)
}

static BY_NAME: LazyLock<BTreeMap<&'static str, &'static Field>> =
    LazyLock::new(|| FIELDS.iter().map(|field| (field.name, field)).collect());

#[cfg(test)]
mod tests {
    use super::super::Generator;
    use super::*;
    use crate::profile::Generation;
    use serde_json::json;

    fn cast_one(name: &str, value: Value) -> Result<Value, String> {
        cast(Map::from_iter([(name.to_owned(), value)])).map(|mut cast| cast.remove(name).unwrap_or_default())
    }

    #[test]
    fn every_field_takes_null_and_every_scalar_that_reads_as_its_kind() {
        for field in FIELDS {
            assert_eq!(cast_one(field.name, json!(null)), Ok(json!(null)), "{}", field.name);
            let scalars: &[(Value, Value)] = match (kind(&field.shape), &field.shape) {
                (_, Shape::Switch) => &[
                    (json!(true), json!("yes")),
                    (json!("false"), json!("no")),
                    (json!("No"), json!("no")),
                    (json!("yes"), json!("yes")),
                    (json!(""), json!(null)),
                ],
                (Some(ValueType::Text), _) => {
                    &[(json!("x"), json!("x")), (json!(true), json!("true")), (json!(5), json!("5"))]
                }
                (Some(ValueType::Boolean), _) => &[
                    (json!(true), json!(true)),
                    (json!("true"), json!(true)),
                    (json!("FALSE"), json!(false)),
                    (json!("no"), json!(false)),
                    (json!(1), json!(true)),
                    (json!(""), json!(null)),
                ],
                (Some(ValueType::Number), _) => {
                    &[(json!(7), json!(7)), (json!("7"), json!(7)), (json!(7.0), json!(7)), (json!(""), json!(null))]
                }
                (Some(ValueType::Array), _) => &[(json!([]), json!([])), (json!(""), json!([]))],
                (Some(ValueType::Object), _) => &[(json!({}), json!({}))],
                (None, _) => &[(json!("x"), json!("x")), (json!([]), json!([]))],
            };
            for (sent, kept) in scalars {
                assert_eq!(cast_one(field.name, sent.clone()), Ok(kept.clone()), "{} {sent}", field.name);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_only_where_the_kind_is_established() {
        for field in FIELDS {
            let misfit = match kind(&field.shape) {
                Some(ValueType::Text) => json!({"a": 1}),
                Some(ValueType::Boolean) => json!("perhaps"),
                Some(ValueType::Number) => json!([1]),
                Some(ValueType::Object) => json!("x"),
                Some(ValueType::Array) | None => continue,
            };
            let established = field.slots.count_ones() >= 10;
            let expected = if established { Err(field.name.to_owned()) } else { Ok(misfit.clone()) };
            assert_eq!(cast_one(field.name, misfit), expected, "{}", field.name);
        }
        assert_eq!(cast_one("nobody_recorded_this", json!([{"a": null}])), Ok(json!([{"a": null}])));
    }

    #[test]
    fn the_items_of_an_array_are_cast_as_well() {
        for (name, sent, kept) in [
            ("owners", json!("a@b"), json!(["a@b"])),
            ("owners", json!([null, "a", 1]), json!(["a", "1"])),
            (
                "owners_v2",
                json!([{"id": 1, "email": null, "isNotified": "true", "x": null}]),
                json!([{"id": "1", "email": null, "isNotified": true, "x": null}]),
            ),
            ("owners_v2", json!({"id": "a"}), json!([{"id": "a"}])),
            ("tags", json!({"tagId": "a"}), json!([{"tagId": "a"}])),
            ("scanWindowName", json!(["night"]), json!(["night"])),
            ("scanWindowName", json!("night"), json!("night")),
            ("connectionStatusTest", json!({"is_success": "true", "n": 1}), json!({"is_success": true, "n": 1})),
            ("connectionStatusTest", json!({"is_success": null}), json!({})),
        ] {
            assert_eq!(cast_one(name, sent.clone()), Ok(kept), "{name} {sent}");
        }
        for (name, sent) in [
            ("owners", json!([["a"]])),
            ("owners_v2", json!(["a"])),
            ("owners_v2", json!([{"email": {}}])),
            ("connectionStatusTest", json!({"is_success": "perhaps"})),
        ] {
            assert_eq!(cast_one(name, sent), Err(name.to_owned()));
        }
    }

    #[test]
    fn every_generated_record_can_be_sent_back_unchanged() {
        for generation in [Generation::Recorded, Generation::Newer] {
            let generator = Generator { generation, seed: 3 };
            for record in (0..100).map(|number| generator.record(number)) {
                let sent: Map<String, Value> =
                    record.fields().map(|(name, value)| (name.to_owned(), value.clone())).collect();
                assert_eq!(cast(sent.clone()), Ok(sent));
            }
        }
    }
}
