//! Every place of a document where a key of the vocabulary is present or allowed, for tests that try all of them.

use serde_json::{Value, json};

use super::table::{DOCUMENT, OBJECTS, Object, Shape};
use crate::spec::escape;

/// An object of the vocabulary in a document.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) pointer: String,
    pub(crate) object: &'static str,
    /// Its parent object, and its key there.
    pub(crate) under: (&'static str, &'static str),
    pub(crate) keys: Vec<(&'static str, ValueKind)>,
}

/// The kind of a key's value, for tests that replace it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ValueKind {
    Text,
    Flag,
    Number,
    Words(&'static [&'static str]),
    Object,
    Named,
    List,
    /// Identified only by its key.
    Other,
}

/// Every object of a document, with the keys that it may have.
pub(crate) fn found(document: &Value) -> Vec<Found> {
    let mut found = Vec::new();
    object(document, String::new(), &DOCUMENT, ("", ""), &mut found);
    found
}

fn object(
    value: &Value,
    pointer: String,
    is: &'static Object,
    under: (&'static str, &'static str),
    found: &mut Vec<Found>,
) {
    for (key, shape) in is.keys {
        if let Some(inner) = value.get(key) {
            self::value(inner, format!("{pointer}/{}", escape(key)), shape, (is.name, key), found);
        }
    }
    let keys = is.keys.iter().map(|(key, shape)| (*key, sort(shape))).collect();
    found.push(Found { pointer, object: is.name, under, keys });
}

fn value(
    value: &Value,
    pointer: String,
    shape: &'static Shape,
    under: (&'static str, &'static str),
    found: &mut Vec<Found>,
) {
    match shape {
        Shape::Is(is) => object(value, pointer, is, under, found),
        Shape::Either(which) => object(value, pointer, which(value), under, found),
        Shape::OrTrue(inner) if value.is_object() => self::value(value, pointer, inner, under, found),
        Shape::Named(_, inner) => {
            for (name, item) in value.as_object().into_iter().flatten() {
                self::value(item, format!("{pointer}/{}", escape(name)), inner, under, found);
            }
        }
        Shape::List(inner) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                self::value(item, format!("{pointer}/{index}"), inner, under, found);
            }
        }
        _ => {}
    }
}

fn sort(shape: &Shape) -> ValueKind {
    match shape {
        Shape::Text => ValueKind::Text,
        Shape::Flag => ValueKind::Flag,
        Shape::Count | Shape::Number => ValueKind::Number,
        Shape::Word(words) => ValueKind::Words(words),
        Shape::Is(_) | Shape::OrTrue(_) | Shape::Either(_) => ValueKind::Object,
        Shape::Named(..) => ValueKind::Named,
        Shape::List(_) => ValueKind::List,
        Shape::Any | Shape::Judged(..) => ValueKind::Other,
    }
}

/// Every key of every object.
pub(crate) fn keys() -> Vec<(&'static str, &'static str)> {
    OBJECTS.iter().flat_map(|object| object.keys.iter().map(|(key, _)| (object.name, *key))).collect()
}

/// Every object that is allowed under a key of another, each with a small example.
pub(crate) fn edges() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let mut edges = Vec::new();
    for object in OBJECTS {
        for (key, shape) in object.keys {
            for (child, example) in children(shape) {
                edges.push((object.name, *key, child, example));
            }
        }
    }
    edges
}

fn children(shape: &Shape) -> Vec<(&'static str, Value)> {
    match shape {
        Shape::Is(is) => vec![(is.name, json!({}))],
        Shape::OrTrue(inner) | Shape::Named(_, inner) | Shape::List(inner) => children(inner),
        Shape::Either(which) => {
            let mut children: Vec<(&'static str, Value)> = Vec::new();
            for example in examples() {
                let name = which(&example).name;
                if !children.iter().any(|(known, _)| *known == name) {
                    children.push((name, example));
                }
            }
            children
        }
        _ => Vec::new(),
    }
}

/// One object of each kind that is recognized by its own content.
fn examples() -> [Value; 10] {
    [
        json!({ "type": "string" }),
        json!({ "type": "integer" }),
        json!({ "type": "number" }),
        json!({ "type": "boolean" }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "type": "object", "properties": { "inner": { "type": "string" } } }),
        json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        json!({ "description": "Any JSON." }),
        json!({ "$ref": "#/components/schemas/Thing" }),
        json!({ "type": "http", "scheme": "bearer" }),
    ]
}
