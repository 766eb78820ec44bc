use std::cmp::Ordering;
use std::hash::{BuildHasher as _, RandomState};

use serde::Serialize;

use super::key::Key;
use super::raw_page::RawPage;

/// The contents of a page, regardless of order: its records by key, or by content if they have no key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Signature(Vec<u64>);

impl Signature {
    /// The hashes are seeded for each list, so that no server can make two elements collide.
    pub(super) fn of<T: Serialize>(page: &RawPage<T>, keys: &[Option<u64>], hasher: &RandomState) -> Self {
        let records = page.records.iter().zip(keys).map(|(record, key)| match key {
            Some(key) => *key,
            None => Self::of_element(record, hasher),
        });
        let mut elements: Vec<u64> =
            records.chain(page.malformed.iter().map(|(_, value)| Self::of_element(value, hasher))).collect();
        elements.sort_unstable();
        Self(elements)
    }

    /// The hash of a record by its key.
    pub(super) fn of_key(key: &Key, hasher: &RandomState) -> u64 {
        hasher.hash_one((true, key))
    }

    /// The hash of an element without a key, by its contents.
    pub(super) fn of_element(element: &impl Serialize, hasher: &RandomState) -> u64 {
        // Encoding cannot fail, because the element was decoded.
        hasher.hash_one((false, serde_json::to_vec(element).unwrap_or_default()))
    }

    /// Whether the two share at least half of their elements.
    pub(super) fn resembles(&self, other: &Self) -> bool {
        let smaller = self.0.len().min(other.0.len());
        smaller > 0 && self.overlap(other) * 2 >= smaller
    }

    /// The number of common elements, each counted as often as both have it.
    fn overlap(&self, other: &Self) -> usize {
        let (mut one, mut other) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
            match left.cmp(right) {
                Ordering::Less => one.next(),
                Ordering::Greater => other.next(),
                Ordering::Equal => {
                    common += 1;
                    other.next();
                    one.next()
                }
            };
        }
        common
    }

    /// Removes one element, if it is present.
    pub(super) fn remove(&mut self, element: u64) -> bool {
        let found = self.0.binary_search(&element).ok();
        found.map(|index| self.0.remove(index)).is_some()
    }
}
