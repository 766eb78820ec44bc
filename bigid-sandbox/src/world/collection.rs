//! Collections: most records are generated when they are read; those that were changed or added are stored.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::number_set::NumberSet;
use super::sorting::Sorting;
use crate::lock::lock;
use crate::query::{Fields, Listing, SortKey};
use crate::random::Random;
use crate::record::Record;

/// The generator of a collection in which every record was added.
pub(crate) struct NothingGenerated;

impl Generate for NothingGenerated {
    fn record(&self, _number: usize) -> Record {
        Record::default()
    }
}

/// Makes the records of a collection by their numbers.
pub(crate) trait Generate: Sync {
    fn record(&self, number: usize) -> Record;

    /// One field of a record: what filters and sorts read of a million records, of which they take ten.
    fn field(&self, number: usize, name: &str) -> Option<Value> {
        self.record(number).get(name).cloned()
    }

    /// What a sort compares of a field; nothing where a record has no field of this name.
    fn sort_key(&self, number: usize, name: &str) -> Option<SortKey> {
        self.field(number, name).map(SortKey::from)
    }

    /// Whether a record goes with another one that was deleted, or is there.
    fn exists(&self, _number: usize) -> bool {
        true
    }

    /// Whether all of them exist, so that none needs to be checked.
    fn all_exist(&self) -> bool {
        true
    }
}

/// A number of generated records, and the changes that requests made to them.
#[derive(Default)]
pub(crate) struct Collection {
    generated: usize,
    /// Changed generated records by number; `None` for a deleted one.
    changed: BTreeMap<usize, Option<Arc<Record>>>,
    /// Records that were added, or deleted where there is none. Their numbers follow those of the generated ones.
    added: Vec<Option<Arc<Record>>>,
    /// The first generated records that have been read.
    kept: Mutex<BTreeMap<usize, Arc<Record>>>,
}

impl Collection {
    pub(crate) fn new(generated: usize) -> Self {
        Self { generated, ..Self::default() }
    }

    pub(crate) fn add(&mut self, record: Record) -> usize {
        self.added.push(Some(Arc::new(record)));
        self.generated + self.added.len() - 1
    }

    /// The number that the next record to be added will have.
    pub(crate) fn next(&self) -> usize {
        self.generated + self.added.len()
    }

    pub(crate) fn replace(&mut self, number: usize, record: Record) {
        self.set(number, Some(Arc::new(record)));
    }

    pub(crate) fn remove(&mut self, number: usize) {
        self.set(number, None);
    }

    fn set(&mut self, number: usize, record: Option<Arc<Record>>) {
        match number.checked_sub(self.generated) {
            Some(place) => {
                if let Some(slot) = self.added.get_mut(place) {
                    *slot = record;
                }
            }
            None => drop(self.changed.insert(number, record)),
        }
    }

    /// Whether nothing was deleted here.
    pub(crate) fn is_whole(&self) -> bool {
        self.changed.values().chain(&self.added).all(Option::is_some)
    }

    /// Whether a record was not deleted here. Whether it [`exists`](Generate::exists) is another question.
    pub(crate) fn has(&self, number: usize) -> bool {
        match number.checked_sub(self.generated) {
            Some(place) => matches!(self.added.get(place), Some(Some(_))),
            None => !matches!(self.changed.get(&number), Some(None)),
        }
    }

    /// The numbers of the records that were added.
    pub(crate) fn added(&self) -> impl Iterator<Item = usize> {
        let there = self.added.iter().enumerate().filter(|(_, record)| record.is_some());
        there.map(|(place, _)| place + self.generated)
    }

    /// The numbers of all records, in the order in which they were made.
    pub(crate) fn numbers<'a>(&'a self, generator: &'a dyn Generate) -> impl Iterator<Item = usize> + 'a {
        let (whole, all_exist) = (self.changed.values().all(Option::is_some), generator.all_exist());
        let exists = move |number: &usize| {
            (whole || !matches!(self.changed.get(number), Some(None))) && (all_exist || generator.exists(*number))
        };
        (0..self.generated)
            .filter(exists)
            .chain(self.added().filter(move |number| all_exist || generator.exists(*number)))
    }

    pub(crate) fn len(&self, generator: &dyn Generate) -> usize {
        if !generator.all_exist() {
            return self.numbers(generator).count();
        }
        let deleted = self.changed.values().filter(|record| record.is_none()).count();
        self.generated - deleted + self.added.iter().flatten().count()
    }

