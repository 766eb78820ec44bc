use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde::de::value::{MapAccessDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The records of an answer that is a bare JSON array.
///
/// It reads as a slice of its records. Where the server sends the list in an envelope, it is the list in its `data`, or the only array in
/// it; the rest of the envelope is left out. An element that is no JSON object does not lose the others: it stays at its place, found by
/// [`odd`](Self::odd), and encoding the list gives the array that was decoded.
///
/// ```
/// use bigid_api::List;
/// use bigid_api::types::ComplianceRule;
///
/// let rules: List<ComplianceRule> = serde_json::from_str(r#"[{"name": "GDPR"}, null]"#)?;
/// assert_eq!(rules.len(), 1);
/// assert_eq!(rules[0].name.as_deref(), Some("GDPR"));
/// assert!(rules.odd().next().is_some_and(|(index, value)| index == 1 && value.is_null()));
/// assert_eq!(serde_json::to_string(&rules)?, r#"[{"name":"GDPR"},null]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct List<T> {
    records: Vec<T>,
    /// What is no record, by its index in the array.
    odd: BTreeMap<usize, Value>,
}

impl<T> List<T> {
    /// The elements that are no records, each with its index in the array as it was sent.
    pub fn odd(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.odd.iter().map(|(index, value)| (*index, value))
    }

    /// The records alone.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.records
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.records
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(records: Vec<T>) -> Self {
        Self { records, odd: BTreeMap::new() }
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.iter()
    }
}

/// The records, and of the odd elements only how many there are.
impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("records", &self.records).field("odd", &self.odd.len()).finish()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(Some(self.records.len() + self.odd.len()))?;
        let mut records = self.records.iter();
        for index in 0..self.records.len() + self.odd.len() {
            match self.odd.get(&index) {
                Some(value) => array.serialize_element(value)?,
                None => records.next().map_or(Ok(()), |record| array.serialize_element(record))?,
            }
        }
        array.end()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Elements(std::marker::PhantomData))
    }
}

struct Elements<T>(std::marker::PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Elements<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    /// The list in an envelope, which servers have put around one from one day to the next.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<List<T>, A::Error> {
        let object = Map::deserialize(MapAccessDeserializer::new(map))?;
        let array = list_of(object).ok_or_else(|| A::Error::invalid_type(Unexpected::Map, &self))?;
        self.visit_seq(SeqDeserializer::new(array.into_iter())).map_err(A::Error::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<List<T>, A::Error> {
        let mut list = List::default();
        let mut index = 0;
        while let Some(value) = array.next_element::<Value>()? {
            if value.is_object() {
                list.records.push(T::deserialize(value).map_err(A::Error::custom)?);
            } else {
                list.odd.insert(index, value);
            }
            index += 1;
        }
        Ok(list)
    }
}

/// The list in an envelope: its `data`, or the only array beside other values, or what is so in an object `data`.
fn list_of(mut envelope: Map<String, Value>) -> Option<Vec<Value>> {
    match envelope.remove("data") {
        Some(Value::Array(array)) => return Some(array),
        Some(Value::Object(inner)) => return list_of(inner),
        Some(Value::Null) => return Some(Vec::new()),
        _ => {}
    }
    let mut arrays = envelope.into_iter().filter_map(|(_, value)| match value {
        Value::Array(array) => Some(array),
        _ => None,
    });
    arrays.next().filter(|_| arrays.next().is_none())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::types::Failure;

    #[test]
    fn an_element_of_any_kind_stays_at_its_place() {
        let array = json!([null, {"message": "a"}, 1, [], {"message": 2}, "x", true]);
        let list: List<Failure> = serde_json::from_value(array.clone()).unwrap();
        assert_eq!(list.iter().map(|failure| failure.message.as_deref()).collect::<Vec<_>>(), [Some("a"), None]);
        assert_eq!(list.odd().map(|(index, _)| index).collect::<Vec<_>>(), [0, 2, 3, 5, 6]);
        assert_eq!(serde_json::to_value(&list).unwrap(), array);
        assert_eq!(list.into_vec().len(), 2);
    }

    #[test]
    fn what_is_no_array_is_refused() {
        for text in
            ["{}", "null", "1", "\"x\"", "[", "", r#"{"a":[],"b":[]}"#, r#"{"data":1}"#, r#"{"data":{"data":{}}}"#]
        {
            assert!(serde_json::from_str::<List<Failure>>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_is_found_in_an_envelope() {
        for (before, after) in [
            (r#"{"data":"#, "}"),
            (r#"{"status":"success","statusCode":200,"data":"#, r#","message":null}"#),
            (r#"{"data":{"totalCount":2,"tasks":"#, "}}"),
            (r#"{"tasks":"#, r#","totalCount":2}"#),
            (r#"{"ids":[],"data":"#, "}"),
        ] {
            let text = format!(r#"{before}[{{"message":"a"}},null]{after}"#);
            let list: List<Failure> = serde_json::from_str(&text).unwrap();
            assert_eq!((list.len(), list.odd().count()), (1, 1), "{text}");
        }
        assert!(serde_json::from_str::<List<Failure>>(r#"{"data":null}"#).unwrap().is_empty());
    }

    #[test]
    fn debug_shows_no_odd_element() {
        let list: List<Failure> = serde_json::from_value(json!(["secret"])).unwrap();
        assert_eq!(format!("{list:?}"), "List { records: [], odd: 1 }");
    }
}
