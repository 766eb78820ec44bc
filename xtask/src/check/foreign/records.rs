//! P417, P418, P421, P422: data that is lost between the wire and a struct.

use serde_json::{Value, json};

use super::super::trap::WARNING;
use super::super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::spec::{Layer, escape};

pub(in crate::check) static CLOSED: Trap = Trap {
    code: "P417",
    title: "an object in a response that is not declared as open",
    effect: "progenitor drops undeclared members, or rejects them if `additionalProperties` is false",
    fix: "write `additionalProperties: {}`: the struct gets a map `extra`",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` opens every record",
    ..WARNING
};

pub(in crate::check) static OPEN_REQUEST: Trap = Trap {
    code: "P418",
    title: "an object in a request that is declared as open",
    effect: "a builder without `extra` fails when it is sent: `no value supplied for extra`",
    fix: "remove `additionalProperties` if nothing else is sent",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` makes `extra` optional in every builder",
    ..WARNING
};

pub(in crate::check) static STRICT_FORMAT: Trap = Trap {
    code: "P421",
    title: "a format that is a Rust type, in a response",
    effect: "one date that is empty or has another format fails the whole response, and the others are rewritten",
    fix: "remove the format: the string is kept as received",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` keeps strings as received, whatever their format",
    ..WARNING
};

pub(in crate::check) static LIST: Trap = Trap {
    code: "P422",
    title: "an optional list or map in a response that is not nullable",
    effect: "an empty list is lost when it is encoded, and null fails the whole response",
    fix: "say `nullable: true`",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` makes every field of a response optional",
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let (at, value) = (schema.pointer.as_str(), schema.value);
        let has_properties = value["properties"].as_object().is_some_and(|properties| !properties.is_empty());
        if schema.in_response && has_properties && !value["additionalProperties"].is_object() {
            let open = json!({ "additionalProperties": {} });
            let fix = Fix::default().and_remove_key(value, at, "additionalProperties").and_update(at, open);
            found.add(&CLOSED, at, "an object that is not declared as open", fix);
        }
        if schema.in_request && has_properties && value["additionalProperties"].is_object() {
            let fix = Fix::remove(format!("{at}/additionalProperties"));
            found.add(&OPEN_REQUEST, at, "an object that is declared as open", fix);
        }
        if schema.in_response
            && value["type"] == "string"
            && value["format"].as_str().is_some_and(|format| RUST_TYPES.contains(&format))
        {
            let message = format!("the format {}", value["format"]);
            found.add(&STRICT_FORMAT, at, message, Fix::remove(format!("{at}/format")));
        }
        let required: Vec<&str> =
            value["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in value["properties"].as_object().into_iter().flatten() {
            let place = format!("{at}/properties/{}", escape(name));
            let optional = !required.contains(&name.as_str()) && property["nullable"] != true;
            if schema.in_response && optional && is_collection(property) {
                let fix = Fix::update(&place, json!({ "nullable": true }));
                found.add(&LIST, &place, format!("`{name}` may be absent, and not null"), fix);
            }
        }
    }
}

/// The formats that progenitor does not leave as text.
const RUST_TYPES: [&str; 6] = ["date", "date-time", "uuid", "ip", "ipv4", "ipv6"];

/// A list, or an object without properties of its own.
fn is_collection(schema: &Value) -> bool {
    let is_map = schema["type"] == "object" && schema.get("properties").is_none();
    schema["type"] == "array" || is_map
}
