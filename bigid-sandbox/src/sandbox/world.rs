//! Reading and changing the sandbox's data from a test, without requests.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Sandbox;
use crate::query::Listing;
use crate::record::Record;
use crate::world::DEPTH;

/// A record of the sandbox as it is now: a data source, a catalog object, a case, a policy, a scan, a scope, a role, a
/// finding, a tag or a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity(Value);

impl Entity {
    fn new(record: &Record) -> Self {
        Self(record.to_value())
    }

    /// A field; `None` if the record does not have it.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// A string field; empty if the record does not have it, or has another type.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// An integer field; 0 if the record does not have it, or has another type.
    #[must_use]
    pub fn number(&self, field: &str) -> i64 {
        self.get(field).and_then(Value::as_i64).unwrap_or_default()
    }

    /// The record as JSON.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// The tags of a catalog object, as `Sensitivity=Internal`.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let tags = self.get("tags").and_then(Value::as_array).into_iter().flatten();
        let text = |tag: &Value, field: &str| tag[field].as_str().unwrap_or_default().to_owned();
        tags.map(|tag| format!("{}={}", text(tag, "tagName"), text(tag, "tagValue"))).collect()
    }
}

impl Sandbox {
    /// The number of data sources.
    #[must_use]
    pub fn data_source_count(&self) -> usize {
        self.shared.state().world.data_sources.len()
    }

    /// The data source with this name.
    #[must_use]
    pub fn data_source(&self, name: &str) -> Option<Entity> {
        self.shared.state().world.data_sources.find(name).map(|record| Entity::new(&record))
    }

    /// The number of objects in the catalog.
    #[must_use]
    pub fn catalog_object_count(&self) -> usize {
        self.shared.state().world.with_objects(|objects, generator| objects.len(generator))
    }

    /// The catalog object with this fully qualified name or identifier.
    #[must_use]
    pub fn catalog_object(&self, name: &str) -> Option<Entity> {
        self.shared.state().world.object(name).map(|(_, record)| Entity::new(&record))
    }

    /// The catalog objects of a data source that scans have found since the start.
    #[must_use]
    pub fn found_objects(&self, data_source: &str) -> Vec<Entity> {
        let state = self.shared.state();
        let found: Vec<Arc<Record>> = state.world.with_objects(|objects, generator| {
            objects.added().filter_map(|number| objects.get(number, generator)).collect()
        });
        let of_source = found.iter().filter(|object| object.text("source") == Some(data_source));
        of_source.map(|object| Entity::new(object)).collect()
    }

    /// Every case, in the order of opening.
    #[must_use]
    pub fn cases(&self) -> Vec<Entity> {
        let state = self.shared.state();
        let (cases, _) = state.world.with_cases(|cases, generator| cases.list(&Listing::default(), generator, None));
        cases.iter().map(|case| Entity::new(case)).collect()
    }

    /// The case with this identifier.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<Entity> {
        self.shared.state().world.case(id).map(|(_, case)| Entity::new(&case))
    }

    /// The findings in the catalog object with this fully qualified name: one for each attribute.
    #[must_use]
    pub fn findings(&self, object: &str) -> Vec<Entity> {
        let of_object = |record: &Arc<Record>| record.text("fullCollectionName") == Some(object);
        let state = self.shared.state();
        let Some((number, _)) = state.world.object(object) else { return Vec::new() };
        state.world.with_findings(|findings, generator| {
            let generated = (number * DEPTH)..((number + 1) * DEPTH);
            let numbers =
                generated.filter(|_| number < state.world.facts.sizes.catalog_objects).chain(findings.added());
            let records = numbers.filter_map(|number| findings.get(number, generator));
            records.filter(of_object).map(|finding| Entity::new(&finding)).collect()
        })
    }

    /// Adds a scope without data sources, and returns its identifier.
    pub fn add_scope(&self, name: &str) -> String {
        let state = &mut *self.shared.state();
        let (facts, now_ms) = (state.world.facts, state.now_ms());
        state.world.scopes.add(&facts, name, "", Vec::new(), now_ms)
    }

    /// The scope with this name or identifier.
    #[must_use]
    pub fn scope(&self, name: &str) -> Option<Entity> {
        self.shared.state().world.scopes.find(name).map(|scope| Entity(scope.record()))
    }

    /// The role with this name or identifier.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<Entity> {
        self.shared.state().world.roles.find(name).map(|role| Entity(role.record()))
    }

    /// Every saved query, in order of creation.
    #[must_use]
    pub fn saved_queries(&self) -> Vec<Entity> {
        self.shared.state().world.saved_queries.iter().map(|query| Entity::new(query)).collect()
    }

    /// Every policy.
    #[must_use]
    pub fn policies(&self) -> Vec<Entity> {
        let state = self.shared.state();
        let all = Listing::default();
        let (policies, _) = state.world.with_policies(|policies, generator| policies.list(&all, generator, None));
        policies.iter().map(|policy| Entity::new(policy)).collect()
    }

    /// Every scan, in the order of starting, in its state by the [clock](Self::clock).
    #[must_use]
    pub fn scans(&self) -> Vec<Entity> {
        let state = &mut *self.shared.state();
        let now_ms = state.now_ms();
        state.world.settle(now_ms);
        state.world.scans.iter().map(|scan| Entity(scan.record(now_ms))).collect()
    }

    /// Makes every scan fail that is started from now on for this data source, or for the scan profile with this name.
    pub fn fail_scans_of(&self, name: impl Into<String>) {
        self.shared.state().world.scans.failing.insert(name.into());
    }

    /// The lines of the audit log so far.
    #[must_use]
    pub fn audit_log(&self) -> Vec<String> {
        String::from_utf8_lossy(self.shared.state().world.audit.bytes()).lines().map(str::to_owned).collect()
    }

    /// Appends raw bytes to the audit log: a line in another format, one that is not text, or a part of one.
    pub fn append_to_audit_log(&self, bytes: impl AsRef<[u8]>) {
        self.shared.state().world.audit.append(bytes.as_ref());
    }

    /// Drops all but the latest lines of the audit log, as a rotation does; 0 empties it.
    pub fn rotate_audit_log(&self, keep: usize) {
        self.shared.state().world.audit.rotate(keep);
    }

    /// The value that an app stored under a key.
    #[must_use]
    pub fn stored_by_app(&self, app: &str, key: &str) -> Option<Value> {
        self.shared.state().world.storage.get(app)?.get(key).cloned()
    }

    /// Stores a value for an app, as if it had done so in an earlier run.
    pub fn store_for_app(&self, app: impl Into<String>, key: impl Into<String>, value: impl Into<Value>) {
        self.shared.state().world.storage.entry(app.into()).or_default().insert(key.into(), value.into());
    }

    /// Adds a data source with this name and type, as a create request would; an existing one is kept.
    pub fn add_data_source(&self, name: &str, kind: &str) {
        let state = &mut *self.shared.state();
        if state.world.data_sources.find(name).is_none() {
            let now_ms = state.now_ms();
            let sent = Map::from_iter([("type".to_owned(), kind.into())]);
            state.world.data_sources.create(name, &sent, now_ms);
        }
    }
}