    pub(crate) fn get(&self, number: usize, generator: &dyn Generate) -> Option<Arc<Record>> {
        if !self.has(number) || !generator.exists(number) {
            return None;
        }
        if let Some(place) = number.checked_sub(self.generated) {
            return self.added.get(place).cloned().flatten();
        }
        if let Some(changed) = self.changed.get(&number) {
            return changed.clone();
        }
        if number >= MAX_KEPT {
            return Some(Arc::new(generator.record(number)));
        }
        // A panic of a generator leaves whole records behind.
        let mut kept = lock(&self.kept);
        Some(kept.entry(number).or_insert_with(|| Arc::new(generator.record(number))).clone())
    }

    /// The changed or added record with this number.
    fn stored(&self, number: usize) -> Option<&Arc<Record>> {
        match number.checked_sub(self.generated) {
            Some(place) => self.added.get(place)?.as_ref(),
            None => self.changed.get(&number)?.as_ref(),
        }
    }

    /// A record whose fields are generated on request.
    pub(crate) fn row<'a>(&'a self, number: usize, generator: &'a dyn Generate) -> impl Fields + 'a {
        Row { collection: self, generator, number }
    }

    /// The number of the first record in which one of these fields is this text.
    pub(crate) fn find(&self, fields: &[&str], text: &str, generator: &dyn Generate) -> Option<usize> {
        self.numbers(generator).find(|number| {
            let row = Row { collection: self, generator, number: *number };
            fields.iter().any(|field| row.field(field).is_some_and(|value| is_text(&value, text)))
        })
    }

    /// The page asked for, and how many records there are on all pages. An unsorted list is shuffled if there is
    /// something to shuffle it with.
    pub(crate) fn list(
        &self,
        listing: &Listing,
        generator: &dyn Generate,
        shuffle: Option<&mut Random>,
    ) -> (Vec<Arc<Record>>, usize) {
        let (numbers, total) = self.page(listing, generator, shuffle);
        (self.records(numbers, listing, generator), total)
    }

    /// Records with the fields that a list asks for.
    pub(crate) fn records(&self, numbers: Vec<usize>, listing: &Listing, generator: &dyn Generate) -> Vec<Arc<Record>> {
        let records = numbers.into_iter().filter_map(|number| self.get(number, generator));
        match listing.fields().is_empty() {
            true => records.collect(),
            false => records.map(|record| Arc::new(record.projected(listing.fields()))).collect(),
        }
    }

    /// The numbers of the page asked for, in its order.
    pub(crate) fn ordered(&self, listing: &Listing, generator: &dyn Generate) -> Vec<usize> {
        self.page(listing, generator, None).0
    }

    /// The numbers of the page asked for, and how many records there are on all pages.
    pub(crate) fn page(
        &self,
        listing: &Listing,
        generator: &dyn Generate,
        shuffle: Option<&mut Random>,
    ) -> (Vec<usize>, usize) {
        let page = listing.page();
        let is_sorted = !listing.order().is_empty();
        if listing.takes_all() && !is_sorted && shuffle.is_none() {
            let total = self.len(generator);
            if total == self.generated {
                // Nothing to skip over one by one.
                let end = page.skip.saturating_add(page.len()).min(total);
                return ((page.skip.min(end)..end).collect(), total);
            }
            return (self.numbers(generator).skip(page.skip).take(page.len()).collect(), total);
        }
        let set = self.matching(listing, generator);
        let total = set.len();
        if is_sorted {
            let start = page.skip.min(total);
            let end = start.saturating_add(page.len()).min(total);
            let row = |number| Row { collection: self, generator, number };
            return (Sorting { order: listing.order(), row }.page(&set, start..end), total);
        }
        let numbers = match shuffle {
            Some(random) => {
                let mut shuffled: Vec<usize> = set.iter().collect();
                random.shuffle(&mut shuffled);
                page.of(shuffled)
            }
            None => set.iter().skip(page.skip).take(page.len()).collect(),
        };
        (numbers, total)
    }

