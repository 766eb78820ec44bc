//! The trait that generated code implements for each operation with pages.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

use super::key::Key;
use super::raw_page::RawPage;
use crate::Error;
use crate::types::ApiErrorBody;

/// The default number of records in a page: 200, the known maximum of the catalog. Operations with a lower known
/// maximum use that.
pub const DEFAULT_PAGE_SIZE: u32 = 200;

/// How often one page may fail in a row before its list ends: 10. Polling after an error requests the page again, so a
/// caller that collects errors without looking at them must reach an end.
pub const MAX_FAILURES: u32 = 10;

/// An operation that returns a list in pages. The generated code implements it for the operation's builder.
pub(crate) trait Paginated: Clone + Send + Sync + 'static {
    type Record: Serialize + Send + 'static;

    /// The default number of records in a page.
    const PAGE_SIZE: u32 = DEFAULT_PAGE_SIZE;

    /// The paging options that the caller set on the builder.
    fn offset(&self) -> Result<Offset, String>;

    /// Whether a page is requested in an order that the caller did not choose. A server may refuse such an order.
    fn has_default_sort(&self) -> bool;

    /// Requests one page, with the total count unless the caller chose otherwise, and in the default order if `sorted`.
    fn fetch(&self, skip: i64, limit: i64, sorted: bool) -> Fetch<Self::Record>;

    /// The identity of a record: the first key field that it has.
    fn key(record: &Self::Record) -> Option<Key>;
}

/// A request for a page.
pub(crate) type Fetch<T> = Pin<Box<dyn Future<Output = Result<RawPage<T>, Error<ApiErrorBody>>> + Send>>;

/// The start and the page size, if the caller set them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset {
    pub(crate) skip: Option<i64>,
    pub(crate) limit: Option<i64>,
}

impl Offset {
    /// For an operation in which `offset` means the same as `skip`.
    ///
    /// # Errors
    /// The two differ: servers that support only one of them would start in different places.
    pub(crate) fn or_offset(self, offset: Option<i64>) -> Result<Self, String> {
        match (self.skip, offset) {
            (Some(skip), Some(offset)) if skip != offset => Err(format!(
                "skip is {skip} and offset is {offset}, but both say where the list begins: set one of them"
            )),
            (skip, offset) => Ok(Self { skip: skip.or(offset), ..self }),
        }
    }
}
