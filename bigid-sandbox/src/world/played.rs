//! Lists of which only the contract's schema is known. Their records can be created, changed and deleted as well.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Collection, Generate};
use crate::contract::{Described, Schema};
use crate::data::Facts;
use crate::play::{self, Context};
use crate::record::Record;

/// The records of each such list, by its path.
#[derive(Default)]
pub(crate) struct Played(BTreeMap<&'static str, Collection>);

impl Played {
    /// A list with a number of initial records.
    pub(crate) fn collection(&mut self, list: &'static Described, generated: usize) -> &mut Collection {
        self.0.entry(list.path).or_insert_with(|| Collection::new(generated))
    }
}

/// Makes the records of such a list.
#[derive(Clone, Copy)]
pub(crate) struct FromSchema<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) path: &'static str,
    pub(crate) schema: Schema,
}

/// Whether a field identifies records.
pub(crate) fn is_key(name: &str) -> bool {
    matches!(name, "_id" | "id" | "name") || name.ends_with("Id") || name.ends_with("_id")
}

impl<'a> FromSchema<'a> {
    pub(crate) fn of(list: &'static Described, facts: &'a Facts) -> Option<Self> {
        let schema = list.list.as_ref()?.record;
        Some(Self { facts, path: list.path, schema })
    }
}

impl Generate for FromSchema<'_> {
    fn record(&self, number: usize) -> Record {
        let context = Context::new(self.facts, self.path, number);
        let fields: Vec<_> =
            self.schema.properties().map(|(name, schema)| (name.into(), play::value(&context, schema, name))).collect();
        let is_known = fields.iter().any(|(name, _): &(std::borrow::Cow<'_, str>, Value)| is_key(name));
        let mut record = Record::new(fields);
        if !is_known {
            // These records have no known key, and requests for one need a key.
            record = record.with("id", self.facts.id(self.path, number).into());
        }
        record
    }

    fn field(&self, number: usize, name: &str) -> Option<Value> {
        match self.schema.property(name) {
            Some(schema) => Some(play::value(&Context::new(self.facts, self.path, number), schema, name)),
            None => self.record(number).get(name).cloned(),
        }
    }
}
