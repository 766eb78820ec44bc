//! Decoding that loses nothing and refuses nothing.
//!
//! A record is decoded from a JSON object by taking out each declared field whose value fits its type. Whatever is left (fields that
//! are not declared, nulls, and values of another kind than declared) stays in the record's `extra` map, exactly as it came. So one
//! odd field never loses a page of records, and encoding a decoded record gives the JSON that was decoded. A field that was left there
//! and is set later is written once, as it was set.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error as _, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use crate::Secret;

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// A struct whose fields are taken out of an object.
pub(crate) trait Record: Sized {
    fn from_object(object: Object) -> Self;

    /// The object that a bare array stands for, where the record is the envelope of one list.
    fn envelope(_array: Vec<Value>) -> Option<Object> {
        None
    }
}

/// An object with one field.
pub(crate) fn holding(wire_name: &str, value: Value) -> Object {
    Object::from_iter([(wire_name.to_owned(), value)])
}

/// A type that a declared field may have.
pub(crate) trait Field: Sized {
    /// Whether decoding the value and encoding the result would give the value again.
    fn fits(value: &Value) -> bool;

    /// The value as this type; `None` where it does not fit.
    fn from_value(value: Value) -> Option<Self>;
}

/// Takes a declared field out of an object, or leaves it there when it is null or does not fit.
pub(crate) fn take<T: Field>(object: &mut Object, wire_name: &str) -> Option<T> {
    let value = object.get(wire_name)?;
    if value.is_null() || !T::fits(value) {
        return None;
    }
    object.remove(wire_name).and_then(T::from_value)
}

/// Decodes a record. It fails only on what is not a JSON object, or, for the envelope of a list, an array of objects either: servers
/// have changed one for the other from one day to the next.
pub(crate) fn record<'de, T: Record, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(ObjectOrList(PhantomData))
}

struct ObjectOrList<T>(PhantomData<T>);

impl<'de, T: Record> Visitor<'de> for ObjectOrList<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        Object::deserialize(MapAccessDeserializer::new(map)).map(T::from_object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<T, A::Error> {
        let array = Vec::<Value>::deserialize(SeqAccessDeserializer::new(array))?;
        let are_records = array.iter().all(Value::is_object);
        let object = if are_records { T::envelope(array) } else { None };
        object.map(T::from_object).ok_or_else(|| A::Error::invalid_type(Unexpected::Seq, &self))
    }
}

/// Writes a declared field, if it is there.
pub(crate) fn put<T: Serialize, M: SerializeMap>(
    object: &mut M,
    wire_name: &str,
    field: &Option<T>,
) -> Result<(), M::Error> {
    match field {
        Some(value) => object.serialize_entry(wire_name, value),
        None => Ok(()),
    }
}

impl<T: Record> Field for T {
    fn fits(value: &Value) -> bool {
        value.is_object()
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(object) => Some(T::from_object(object)),
            _ => None,
        }
    }
}

impl Field for Value {
    fn fits(_: &Value) -> bool {
        true
    }

    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl Field for Object {
    fn fits(value: &Value) -> bool {
        value.is_object()
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl Field for String {
    fn fits(value: &Value) -> bool {
        value.is_string()
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Field for Secret {
    fn fits(value: &Value) -> bool {
        value.is_string()
    }

    fn from_value(value: Value) -> Option<Self> {
        String::from_value(value).map(Self::from)
    }
}

impl Field for bool {
    fn fits(value: &Value) -> bool {
        value.is_boolean()
    }

    fn from_value(value: Value) -> Option<Self> {
        value.as_bool()
    }
}

/// A number in any form. A field declared as `number` has this type, because an `f64` would turn `1` into `1.0`.
impl Field for Number {
    fn fits(value: &Value) -> bool {
        value.is_number()
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl Field for i64 {
    fn fits(value: &Value) -> bool {
        value.is_i64()
    }

    fn from_value(value: Value) -> Option<Self> {
        value.as_i64()
    }
}

impl Field for i32 {
    fn fits(value: &Value) -> bool {
        value.as_i64().is_some_and(|number| Self::try_from(number).is_ok())
    }

    fn from_value(value: Value) -> Option<Self> {
        value.as_i64().and_then(|number| Self::try_from(number).ok())
    }
}

impl<T: Field> Field for Vec<T> {
    fn fits(value: &Value) -> bool {
        value.as_array().is_some_and(|items| items.iter().all(T::fits))
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.into_iter().map(T::from_value).collect(),
            _ => None,
        }
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn fits(value: &Value) -> bool {
        value.as_object().is_some_and(|object| object.values().all(T::fits))
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(object) => object.into_iter().map(|(key, item)| Some((key, T::from_value(item)?))).collect(),
            _ => None,
        }
    }
}
