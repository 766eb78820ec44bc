//! Which records are new, where the next page begins, and when a list has ended. Nothing here waits or sends.
//!
//! No server is believed to turn its pages, to count right, or to send as many records as it was asked for:
//!
//! - A page without a single new record ends the list, so that a server which ignores `skip` does not keep it going for ever. A record
//!   without an `_id` is always new; a page of such records that equals an earlier page has nothing new.
//! - The next page begins after what came, not after what was asked for: a server may send fewer records than that.
//! - A short page ends the list, unless the server counts more records than came, or this is the first page and there is no count that
//!   can be true. Then the page may be short because the server caps it, and one more request tells.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use serde::Serialize;

use super::page::Page;
use super::paged::Rows;
use crate::tally::{Incomplete, Reason, Tally};

/// What is known of a list so far.
pub(super) struct Ledger {
    /// Where the list began to be read, and where its next page begins.
    start: i64,
    skip: i64,
    /// How many records a page has that is not short.
    full: u64,
    tally: Tally,
    seen: HashSet<String>,
    /// The pages that had elements without an `_id`, as hashes.
    pages: HashSet<u64>,
    end: Option<Result<(), Reason>>,
}

impl Ledger {
    pub(super) fn new(start: i64) -> Self {
        Self {
            start,
            skip: start,
            full: 0,
            tally: Tally::default(),
            seen: HashSet::new(),
            pages: HashSet::new(),
            end: None,
        }
    }

    /// Where the next page begins.
    pub(super) fn skip(&self) -> i64 {
        self.skip
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Ends a list whose next page cannot be had.
    pub(super) fn give_up(&mut self) {
        self.end = Some(Err(Reason::GaveUp));
    }

    /// What is missing of a list that has ended.
    pub(super) fn verdict(&self) -> Option<Incomplete> {
        let Some(Err(reason)) = self.end else { return None };
        Some(Incomplete { tally: self.tally, reason })
    }

    /// Enters a page that was asked for with `limit`, and gives what is new in it.
    pub(super) fn enter<T: Serialize>(
        &mut self,
        rows: Rows<T>,
        limit: i64,
        identity: impl Fn(&T) -> Option<String>,
    ) -> Page<T> {
        let came = (rows.records.len() + rows.odd.len()) as u64;
        let limit = u64::try_from(limit).unwrap_or(1);
        if self.tally.pages == 0 {
            self.full = limit;
        }
        self.tally.pages += 1;
        let total = rows.total.map(|total| total.saturating_sub(u64::try_from(self.start).unwrap_or(0)));
        self.tally.total = self.tally.total.max(total);

        let repeats = self.is_earlier_page(&rows, &identity);
        let mut new = Vec::new();
        for record in rows.records {
            let is_new = !repeats && identity(&record).is_none_or(|id| self.seen.insert(id));
            if is_new {
                new.push(record);
            } else {
                self.tally.duplicates += 1;
            }
        }
        let first = u64::try_from(self.skip).unwrap_or(0);
        let odd = rows.odd.into_iter().filter(|_| !repeats);
        let odd: Vec<_> = odd.map(|(index, value)| (first.saturating_add(index), value)).collect();
        self.tally.records += new.len() as u64;
        self.tally.odd += odd.len() as u64;
        self.skip = self.skip.saturating_add(i64::try_from(came).unwrap_or(i64::MAX));
        self.decide(came, limit, new.is_empty());
        Page::new(new, odd)
    }

    fn decide(&mut self, came: u64, limit: u64, nothing_new: bool) {
        let read = u64::try_from(self.skip.saturating_sub(self.start)).unwrap_or(0);
        let is_short = came < self.full;
        let ends = nothing_new
            || is_short
                && match self.tally.total.filter(|total| *total >= read) {
                    Some(total) => read == total,
                    None => self.tally.pages > 1,
                };
        if !ends {
            self.full = self.full.min(came);
            return;
        }
        let Tally { total, records, odd, .. } = self.tally;
        self.end = Some(match total {
            Some(total) if records < total => Err(Reason::Missing),
            _ if odd > 0 => Err(Reason::Missing),
            // A longer page than was asked for is the whole list, and so is a shorter one that comes again.
            None if nothing_new && came == limit => Err(Reason::Repeated),
            _ => Ok(()),
        });
    }

    /// Whether a page with elements that cannot be told apart is one that came before.
    fn is_earlier_page<T: Serialize>(&mut self, rows: &Rows<T>, identity: impl Fn(&T) -> Option<String>) -> bool {
        if rows.odd.is_empty() && rows.records.iter().all(|record| identity(record).is_some()) {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        for record in &rows.records {
            match identity(record) {
                Some(id) => id.hash(&mut hasher),
                // What cannot be encoded was never decoded.
                None => serde_json::to_vec(record).unwrap_or_default().hash(&mut hasher),
            }
        }
        for (index, value) in &rows.odd {
            (index, value.to_string()).hash(&mut hasher);
        }
        !self.pages.insert(hasher.finish())
    }
}
