//! Requests of people about their data, which become reports.

use crate::data::Facts;
use serde_json::{Value, json};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct DataRequest {
    pub(crate) id: String,
    /// The attributes of the person: names and values.
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

/// What a request is made with: which sources are searched.
#[derive(Clone, Debug)]
pub(crate) struct RequestProfile {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) all_data_sources: bool,
    pub(crate) all_entity_sources: bool,
    pub(crate) is_custom: bool,
    /// The sources that are searched, as they were sent; `None` for all.
    pub(crate) connections: Vec<Value>,
}

impl RequestProfile {
    pub(crate) fn record(&self) -> Value {
        json!({
            "_id": self.id,
            "name": self.name,
            "allEnabledDs": self.all_data_sources,
            "allEnabledEs": self.all_entity_sources,
            "scopes": ["root"],
            "isCustom": self.is_custom,
            "dsConnections": self.connections,
        })
    }
}

/// Every request and every profile, in the order in which they came.
pub(crate) struct DataRequests {
    all: Vec<DataRequest>,
    pub(crate) profiles: Vec<RequestProfile>,
    profiles_made: usize,
}

impl DataRequests {
    /// No request yet, and two profiles.
    pub(crate) fn new() -> Self {
        let mut requests = Self { all: Vec::new(), profiles: Vec::new(), profiles_made: 0 };
        for name in ["Everything about a person", "Contact data"] {
            requests.add_profile(name, true, true, false);
        }
        requests
    }

    /// Adds a profile, and returns its identifier.
    pub(crate) fn add_profile(
        &mut self,
        name: &str,
        all_data_sources: bool,
        all_entity_sources: bool,
        is_custom: bool,
    ) -> String {
        self.profiles_made += 1;
        let id = format!("5a50000000000000{:08x}", 0xa0 + self.profiles_made);
        self.profiles.push(RequestProfile {
            id: id.clone(),
            name: name.to_owned(),
            all_data_sources,
            all_entity_sources,
            is_custom,
            connections: Vec::new(),
        });
        id
    }

    /// The profile of that identifier or name.
    pub(crate) fn profile(&mut self, key: &str) -> Option<&mut RequestProfile> {
        self.profiles.iter_mut().find(|profile| profile.id == key || profile.name == key)
    }

    pub(crate) fn submit(&mut self, facts: &Facts, values: Vec<(String, String)>, now_ms: i64) -> String {
        let number = self.all.len();
        let id = facts.id("request", number);
        self.all.push(DataRequest { id: id.clone(), values, created_ms: now_ms, number });
        id
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &DataRequest> {
        self.all.iter()
    }

    pub(crate) fn find(&self, id: &str) -> Option<&DataRequest> {
        self.all.iter().find(|request| request.id == id)
    }
}

/// How long a report takes: half a minute.
pub(crate) const RUNNING_MS: i64 = 30_000;
