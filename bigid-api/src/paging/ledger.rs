//! Which records are new, where the next page begins, and when a list has ended. Nothing here waits or sends.
//!
//! No server is believed to turn its pages, to count right, or to send as many records as it was asked for:
//!
//! - A page without a single new record ends the list, so that a server which ignores `skip` does not keep it going for ever. Records
//!   without an `_id` all come, equal ones too; but a page of such records that came before, or of which each came before and which the
//!   server does not count, has nothing new.
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
    /// The records without an `_id`, and the pages with any or with odd elements, as hashes.
    contents: HashSet<u64>,
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
            contents: HashSet::new(),
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
        let (mut new, mut is_news) = (Vec::new(), false);
        for record in rows.records {
            let is_new = match identity(&record) {
                Some(id) => {
                    let is_new = self.seen.insert(id);
                    is_news |= is_new;
                    is_new
                }
                None => {
                    is_news |= self.contents.insert(content(&record));
                    !repeats
                }
            };
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
        // Equal records may be many records as long as the server counts them.
        let is_expected = !new.is_empty() && self.tally.total.is_some_and(|total| self.read() <= total);
        self.decide(came, limit, !is_news && !is_expected);
        Page::new(new, odd)
    }

    /// How many elements of the list have been gone through.
    fn read(&self) -> u64 {
        u64::try_from(self.skip.saturating_sub(self.start)).unwrap_or(0)
    }

    fn decide(&mut self, came: u64, limit: u64, nothing_new: bool) {
        let (read, is_short) = (self.read(), came < self.full);
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

    /// Whether a page with elements that cannot be told apart is one that came before, in whatever order.
    fn is_earlier_page<T: Serialize>(&mut self, rows: &Rows<T>, identity: impl Fn(&T) -> Option<String>) -> bool {
        if rows.odd.is_empty() && rows.records.iter().all(|record| identity(record).is_some()) {
            return false;
        }
        let records = rows.records.iter().map(content);
        let odd = rows.odd.iter().map(|(_, value)| content(value));
        !self.pages.insert(records.chain(odd).fold(0, u64::wrapping_add))
    }
}

/// A hash of everything in an element.
fn content(element: &impl Serialize) -> u64 {
    let mut hasher = DefaultHasher::new();
    // What cannot be encoded was never decoded.
    serde_json::to_vec(element).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// A server with so many records, every third of them without an `_id`, and its faults.
    #[derive(Clone, Debug)]
    struct Server {
        records: u64,
        anonymous: bool,
        cap: u64,
        ignores_skip: bool,
        ignores_limit: bool,
        shifts: bool,
        total: Option<u64>,
        odd: bool,
    }

    impl Server {
        fn is_honest(&self) -> bool {
            !self.ignores_skip && !self.shifts && !self.odd && self.total.is_none_or(|total| total == self.records)
        }

        fn page(&self, skip: u64, limit: u64, request: u64) -> Rows<Value> {
            let skip = if self.ignores_skip { 0 } else { skip };
            let limit = if self.ignores_limit { u64::MAX } else { limit.min(self.cap) };
            let turn = if self.shifts { request * 7 } else { 0 };
            let elements = (skip..self.records.min(skip.saturating_add(limit))).map(|number| {
                let number = (number + turn) % self.records;
                match number % 3 {
                    0 if self.anonymous => json!({ "name": number / 2 }),
                    1 if self.odd => Value::Null,
                    _ => json!({ "_id": number.to_string() }),
                }
            });
            let (records, odd): (Vec<_>, Vec<_>) = (0..).zip(elements).partition(|(_, value)| value.is_object());
            Rows { records: records.into_iter().map(|(_, record)| record).collect(), odd, total: self.total }
        }
    }

    fn server() -> impl Strategy<Value = Server> {
        let faults = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        (0..60_u64, any::<bool>(), 1..20_u64, faults, prop::option::of(0..90_u64), any::<bool>()).prop_map(
            |(records, anonymous, cap, (ignores_skip, ignores_limit, shifts, odd), total, truthful)| Server {
                records,
                anonymous,
                cap,
                ignores_skip,
                ignores_limit,
                shifts,
                total: if truthful { total.map(|_| records) } else { total },
                odd,
            },
        )
    }

    fn identity(record: &Value) -> Option<String> {
        record["_id"].as_str().map(str::to_owned)
    }

    proptest! {
        #[test]
        fn every_list_ends_and_none_is_called_whole_that_is_not(server in server(), limit in 1..25_i64) {
            let mut ledger = Ledger::new(0);
            let (mut ids, mut came, mut requests) = (HashSet::new(), 0, 0);
            while !ledger.has_ended() {
                let skip = u64::try_from(ledger.skip()).unwrap();
                let page = ledger.enter(server.page(skip, limit as u64, requests), limit, identity);
                requests += 1;
                prop_assert!(requests <= 200, "no end");
                came += (page.records.len() + page.odd.len()) as u64;
                for id in page.records.iter().filter_map(identity) {
                    prop_assert!(ids.insert(id), "a record twice");
                }
            }
            let verdict = ledger.verdict();
            prop_assert_eq!(ledger.tally().records + ledger.tally().odd, came);
            // Each record with an identity is known for sure.
            let all = (0..server.records).filter(|number| match number % 3 {
                0 => !server.anonymous,
                1 => !server.odd,
                _ => true,
            });
            let missing = all.filter(|number| !ids.contains(&number.to_string())).count();
            if server.is_honest() {
                prop_assert_eq!((missing, came, verdict), (0, server.records, None));
            } else if server.total == Some(server.records) && !server.anonymous {
                prop_assert!(missing == 0 || verdict.is_some(), "a silent loss of {}", missing);
            }
        }
    }
}
