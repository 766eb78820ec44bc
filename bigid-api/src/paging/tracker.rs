// This file is long because the rules by which a list ends are one decision with shared state.
//! Decides which records are new, where the next page begins, and when a list has ended. Nothing here waits or sends.
//!
//! Servers are not trusted to advance their pages, to count, to keep an order, or to honour `limit`:
//!
//! - **Each record once.** A record whose key came before is skipped. Records without a key are never skipped for being
//!   equal, but only if the page as a whole turns out to be a repeated one.
//! - **The next page begins after what came**, not after what was asked for: a server may send fewer records than that.
//! - **A count decides.** A short page ends a list only if the server counts no more records. If it counts none, a
//!   short page ends the list unless it is the first, which may be short because the server caps its pages. An empty
//!   page ends every list; if only an estimate promises more, the second one does.
//! - **A page without a new key** ends the list if the count is reached. Otherwise the second such page in a row does,
//!   as incomplete. Without a count, a page that equals its predecessor ends the list at once, as incomplete.
//! - **Pages without keys** may be equal because their records are. When that explanation becomes implausible, one
//!   request far beyond the end shows whether the server advances its pages at all; see [`FAR`].
//! - **A list that may be incomplete ends with an error**: with fewer records than its count, or, if nothing is
//!   counted, with repeated records, because an unstable order also skips records. An estimate never makes a list
//!   incomplete.
//!
//! # How many requests a list takes at most
//! Each page either brings a new key or an element that stands for a record, or it is one of two in a row; at most
//! [`MAX_UNCOUNTED_PAGES`] pages begin beyond the first count; and there is a [`FAR`] request, after which its page is
//! asked for again, for the first page that looks like its predecessor and whenever the pages that have to be trusted
//! have doubled.

use std::hash::RandomState;

use serde::Serialize;

use super::key::Key;
use super::page::Page;
use super::raw_page::RawPage;
use super::seen::Seen;
use super::signature::Signature;
use crate::progress::{Incomplete, ListProgress, Reason};

/// The maximum number of pages beyond the server's first count, or of a list that it does not count: 10,000. A longer
/// list ends with [`Error::Incomplete`](crate::Error::Incomplete), so that a server that always has one more page does
/// not keep a caller forever.
pub const MAX_UNCOUNTED_PAGES: u32 = 10_000;

/// An offset so far beyond the end of a list, as counted or as read so far, that a server that advances its pages has
/// no records there.
const FAR: u64 = 1_000_000;

/// The number of trusted pages after which the server must prove that it advances them; after twice as many, it must
/// again.
const UNPROVEN_PAGES: u32 = 20;

/// The state of a list so far.
pub(super) struct PageTracker {
    /// Where reading began, and where the next page begins.
    start: u64,
    skip: u64,
    /// The number of records in a full page.
    full: u64,
    /// The server's first count or estimate.
    first_count: Option<u64>,
    progress: ListProgress,
    /// The hashes of the keys so far, so that a list of any length remembers 11 to 16 bytes per record. The hash is
    /// seeded for each list, so no server can make two keys collide; in a list of a million records, a collision
    /// happens once in 37 million lists. A counted list then ends as incomplete.
    seen: Seen,
    hasher: RandomState,
    /// The contents of the previous page.
    previous: Signature,
    /// The pages in a row without a new key.
    stale: u32,
    /// The number of trusted pages: those without keys, or beyond the count.
    unproven: u32,
    /// How many of them are accepted before the server must prove again that it advances its pages.
    trusted: u32,
    /// The pages that began beyond the first count.
    uncounted: u32,
    turning: PageAdvance,
    end: Option<Result<(), Reason>>,
}

/// Whether the server advances its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PageAdvance {
    Unknown,
    /// The next request is far beyond the end.
    Asked,
    Proven,
}

/// What a page means for the list.
enum Disposition {
    /// Accept its records, and continue unless the page is short.
    Accept,
    /// Do not accept its records, and request it again once the server has proved that it advances its pages.
    Suspect,
    /// End the list: nothing is new.
    End(Result<(), Reason>),
}

impl PageTracker {
    pub(super) fn new(start: i64) -> Self {
        let start = u64::try_from(start).unwrap_or(0);
        Self {
            start,
            skip: start,
            full: 0,
            first_count: None,
            progress: ListProgress::default(),
            seen: Seen::default(),
            hasher: RandomState::new(),
            previous: Signature::default(),
            stale: 0,
            unproven: 0,
            trusted: UNPROVEN_PAGES,
            uncounted: 0,
            turning: PageAdvance::Unknown,
            end: None,
        }
    }

