//! How the values of a field are made: what follows from its schema and its name, found once for all records.

use serde_json::{Map, Value};

use super::number::{Boolean, Integer};
use super::text::Text;
use super::{Context, value};
use crate::contract::{Schema, Type};

/// How a field's values are made.
#[derive(Debug)]
pub(crate) enum Recipe {
    /// One of some values.
    Choice(&'static [Value]),
    Text(Text),
    Integer(Integer),
    Boolean(Boolean),
    /// With how its items are made, unless they are arrays.
    Array(Schema, Option<Box<Recipe>>),
    Object(Schema),
    /// Anything.
    Any,
}

impl Recipe {
    pub(crate) fn of(schema: Schema, name: &str) -> Self {
        if !schema.choices().is_empty() {
            return Self::Choice(schema.choices());
        }
        match schema.kind() {
            Type::Text => Self::Text(Text::of(schema, name)),
            // A number that is whole, as counts and shares mostly are, is written as one.
            Type::Integer | Type::Number => Self::Integer(Integer::of(schema, name)),
            Type::Boolean => Self::Boolean(Boolean::of(name)),
            Type::Array => {
                let items = schema.items();
                let item = (items.kind() != Type::Array).then(|| Box::new(Self::of(items, item_name(name))));
                Self::Array(schema, item)
            }
            Type::Object => Self::Object(schema),
            Type::Any => Self::Any,
        }
    }

    /// The value in a record.
    pub(crate) fn make(&self, context: &Context<'_>, name: &str) -> Value {
        match self {
            Self::Choice(choices) => {
                choices.get(context.random(name).below(choices.len())).cloned().unwrap_or_default()
            }
            Self::Text(text) => text.make(context, name).into(),
            Self::Integer(integer) => integer.make(context, name).into(),
            Self::Boolean(boolean) => boolean.make(context, name).into(),
            Self::Array(schema, item) => array(context, *schema, item.as_deref(), name),
            Self::Object(schema) => object(context, *schema),
            Self::Any => any(context, name),
        }
    }
}

fn object(context: &Context<'_>, schema: Schema) -> Value {
    if context.depth >= MAX_DEPTH {
        return Value::Object(Map::new());
    }
    let members = schema.properties();
    Value::Object(members.map(|(name, property)| (name.to_owned(), member(context, schema, name, property))).collect())
}

/// A member of an object of a schema.
pub(super) fn member(context: &Context<'_>, object: Schema, name: &str, property: Schema) -> Value {
    let is_envelope = || object.property("statusCode").is_some();
    match name {
        "status" if property.kind() == Type::Text && property.choices().is_empty() && is_envelope() => "success".into(),
        "message" if property.is_nullable() => Value::Null,
        name => value(&context.inner(0), property, name),
    }
}

fn array(context: &Context<'_>, schema: Schema, item: Option<&Recipe>, name: &str) -> Value {
    let (items, random) = (schema.items(), &mut context.random(name));
    let minimum = schema.count("minItems").unwrap_or(0);
    let is_known = items.kind() != Type::Any && context.depth < MAX_DEPTH - 1;
    let count = if is_known { 1 + random.below(3) } else { 0 };
    let count = count.min(schema.count("maxItems").unwrap_or(usize::MAX)).max(minimum);
    let name = item_name(name);
    let made = |place: usize| match item {
        Some(item) => item.make(&context.inner(place), name),
        None => value(&context.inner(place), items, name),
    };
    (0..count).map(made).collect()
}

/// The items of `systems` are systems.
fn item_name(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

/// Where any JSON is allowed, a field with a plural name is an empty array, and any other an empty object.
fn any(context: &Context<'_>, name: &str) -> Value {
    match name {
        "value" => super::text::plain(context, name).into(),
        _ if name.ends_with('s') || name == "data" => Value::Array(Vec::new()),
        _ => Value::Object(Map::new()),
    }
}

/// How deep objects are nested before they are left empty: a schema may contain itself.
const MAX_DEPTH: usize = 6;
