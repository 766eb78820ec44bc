use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Reader;

/// The members of a record that have no field, or whose value does not fit their field, as received JSON text.
///
/// A value is parsed only when it is requested, so unused values cost nothing.
///
/// ```
/// use bigid_api::types::DataSource;
///
/// let mut source: DataSource = serde_json::from_str(r#"{"name": "Orders", "scanWindowName": "Nights", "enabled": null}"#)?;
/// assert_eq!(source.extra.get("scanWindowName"), Some("Nights".into()));
/// assert_eq!(source.extra.raw("enabled"), Some("null"));
///
/// source.extra.insert("scanner_group", "eu-1");
/// assert_eq!(source.extra.to_map().len(), 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// If a name occurs several times, its last value counts. Two are equal if they have the same text, or the same values.
/// `Debug` shows names but no values, which may be secrets that the contract does not know.
#[derive(Clone, Default)]
pub struct Extra {
    /// Each member follows a comma: `,"a":1,"b":null`. It was read from JSON or written here, so it is always well
    /// formed.
    text: Option<Box<str>>,
}

impl Extra {
    /// No members.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: None }
    }

    pub(super) fn of_members(text: &str) -> Self {
        Self { text: Some(text.into()) }
    }

    /// The members of an object; `None` if the text, which must be well formed, is not one.
    pub(crate) fn of_object(text: &str) -> Option<Self> {
        let members = text.trim_ascii().strip_prefix('{')?.strip_suffix('}')?;
        Some(Self { text: unless_empty(members.trim_ascii().to_owned()).map(|members| format!(",{members}").into()) })
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_none()
    }

    /// The members in the order received, each with its value as JSON text.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
        let mut json = Reader::new(self.text.as_deref().unwrap_or_default());
        std::iter::from_fn(move || json.member())
    }

    /// The names of the members, in the order received.
    pub fn keys(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.iter().map(|(name, _)| name)
    }

    /// The value of a member as it was written.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.iter().filter(|(other, _)| other == name).last().map(|(_, text)| text)
    }

    /// The value of a member. `None` if there is no member with this name, or if serde_json cannot represent its value,
    /// such as `1e400`, whose text [`raw`](Self::raw) returns.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// Whether there is a member with this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Sets a member, replacing all members with this name.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) {
        let mut text = self.without(name);
        push(&mut text, &Value::from(name).to_string(), &value.into().to_string());
        self.text = Some(text.into());
    }

    /// Removes all members with this name, and returns the value of the last one, as [`get`](Self::get) does.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let value = self.raw(name)?;
        let value = serde_json::from_str(value).ok();
        self.text = unless_empty(self.without(name));
        value
    }

    /// All members. A value that serde_json cannot represent becomes a string with its text.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let members = self.iter();
        members
            .map(|(name, text)| (name.into_owned(), serde_json::from_str(text).unwrap_or_else(|_| text.into())))
            .collect()
    }

    /// All members as one JSON object.
    #[must_use]
    pub fn as_json(&self) -> String {
        format!("{{{}}}", self.text.as_deref().unwrap_or_default().trim_start_matches(','))
    }

    /// The text of all members except those with this name.
    fn without(&self, name: &str) -> String {
        let mut text = String::new();
        for (other, value) in self.iter().filter(|(other, _)| other != name) {
            push(&mut text, &Value::from(other.as_ref()).to_string(), value);
        }
        text
    }

    /// The last member of each name, in the order received.
    pub(super) fn distinct(&self) -> Vec<(Cow<'_, str>, &str)> {
        let mut members: Vec<_> = self.iter().collect();
        let mut seen = HashSet::new();
        let mut is_last: Vec<bool> = members.iter().rev().map(|(name, _)| seen.insert(name.clone())).collect();
        members.retain(|_| is_last.pop().unwrap_or(true));
        members
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    for part in [",", name, ":", value] {
        text.push_str(part);
    }
}

/// Writes a member. A value that serde_json cannot represent is written as received, which only its own serializer can
/// do.
pub(super) fn serialize_entry<M: SerializeMap>(map: &mut M, name: &str, text: &str) -> Result<(), M::Error> {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => map.serialize_entry(name, &value),
        Err(_) => {
            let raw: &RawValue = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
            map.serialize_entry(name, raw)
        }
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        let values = |extra: &Self| -> BTreeMap<String, Value> { extra.to_map().into_iter().collect() };
        self.text == other.text || values(self) == values(other)
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

fn unless_empty(text: String) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text.into())
}

impl From<Map<String, Value>> for Extra {
    fn from(map: Map<String, Value>) -> Self {
        map.into_iter().collect()
    }
}

impl<N: AsRef<str>, V: Into<Value>> FromIterator<(N, V)> for Extra {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let mut text = String::new();
        for (name, value) in members {
            push(&mut text, &Value::from(name.as_ref()).to_string(), &value.into().to_string());
        }
        Self { text: unless_empty(text) }
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, text) in self.distinct() {
            serialize_entry(&mut map, &name, text)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(map) => Ok(map.into()),
            _ => Err(D::Error::custom("expected an object")),
        }
    }
}