    /// The offset of the next page.
    pub(super) fn skip(&self) -> i64 {
        let skip = match self.turning {
            PageAdvance::Asked => {
                let counted = self.count().unwrap_or(0).saturating_add(self.start);
                counted.max(self.skip).saturating_add(FAR)
            }
            _ => self.skip,
        };
        i64::try_from(skip).unwrap_or(i64::MAX)
    }

    pub(super) fn progress(&self) -> ListProgress {
        self.progress
    }

    pub(super) fn has_begun(&self) -> bool {
        self.progress.pages > 0
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Ends a list whose next page fails too often.
    pub(super) fn give_up(&mut self) {
        self.end = Some(Err(Reason::TooManyFailures));
    }

    /// The error of a list that has ended incomplete, if so.
    pub(super) fn incomplete(&self) -> Option<Incomplete> {
        let Some(Err(reason)) = self.end else { return None };
        Some(Incomplete { progress: self.progress, reason })
    }

    /// Records that the server rejected the request far beyond the end, which shows that it reads the offset. Returns
    /// `false` if the rejected request was another one.
    pub(super) fn record_refusal(&mut self) -> bool {
        let was_asked = self.turning == PageAdvance::Asked;
        if was_asked {
            self.record_proof();
        }
        was_asked
    }

    /// Records a page that was requested with `limit`, and returns what is new in it.
    pub(super) fn record_page<T: Serialize>(
        &mut self,
        page: RawPage<T>,
        limit: i64,
        key: impl Fn(&T) -> Option<Key>,
    ) -> Page<T> {
        let came = (page.records.len() + page.malformed.len()) as u64;
        let limit = u64::try_from(limit).unwrap_or(1);
        if !self.has_begun() {
            self.full = limit;
        }
        self.progress.pages += 1;
        self.note_total(&page);
        if self.turning == PageAdvance::Asked {
            self.record_far_page(came);
            return Page::new(Vec::new(), Vec::new());
        }

        let hashed = |record| key(record).map(|key| Signature::of_key(&key, &self.hasher));
        let keys: Vec<Option<u64>> = page.records.iter().map(hashed).collect();
        let signature = Signature::of(&page, &keys, &self.hasher);
        let (has_keys, has_news) =
            (keys.iter().any(Option::is_some), keys.iter().flatten().any(|key| !self.seen.contains(*key)));
        let verdict = match came {
            0 => self.judge_nothing(),
            _ if self.progress.pages == 1 => Disposition::Accept,
            _ if has_keys => self.judge_keys(&signature, has_news, came > limit),
            _ => self.judge_contents(&signature, came > limit),
        };
        match verdict {
            Disposition::Suspect => {
                self.turning = PageAdvance::Asked;
                Page::new(Vec::new(), Vec::new())
            }
            Disposition::End(end) => {
                self.finish(end);
                self.progress.duplicates += page.records.len() as u64;
                Page::new(Vec::new(), Vec::new())
            }
            Disposition::Accept => {
                let is_repeat = has_keys && !has_news;
                let new = self.take(page, keys, is_repeat);
                self.previous = signature;
                self.go_on(came);
                new
            }
        }
    }

    /// Keeps the largest counts, from where reading began.
    fn note_total<T>(&mut self, page: &RawPage<T>) {
        let from_start = |total: Option<u64>| total.map(|total| total.saturating_sub(self.start));
        let (exact, estimate) = (from_start(page.total.exact), from_start(page.total.estimate));
        self.progress.total = self.progress.total.max(exact);
        self.progress.estimate = self.progress.estimate.max(estimate);
        self.first_count = self.first_count.or_else(|| self.count());
    }

    /// The number of records by count or estimate: reading goes on at least until then.
    fn count(&self) -> Option<u64> {
        self.progress.total.max(self.progress.estimate)
    }

    /// The number of elements of the list that have been passed.
    fn read(&self) -> u64 {
        self.skip - self.start
    }

    /// Whether all records have been received that the server counts, or else estimates.
    fn has_all(&self) -> bool {
        self.progress.total.or(self.progress.estimate).is_some_and(|count| self.progress.elements() >= count)
    }

    /// Whether the page that starts here is beyond the count.
    fn is_past_count(&self) -> bool {
        self.count().is_some_and(|count| self.read() >= count)
    }

    /// Judges an empty page. If only an estimate promises more, the page is requested once more.
    fn judge_nothing(&mut self) -> Disposition {
        let is_estimated =
            self.progress.total.is_none() && self.progress.estimate.is_some_and(|estimate| estimate > self.read());
        self.stale += 1;
        if is_estimated && self.stale < 2 { Disposition::Accept } else { Disposition::End(Ok(())) }
    }

    fn judge_keys(&mut self, signature: &Signature, has_news: bool, is_whole_list: bool) -> Disposition {
        if has_news {
            self.stale = 0;
            return self.trust(self.is_past_count());
        }
        if self.has_all() {
            return Disposition::End(Ok(()));
        }
        if self.count().is_none() && *signature == self.previous {
            return Disposition::End(repeated(is_whole_list));
        }
        self.stale += 1;
        if self.stale == 2 { Disposition::End(Err(Reason::Repeated)) } else { Disposition::Accept }
    }

    /// Judges a page of elements without keys, which may be equal and still distinct.
    fn judge_contents(&mut self, signature: &Signature, is_whole_list: bool) -> Disposition {
        if self.count().is_none() && *signature == self.previous {
            return Disposition::End(repeated(is_whole_list));
        }
        if self.turning == PageAdvance::Proven && self.is_past_count() && *signature == self.previous {
            return Disposition::End(if self.has_all() { Ok(()) } else { Err(Reason::Repeated) });
        }
        let resembles = signature.resembles(&self.previous);
        if self.turning == PageAdvance::Unknown && (resembles || self.is_past_count()) {
            return Disposition::Suspect;
        }
        self.trust(true)
    }

    /// Continues after a trusted page, for as many pages again as the server has proved so far.
    fn trust(&mut self, is_unproven: bool) -> Disposition {
        self.unproven += u32::from(is_unproven);
        if is_unproven && self.unproven > self.trusted { Disposition::Suspect } else { Disposition::Accept }
    }

    /// Records the page from far beyond the end.
    fn record_far_page(&mut self, came: u64) {
        if came == 0 {
            self.record_proof();
            return;
        }
        // If exactly the counted records were received before, the repeated pages contained nothing else.
        let has_exactly_all = self.progress.total == Some(self.progress.elements());
        self.end = Some(if has_exactly_all && self.progress.malformed == 0 { Ok(()) } else { Err(Reason::Repeated) });
    }

    fn record_proof(&mut self) {
        self.turning = PageAdvance::Proven;
        self.trusted = self.unproven.saturating_mul(2).max(UNPROVEN_PAGES);
    }

    /// Takes what is new in a page. In a page whose keys all came before, an element without a key that was in the
    /// previous page is the same element.
    fn take<T: Serialize>(&mut self, page: RawPage<T>, keys: Vec<Option<u64>>, is_repeat: bool) -> Page<T> {
        let mut previous = if is_repeat { std::mem::take(&mut self.previous) } else { Signature::default() };
        let mut records = Vec::with_capacity(page.records.len());
        for (record, key) in page.records.into_iter().zip(keys) {
            let is_new = match key {
                Some(key) => self.seen.insert(key),
                None => !is_repeat || !previous.remove(Signature::of_element(&record, &self.hasher)),
            };
            if is_new {
                records.push(record);
            } else {
                self.progress.duplicates += 1;
            }
        }
        let malformed = page.malformed.into_iter();
        let malformed =
            malformed.filter(|(_, value)| !is_repeat || !previous.remove(Signature::of_element(value, &self.hasher)));
        let malformed: Vec<_> = malformed.map(|(index, value)| (self.skip.saturating_add(index), value)).collect();
        self.progress.records += records.len() as u64;
        self.progress.malformed += malformed.len() as u64;
        Page::new(records, malformed)
    }

    /// Continues after a page with this many elements, or ends the list with it.
    fn go_on(&mut self, came: u64) {
        self.uncounted += u32::from(self.first_count.is_none_or(|count| self.read() >= count));
        self.skip = self.skip.saturating_add(came);
        let (read, is_short) = (self.read(), came < self.full);
        let ends = is_short
            && came > 0
            && match self.count().filter(|count| *count >= read) {
                Some(count) => read == count,
                None => self.progress.pages > 1,
            };
        if ends {
            self.finish(Ok(()));
        } else if self.uncounted > MAX_UNCOUNTED_PAGES {
            self.finish(Err(Reason::Endless));
        }
        if came > 0 {
            self.full = self.full.min(came);
        }
    }

    /// Ends the list, as complete only if nothing is missing.
    fn finish(&mut self, end: Result<(), Reason>) {
        let ListProgress { total, records, duplicates, malformed, .. } = self.progress;
        let is_missing = match total {
            Some(total) => records < total,
            None => duplicates > 0 && !self.has_all(),
        };
        self.end = Some(end.and(if is_missing || malformed > 0 { Err(Reason::Missing) } else { Ok(()) }));
    }
}

/// The end of a list whose page was repeated. A page that is longer than requested is the whole list.
fn repeated(is_whole_list: bool) -> Result<(), Reason> {
    if is_whole_list { Ok(()) } else { Err(Reason::Repeated) }
}
