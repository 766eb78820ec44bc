//! What the generated code declares for each operation that returns pages.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

use super::key::Key;
use super::raw_page::RawPage;
use crate::Error;
use crate::types::ApiErrorBody;

/// How many records a page has unless the caller says otherwise: 200, the most that a page of the catalog is known to take. Operations
/// that are known to take fewer ask for as many as they take.
pub const DEFAULT_PAGE_SIZE: u32 = 200;

/// How often one page may fail in a row before its list ends: 10. A caller who polls on after an error asks for the page again, and one
/// who collects errors without looking at them must come to an end.
pub const MAX_FAILURES: u32 = 10;

/// An operation that returns a list in pages. The generated code implements it for the operation's builder.
pub(crate) trait Paginated: Clone + Send + Sync + 'static {
    type Record: Serialize + Send + 'static;

    /// How many records a page has by default.
    const PAGE_SIZE: u32 = DEFAULT_PAGE_SIZE;

    /// The paging options that the caller set on the builder.
    fn offset(&self) -> Result<Offset, String>;

    /// Whether a page is requested in an order that the caller did not choose. A server may refuse such an order.
    fn has_default_sort(&self) -> bool;

    /// Asks for one page, with the total count unless the caller has chosen, and `sorted` by default or not.
    fn fetch(&self, skip: i64, limit: i64, sorted: bool) -> Fetch<Self::Record>;

    /// The identity of a record: the first key field that it has.
    fn key(record: &Self::Record) -> Option<Key>;
}

/// A page on its way.
pub(crate) type Fetch<T> = Pin<Box<dyn Future<Output = Result<RawPage<T>, Error<ApiErrorBody>>> + Send>>;

/// Where reading starts and how many records a page has, if the caller set these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset {
    pub(crate) skip: Option<i64>,
    pub(crate) limit: Option<i64>,
}

impl Offset {
    /// For an operation that takes `offset` for the same thing as `skip`.
    ///
    /// # Errors
    /// If the two differ, because servers that know one of them would read from different places.
    pub(crate) fn or_offset(self, offset: Option<i64>) -> Result<Self, String> {
        match (self.skip, offset) {
            (Some(skip), Some(offset)) if skip != offset => Err(format!(
                "skip is {skip} and offset is {offset}, but both say where the list begins: set one of them"
            )),
            (skip, offset) => Ok(Self { skip: skip.or(offset), ..self }),
        }
    }
}
