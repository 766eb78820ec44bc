//! Kinds of records: what the world knows of them, and the contract's schema for the rest.

use serde_json::Value;

use super::{Facts, Generate, Record};
use crate::contract::{self, Schema};
use crate::play::{self, Context};
use http::Method;

/// A kind of record that the world knows something of.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The operation whose list shows such records.
    pub(crate) list: &'static str,
    /// The fields that the world decides. Null leaves one out.
    pub(crate) fields: &'static [(&'static str, Make)],
}

/// Makes a field of the record with a number.
pub(crate) type Make = fn(&Facts, usize) -> Value;

impl Kind {
    /// The contract's schema of such records.
    pub(crate) fn schema(&self) -> Option<Schema> {
        contract::at(&Method::GET, self.list)?.list.as_ref().map(|place| place.record)
    }

    pub(crate) fn shaped<'a>(&'static self, facts: &'a Facts) -> Shaped<'a> {
        Shaped { kind: self, schema: self.schema(), facts, exists: None }
    }
}

/// Makes records of a kind.
#[derive(Clone, Copy)]
pub(crate) struct Shaped<'a> {
    kind: &'static Kind,
    schema: Option<Schema>,
    facts: &'a Facts,
    exists: Option<&'a dyn Fn(usize) -> bool>,
}

impl<'a> Shaped<'a> {
    /// Leaves out the records of which this is not true.
    pub(crate) fn existing_if(self, exists: &'a dyn Fn(usize) -> bool) -> Self {
        Self { exists: Some(exists), ..self }
    }

    fn context(&self, number: usize) -> Context<'a> {
        Context::new(self.facts, self.kind.name, number)
    }

    /// A value of the world's, unless the contract has come to say that the field is something else.
    fn own(&self, name: &str, value: Value) -> Option<Value> {
        let is_fitting = self.schema.and_then(|schema| schema.property(name)).is_none_or(|schema| schema.takes(&value));
        (is_fitting && !value.is_null()).then_some(value)
    }
}

impl Generate for Shaped<'_> {
    fn record(&self, number: usize) -> Record {
        let own = self.kind.fields.iter().filter_map(|(name, make)| {
            Some((std::borrow::Cow::Borrowed(*name), self.own(name, make(self.facts, number))?))
        });
        let mut fields: Vec<_> = own.collect();
        let context = self.context(number);
        for (name, schema) in self.schema.into_iter().flat_map(Schema::properties) {
            let is_left_out =
                self.kind.fields.iter().any(|(own, make)| *own == name && make(self.facts, number).is_null());
            if !is_left_out && !fields.iter().any(|(known, _)| *known == name) {
                fields.push((name.into(), play::value(&context, schema, name)));
            }
        }
        Record::new(fields)
    }

    fn field(&self, number: usize, name: &str) -> Option<Value> {
        if let Some((_, make)) = self.kind.fields.iter().find(|(own, _)| *own == name) {
            let value = make(self.facts, number);
            if value.is_null() {
                return None;
            }
            if let Some(value) = self.own(name, value) {
                return Some(value);
            }
        }
        let schema = self.schema?.property(name)?;
        Some(play::value(&self.context(number), schema, name))
    }

    fn exists(&self, number: usize) -> bool {
        self.exists.is_none_or(|exists| exists(number))
    }

    fn all_exist(&self) -> bool {
        self.exists.is_none()
    }
}
