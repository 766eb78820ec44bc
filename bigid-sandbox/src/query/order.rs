//! The `sort` of lists.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Fields;

/// The fields to sort by, most significant first. An empty order keeps the order of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order(Vec<SortField>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct SortField {
    field: String,
    descending: bool,
}

impl Order {
    /// Parses plain text or JSON; `None` if the JSON is not a known form.
    ///
    /// Plain text is one or more fields with commas between them, each optionally followed by `ASC` or `DESC`. JSON is
    /// an object of `field` and of `order` (`"asc"` or `"desc"` in any case) or `desc` (a boolean), or an array of such
    /// objects and of plain text.
    pub(crate) fn parse(value: &Value) -> Option<Self> {
        let mut keys = Vec::new();
        collect(value, &mut keys)?;
        // A field that was already compared has no further effect.
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(key.field.clone()));
        Some(Self(keys))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn to_json(&self) -> Value {
        self.0.iter().map(|key| json!({"field": key.field, "desc": key.descending})).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sort key of a row's first field; most rows differ in it, so the others are rarely computed.
    pub(crate) fn first_key(&self, row: &dyn Fields) -> SortKey {
        self.0.first().map_or(SortKey::Nothing, |key| row.sort_key(&key.field))
    }

    pub(crate) fn compare_first(&self, one: &SortKey, other: &SortKey) -> Ordering {
        self.0.first().map_or(Ordering::Equal, |key| key.directed(one.compare(other)))
    }

    /// The keys of the other fields.
    pub(crate) fn other_keys(&self, row: &dyn Fields) -> Box<[SortKey]> {
        self.0.iter().skip(1).map(|key| row.sort_key(&key.field)).collect()
    }

    pub(crate) fn compare_others(&self, one: &[SortKey], other: &[SortKey]) -> Ordering {
        let directions = self.0.iter().skip(1);
        let by = |((key, one), other): ((&SortField, &SortKey), &SortKey)| key.directed(one.compare(other));
        directions.zip(one).zip(other).map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl SortField {
    fn directed(&self, ordering: Ordering) -> Ordering {
        if self.descending { ordering.reverse() } else { ordering }
    }
}

/// The comparable part of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SortKey {
    Nothing,
    Number(f64),
    Text(String),
    Object,
    Array,
    Boolean(bool),
}

impl SortKey {
    /// The order of the database behind the server: missing values first, then numbers, text, and the rest by type.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Boolean(one), Self::Boolean(other)) => one.cmp(other),
            (one, other) => one.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
            Self::Object => 3,
            Self::Array => 4,
            Self::Boolean(_) => 5,
        }
    }
}

impl From<Value> for SortKey {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Number(number) => number.as_f64().map_or(Self::Nothing, Self::Number),
            Value::String(text) => Self::Text(text),
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
            Value::Bool(boolean) => Self::Boolean(boolean),
        }
    }
}

fn collect(value: &Value, keys: &mut Vec<SortField>) -> Option<()> {
    match value {
        Value::Null => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(text) => keys.extend(text.split(',').map(plain).collect::<Option<Vec<_>>>()?),
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, keys))?,
        Value::Object(object) if object.is_empty() => {}
        Value::Object(object) => keys.push(key(object)?),
        Value::Bool(_) | Value::Number(_) => return None,
    }
    Some(())
}

/// A field, optionally followed by a direction.
fn plain(text: &str) -> Option<SortField> {
    let text = text.trim();
    let directed = text.rsplit_once(char::is_whitespace).and_then(|(field, word)| Some((field, direction(word)?)));
    let (field, descending) = directed.unwrap_or((text, false));
    let field = field.trim_end();
    // `-name`, `name:desc` and truncated JSON are not fields; taking them for one would silently leave the list
    // unsorted.
    let is_field = field.starts_with(|first: char| first.is_alphabetic() || "_@".contains(first))
        && field.chars().all(|letter| letter.is_alphanumeric() || " _-.@$/()".contains(letter));
    is_field.then(|| SortField { field: field.to_owned(), descending })
}

fn key(object: &Map<String, Value>) -> Option<SortField> {
    let (mut field, mut descending) = (None, false);
    for (name, value) in object {
        match (name.as_str(), value) {
            ("field", Value::String(text)) => field = Some(text.clone()),
            ("order" | "desc", Value::Null) => {}
            ("order", Value::String(word)) => descending |= direction(word)?,
            ("desc", Value::Bool(desc)) => descending |= *desc,
            ("desc", Value::String(word)) => descending |= word.parse::<bool>().ok()?,
            // An unknown direction must not silently sort in the wrong order.
            _ => return None,
        }
    }
    Some(SortField { field: field?, descending })
}

/// Whether a word means descending order; `None` if it is not a direction.
fn direction(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "asc" => Some(false),
        "desc" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(keys: &[(&str, bool)]) -> Option<Order> {
        let key =
            |(field, descending): &(&str, bool)| SortField { field: (*field).to_owned(), descending: *descending };
        Some(Order(keys.iter().map(key).collect()))
    }

    #[test]
    fn every_known_form_says_which_way() {
        for (value, expected) in [
            (json!(null), order(&[])),
            (json!(""), order(&[])),
            (json!([]), order(&[])),
            (json!({}), order(&[])),
            (json!("name"), order(&[("name", false)])),
            (json!("name asc"), order(&[("name", false)])),
            (json!(" name  DESC "), order(&[("name", true)])),
            (json!("a name"), order(&[("a name", false)])),
            (json!("desc"), order(&[("desc", false)])),
            (json!("name DESC, attribute_details.count asc,id"), {
                order(&[("name", true), ("attribute_details.count", false), ("id", false)])
            }),
            (json!({"field": "a"}), order(&[("a", false)])),
            (json!([{"field": "a", "order": "DESC"}, "b"]), order(&[("a", true), ("b", false)])),
            (json!([{"field": "a", "order": "Asc"}]), order(&[("a", false)])),
            (json!([{"field": "a", "desc": true}, {"field": "b", "desc": false}]), order(&[("a", true), ("b", false)])),
            (json!([{"field": "a", "desc": "true", "order": null}]), order(&[("a", true)])),
            (json!([{"field": "a"}, {"field": "a", "desc": true}]), order(&[("a", false)])),
        ] {
            assert_eq!(Order::parse(&value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_taken_for_ascending() {
        for value in [
            json!(5),
            json!([true]),
            json!([{"field": "a", "order": "down"}]),
            json!([{"field": "a", "desc": 1}]),
            json!([{"field": "a", "descending": true}]),
            json!([{"name": -1}]),
            json!([{"order": "desc"}]),
            json!("-name"),
            json!("+name"),
            json!("name:desc"),
            json!("name,"),
            json!("name DESC;"),
            json!("[{\"field\":\"name\""),
            json!("\"name\""),
            json!("5"),
            json!(["-name"]),
        ] {
            assert_eq!(Order::parse(&value), None, "{value}");
        }
    }

    #[test]
    fn values_of_different_types_have_an_order() {
        let sorted = [json!(null), json!(-1), json!(2.5), json!("a"), json!("b"), json!({}), json!([]), json!(true)];
        for pair in sorted.windows(2) {
            let [one, other] = [&pair[0], &pair[1]].map(|value| SortKey::from(value.clone()));
            assert_eq!(one.compare(&other), Ordering::Less, "{pair:?}");
        }
        assert_eq!(SortKey::Nothing.compare(&SortKey::from(json!(null))), Ordering::Equal);
    }
}
