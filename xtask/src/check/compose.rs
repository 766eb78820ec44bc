//! P401, P402, P406 to P408, P413, P414, P419: schemas made of schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::trap::{ERROR, WARNING};
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{below, unescape};
use crate::spec::{Layer, schema_name};

pub(super) static SELF_ALL_OF: Trap = Trap {
    code: "P401",
    title: "a schema that is merged with itself",
    effect: "progenitor merges it with itself until the stack overflows and the process aborts, or forever",
    fix: "remove the schema from its own allOf, or refer to it from a property of only one part; write alternatives without other keywords",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static NOT: Trap = Trap {
    code: "P402",
    title: "a schema with `not`",
    effect: "progenitor panics: `unhandled not schema`; only `not` over an enum of one kind is known",
    fix: "remove `not`",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static SCALARS: Trap = Trap {
    code: "P406",
    title: "anyOf over values that are not objects and do not exclude each other",
    effect: "it becomes a struct of flattened options, into which no string or number can be decoded",
    fix: "leave the schema open",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static BOTH: Trap = Trap {
    code: "P407",
    title: "anyOf beside oneOf",
    effect: "progenitor panics: `assertion failed: any_of.is_none() || one_of.is_none()`",
    fix: "keep one of them",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static EMPTY: Trap = Trap {
    code: "P408",
    title: "an empty allOf, anyOf or oneOf",
    effect: "an empty allOf panics; an empty anyOf or oneOf becomes a type without values",
    fix: "remove it",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static CONTRADICTION: Trap = Trap {
    code: "P413",
    title: "allOf over types that exclude each other",
    effect: "it becomes an enum without variants, which nothing can be decoded into",
    fix: "leave the schema open",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static UNDECLARED: Trap = Trap {
    code: "P414",
    title: "an alternative that requires a property that it does not declare",
    effect: "progenitor distinguishes objects by what they require, and panics: `required.contains(prop_name)`, or an unwrap on nothing",
    fix: "declare the property, or remove `required`",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static DISCRIMINATOR: Trap = Trap {
    code: "P419",
    title: "a discriminator",
    effect: "it is ignored: the first matching alternative is used, regardless of the discriminator",
    fix: "remove it, and order the alternatives from the most to the least specific",
    layer: Layer::Codegen,
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let (at, value) = (schema.pointer.as_str(), schema.value);
        let remove = |key: &str| Fix::remove(format!("{at}/{key}"));
        for key in ["allOf", "anyOf", "oneOf"] {
            if value[key].as_array().is_some_and(Vec::is_empty) {
                found.add(&EMPTY, at, format!("an empty {key}"), remove(key));
            }
        }
        if value.get("not").is_some_and(|inner| !is_known_not(value, inner)) {
            found.add(&NOT, at, "a `not`", remove("not"));
        }
        if value["anyOf"].is_array() && value["oneOf"].is_array() {
            found.add(&BOTH, at, "anyOf beside oneOf", remove("anyOf"));
        }
        let members: Vec<&Value> =
            value["anyOf"].as_array().into_iter().flatten().map(|member| document.resolve(member)).collect();
        undeclared(document, at, value, found);
        if becomes_struct(&members) {
            found.add(&SCALARS, at, "anyOf over values that do not exclude each other", remove("anyOf"));
        }
        let mut kinds =
            value["allOf"].as_array().into_iter().flatten().filter_map(|part| document.resolve(part)["type"].as_str());
        let first = kinds.next();
        if kinds.any(|kind| Some(kind) != first && !(numeric(kind) && first.is_some_and(numeric))) {
            found.add(&CONTRADICTION, at, "allOf over different types", remove("allOf"));
        }
        if value["discriminator"].is_object() {
            found.add(&DISCRIMINATOR, at, "a discriminator", remove("discriminator"));
        }
        if let Some(part) = circle(document, value) {
            found.add(&SELF_ALL_OF, at, "merging leads back to the schema itself", remove(&part));
        }
    }
}

fn numeric(kind: &str) -> bool {
    kind == "integer" || kind == "number"
}

/// `not` over everything, and over an enum of one type, is handled if it stands alone.
fn is_known_not(schema: &Value, inner: &Value) -> bool {
    const SILENT: [&str; 5] = ["not", "description", "title", "example", "nullable"];
    let alone = schema.as_object().is_some_and(|keywords| keywords.keys().all(|key| SILENT.contains(&key.as_str())));
    let values = inner["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
    let texts = !values.is_empty() && values.iter().all(Value::is_string);
    let only =
        |keys: &[&str]| inner.as_object().is_some_and(|inner| inner.keys().all(|key| keys.contains(&key.as_str())));
    alone && (inner.as_object().is_some_and(serde_json::Map::is_empty) || (texts && only(&["enum"])))
}

/// Whether progenitor flattens the members of an anyOf into one struct that some of them cannot be flattened into.
fn becomes_struct(members: &[&Value]) -> bool {
    let exclusive = |a: &Value, b: &Value| match (a["type"].as_str(), b["type"].as_str()) {
        (Some(a_kind), Some(b_kind)) => a_kind != b_kind && !(a["nullable"] == true && b["nullable"] == true),
        _ => false,
    };
    let pairs = members.iter().enumerate().flat_map(|(index, a)| members[index + 1..].iter().map(move |b| (*a, *b)));
    let is_object =
        |member: &&Value| member["type"] == "object" || member["properties"].is_object() || member["allOf"].is_array();
    !pairs.into_iter().all(|(a, b)| exclusive(a, b)) && !members.iter().all(is_object)
}

/// Alternatives of which one requires a property that it does not declare. In a oneOf, progenitor checks only those
/// with one property.
fn undeclared<'a>(document: &Document<'a>, at: &str, schema: &'a Value, found: &mut Findings<'_>) {
    for (rest, member) in
        below(schema).into_iter().filter(|(rest, _)| rest.starts_with("/anyOf/") || rest.starts_with("/oneOf/"))
    {
        let several = schema["anyOf"].as_array().is_some_and(|members| members.len() > 1);
        let part = document.follow(format!("{at}{rest}"), member);
        let Some(properties) = part.value["properties"].as_object() else { continue };
        let required: Vec<&str> =
            part.value["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let asked = if rest.starts_with("/anyOf/") { several } else { required.len() == 1 && properties.len() == 1 };
        if let Some(name) = required.iter().find(|name| asked && !properties.contains_key(**name)) {
            let fix = Fix::remove(format!("{}/required", part.pointer));
            found.add(&UNDECLARED, &part.pointer, format!("`{name}` is required and not declared"), fix);
        }
    }
}

/// The location in a schema where merging never ends, as the rest of a pointer.
///
/// progenitor merges a schema with several parts: an allOf, or alternatives next to other keywords. Merging
/// expands references, and continues in a property that two parts have. A property of one part only keeps its
/// reference, which ends the walk; an unnamed schema in it is converted at once.
fn circle(document: &Document<'_>, schema: &Value) -> Option<String> {
    let parts = merged(schema);
    let names = |part: &Value, name: &str| document.resolve(part)["properties"].get(name).is_some();
    let shared = |rest: &str| {
        let name = rest.strip_prefix("/properties/").map(unescape);
        name.is_some_and(|name| parts.iter().filter(|(_, part)| names(part, &name)).count() > 1)
    };
    let start = parts.iter().find(|(_, start)| {
        let mut open: Vec<(&Value, bool)> = vec![(start, true)];
        let mut seen = BTreeSet::new();
        while let Some((part, is_merged)) = open.pop() {
            if std::ptr::eq(part, schema) {
                return true;
            }
            if !seen.insert((std::ptr::from_ref(part), is_merged)) {
                continue;
            }
            if let Some(name) = part["$ref"].as_str().and_then(schema_name).filter(|_| is_merged) {
                open.extend(document.schema(&unescape(name)).map(|next| (next, true)));
            }
            let merges = !merged(part).is_empty();
            open.extend(
                below(part)
                    .into_iter()
                    .map(|(rest, inner)| (inner, if is_part(&rest) { is_merged || merges } else { shared(&rest) })),
            );
        }
        false
    });
    start.map(|(rest, _)| rest.trim_start_matches('/').to_owned())
}

fn is_part(rest: &str) -> bool {
    ["/allOf/", "/anyOf/", "/oneOf/"].iter().any(|key| rest.starts_with(key))
}

/// The parts that progenitor merges, each with the rest of its pointer; empty if the schema is converted without
/// merging.
fn merged(schema: &Value) -> Vec<(String, &Value)> {
    const SILENT: [&str; 7] = ["description", "title", "example", "nullable", "default", "discriminator", "deprecated"];
    let parts: Vec<(String, &Value)> = below(schema).into_iter().filter(|(rest, _)| is_part(rest)).collect();
    let one_list = |key: &str| parts.iter().all(|(rest, _)| rest.starts_with(key));
    let keywords = schema.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    let alone = |list: &str| keywords.clone().all(|key| SILENT.contains(&key) || key == list || key.starts_with("x-"));
    let plain = one_list("/anyOf/") && alone("anyOf") || one_list("/oneOf/") && alone("oneOf");
    let single = parts.len() == 1 && one_list("/allOf/") && alone("allOf");
    if plain || single { Vec::new() } else { parts }
}
