//! Generates values for everything in the contract: from its schemas, and, by field name, from the sandbox's data.

mod text;

mod response;
pub(crate) use response::{Listed, complete, list_response};

use serde_json::{Map, Value};

use crate::contract::{Schema, Type};
use crate::random::Random;
use crate::world::Facts;

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
    if let Some(choice) = choice(context, schema, name) {
        return choice;
    }
    match schema.kind() {
        Type::Text => text::value(context, schema, name).into(),
        Type::Integer => integer(context, schema, name).into(),
        Type::Number => {
            // A whole number, as most counts and shares are, is written without a fraction.
            integer(context, schema, name).into()
        }
        Type::Boolean => boolean(context, name).into(),
        Type::Array => array(context, schema, name),
        Type::Object => object(context, schema),
        Type::Any => any(context, name),
    }
}

fn choice(context: &Context<'_>, schema: Schema, name: &str) -> Option<Value> {
    let choices = schema.choices();
    choices.get(context.random(name).below(choices.len())).cloned()
}

fn object(context: &Context<'_>, schema: Schema) -> Value {
    if context.depth >= MAX_DEPTH {
        return Value::Object(Map::new());
    }
    let is_envelope = schema.property("statusCode").is_some();
    let inner = context.inner(0);
    let member = |(name, property): (&'static str, Schema)| {
        let value = match name {
            "status" if is_envelope && property.kind() == Type::Text && property.choices().is_empty() => {
                "success".into()
            }
            "message" if property.is_nullable() => Value::Null,
            name => value(&inner, property, name),
        };
        (name.to_owned(), value)
    };
    Value::Object(schema.properties().map(member).collect())
}

fn array(context: &Context<'_>, schema: Schema, name: &str) -> Value {
    let (items, random) = (schema.items(), &mut context.random(name));
    let minimum = schema.count("minItems").unwrap_or(0);
    let is_known = items.kind() != Type::Any && context.depth < MAX_DEPTH - 1;
    let count = if is_known { 1 + random.below(3) } else { 0 };
    let count = count.min(schema.count("maxItems").unwrap_or(usize::MAX)).max(minimum);
    // The items of `systems` are systems.
    let name = name.strip_suffix('s').unwrap_or(name);
    (0..count).map(|item| value(&context.inner(item), items, name)).collect()
}

fn integer(context: &Context<'_>, schema: Schema, name: &str) -> i64 {
    let lower = name.to_ascii_lowercase();
    let is = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let random = &mut context.random(name);
    let mut below = |bound: usize| i64::try_from(random.below(bound)).unwrap_or(0);
    let made = match lower.as_str() {
        "statuscode" => 200,
        "offset" | "skip" => 0,
        "position" | "order" | "index" => i64::try_from(context.number % 100).unwrap_or(0),
        _ if is(&["progress", "pct", "percent", "ratio"]) => below(101),
        _ if is(&["size", "bytes"]) => 512 + below(40_000_000),
        _ if is(&["priority", "rank", "level", "score", "risk"]) => 1 + below(5),
        _ if name.ends_with("At") || is(&["_at", "date", "timestamp"]) => TIMES_MS + below(31_536_000) * 1_000,
        _ if is(&["count", "total", "amount", "amt", "number", "findings", "num"]) => below(500),
        _ => below(100),
    };
    made.max(schema.minimum().unwrap_or(i64::MIN)).min(schema.maximum().unwrap_or(i64::MAX))
}

fn boolean(context: &Context<'_>, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "success" => true,
        _ if ["archived", "deleted", "hidden", "disabled", "error"].iter().any(|part| lower.contains(part)) => false,
        _ => context.random(name).chance(0.7),
    }
}

/// For a schema that allows anything: an empty array if the name is a plural, otherwise an empty object.
fn any(context: &Context<'_>, name: &str) -> Value {
    match name {
        "value" => text::plain(context, name).into(),
        _ if name.ends_with('s') || name == "data" => Value::Array(Vec::new()),
        _ => Value::Object(Map::new()),
    }
}

/// The nesting depth below which objects are left empty, because a schema may contain itself.
const MAX_DEPTH: usize = 6;

/// 2023-06-01.
const TIMES_MS: i64 = 1_685_577_600_000;
