/// A set of hashes that takes less than 16 bytes for each from 10,000 on, even while it grows. They must be evenly
/// distributed, as seeded hashes are.
///
/// A hash set of the standard library doubles, and for a while has both tables: 33 bytes for each of a million. Here
/// many small tables grow by a quarter, one after the other.
#[derive(Default)]
pub(super) struct Seen {
    /// One, or [`TABLES`].
    tables: Vec<Table>,
}

/// The number of tables, of which one at a time is copied.
const TABLES: usize = 64;

/// The number of hashes that fit into one table. Most lists are not longer.
const FEW: usize = 4096;

impl Seen {
    pub(super) fn contains(&self, hash: u64) -> bool {
        self.tables.get(table(hash, self.tables.len())).is_some_and(|table| table.contains(hash))
    }

    /// Inserts a hash; returns whether it is new.
    pub(super) fn insert(&mut self, hash: u64) -> bool {
        match self.tables.as_mut_slice() {
            [] => self.tables.push(Table::default()),
            [only] if only.count == FEW => {
                let all = std::mem::take(&mut only.slots);
                self.tables = std::iter::repeat_with(Table::default).take(TABLES).collect();
                for hash in all.into_iter().filter(|hash| *hash != EMPTY) {
                    self.insert(hash);
                }
            }
            _ => {}
        }
        let table = table(hash, self.tables.len());
        self.tables.get_mut(table).is_some_and(|table| table.insert(hash))
    }
}

fn table(hash: u64, tables: usize) -> usize {
    // The upper bits are the index within the table.
    (hash % tables.max(1) as u64) as usize
}

/// Open addressing: a hash is at its index or after it, with no empty slot in between.
#[derive(Default)]
struct Table {
    slots: Vec<u64>,
    count: usize,
}

/// Marks an empty slot; a hash with this value is stored as another one.
const EMPTY: u64 = 0;

impl Table {
    fn contains(&self, hash: u64) -> bool {
        self.find(hash).is_some_and(|slot| self.slots.get(slot) != Some(&EMPTY))
    }

    fn insert(&mut self, hash: u64) -> bool {
        if self.count * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.find(hash).and_then(|slot| self.slots.get_mut(slot)).filter(|slot| **slot == EMPTY);
        let Some(slot) = slot else { return false };
        *slot = hash.max(EMPTY + 1);
        self.count += 1;
        true
    }

    /// The slot of a hash, or the empty slot where it belongs. At least a quarter of the slots are empty.
    fn find(&self, hash: u64) -> Option<usize> {
        let (hash, length) = (hash.max(EMPTY + 1), self.slots.len());
        let place = ((u128::from(hash) * length as u128) >> 64) as usize;
        let (before, from) = self.slots.split_at_checked(place)?;
        let is_end = |slot: &u64| *slot == hash || *slot == EMPTY;
        match from.iter().position(is_end) {
            Some(steps) => Some(place + steps),
            None => before.iter().position(is_end),
        }
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; self.slots.len() + (self.slots.len() / 4).max(16)];
        let smaller = std::mem::replace(&mut self.slots, larger);
        self.count = 0;
        for hash in smaller.into_iter().filter(|hash| *hash != EMPTY) {
            self.insert(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher as _, RandomState};

    use super::*;

    #[test]
    fn it_is_a_set_of_any_size() {
        let hasher = RandomState::new();
        let (mut seen, mut expected) = (Seen::default(), HashSet::new());
        let odd = [0, 0, 1, u64::MAX, u64::MAX, 64, 128, 1 << 63];
        assert!(!seen.contains(0) && !seen.contains(7));
        // Half of them are inserted twice, before and after the set has many tables.
        for hash in odd.into_iter().chain((0..60_000_u64).map(|n| hasher.hash_one(n % 40_000))) {
            // 0 and 1 count as equal.
            let is_new = expected.insert(hash.max(1));
            assert_eq!(seen.contains(hash), !is_new);
            assert_eq!(seen.insert(hash), is_new, "{hash}");
        }
        assert!(expected.iter().all(|hash| seen.contains(*hash)));
        assert!((0..1_000).all(|n| !seen.contains(hasher.hash_one(n + 1_000_000))));
    }

    #[test]
    fn of_many_hashes_each_takes_less_than_sixteen_bytes_also_while_they_grow() {
        let hasher = RandomState::new();
        for count in [10_000_u64, 30_000, 100_000, 250_000] {
            let mut seen = Seen::default();
            let most = allocation_counter::measure(|| {
                for n in 0..count {
                    assert!(seen.insert(hasher.hash_one(n)));
                }
            });
            assert!(most.bytes_max < 16 * count, "{} for {count}", most.bytes_max);
        }
    }
}
