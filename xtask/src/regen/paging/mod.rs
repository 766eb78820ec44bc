//! `paging.rs`: how each operation that answers page by page is asked for a page, and where in its answer the records are.
//!
//! The contract's schemas say where the records are wherever there is one reading of them. `x-paging` says the rest, with its evidence: what
//! tells the records apart (`key`), what counts them (`total`), the order to ask for (`sort`), whether `offset` is sent beside `skip`
//! (`offset`), which list holds the records (`records`), how many records a page may have (`page-size`), or why the operation is not read
//! page by page (`unpaged`).

mod terms;

mod describe;
pub(super) use describe::find;

mod code;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::JSON;
use crate::naming::operation;

/// The documented successes of an operation: the status, the media type if there is a body, and the schema if that is JSON.
fn successes(operation: &Value) -> impl Iterator<Item = (&str, Option<&str>, &Value)> {
    let successes =
        operation["responses"].as_object().into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
    successes.map(|(status, response)| {
        let content = response["content"].as_object();
        match content.and_then(|content| content.get(JSON)) {
            Some(json) => (status.as_str(), Some(JSON), &json["schema"]),
            None => {
                (status.as_str(), content.and_then(|content| content.keys().next()).map(String::as_str), &Value::Null)
            }
        }
    })
}

/// The operations that answer page by page.
pub(super) struct Paging {
    paged: Vec<Paged>,
    /// Those that take `skip` and `limit` and say why they are not paged.
    unpaged: usize,
}

struct Paged {
    id: String,
    place: Place,
    /// The types of the answer.
    answer: String,
    record: String,
    /// The record below the answer that holds the list, if the answer does not hold it itself.
    within: Option<String>,
    list: Property,
    total: Vec<Total>,
    key: Vec<Key>,
    /// The value of the `sort` to ask with.
    sort: Option<String>,
    /// Whether the count is asked for.
    counts: bool,
    sends_offset: bool,
    page_size: Option<u64>,
}

/// A field that may tell records apart, and the pointer into it.
struct Key {
    field: Property,
    within: String,
}

/// A field beside the list that may count it.
struct Total {
    wire: String,
    declared: Option<Property>,
    is_estimate: bool,
}

/// A property, by its name on the wire and in Rust.
#[derive(Clone)]
struct Property {
    wire: String,
    rust: String,
}

/// Where the page is asked for.
enum Place {
    Query {
        skip: String,
    },
    /// In a body of this schema, or in a record within it.
    Body {
        schema: String,
        within: Option<(Property, String)>,
    },
}

impl Paging {
    /// The methods of the client that are paged.
    pub(super) fn methods(&self) -> BTreeSet<String> {
        self.paged.iter().map(|paged| operation(&paged.id)).collect()
    }

    /// How many operations are paged, and how many say why they are not.
    pub(super) fn summary(&self) -> String {
        format!("{} paged, {} not", self.paged.len(), self.unpaged)
    }
}
