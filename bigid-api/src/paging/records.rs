use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::Serialize;
use serde_json::Value;

use super::pages::Pages;
use super::paginated::Paginated;
use crate::Error;
use crate::progress::ListProgress;
use crate::types::ApiErrorBody;

/// The records of a list, read page by page, as a [`Stream`].
///
/// Created by `records()` of an operation. The builder's other parameters apply to every page; `skip` sets the start,
/// and `limit` the page size. By default, pages are requested with the total count, and in a stable order if one is
/// known for the operation. If a server rejects that order with 400 or 422, the page is requested once more without it.
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut sources = client.list_data_sources().records().page_size(500).prefetch(true);
/// while let Some(source) = sources.try_next().await? {
///     println!("{:?}", source.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Which records
/// Each record is yielded once. Records are identified by a key, which the contract (`x-paging` in spec/domains) names
/// for each operation; a record whose key was yielded before is skipped and counted. Records without a key, for example
/// because a projection omits it, are all yielded, including equal ones. Elements of the list that are not records are
/// kept in [`malformed`](Self::malformed).
///
/// # The end
/// A list always ends, even if the server misbehaves:
/// - if the server counts its records: with a short page once that many have been received;
/// - if it does not: with the second short page;
/// - with an empty page, or with pages that contain nothing new;
/// - at the latest, [`MAX_UNCOUNTED_PAGES`](crate::MAX_UNCOUNTED_PAGES) pages after the server's first count.
///
/// The last item is [`Error::Incomplete`] if fewer records were received than the server counts, if records were
/// repeated in a list that it does not count, if it sends the same page again, or if an element is not a record. Every
/// received record has been yielded before. An estimate, which is all that the catalog provides, makes reading
/// continue, but never makes a list incomplete.
/// [`accept_incomplete`](Self::accept_incomplete) ends such a list quietly.
///
/// # After an error
/// A page that fails is one `Err`. Polling again requests the same page, so nothing is lost or repeated. After
/// [`MAX_FAILURES`](crate::MAX_FAILURES) failures in a row, the list ends with [`Error::Incomplete`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Records<T> {
    pages: Pages<T>,
    page: std::vec::IntoIter<T>,
    malformed: Vec<(u64, Value)>,
}

impl<T: Serialize + Send + 'static> Records<T> {
    pub(crate) fn new<P: Paginated<Record = T>>(call: P) -> Self {
        Self { pages: Pages::new(call), page: Vec::new().into_iter(), malformed: Vec::new() }
    }

    /// How many records to request at a time. Defaults to the builder's `limit`, or else to
    /// [`DEFAULT_PAGE_SIZE`](crate::DEFAULT_PAGE_SIZE) or the operation's known maximum, if that is lower.
    pub fn page_size(mut self, records: u32) -> Self {
        self.pages = self.pages.page_size(records);
        self
    }

    /// Whether to request the next page as soon as one has arrived, while its records are processed. Defaults to
    /// `false`: a caller that stops early would have fetched a page for nothing.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.pages = self.pages.prefetch(prefetch);
        self
    }

    /// Ends the list quietly where it would end with [`Error::Incomplete`]; [`progress`](Self::progress) then shows
    /// what is missing. A list whose page failed [`MAX_FAILURES`](crate::MAX_FAILURES) times in a row still ends with
    /// the error, because it is unknown how much of it is missing.
    pub fn accept_incomplete(mut self) -> Self {
        self.pages = self.pages.accept_incomplete();
        self
    }

    /// What has arrived from the server so far, including records that have not been yielded yet.
    #[must_use]
    pub fn progress(&self) -> ListProgress {
        self.pages.progress()
    }

    /// The server's count of records, from where reading began. Known once a page has been received; see
    /// [`ListProgress::total`].
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.progress().total
    }

    /// The number of records still to come, according to the server. For progress bars; `size_hint` returns only what
    /// is certain.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.progress().remaining().map(|remaining| remaining.saturating_add(self.page.len() as u64))
    }

    /// The elements of the list that are not records, each with its index in the whole list.
    pub fn malformed(&self) -> impl Iterator<Item = (u64, &Value)> {
        self.malformed.iter().map(|(index, value)| (*index, value))
    }

    /// The next record, or `None` at the end of the list.
    ///
    /// # Errors
    /// The errors of the operation, and [`Error::Incomplete`] at the end. Calling it again requests the same page
    /// again.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing: the next call continues the same request.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error<ApiErrorBody>> {
        std::future::poll_fn(|context| self.poll_record(context)).await
    }

    /// Collects all records.
    ///
    /// # Errors
    /// The first error, including [`Error::Incomplete`]; the received records are then dropped. To keep them, read them
    /// one by one, or
    /// [`accept_incomplete`](Self::accept_incomplete).
    ///
    /// # Cancel safety
    /// Dropping the future drops the received records. Nothing on the server changes.
    pub async fn try_collect<C: Default + Extend<T>>(mut self) -> Result<C, Error<ApiErrorBody>> {
        let mut all = C::default();
        while let Some(record) = self.try_next().await? {
            all.extend(Some(record));
        }
        Ok(all)
    }
}

impl<T: Serialize + Send + 'static> Records<T> {
    /// As [`poll_next`](Stream::poll_next), in the form in which [`try_next`](Self::try_next) returns it: a record is
    /// large, and each conversion copies it.
    fn poll_record(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<T>, Error<ApiErrorBody>>> {
        loop {
            if self.page.len() > 0 {
                self.pages.poll_prefetch(context);
                return Poll::Ready(Ok(self.page.next()));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                None => return Poll::Ready(Ok(None)),
                Some(Err(error)) => return Poll::Ready(Err(error)),
                Some(Ok(page)) => {
                    self.malformed.extend(page.malformed);
                    self.page = page.records.into_iter();
                }
            }
        }
    }
}

impl<T: Serialize + Send + 'static> Stream for Records<T> {
    type Item = Result<T, Error<ApiErrorBody>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_record(context).map(Result::transpose)
    }

    /// The records that have already been received. A server's count is not trusted with an allocation.
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.page.len(), None)
    }
}

impl<T> Unpin for Records<T> {}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("pages", &self.pages).field("at_hand", &self.page.len()).finish_non_exhaustive()
    }
}
