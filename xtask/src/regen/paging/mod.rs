//! `paging.rs`: how each paginated operation is asked for a page, and where the records are in its response.
//!
//! The contract's schemas show where the records are if they are unambiguous. `x-paging` has the rest, with its
//! evidence: the keys of the records (`key`), their count (`total`), the order to request (`sort`), whether `offset` is
//! sent next to `skip` (`offset`), the list of the records (`records`), the largest page (`page-size`), or why the
//! operation is not read page by page (`unpaged`).

mod terms;

mod describe;
pub(super) use describe::{find, only_list};

mod code;

use std::collections::BTreeSet;

/// The operations that are read page by page.
pub(super) struct Paging {
    paged: Vec<Paged>,
    /// The operations that take `skip` and `limit` and state why they are not paginated.
    unpaged: usize,
}

/// How one operation is read page by page. Names of types are those in Rust.
struct Paged {
    method: String,
    builder: String,
    place: PageInput,
    response: String,
    record: String,
    /// The field of the response that holds the record with the list, if the response does not hold the list itself.
    within: Option<Property>,
    list: Property,
    total: Vec<Total>,
    key: Vec<Key>,
    /// The value of `sort` in requests.
    sort: Option<String>,
    /// Whether the count is requested.
    counts: bool,
    sends_offset: bool,
    page_size: Option<u64>,
}

/// A field that may identify records, and the pointer into it.
struct Key {
    field: Property,
    within: String,
}

/// A field next to the list that may count it.
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

/// Where the page is requested.
enum PageInput {
    Query {
        skip: String,
    },
    /// In a body of this schema, or in a record within it.
    Body {
        schema: String,
        /// The field of the body that takes it, and its schema; `None` if the body itself does.
        within: Option<(Property, String)>,
        /// Its field for the number of records to skip: skip, or offset alone.
        skip: String,
    },
}

impl Paging {
    /// The methods of the client that are paged.
    pub(super) fn methods(&self) -> BTreeSet<String> {
        self.paged.iter().map(|paged| paged.method.clone()).collect()
    }

    /// The rules of an operation as the code of an expression, for calls that are chosen at run time; `None` for one
    /// that is not paged.
    pub(super) fn rules(&self, method: &str) -> Option<String> {
        self.paged.iter().find(|paged| paged.method == method).map(Paged::rules)
    }

    /// The way to the list of a paged operation in its response, and the name of its records in Rust.
    pub(super) fn list(&self, method: &str) -> Option<(Vec<&str>, &str)> {
        let paged = self.paged.iter().find(|paged| paged.method == method)?;
        Some((paged.way(), &paged.record))
    }

    /// The number of paginated operations, and of those that state why they are not.
    pub(super) fn summary(&self) -> String {
        format!("{} paged, {} not", self.paged.len(), self.unpaged)
    }
}
