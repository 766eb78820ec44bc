//! Parameters of lists: a filter in either of BigID's two languages, an order, fields, a page.

mod filter;

mod bql;

mod order;
pub(crate) use order::{Order, SortKey};

mod listing;
pub(crate) use listing::{Language, Listing, ListingError, Page};

mod grammar;
pub use grammar::{parse_bql, parse_filter, parse_sort};

use std::borrow::Cow;

use serde_json::Value;

use crate::record::Record;

/// Something with fields, each of which is generated when it is read.
pub(crate) trait Fields {
    /// The field of exactly this name.
    fn field(&self, name: &str) -> Option<Cow<'_, Value>>;

    /// The field at a dotted path, through objects and into arrays of them. A field whose own name has a dot is tried
    /// first.
    fn at(&self, path: &str) -> Option<Cow<'_, Value>> {
        if let Some(value) = self.field(path) {
            return Some(value);
        }
        let (head, rest) = path.split_once('.')?;
        below(self.field(head)?.as_ref(), rest).map(Cow::Owned)
    }

    /// What a sort compares of the field at a path.
    fn sort_key(&self, path: &str) -> SortKey {
        self.at(path).map_or(SortKey::Nothing, |value| SortKey::from(value.into_owned()))
    }
}

impl Fields for Record {
    fn field(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.get(name).map(Cow::Borrowed)
    }
}

fn below(value: &Value, path: &str) -> Option<Value> {
    if let Value::Array(items) = value {
        let found: Vec<Value> = items.iter().filter_map(|item| below(item, path)).collect();
        return (!found.is_empty()).then_some(found.into());
    }
    if let Some(value) = value.get(path) {
        return Some(value.clone());
    }
    let (head, rest) = path.split_once('.')?;
    below(value.get(head)?, rest)
}
