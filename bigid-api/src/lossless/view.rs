use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use super::Record;
use super::extra::serialize_entry;
use crate::redact::KeysOnly;

/// A value as it is encoded, compared and shown: the common form of all types of fields.
pub(crate) enum View<'a> {
    Text(&'a str),
    /// A text that `Debug` does not show as it is.
    Named(&'a str, &'a dyn fmt::Debug),
    Bool(bool),
    Integer(i64),
    Number(&'a Number),
    Json(&'a Value),
    /// JSON text of any form, and what `Debug` shows of it.
    Raw(&'a str, &'a dyn fmt::Debug),
    Object(&'a Map<String, Value>),
    List(&'a dyn Elements),
    Map(Vec<(&'a str, View<'a>)>),
    Record(&'a dyn Record),
}

/// The elements of an array.
pub(crate) trait Elements {
    fn element(&self, index: usize) -> Option<View<'_>>;
}

fn elements(list: &dyn Elements) -> impl Iterator<Item = View<'_>> {
    (0..).map_while(|index| list.element(index))
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) | Self::Named(text, _) => serializer.serialize_str(text),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Json(value) => value.serialize(serializer),
            Self::Raw(json, _) => serialize_raw(json, serializer),
            Self::Object(members) => members.serialize(serializer),
            Self::List(list) => {
                // Some formats need the length first.
                let elements: Vec<View<'_>> = elements(*list).collect();
                serializer.collect_seq(&elements)
            }
            Self::Map(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
            Self::Record(record) => serialize(*record, serializer),
        }
    }
}

/// Encodes JSON text as it is, which only serde_json's own serializer can do for all of it.
pub(crate) fn serialize_raw<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
    raw.serialize(serializer)
}

/// Encodes a record: the fields that are set, then the other members. A member whose field was set later is encoded
/// once, with the value that was set; of a member that occurs twice, the last one counts.
pub(crate) fn serialize<S: Serializer>(record: &dyn Record, serializer: S) -> Result<S::Ok, S::Error> {
    let members = record.schema().members();
    let mut map = serializer.serialize_map(None)?;
    let mut written = Ok(());
    record.fields(&mut |fields, extra| {
        written = fields.iter().zip(members.iter()).try_for_each(|(field, member)| match field.view() {
            Some(value) => map.serialize_entry(member.name, &value),
            None => Ok(()),
        });
        if extra.is_empty() || written.is_err() {
            return;
        }
        let is_set = |index: usize| fields.get(index).is_some_and(|field| field.view().is_some());
        let mut kept = extra.distinct().into_iter().filter(|(name, _)| !members.index(name).is_some_and(is_set));
        written = kept.try_for_each(|(name, text)| serialize_entry(&mut map, &name, text));
    });
    written?;
    map.end()
}

impl PartialEq for View<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one) | Self::Named(one, _), Self::Text(other) | Self::Named(other, _)) => one == other,
            (Self::Raw(one, _), Self::Raw(other, _)) => one == other,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Json(one), Self::Json(other)) => one == other,
            (Self::Object(one), Self::Object(other)) => one == other,
            (Self::List(one), Self::List(other)) => elements(*one).eq(elements(*other)),
            (Self::Map(one), Self::Map(other)) => one == other,
            (Self::Record(one), Self::Record(other)) => equal(*one, *other),
            _ => false,
        }
    }
}

/// Whether two records of one type have equal fields and other members.
pub(crate) fn equal(one: &dyn Record, other: &dyn Record) -> bool {
    let mut equal = false;
    one.fields(&mut |fields, extra| {
        other.fields(&mut |others, other_extra| {
            let mut pairs = fields.iter().zip(others);
            equal = pairs.all(|(field, other)| field.view() == other.view()) && extra == other_extra;
        });
    });
    equal
}

/// Declared values in full, open values only by their names.
impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => fmt::Debug::fmt(text, f),
            Self::Named(_, shown) | Self::Raw(_, shown) => shown.fmt(f),
            Self::Bool(value) => fmt::Debug::fmt(value, f),
            Self::Integer(value) => fmt::Debug::fmt(value, f),
            Self::Number(number) => fmt::Debug::fmt(number, f),
            Self::Json(value) => fmt::Debug::fmt(&KeysOnly(*value), f),
            Self::Object(members) => fmt::Debug::fmt(&KeysOnly(*members), f),
            Self::List(list) => f.debug_list().entries(elements(*list)).finish(),
            Self::Map(members) => f.debug_set().entries(members.iter().map(|(key, _)| key)).finish(),
            Self::Record(record) => show(*record, f),
        }
    }
}

/// Shows the fields of a record that are set, and the names of its other members.
pub(crate) fn show(record: &dyn Record, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let schema = record.schema();
    let mut shown = f.debug_struct(schema.name);
    record.fields(&mut |fields, extra| {
        for (field, member) in fields.iter().zip(schema.members().iter()) {
            if let Some(value) = field.view() {
                shown.field(member.field, &value);
            }
        }
        shown.field("extra", extra);
    });
    shown.finish()
}
