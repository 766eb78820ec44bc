use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::total::Total;
use crate::types::Failure;
use crate::{Answer, Error};

/// One page as it came.
#[derive(Debug)]
pub(crate) struct RawPage<T> {
    pub(crate) records: Vec<T>,
    /// The elements that are no records, by their index in the page.
    pub(crate) odd: Vec<(u64, Value)>,
    pub(crate) total: Total,
}

impl<T: DeserializeOwned> RawPage<T> {
    /// Takes a declared list out of the record that holds it. `None` if there is no list; null is an empty one.
    ///
    /// A list with an element that is no record does not fit its declaration and lies among the undeclared fields as a whole.
    pub(crate) fn take(
        field: &mut Option<Vec<T>>,
        extra: &mut Map<String, Value>,
        wire_name: &str,
        total: Total,
    ) -> Option<Self> {
        if let Some(records) = field.take() {
            return Some(Self { records, odd: Vec::new(), total });
        }
        let mut page = Self { records: Vec::new(), odd: Vec::new(), total };
        match extra.get(wire_name)? {
            Value::Null => return Some(page),
            Value::Array(_) => {}
            _ => return None,
        }
        let Some(Value::Array(elements)) = extra.remove(wire_name) else { return None };
        for (index, element) in (0..).zip(elements) {
            // A record refuses nothing but what is no object.
            match element {
                Value::Object(_) => match serde_json::from_value(element.clone()) {
                    Ok(record) => page.records.push(record),
                    Err(_) => page.odd.push((index, element)),
                },
                other => page.odd.push((index, other)),
            }
        }
        Some(page)
    }

    /// The page of an answer without the record that would hold the list: an empty one where null stands in its place.
    pub(crate) fn without_holder(extra: &Map<String, Value>, wire_name: &str) -> Option<Self> {
        let empty = Self { records: Vec::new(), odd: Vec::new(), total: Total::default() };
        extra.get(wire_name)?.is_null().then_some(empty)
    }
}

/// Takes the page out of an answer.
///
/// # Errors
/// [`Error::Payload`] for an answer without a list, which is not the end of one.
pub(crate) fn raw_page<A: Serialize, T>(
    answer: Answer<A>,
    take: impl FnOnce(&mut A) -> Option<RawPage<T>>,
) -> Result<RawPage<T>, Error<Failure>> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut answer = answer.into_inner();
    take(&mut answer).ok_or_else(|| {
        let whole = match serde_json::to_value(&answer) {
            Ok(Value::Object(object)) => object,
            _ => Map::new(),
        };
        Error::missing(status, headers, &whole)
    })
}
