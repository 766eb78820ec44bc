//! Generates values for everything in the contract: from its schemas, and, by field name, from the sandbox's data.

mod number;

mod text;

mod recipe;
pub(crate) use recipe::Recipe;
use recipe::member;

mod response;
pub(crate) use response::{Listed, complete, list_response};

use serde_json::Value;

use crate::contract::Schema;
use crate::data::Facts;
use crate::random::Random;

/// The context of a value: all fields of a record refer to the same object, data source and policy.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) facts: &'a Facts,
    /// The kind of the record, or the path of the operation.
    pub(crate) kind: &'a str,
    pub(crate) number: usize,
    depth: usize,
}

impl<'a> Context<'a> {
    pub(crate) fn new(facts: &'a Facts, kind: &'a str, number: usize) -> Self {
        Self { facts, kind, number, depth: 0 }
    }

    fn random(&self, name: &str) -> Random {
        self.facts.random(self.kind, self.number, name)
    }

    /// The same record, one nesting level deeper; each item of an array has its own number.
    fn inner(self, item: usize) -> Self {
        let number = if item == 0 { self.number } else { self.number.wrapping_mul(31).wrapping_add(item) };
        Self { number, depth: self.depth + 1, ..self }
    }
}

/// A value that the schema allows and that fits its name.
pub(crate) fn value(context: &Context<'_>, schema: Schema, name: &str) -> Value {
    Recipe::of(schema, name).make(context, name)
}

/// 2023-06-01.
const TIMES_MS: i64 = 1_685_577_600_000;
