//! The data sources by name, and their lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Collection, Generate};
use crate::calendar;
use crate::data::{Generator, is_cleared_by_null};
use crate::query::{Listing, SortKey};
use crate::random::Random;
use crate::record::{Record, masked};

/// All data sources, in order of creation.
pub(crate) struct DataSources {
    generator: Generator,
    records: Collection,
    generated: usize,
    /// The numbers of the created ones, by name.
    created: BTreeMap<String, usize>,
    shifting: Option<Random>,
    made: u64,
}

impl Generate for Generator {
    fn record(&self, number: usize) -> Record {
        Self::record(*self, number)
    }

    fn field(&self, number: usize, name: &str) -> Option<Value> {
        Self::field(*self, number, name)
    }

    fn sort_key(&self, number: usize, name: &str) -> Option<SortKey> {
        Self::sort_key(*self, number, name)
    }
}

impl DataSources {
    pub(crate) fn new(generator: Generator, generated: usize, shifting: Option<Random>) -> Self {
        let records = Collection::new(generated);
        Self { generator, records, generated, created: BTreeMap::new(), shifting, made: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len(&self.generator)
    }

    /// Whether no generated data source was deleted.
    pub(crate) fn is_whole(&self) -> bool {
        self.records.is_whole()
    }

    /// Whether a generated data source still exists.
    pub(crate) fn has_generated(&self, number: usize) -> bool {
        number < self.generated && self.records.has(number)
    }

    /// Runs a function on all of them.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        act(&self.records, &self.generator)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Arc<Record>> {
        self.records.numbers(&self.generator).filter_map(|number| self.records.get(number, &self.generator))
    }

    /// The names in order, generated lazily.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.iter().filter_map(|record| record.text("name").map(str::to_owned))
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<Record>> {
        self.records.get(self.number_of(name)?, &self.generator)
    }

    /// The number of a data source: generated ones count from 0, created ones follow.
    pub(crate) fn number_of(&self, name: &str) -> Option<usize> {
        let generated = || self.generator.number_of(name).filter(|number| self.has_generated(*number));
        self.created.get(name).copied().or_else(generated)
    }

    /// The numbers of the requested page, and the total number of records.
    pub(crate) fn page(&mut self, listing: &Listing) -> (Vec<usize>, usize) {
        self.records.page(listing, &self.generator, self.shifting.as_mut())
    }

    /// Adds a record with the fields that the client sent and those that every record has.
    pub(crate) fn create(&mut self, name: &str, sent: &Map<String, Value>, now_ms: i64) -> Arc<Record> {
        self.made += 1;
        let now = calendar::iso(now_ms);
        let made = json!({
            "_id": format!("5a4db0c0{:016x}", self.made),
            "name": name,
            "id": name,
            "enabled": "yes",
            "password": "",
            "security_tier": "1",
            "tags": [],
            "created_at": now,
        });
        let made = Record::from_object(made.as_object().unwrap_or(&Map::new()));
        let record = changed(&made, sent, &now);
        let number = self.records.add(record);
        self.created.insert(name.to_owned(), number);
        self.records.get(number, &self.generator).unwrap_or_default()
    }

    /// Changes the fields that the client sent, and keeps the others.
    pub(crate) fn update(&mut self, name: &str, sent: &Map<String, Value>, now_ms: i64) -> Option<Arc<Record>> {
        let now = calendar::iso(now_ms);
        let number = self.number_of(name)?;
        let record = changed(self.records.get(number, &self.generator)?.as_ref(), sent, &now);
        self.records.replace(number, record);
        self.records.get(number, &self.generator)
    }

    /// Sets fields that only the server sets.
    pub(crate) fn note(&mut self, name: &str, fields: Vec<(String, Value)>) {
        let Some(number) = self.number_of(name) else { return };
        let Some(record) = self.records.get(number, &self.generator) else { return };
        let noted = record.merged(fields.into_iter().map(|(name, value)| (name, Some(value))));
        self.records.replace(number, noted);
    }

    /// Deletes a record; returns whether it existed.
    pub(crate) fn delete(&mut self, name: &str) -> bool {
        let Some(number) = self.number_of(name) else { return false };
        self.records.remove(number);
        self.created.remove(name);
        true
    }
}

/// A secret is never stored: its mask is returned instead. Null removes a field whose type is known.
fn changed(record: &Record, sent: &Map<String, Value>, now: &str) -> Record {
    let settable = |(field, value): &(&String, &Value)| {
        let is_kept = KEYS.contains(&field.as_str()) && value.is_null();
        !is_kept && !SERVER_OWNED.contains(&field.as_str())
    };
    let change = |(field, value): (&String, &Value)| {
        let is_cleared = value.is_null() && is_cleared_by_null(field);
        (field.clone(), (!is_cleared).then(|| masked(field, value)))
    };
    let changes = sent.iter().filter(settable).map(change);
    record.merged(changes.chain([("updated_at".to_owned(), Some(now.into()))]))
}

/// Fields that a client cannot set.
const SERVER_OWNED: [&str; 4] = ["_id", "id", "created_at", "updated_at"];

/// Fields that every data source has.
const KEYS: [&str; 2] = ["name", "type"];
