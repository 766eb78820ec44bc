//! The data sources by name, and the lists made of them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::kinds::is_cleared_by_null;
use super::listing::Listing;
use super::record::Record;
use super::secret::masked;
use crate::calendar;
use crate::random::Random;

/// All data sources, in the order in which they were made.
pub(crate) struct DataSources {
    records: Vec<Arc<Record>>,
    shifting: Option<Random>,
    made: u64,
}

impl DataSources {
    pub(crate) fn new(records: Vec<Record>, shifting: Option<Random>) -> Self {
        Self { records: records.into_iter().map(Arc::new).collect(), shifting, made: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn all(&self) -> &[Arc<Record>] {
        &self.records
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Record>> {
        self.records.iter().find(|record| record.text("name") == Some(name))
    }

    /// The page asked for, and how many records there are on all pages.
    pub(crate) fn list(&mut self, listing: &Listing) -> (Vec<Arc<Record>>, usize) {
        listing.of(&self.records, self.shifting.as_mut())
    }

    /// Adds a record made of what the client sent and of what every record has.
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
        let record = Arc::new(changed(&made, sent, &now));
        self.records.push(record.clone());
        record
    }

    /// Changes the fields that the client sent, and leaves the others.
    pub(crate) fn update(&mut self, name: &str, sent: &Map<String, Value>, now_ms: i64) -> Option<Arc<Record>> {
        let now = calendar::iso(now_ms);
        let record = self.records.iter_mut().find(|record| record.text("name") == Some(name))?;
        *record = Arc::new(changed(record, sent, &now));
        Some(record.clone())
    }

    /// Whether there was such a record.
    pub(crate) fn delete(&mut self, name: &str) -> bool {
        let before = self.len();
        self.records.retain(|record| record.text("name") != Some(name));
        self.len() < before
    }
}

/// A secret that was sent is never kept: what comes back is its mask. Null takes the field away where its kind is known.
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
