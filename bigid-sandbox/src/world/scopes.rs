//! Scopes: each limits a role to some data sources, by their names.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::calendar;
use crate::data::Facts;

/// A scope.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// In the order in which they were added. The root scope, which has every data source, names none.
    pub(crate) data_sources: Vec<String>,
    pub(crate) entity_sources: Vec<String>,
    created_ms: i64,
    updated_ms: i64,
}

impl Scope {
    pub(crate) fn record(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "dataSourceNames": self.data_sources,
            "idSourceNames": self.entity_sources,
            "containedScopes": [],
            "created_at": calendar::iso(self.created_ms),
            "updated_at": calendar::iso(self.updated_ms),
        })
    }
}

/// Every scope, in the order in which they were made.
pub(crate) struct Scopes(Vec<Scope>);

impl Scopes {
    /// The root scope, and two with the first data sources.
    pub(crate) fn new(facts: &Facts) -> Self {
        let mut scopes = Self(Vec::new());
        scopes.add(facts, ROOT, "Every data source", Vec::new(), 0);
        let names = |places: std::ops::Range<usize>| -> Vec<String> {
            places.filter(|place| *place < facts.sizes.data_sources).map(|place| facts.sources.name(place)).collect()
        };
        scopes.add(facts, "Europe", "What is kept in Europe", names(0..3), 0);
        scopes.add(facts, "Finance", "What the finance department uses", names(2..5), 0);
        scopes
    }

    /// Adds a scope, and returns its identifier.
    pub(crate) fn add(
        &mut self,
        facts: &Facts,
        name: &str,
        description: &str,
        data_sources: Vec<String>,
        now_ms: i64,
    ) -> String {
        let id = facts.id("scope", self.0.len());
        self.0.push(Scope {
            id: id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            data_sources,
            entity_sources: Vec::new(),
            created_ms: now_ms,
            updated_ms: now_ms,
        });
        id
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// The scope of that identifier or name.
    pub(crate) fn find(&self, key: &str) -> Option<&Scope> {
        self.0.iter().find(|scope| scope.id == key || scope.name == key)
    }

    /// Changes a scope. A data source that is named twice is in it once.
    pub(crate) fn update(&mut self, id: &str, now_ms: i64, change: impl FnOnce(&mut Scope)) {
        let Some(scope) = self.0.iter_mut().find(|scope| scope.id == id) else { return };
        change(scope);
        let mut seen = BTreeSet::new();
        scope.data_sources.retain(|name| seen.insert(name.clone()));
        scope.updated_ms = now_ms;
    }

    /// Takes a deleted data source out of every scope.
    pub(crate) fn forget_data_source(&mut self, name: &str) {
        for scope in &mut self.0 {
            scope.data_sources.retain(|other| other != name);
        }
    }
}

/// The scope that has every data source.
pub(crate) const ROOT: &str = "root";
