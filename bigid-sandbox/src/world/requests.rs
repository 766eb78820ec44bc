//! Requests of people about their data, which become reports.

use serde_json::{Value, json};

use super::Facts;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct DataRequest {
    pub(crate) id: String,
    /// What the person is known by: names of attributes, and their values.
    pub(crate) values: Vec<(String, String)>,
    pub(crate) created_ms: i64,
    number: usize,
}

impl DataRequest {
    pub(crate) fn is_ready(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.created_ms) >= RUNNING_MS
    }

    pub(crate) fn status(&self, now_ms: i64) -> &'static str {
        if self.is_ready(now_ms) { "Completed" } else { "In Progress" }
    }

    /// What was found: nothing before the report is ready, and then a record of each value in each of two objects.
    pub(crate) fn records(&self, facts: &Facts, now_ms: i64) -> Vec<Value> {
        let places = self.objects(facts, now_ms).into_iter();
        let record = |object: usize, (attribute, value): &(String, String)| {
            json!({
                "source": facts.sources.name(facts.source_of(object)),
                "fullObjectName": facts.qualified_name(object),
                "attribute": attribute,
                "value": value,
            })
        };
        places.flat_map(|object| self.values.iter().map(move |value| record(object, value))).collect()
    }

    /// The two objects in which something was found; none before the report is ready.
    pub(crate) fn objects(&self, facts: &Facts, now_ms: i64) -> Vec<usize> {
        let objects = facts.sizes.catalog_objects;
        if !self.is_ready(now_ms) || objects == 0 {
            return Vec::new();
        }
        (0..2).map(|place| facts.random("request", self.number, &format!("object {place}")).below(objects)).collect()
    }
}

/// Every request, in the order in which they came.
#[derive(Default)]
pub(crate) struct DataRequests(Vec<DataRequest>);

impl DataRequests {
    pub(crate) fn submit(&mut self, facts: &Facts, values: Vec<(String, String)>, now_ms: i64) -> String {
        let number = self.0.len();
        let id = facts.id("request", number);
        self.0.push(DataRequest { id: id.clone(), values, created_ms: now_ms, number });
        id
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &DataRequest> {
        self.0.iter()
    }

    pub(crate) fn find(&self, id: &str) -> Option<&DataRequest> {
        self.0.iter().find(|request| request.id == id)
    }
}

/// How long a report takes: half a minute.
pub(crate) const RUNNING_MS: i64 = 30_000;
