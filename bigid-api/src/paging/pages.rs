use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http::StatusCode;
use serde::Serialize;

use super::key::Key;
use super::page::Page;
use super::paginated::{Fetch, MAX_FAILURES, Offset, Paginated};
use super::raw_page::RawPage;
use super::tracker::PageTracker;
use crate::Error;
use crate::progress::ListProgress;
use crate::types::ApiErrorBody;

/// The pages of a list, as a [`Stream`].
///
/// Created by `pages()` of an operation. Each page has the records that were on no earlier page, and the elements that
/// are not records. Errors, defaults and the end of a list are as documented for [`Records`](crate::Records).
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut pages = client.list_data_sources().pages().page_size(500);
/// while let Some(page) = pages.try_next().await? {
///     println!("{} data sources", page.len());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    fetch: Box<dyn Fn(i64, i64, bool) -> Fetch<T> + Send + Sync + 'static>,
    key: fn(&T) -> Option<Key>,
    limit: Result<i64, String>,
    /// Whether pages are requested in an order that the caller did not choose.
    sorted: bool,
    tracker: PageTracker,
    prefetch: bool,
    accept_incomplete: bool,
    /// The request in flight, or its result.
    request: Option<Fetch<T>>,
    arrived: Option<Result<RawPage<T>, Error<ApiErrorBody>>>,
    /// How often in a row the request for the next page has failed.
    failures: u32,
    over: bool,
}

impl<T: Serialize + Send + 'static> Pages<T> {
    pub(crate) fn new<P: Paginated<Record = T>>(call: P) -> Self {
        let offset = call.offset();
        let start = offset.as_ref().ok().and_then(|offset| offset.skip).unwrap_or(0);
        let limit = offset.and_then(|Offset { skip, limit }| match limit.unwrap_or(P::PAGE_SIZE.into()) {
            _ if skip.is_some_and(|skip| skip < 0) => Err("`skip` is negative: set it to 0 or more".to_owned()),
            limit if limit < 1 => Err(EMPTY_PAGES.to_owned()),
            limit => Ok(limit),
        });
        Self {
            sorted: call.has_default_sort(),
            fetch: Box::new(move |skip, limit, sorted| call.fetch(skip, limit, sorted)),
            key: P::key,
            limit,
            tracker: PageTracker::new(start),
            prefetch: false,
            accept_incomplete: false,
            request: None,
            arrived: None,
            failures: 0,
            over: false,
        }
    }

    /// How many records to request at a time. Defaults to the builder's `limit`, or else to
    /// [`DEFAULT_PAGE_SIZE`](crate::DEFAULT_PAGE_SIZE) or the operation's known maximum, if that is lower.
    pub fn page_size(mut self, records: u32) -> Self {
        self.limit = if records == 0 { Err(EMPTY_PAGES.to_owned()) } else { Ok(records.into()) };
        self
    }

    /// Whether to request the next page as soon as one has arrived, while its records are processed. Defaults to
    /// `false`: a caller that stops early would have fetched a page for nothing.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Ends the list quietly where it would end with [`Error::Incomplete`]; [`progress`](Self::progress) then shows
    /// what is missing. A list whose page failed [`MAX_FAILURES`] times in a row still ends with the error, because it
    /// is unknown how much is missing.
    pub fn accept_incomplete(mut self) -> Self {
        self.accept_incomplete = true;
        self
    }

    /// What has arrived so far.
    #[must_use]
    pub fn progress(&self) -> ListProgress {
        self.tracker.progress()
    }

    /// The next page, or `None` at the end of the list.
    ///
    /// # Errors
    /// The errors of the operation. Calling it again requests the same page again.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing: the next call continues the same request.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error<ApiErrorBody>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Polls the request for the next page, if it may be sent early.
    pub(super) fn poll_prefetch(&mut self, context: &mut Context<'_>) {
        if self.prefetch && !self.over && !self.tracker.has_ended() {
            self.advance(context);
        }
    }

    fn advance(&mut self, context: &mut Context<'_>) {
        if self.arrived.is_some() {
            return;
        }
        let request = match (&mut self.request, &self.limit) {
            (Some(request), _) => request,
            (None, Ok(limit)) => self.request.insert((self.fetch)(self.tracker.skip(), *limit, self.sorted)),
            (None, Err(reason)) => {
                self.arrived = Some(Err(Error::InvalidRequest(reason.clone())));
                return;
            }
        };
        if let Poll::Ready(outcome) = request.as_mut().poll(context) {
            self.request = None;
            self.arrived = Some(outcome);
        }
    }

    /// Whether an error only rejects what this code added to the request: an order, or an offset far beyond the end.
    /// The page is then requested without it.
    fn is_settled_by(&mut self, error: &Error<ApiErrorBody>) -> bool {
        if !matches!(error.status(), Some(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY)) {
            return false;
        }
        // A server that has sent a page in that order does not reject the order.
        let is_sort_refused = self.sorted && !self.tracker.has_begun();
        self.sorted &= !is_sort_refused;
        is_sort_refused || self.tracker.record_refusal()
    }

    /// The last item: none for a complete list.
    fn end(&mut self) -> Option<Result<Page<T>, Error<ApiErrorBody>>> {
        self.over = true;
        let incomplete = self.tracker.incomplete()?;
        if self.accept_incomplete && self.failures == 0 {
            return None;
        }
        Some(Err(Error::Incomplete(Box::new(incomplete))))
    }
}

impl<T: Serialize + Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error<ApiErrorBody>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.over {
                return Poll::Ready(None);
            }
            if this.tracker.has_ended() {
                return Poll::Ready(this.end());
            }
            this.advance(context);
            match this.arrived.take() {
                None => return Poll::Pending,
                Some(Err(error)) if this.is_settled_by(&error) => {}
                Some(Err(error)) => {
                    this.failures += 1;
                    if this.failures == MAX_FAILURES {
                        this.tracker.give_up();
                    }
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Ok(page)) => {
                    this.failures = 0;
                    let page = this.tracker.record_page(page, this.limit.clone().unwrap_or(1), this.key);
                    this.poll_prefetch(context);
                    if !page.has_nothing() {
                        return Poll::Ready(Some(Ok(page)));
                    }
                }
            }
        }
    }
}

// Moving the stream moves only the box of the request.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("progress", &self.tracker.progress())
            .field("over", &self.over)
            .finish_non_exhaustive()
    }
}

const EMPTY_PAGES: &str = "the page size is 0: set it to 1 record or more";
