//! Kinds of records: what the world knows of them, and the contract's schema for the rest.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use http::Method;
use serde_json::Value;

use super::Generate;
use crate::contract::{self, Accepted, Schema};
use crate::data::Facts;
use crate::play::{Context, Recipe};
use crate::query::SortKey;
use crate::record::Record;

/// A kind of record that the world knows something of.
#[derive(Debug)]
pub(crate) struct RecordKind {
    pub(crate) name: &'static str,
    /// The operation whose list shows such records.
    list: &'static str,
    /// The fields that the world decides. Null leaves one out.
    fields: &'static [(&'static str, Make)],
    plan: OnceLock<Plan>,
}

/// Makes a field of the record with a number.
pub(crate) type Make = fn(&Facts, usize) -> Value;

impl RecordKind {
    pub(crate) const fn new(name: &'static str, list: &'static str, fields: &'static [(&'static str, Make)]) -> Self {
        Self { name, list, fields, plan: OnceLock::new() }
    }

    /// The contract's schema of such records.
    pub(crate) fn schema(&self) -> Option<Schema> {
        contract::at(&Method::GET, self.list)?.list.as_ref().map(|place| place.record)
    }

    pub(crate) fn shaped<'a>(&'static self, facts: &'a Facts) -> Shaped<'a> {
        Shaped { kind: self.name, plan: self.plan.get_or_init(|| Plan::of(self)), facts, exists: None }
    }
}

/// How the fields of a kind are made: those of the world in their order, and then the others of the schema.
#[derive(Debug)]
struct Plan {
    fields: Vec<RecordField>,
    by_name: HashMap<&'static str, usize>,
}

#[derive(Debug)]
struct RecordField {
    name: &'static str,
    /// What the world makes of it, and what the contract accepts there, if it says so.
    own: Option<(Make, Option<Accepted>)>,
    /// The generated value for fields whose own value is not accepted or does not exist.
    played: Option<Recipe>,
}

impl Plan {
    fn of(kind: &RecordKind) -> Self {
        let schema = kind.schema();
        let property = |name: &str| schema.and_then(|schema| schema.property(name));
        let own = kind.fields.iter().map(|(name, make)| {
            let property = property(name);
            let accepted = property.map(Schema::accepted);
            RecordField { name, own: Some((*make, accepted)), played: property.map(|schema| Recipe::of(schema, name)) }
        });
        let others = schema.into_iter().flat_map(Schema::properties);
        let others = others.filter(|(name, _)| !kind.fields.iter().any(|(own, _)| own == name));
        let others =
            others.map(|(name, schema)| RecordField { name, own: None, played: Some(Recipe::of(schema, name)) });
        let fields: Vec<RecordField> = own.chain(others).collect();
        let by_name = fields.iter().enumerate().map(|(place, field)| (field.name, place)).collect();
        Self { fields, by_name }
    }

    fn field(&self, name: &str) -> Option<&RecordField> {
        self.by_name.get(name).and_then(|place| self.fields.get(*place))
    }
}

impl RecordField {
    /// What the world makes, unless the contract has come to say that the field is something else.
    fn value(&self, context: &Context<'_>) -> Option<Value> {
        if let Some((make, accepted)) = &self.own {
            let value = make(context.facts, context.number);
            if value.is_null() {
                return None;
            }
            if accepted.as_ref().is_none_or(|accepted| accepted.takes(&value)) {
                return Some(value);
            }
        }
        self.played.as_ref().map(|played| played.make(context, self.name))
    }
}

/// Makes records of a kind.
#[derive(Clone, Copy)]
pub(crate) struct Shaped<'a> {
    kind: &'static str,
    plan: &'static Plan,
    facts: &'a Facts,
    exists: Option<&'a (dyn Fn(usize) -> bool + Sync)>,
}

impl<'a> Shaped<'a> {
    /// Leaves out the records of which this is not true.
    pub(crate) fn existing_if(self, exists: &'a (dyn Fn(usize) -> bool + Sync)) -> Self {
        Self { exists: Some(exists), ..self }
    }

    fn context(&self, number: usize) -> Context<'a> {
        Context::new(self.facts, self.kind, number)
    }
}

impl Generate for Shaped<'_> {
    fn record(&self, number: usize) -> Record {
        let context = self.context(number);
        let made = |field: &RecordField| Some((Cow::Borrowed(field.name), field.value(&context)?));
        Record::new(self.plan.fields.iter().filter_map(made).collect())
    }

    fn field(&self, number: usize, name: &str) -> Option<Value> {
        self.plan.field(name)?.value(&self.context(number))
    }

    fn sort_key(&self, number: usize, name: &str) -> Option<SortKey> {
        let field = self.plan.field(name)?;
        // Of these, the type alone is compared. The world leaves no array out.
        match (&field.played, &field.own) {
            (Some(Recipe::Array(..)), _) => Some(SortKey::Array),
            (Some(Recipe::Object(_)), None) => Some(SortKey::Object),
            _ => field.value(&self.context(number)).map(SortKey::from),
        }
    }

    fn exists(&self, number: usize) -> bool {
        self.exists.is_none_or(|exists| exists(number))
    }

    fn all_exist(&self) -> bool {
        self.exists.is_none()
    }
}
