//! P412: defaults.

use serde_json::Value;

use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{RawSchema as Schema, unescape};

pub(super) static DEFAULT: Trap = Trap {
    code: "P412",
    title: "a default that the schema does not allow",
    effect: "progenitor rejects the document or panics: `value does not conform to the given schema`; a default that violates its format panics in the client, at the first response without the property",
    fix: "correct the default, or remove it",
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let Some(default) = schema.value.get("default") else { continue };
        if is_read(document, schema) && !allows(document, schema.value, default, DEPTH) {
            let message = format!("the default {default} is not what the schema allows");
            found.add(&DEFAULT, &schema.pointer, message, Fix::remove(format!("{}/default", schema.pointer)));
        }
    }
}

/// Whether progenitor looks at a default: that of an optional property, of an integer, an enum, or a struct.
fn is_read(document: &Document<'_>, schema: &Schema<'_>) -> bool {
    let owner = schema.pointer.rsplit_once("/properties/").filter(|(_, name)| !name.contains('/'));
    let optional = owner.is_some_and(|(owner, name)| {
        let required = document.root.pointer(owner).and_then(|owner| owner["required"].as_array());
        required.is_none_or(|required| !required.iter().any(|other| *other == unescape(name)))
    });
    let is_struct = schema.value["properties"].is_object() || schema.value["required"].is_array();
    optional || is_struct || schema.value["type"] == "integer" || schema.value["enum"].is_array()
}

/// How deep a default is compared with its schema; anything deeper is accepted.
const DEPTH: usize = 16;

fn allows<'a>(document: &Document<'a>, schema: &'a Value, default: &Value, depth: usize) -> bool {
    let schema = document.resolve(schema);
    if depth == 0 {
        return true;
    }
    if default.is_null() {
        return true;
    }
    let all = schema["allOf"].as_array().into_iter().flatten();
    if !all.into_iter().all(|part| allows(document, part, default, depth - 1)) {
        return false;
    }
    if let Some(values) = schema["enum"].as_array().filter(|_| schema["type"] != "boolean") {
        return values.contains(default);
    }
    let implied = if schema.get("items").is_some() { "array" } else { "object" };
    let implied = ["items", "properties", "required"].iter().any(|key| schema.get(key).is_some()).then_some(implied);
    match schema["type"].as_str().or(implied) {
        Some("string") => default.as_str().is_some_and(|text| text_fits(schema, text)),
        Some("boolean") => default.is_boolean(),
        Some("integer") => default.as_i64().is_some_and(|_| in_bounds(schema, default)),
        Some("number") => default.is_number(),
        Some("array") => {
            let items = &schema["items"];
            default.as_array().is_some_and(|list| list.iter().all(|item| allows(document, items, item, depth - 1)))
        }
        Some("object") => default.as_object().is_some_and(|object| {
            let has_all = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .all(|name| object.contains_key(name));
            has_all
                && object.iter().all(|(name, value)| allows(document, &schema["properties"][name], value, depth - 1))
        }),
        _ => true,
    }
}

fn in_bounds(schema: &Value, default: &Value) -> bool {
    let value = default.as_f64().unwrap_or_default();
    let format = match schema["format"].as_str() {
        Some("int32") => f64::from(i32::MIN)..=f64::from(i32::MAX),
        _ => f64::MIN..=f64::MAX,
    };
    let above = schema["minimum"].as_f64().is_none_or(|bound| value >= bound);
    format.contains(&value) && above && schema["maximum"].as_f64().is_none_or(|bound| value <= bound)
}

/// Formats that become Rust types are tried by shape alone: a default that fails here fails there.
fn text_fits(schema: &Value, text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_date = || digits(0..4) && digits(5..7) && digits(8..10);
    match schema["format"].as_str() {
        Some("date") => text.len() == 10 && is_date(),
        Some("date-time") => text.len() >= 20 && is_date() && digits(11..13),
        Some("uuid") => {
            text.replace('-', "").len() == 32 && text.replace('-', "").bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        Some("ip") => text.parse::<std::net::IpAddr>().is_ok(),
        Some("ipv4") => text.parse::<std::net::Ipv4Addr>().is_ok(),
        Some("ipv6") => text.parse::<std::net::Ipv6Addr>().is_ok(),
        _ => true,
    }
}
