//! What the generated code says of each operation that answers page by page, and how it takes a page apart.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::types::Failure;
use crate::{Answer, Error};

/// How many records a page has unless the caller says otherwise: 200, the most that a page of the catalog is known to take. Operations
/// that are known to take fewer ask for as many as they take.
pub const DEFAULT_PAGE_SIZE: u32 = 200;

/// How often one page may fail in a row before its list ends: 10. A caller who polls on after an error asks for the page again, and one
/// who collects errors without looking at them must come to an end.
pub const MAX_FAILURES: u32 = 10;

/// An operation that answers a list page by page. The generated code implements it for the operation's builder.
pub(crate) trait Paged<'a>: Clone + Send + Sync + 'a {
    type Record: Serialize + Send + 'a;

    /// How many records a page has by default.
    const PAGE_SIZE: u32 = DEFAULT_PAGE_SIZE;

    /// What the caller asked for on the builder.
    fn window(&self) -> Result<Window, String>;

    /// Asks for one page, in a stable order and with the total count unless the caller has chosen.
    fn fetch(&self, skip: i64, limit: i64) -> Fetch<'a, Self::Record>;

    /// What tells a record from all others: its `_id`.
    fn identity(record: &Self::Record) -> Option<String>;
}

/// A page on its way.
pub(crate) type Fetch<'a, T> = Pin<Box<dyn Future<Output = Result<Rows<T>, Error<Failure>>> + Send + 'a>>;

/// Where reading begins, and how many records a page has, where the caller says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) skip: Option<i64>,
    pub(crate) limit: Option<i64>,
}

/// One page as it came.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    pub(crate) records: Vec<T>,
    /// The elements that are no records, by their index in the page.
    pub(crate) odd: Vec<(u64, Value)>,
    /// How many records there are on all pages, as the server says.
    pub(crate) total: Option<u64>,
}

impl<T: DeserializeOwned> Rows<T> {
    /// Takes a declared list out of the record that holds it. `None` if there is no list.
    ///
    /// A list with an element that is no record does not fit its declaration and lies among the undeclared fields as a whole.
    pub(crate) fn take(
        field: &mut Option<Vec<T>>,
        extra: &mut Map<String, Value>,
        wire_name: &str,
        total: Option<u64>,
    ) -> Option<Self> {
        if let Some(records) = field.take() {
            return Some(Self { records, odd: Vec::new(), total });
        }
        if !extra.get(wire_name)?.is_array() {
            return None;
        }
        let Some(Value::Array(elements)) = extra.remove(wire_name) else { return None };
        let mut rows = Self { records: Vec::new(), odd: Vec::new(), total };
        for (index, element) in (0..).zip(elements) {
            // A record refuses nothing but what is no object.
            match element {
                Value::Object(_) => match serde_json::from_value(element.clone()) {
                    Ok(record) => rows.records.push(record),
                    Err(_) => rows.odd.push((index, element)),
                },
                other => rows.odd.push((index, other)),
            }
        }
        Some(rows)
    }
}

/// Takes the page out of an answer. An answer without a list is none that can be used: an end of the list looks otherwise.
pub(crate) fn rows<A: Serialize, T>(
    answer: Answer<A>,
    take: impl FnOnce(&mut A) -> Option<Rows<T>>,
) -> Result<Rows<T>, Error<Failure>> {
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

/// The `_id` of a record: the declared field, or what stands there and does not fit it.
pub(crate) fn identity(field: Option<&String>, extra: &Map<String, Value>) -> Option<String> {
    match (field, extra.get("_id")) {
        (Some(id), _) | (None, Some(Value::String(id))) => Some(id.clone()),
        (None, None | Some(Value::Null)) => None,
        (None, Some(other)) => Some(other.to_string()),
    }
}

/// A count as a contract may declare it.
pub(crate) trait Count {
    fn count(&self) -> Option<u64>;
}

impl Count for i64 {
    fn count(&self) -> Option<u64> {
        u64::try_from(*self).ok()
    }
}

impl Count for Number {
    fn count(&self) -> Option<u64> {
        self.as_u64()
    }
}

/// The total count beside a list: declared, or sent all the same. A count that is none is not told.
pub(crate) fn total<C: Count>(field: Option<&C>, extra: &Map<String, Value>, wire_name: &str) -> Option<u64> {
    field.and_then(Count::count).or_else(|| extra.get(wire_name).and_then(Value::as_u64))
}
