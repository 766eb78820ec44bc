//! The data sources by name, and the lists made of them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::listing::Listing;
use super::record::Record;
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

/// A password that was sent is never kept: what comes back is its mask.
fn changed(record: &Record, sent: &Map<String, Value>, now: &str) -> Record {
    let mut changed = record.with("updated_at", now.into());
    for (field, value) in sent.iter().filter(|(field, _)| !SERVER_OWNED.contains(&field.as_str())) {
        let secret = field == "password" && value.as_str().is_some_and(|text| !text.is_empty());
        changed = changed.with(field, if secret { MASK.into() } else { value.clone() });
    }
    changed
}

/// Fields that a client cannot set.
const SERVER_OWNED: [&str; 4] = ["_id", "id", "created_at", "updated_at"];
const MASK: &str = "******";
