//! A record, with as many fields as it happens to have, and which of these are secret.

mod secret;
pub(crate) use secret::{is_secret, masked};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Map, Value};

use secret::{is_credential, strip};

/// A record: its fields in their order, and the JSON they make.
///
/// A data source has 13 to 66 of 113 fields, so a list of pairs is smaller than a map, and its names are borrowed. The
/// JSON is made once; lists of thousands are copied out of it.
#[derive(Debug, Default)]
pub(crate) struct Record {
    fields: Vec<(Cow<'static, str>, Value)>,
    json: OnceLock<Box<str>>,
}

impl Record {
    pub(crate) fn new(fields: Vec<(Cow<'static, str>, Value)>) -> Self {
        Self { fields, json: OnceLock::new() }
    }

    pub(crate) fn from_object(object: &Map<String, Value>) -> Self {
        Self::new(object.iter().map(|(name, value)| (Cow::Owned(name.clone()), value.clone())).collect())
    }

    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.get(field).and_then(Value::as_str)
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// This record with fields set, each in its place or at the end, or removed if the new value is `None`.
    pub(crate) fn merged(&self, changes: impl IntoIterator<Item = (String, Option<Value>)>) -> Self {
        let mut fields: Vec<_> = self.fields.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect();
        let mut places: BTreeMap<Cow<'static, str>, usize> =
            fields.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
        for (name, value) in changes {
            match places.get(name.as_str()) {
                Some(place) => fields[*place].1 = value,
                None => {
                    places.insert(Cow::Owned(name.clone()), fields.len());
                    fields.push((Cow::Owned(name), value));
                }
            }
        }
        Self::new(fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }

    /// The record without what `withoutCredentialValue` leaves out.
    pub(crate) fn without_credentials(&self) -> Self {
        let kept = self.fields.iter().filter(|(name, _)| !is_credential(name));
        Self::new(kept.map(|(name, value)| (name.clone(), strip(value))).collect())
    }

    /// This record with a field set: in its place if it was there, at the end if not.
    pub(crate) fn with(&self, field: &str, value: Value) -> Self {
        let mut fields = self.fields.clone();
        match fields.iter_mut().find(|(name, _)| name == field) {
            Some((_, old)) => *old = value,
            None => fields.push((Cow::Owned(field.to_owned()), value)),
        }
        Self::new(fields)
    }

    /// The record without the fields that `keep` does not name.
    pub(crate) fn projected(&self, keep: &BTreeSet<String>) -> Self {
        let kept = self.fields.iter().filter(|(name, _)| keep.contains(name.as_ref()));
        Self::new(kept.cloned().collect())
    }

    /// The record without the fields that `leave_out` names.
    pub(crate) fn without(&self, leave_out: &[&str]) -> Self {
        let kept = self.fields.iter().filter(|(name, _)| !leave_out.contains(&name.as_ref()));
        Self::new(kept.cloned().collect())
    }

    pub(crate) fn to_value(&self) -> Value {
        Value::Object(self.fields.iter().map(|(name, value)| (name.as_ref().to_owned(), value.clone())).collect())
    }

    pub(crate) fn json(&self) -> &str {
        self.json.get_or_init(|| {
            let mut text = Vec::with_capacity(2_048);
            for (name, value) in &self.fields {
                text.push(if text.is_empty() { b'{' } else { b',' });
                // Writing into memory does not fail.
                drop(serde_json::to_writer(&mut text, name.as_ref()));
                text.push(b':');
                drop(serde_json::to_writer(&mut text, value));
            }
            text.extend_from_slice(if text.is_empty() { b"{}" } else { b"}" });
            String::from_utf8(text).unwrap_or_default().into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_keep_their_order_and_their_place() {
        let record = Record::new(vec![("b".into(), json!(1)), ("a \"quoted\"".into(), json!(null))]);
        assert_eq!(record.json(), r#"{"b":1,"a \"quoted\"":null}"#);
        let changed = record.with("b", json!([])).with("c", json!("new"));
        assert_eq!(changed.json(), r#"{"b":[],"a \"quoted\"":null,"c":"new"}"#);
        assert_eq!(changed.projected(&["c", "absent"].map(str::to_owned).into()).json(), r#"{"c":"new"}"#);
        let change = |name: &str, value| (name.to_owned(), value);
        let merged = changed.merged([change("c", None), change("d", Some(json!(2))), change("b", Some(json!(3)))]);
        assert_eq!(merged.json(), r#"{"b":3,"a \"quoted\"":null,"d":2}"#);
        assert_eq!((changed.text("c"), changed.text("b"), changed.get("absent")), (Some("new"), None, None));
    }
}
