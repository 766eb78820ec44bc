use std::fmt;
use std::ops::Deref;

use serde_json::Value;

/// The new records of one page of a list; it derefs to a slice of them.
#[non_exhaustive]
pub struct Page<T> {
    /// The records that were on no earlier page.
    pub records: Vec<T>,
    /// The elements of the list that are not records, each with its index in the whole list.
    pub malformed: Vec<(u64, Value)>,
}

impl<T> Page<T> {
    pub(crate) fn new(records: Vec<T>, malformed: Vec<(u64, Value)>) -> Self {
        Self { records, malformed }
    }

    pub(crate) fn has_nothing(&self) -> bool {
        self.records.is_empty() && self.malformed.is_empty()
    }
}

impl<T> Deref for Page<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.records
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.into_iter()
    }
}

/// Shows the records, but only the number of malformed elements.
impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("records", &self.records).field("malformed", &self.malformed.len()).finish()
    }
}