    /// The records of a list, on all its pages.
    fn matching(&self, listing: &Listing, generator: &dyn Generate) -> NumberSet {
        let (all_exist, takes_all) = (generator.all_exist(), listing.takes_all());
        let row = |number| Row { collection: self, generator, number };
        NumberSet::of(self.next(), |number| {
            self.has(number) && (all_exist || generator.exists(number)) && (takes_all || listing.matches(&row(number)))
        })
    }
}

fn is_text(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        Value::Number(value) => value.to_string() == text,
        _ => false,
    }
}

/// One record, of which only the fields that are asked for are made.
struct Row<'a> {
    collection: &'a Collection,
    generator: &'a dyn Generate,
    number: usize,
}

impl Fields for Row<'_> {
    fn field(&self, name: &str) -> Option<Cow<'_, Value>> {
        match self.collection.stored(self.number) {
            Some(record) => record.get(name).map(Cow::Borrowed),
            None => self.generator.field(self.number, name).map(Cow::Owned),
        }
    }

    fn sort_key(&self, path: &str) -> SortKey {
        match self.collection.stored(self.number) {
            None if !path.contains('.') => self.generator.sort_key(self.number, path).unwrap_or(SortKey::Nothing),
            _ => self.at(path).map_or(SortKey::Nothing, |value| SortKey::from(value.into_owned())),
        }
    }
}

/// How many of the first records of a collection stay in memory once they were read, so that a small sandbox makes each
/// of its records once.
const MAX_KEPT: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Language;
    use crate::wire::Query;
    use serde_json::json;

    struct Numbers;

    impl Generate for Numbers {
        fn record(&self, number: usize) -> Record {
            Record::new(vec![("n".into(), json!(number)), ("half".into(), json!(number / 2))])
        }

        fn field(&self, number: usize, name: &str) -> Option<Value> {
            match name {
                "n" => Some(json!(number)),
                "half" => Some(json!(number / 2)),
                _ => None,
            }
        }

        fn exists(&self, number: usize) -> bool {
            number != 5
        }

        fn all_exist(&self) -> bool {
            false
        }
    }

    fn listed(collection: &Collection, query: &str) -> (Vec<i64>, usize) {
        let listing = Listing::from_query(&Query::parse(query), Language::Either { now_ms: 0 }).unwrap();
        let (page, total) = collection.list(&listing, &Numbers, None);
        (page.iter().map(|record| record.get("n").and_then(Value::as_i64).unwrap_or(-1)).collect(), total)
    }

    #[test]
    fn every_page_of_every_order_is_what_sorting_everything_gives() {
        let mut collection = Collection::new(40);
        collection.remove(7);
        collection.replace(3, Record::new(vec![("n".into(), json!(300)), ("half".into(), json!(0))]));
        collection.add(Record::new(vec![("n".into(), json!(1000)), ("half".into(), json!(4))]));
        for order in ["", "n", "n DESC", "half", "[{\"field\":\"half\",\"desc\":true},\"n\"]", "absent"] {
            let (whole, total) = listed(&collection, &format!("sort={order}"));
            assert_eq!((whole.len(), total), (39, 39), "{order}");
            for skip in 0..45 {
                for limit in [1, 2, 7, 39, 100] {
                    let (page, total) = listed(&collection, &format!("sort={order}&skip={skip}&limit={limit}"));
                    let expected: Vec<i64> = whole.iter().copied().skip(skip).take(limit).collect();
                    assert_eq!((page, total), (expected, 39), "{order} {skip} {limit}");
                }
            }
        }
        assert_eq!(listed(&collection, "sort=n DESC&limit=3").0, [1000, 300, 39]);
        assert_eq!(listed(&collection, "filter=n>36&sort=n").0, [37, 38, 39, 300, 1000]);
    }

    #[test]
    fn what_is_deleted_or_does_not_exist_is_in_no_list_and_not_found() {
        let mut collection = Collection::new(8);
        assert!(collection.is_whole());
        collection.remove(2);
        let added = collection.add(Record::default());
        collection.remove(added);
        assert_eq!(listed(&collection, ""), (vec![0, 1, 3, 4, 6, 7], 6));
        assert_eq!(collection.len(&Numbers), 6);
        for gone in [2, 5, 8, 9] {
            assert!(collection.get(gone, &Numbers).is_none());
        }
        assert_eq!(collection.find(&["n"], "3", &Numbers), Some(3));
        assert_eq!(collection.find(&["n"], "2", &Numbers), None);
    }
}
