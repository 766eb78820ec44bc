//! Schemas, in the contract's vocabulary: every object is open, and the only alternatives are a string and a list of
//! strings.

use serde_json::{Map, Value};

use super::DOCUMENT;

/// A schema, with its reference resolved. Of alternatives, it is the first, which is the one that is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema {
    node: &'static Value,
    /// All of the alternatives; empty if there are none.
    alternatives: &'static [Value],
}

/// The type that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Text,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

impl Schema {
    pub(crate) fn new(mut node: &'static Value) -> Self {
        let mut alternatives: &'static [Value] = &[];
        // A reference to a reference is allowed; the bound protects against a cycle.
        for _ in 0..16 {
            if let Some(all @ [first, ..]) = node.get("oneOf").and_then(Value::as_array).map(Vec::as_slice) {
                (node, alternatives) = (first, all);
                continue;
            }
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else { break };
            node = reference.strip_prefix('#').and_then(|pointer| DOCUMENT.pointer(pointer)).unwrap_or(&Value::Null);
        }
        Self { node, alternatives }
    }

    pub(crate) fn kind(self) -> Type {
        match self.text("type") {
            Some("string") => Type::Text,
            Some("integer") => Type::Integer,
            Some("number") => Type::Number,
            Some("boolean") => Type::Boolean,
            Some("array") => Type::Array,
            Some("object") => Type::Object,
            _ if self.node.get("properties").is_some() => Type::Object,
            _ => Type::Any,
        }
    }

    fn alternatives(self) -> impl Iterator<Item = Schema> {
        self.alternatives.iter().map(Self::new)
    }

    pub(crate) fn properties(self) -> impl Iterator<Item = (&'static str, Schema)> {
        let properties = self.node.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties.map(|(name, node)| (name.as_str(), Self::new(node)))
    }

    pub(crate) fn property(self, name: &str) -> Option<Schema> {
        self.node.get("properties")?.get(name).map(Self::new)
    }

    /// The schema of the items of an array; any if not stated.
    pub(crate) fn items(self) -> Schema {
        Self::new(self.node.get("items").unwrap_or(&Value::Null))
    }

    pub(crate) fn choices(self) -> &'static [Value] {
        self.node.get("enum").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn format(self) -> Option<&'static str> {
        self.text("format")
    }

    pub(crate) fn is_nullable(self) -> bool {
        self.node.get("nullable") == Some(&Value::Bool(true))
    }

    pub(crate) fn minimum(self) -> Option<i64> {
        self.node.get("minimum").and_then(|number| number.as_i64().or_else(|| number.as_f64().map(|f| f.ceil() as i64)))
    }

    pub(crate) fn maximum(self) -> Option<i64> {
        self.node
            .get("maximum")
            .and_then(|number| number.as_i64().or_else(|| number.as_f64().map(|f| f.floor() as i64)))
    }

    pub(crate) fn count(self, keyword: &str) -> Option<usize> {
        self.node.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    }

    /// Whether a value fits the type and the enumeration of this schema.
    pub(crate) fn takes(self, value: &Value) -> bool {
        self.accepted().takes(value)
    }

    /// What fits, for asking often.
    pub(crate) fn accepted(self) -> Accepted {
        Accepted {
            alternatives: self.alternatives().map(Self::accepted).collect(),
            is_nullable: self.is_nullable(),
            kind: self.kind(),
            choices: self.choices(),
        }
    }

    /// The same, for the value and everything in it.
    pub(crate) fn takes_whole(self, value: &Value) -> bool {
        if self.alternatives().next().is_some() {
            return self.alternatives().any(|alternative| alternative.takes_whole(value));
        }
        let within = || match (self.kind(), value) {
            (Type::Array, Value::Array(items)) => items.iter().all(|item| self.items().takes_whole(item)),
            (Type::Object, Value::Object(members)) => members
                .iter()
                .all(|(name, member)| self.property(name).is_none_or(|property| property.takes_whole(member))),
            _ => true,
        };
        self.takes(value) && within()
    }

    /// The members of an object that fit this schema: all except those that do not fit their property.
    pub(crate) fn fitting(self, sent: Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
        sent.into_iter()
            .filter(move |(name, value)| self.property(name).is_none_or(|property| property.takes_whole(value)))
    }

    /// The first keyword for which the sandbox cannot generate a value.
    pub(crate) fn unplayable(self) -> Option<&'static str> {
        ["pattern", "allOf", "anyOf", "not"].into_iter().find(|keyword| self.node.get(keyword).is_some())
    }

    fn text(self, keyword: &str) -> Option<&'static str> {
        self.node.get(keyword).and_then(Value::as_str)
    }
}

/// The values that fit a schema.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// Schemas of which one is enough.
    alternatives: Vec<Accepted>,
    is_nullable: bool,
    kind: Type,
    choices: &'static [Value],
}

impl Accepted {
    pub(crate) fn takes(&self, value: &Value) -> bool {
        if value.is_null() {
            return self.is_nullable || self.kind == Type::Any;
        }
        if !self.alternatives.is_empty() {
            return self.alternatives.iter().any(|alternative| alternative.takes(value));
        }
        let kind = match self.kind {
            Type::Any => true,
            Type::Text => value.is_string(),
            Type::Integer => value.is_i64() || value.is_u64(),
            Type::Number => value.is_number(),
            Type::Boolean => value.is_boolean(),
            Type::Array => value.is_array(),
            Type::Object => value.is_object(),
        };
        kind && (self.choices.is_empty() || self.choices.contains(value))
    }
}

/// Schemas are equal if they are at the same place in the contract.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.node, other.node)
    }
}
