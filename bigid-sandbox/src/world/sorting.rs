//! A page of a sorted list, without sorting the list.
//!
//! A sample gives two records that enclose the page; one pass counts the records before them and keeps those between.
//! Only these are sorted. A million records cost the key of each, and the memory of few.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use super::in_parts::in_parts;
use super::number_set::NumberSet;
use crate::query::{Fields, Order, SortKey};
use crate::random::Random;

/// Puts the records of a list in order. Equal ones are in the order of their numbers.
pub(super) struct Sorting<'a, R> {
    pub(super) order: &'a Order,
    /// The record with a number.
    pub(super) row: R,
}

/// A record by its sort keys. The second and further keys are computed when two first ones are equal.
struct Keyed {
    number: usize,
    first: SortKey,
    rest: OnceLock<Box<[SortKey]>>,
}

impl<F: Fields, R: Fn(usize) -> F + Sync> Sorting<'_, R> {
    /// The numbers on a page of the records in a set.
    pub(super) fn page(&self, set: &NumberSet, page: Range<usize>) -> Vec<usize> {
        if page.is_empty() {
            return Vec::new();
        }
        let mut tolerance = TOLERANCE;
        loop {
            let bounds = self.bounds(set, &page, tolerance);
            let (before, found) = self.between(set, &bounds);
            if before <= page.start && page.end <= before + found.len() {
                return self.part(found, page.start - before..page.end - before);
            }
            // Without bounds, everything is found.
            tolerance *= 4.0;
        }
    }

    fn keyed(&self, number: usize) -> Keyed {
        Keyed { number, first: self.order.first_key(&(self.row)(number)), rest: OnceLock::new() }
    }

    fn compare(&self, one: &Keyed, other: &Keyed) -> Ordering {
        let first = self.order.compare_first(&one.first, &other.first);
        let by_others = || match self.order.len() {
            0 | 1 => Ordering::Equal,
            _ => self.order.compare_others(self.rest(one), self.rest(other)),
        };
        first.then_with(by_others).then(one.number.cmp(&other.number))
    }

    fn rest<'k>(&self, keyed: &'k Keyed) -> &'k [SortKey] {
        keyed.rest.get_or_init(|| self.order.other_keys(&(self.row)(keyed.number)))
    }

    /// Two records between which the page most likely is; `None` where it may reach an end of the list.
    fn bounds(&self, set: &NumberSet, page: &Range<usize>, tolerance: f64) -> [Option<Keyed>; 2] {
        if set.len() <= FEW {
            return [None, None];
        }
        // Uneven steps, for records that are alike at even ones.
        let (step, mut random) = (set.len() / SAMPLE, Random::seeded(set.len() as u64));
        let mut numbers = set.iter();
        let mut sample: Vec<Keyed> = std::iter::from_fn(|| numbers.nth(random.below(2 * step.max(1))))
            .map(|number| self.keyed(number))
            .collect();
        sample.sort_unstable_by(|one, other| self.compare(one, other));
        // The place in the sample of what is at a place in the list is known within a standard deviation.
        let (count, total) = (sample.len() as f64, set.len() as f64);
        let place = |rank: usize, direction: f64| {
            let share = rank as f64 / total;
            let deviation = (count * share * (1.0 - share)).sqrt() + 1.0;
            count * share + direction * tolerance * deviation
        };
        let (low, high) = (place(page.start, -1.0).floor(), place(page.end, 1.0).ceil());
        let (low, high) = ((low >= 0.0).then_some(low as usize), (high < count).then_some(high as usize));
        let (mut sample, behind_low) = (sample.into_iter(), low.map_or(0, |low| low + 1));
        [low.and_then(|low| sample.nth(low)), high.and_then(|high| sample.nth(high.saturating_sub(behind_low)))]
    }

    /// The number of records before the bounds, and the records within them.
    fn between(&self, set: &NumberSet, [low, high]: &[Option<Keyed>; 2]) -> (usize, Vec<Keyed>) {
        let parts = in_parts(set.end(), |part| {
            let (mut before, mut found) = (0, Vec::new());
            for keyed in set.within(part).map(|number| self.keyed(number)) {
                if low.as_ref().is_some_and(|low| self.compare(&keyed, low).is_lt()) {
                    before += 1;
                } else if high.as_ref().is_none_or(|high| self.compare(&keyed, high).is_le()) {
                    found.push(keyed);
                }
            }
            (before, found)
        });
        let mut all = (0, Vec::new());
        for (before, found) in parts {
            all.0 += before;
            all.1.extend(found);
        }
        all
    }

    /// A part of the records in order.
    fn part(&self, mut records: Vec<Keyed>, part: Range<usize>) -> Vec<usize> {
        let compare = |one: &Keyed, other: &Keyed| self.compare(one, other);
        let mut rest = records.as_mut_slice();
        if 0 < part.start && part.start < rest.len() {
            rest.select_nth_unstable_by(part.start, compare);
        }
        rest = &mut rest[part.start..];
        if part.len() < rest.len() {
            rest.select_nth_unstable_by(part.len(), compare);
            rest = &mut rest[..part.len()];
        }
        rest.sort_unstable_by(compare);
        rest.iter().map(|keyed| keyed.number).collect()
    }
}

/// The approximate number of records in a sample.
const SAMPLE: usize = 4_096;

/// The distance of the bounds from the page at first, in standard deviations. In tests, they often miss it.
const TOLERANCE: f64 = if cfg!(test) { 0.1 } else { 4.0 };

/// How many records are put in order without a sample, which would cost as much. Tests have few records, and sample all
/// the same.
const FEW: usize = if cfg!(test) { 50 } else { 4 * SAMPLE };

#[cfg(test)]
mod tests;
