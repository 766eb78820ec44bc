use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::lossless::{self, Elements, Field, Malformed, Reader, View};

/// A JSON array response that tolerates malformed elements.
///
/// It reads as a slice of its records. If the server sends the list in an envelope, this is the list in its `data`, or
/// its only array; the rest of the envelope is dropped. An element that is not a JSON object does not affect the
/// others: it keeps its index, is available from [`malformed`](Self::malformed), and encoding the list gives the array
/// that was decoded.
///
/// ```
/// use bigid_api::List;
/// use bigid_api::types::ComplianceRule;
///
/// let rules: List<ComplianceRule> = serde_json::from_str(r#"[{"name": "GDPR"}, null]"#)?;
/// assert_eq!(rules.len(), 1);
/// assert_eq!(rules[0].name.as_deref(), Some("GDPR"));
/// assert!(rules.malformed().next().is_some_and(|(index, value)| index == 1 && value.is_null()));
/// assert_eq!(serde_json::to_string(&rules)?, r#"[{"name":"GDPR"},null]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct List<T> {
    records: Vec<T>,
    /// The elements that are not records, by index in the array.
    malformed: BTreeMap<usize, Value>,
}

impl<T> List<T> {
    /// The elements that are not records, each with its index in the received array.
    pub fn malformed(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.malformed.iter().map(|(index, value)| (*index, value))
    }

    /// The records, without malformed elements.
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
        Self { records, malformed: BTreeMap::new() }
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

/// Shows the records, but only the number of malformed elements.
impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("records", &self.records).field("malformed", &self.malformed.len()).finish()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(Some(self.records.len() + self.malformed.len()))?;
        let mut records = self.records.iter();
        for index in 0..self.records.len() + self.malformed.len() {
            match self.malformed.get(&index) {
                Some(value) => array.serialize_element(value)?,
                None => records.next().map_or(Ok(()), |record| array.serialize_element(record))?,
            }
        }
        array.end()
    }
}

impl<'de, T: Field> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lossless::deserialize(deserializer, "an array")
    }
}

impl<T: Field> Field for List<T> {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if json.begins(b'{') {
            return read_envelope(slot, json);
        }
        if !json.begins(b'[') {
            return Ok(false);
        }
        let list = slot.insert(Self::default());
        json.depth += 1;
        let mut more = json.open(b']');
        for index in 0.. {
            if !more {
                break;
            }
            let mut record = None;
            if T::read(&mut record, json)? {
                if let Some(record) = record {
                    list.records.push(record);
                }
            } else {
                let text = json.skip()?;
                list.malformed.insert(index, serde_json::from_str(text).unwrap_or_else(|_| text.into()));
            }
            more = json.next(b']')?;
        }
        list.records.shrink_to_fit();
        json.depth -= 1;
        Ok(true)
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Field> Elements for List<T> {
    fn element(&self, index: usize) -> Option<View<'_>> {
        if let Some(malformed) = self.malformed.get(&index) {
            return Some(View::Json(malformed));
        }
        Some(self.records.get(index - self.malformed.range(..index).count())?.view())
    }
}

/// Reads a list in an envelope, which some server versions add.
fn read_envelope<T: Field>(slot: &mut Option<List<T>>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
    let mark = json.mark();
    let array = serde_json::from_str(json.skip()?).ok().and_then(list_of);
    *slot = array.and_then(|array| lossless::decode(&Value::Array(array).to_string()).ok().flatten());
    if slot.is_none() {
        json.rewind(mark);
    }
    Ok(slot.is_some())
}

/// The list in an envelope: its `data`, or its only array, or the same within an object `data`.
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
    use crate::types::ApiErrorBody;

    #[test]
    fn an_element_of_any_kind_stays_at_its_place() {
        let array = json!([null, {"message": "a"}, 1, [], {"message": 2}, "x", true]);
        let list: List<ApiErrorBody> = serde_json::from_value(array.clone()).unwrap();
        assert_eq!(list.iter().map(|failure| failure.message.as_deref()).collect::<Vec<_>>(), [Some("a"), None]);
        assert_eq!(list.malformed().map(|(index, _)| index).collect::<Vec<_>>(), [0, 2, 3, 5, 6]);
        assert_eq!(serde_json::to_value(&list).unwrap(), array);
        assert_eq!(list.into_vec().len(), 2);
    }

    #[test]
    fn what_is_no_array_is_refused() {
        for text in
            ["{}", "null", "1", "\"x\"", "[", "", r#"{"a":[],"b":[]}"#, r#"{"data":1}"#, r#"{"data":{"data":{}}}"#]
        {
            assert!(serde_json::from_str::<List<ApiErrorBody>>(text).is_err(), "{text}");
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
            let list: List<ApiErrorBody> = serde_json::from_str(&text).unwrap();
            assert_eq!((list.len(), list.malformed().count()), (1, 1), "{text}");
        }
        assert!(serde_json::from_str::<List<ApiErrorBody>>(r#"{"data":null}"#).unwrap().is_empty());
    }

    #[test]
    fn debug_shows_no_malformed_element() {
        let list: List<ApiErrorBody> = serde_json::from_value(json!(["secret"])).unwrap();
        assert_eq!(format!("{list:?}"), "List { records: [], malformed: 1 }");
    }
}
