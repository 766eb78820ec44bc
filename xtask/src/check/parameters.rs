//! P109 to P111, P306 to P312: parameters in queries, headers and cookies.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::paths::is_header;
use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{Part, RawOperation as Operation};
use crate::spec::Layer;

pub(super) static SAME_NAME: Trap = Trap {
    code: "P109",
    title: "two parameters with one name in different places",
    effect: "progenitor keeps only one of them: the other is never sent, or is missing in the path and progenitor panics",
    fix: "remove one of them",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static COLLIDING: Trap = Trap {
    code: "P110",
    title: "two parameters that become one Rust name",
    effect: "the function has a duplicate argument and does not compile; the request body is called `body`",
    fix: "remove one of them",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static TAKEN: Trap = Trap {
    code: "P111",
    title: "a parameter with the name of a function of its builder",
    effect: "with builders, `send` or `new` is duplicated and the client does not compile",
    fix: "remove the parameter",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` calls it `send_param`",
    ..ERROR
};

pub(super) static COOKIE: Trap = Trap {
    code: "P306",
    title: "a cookie parameter",
    effect: "progenitor rejects the document: `cookie parameters are not supported`",
    fix: "remove it; cookies belong to the HTTP client",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static STYLE: Trap = Trap {
    code: "P307",
    title: "a parameter in a style that progenitor does not write",
    effect: "progenitor rejects the document: `unsupported style of .. parameter`",
    fix: "remove the parameter",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static CONTENT: Trap = Trap {
    code: "P308",
    title: "a parameter that is described by a media type",
    effect: "progenitor rejects the document: `unexpected content`",
    fix: "describe it as the string that is sent",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static JOINED: Trap = Trap {
    code: "P309",
    title: "a list in the query that is joined by commas",
    effect: "`explode: false` is ignored: `a=x&a=y` is sent where the server expects `a=x,y`",
    fix: "describe it as the string that is sent",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static RESERVED_HEADER: Trap = Trap {
    code: "P310",
    title: "Authorization, Accept or Content-Type as a parameter",
    effect: "OpenAPI says that it shall be ignored; progenitor sends it in addition to the client's own",
    fix: "remove it; Authorization follows from `security`, the others from the media types",
    ..ERROR
};

pub(super) static NO_TEXT: Trap = Trap {
    code: "P311",
    title: "a header or path parameter without a string form",
    effect: "progenitor calls `to_string` on an option, a list or an object: the client does not compile",
    fix: "describe it as the string that is sent, and not nullable",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static OBJECT: Trap = Trap {
    code: "P312",
    title: "a parameter that is an object with properties",
    effect: "with builders, progenitor panics: `entered unreachable code`, or an assertion that it is called `body`",
    fix: "describe it as an object without properties, which the caller names",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for operation in &document.operations {
        collisions(operation, found);
        for part in &operation.parameters {
            parameter(document, operation, part, found);
        }
    }
}

fn collisions(operation: &Operation<'_>, found: &mut Findings<'_>) {
    let mut wire: BTreeMap<&str, &Part<'_>> = BTreeMap::new();
    let mut rust: BTreeMap<String, &str> = BTreeMap::new();
    if operation.body.is_some() {
        rust.insert("body".into(), "the request body");
    }
    for part in &operation.parameters {
        let Some(name) = part.value["name"].as_str() else { continue };
        let remove = Fix::remove(&part.mention);
        if let Some(first) = wire.insert(name, part) {
            // An operation's parameter may replace its path's, in the same place.
            if first.value["in"] != part.value["in"] {
                // A path parameter cannot be omitted.
                let loser = if part.value["in"] == "path" { first } else { part };
                let message = format!("`{name}` of {} is in two places", operation.label());
                found.add(&SAME_NAME, &loser.mention, message, Fix::remove(&loser.mention));
            }
            continue;
        }
        let field = found.pipeline.parameter(name);
        if let Some(other) = rust.insert(field.clone(), name) {
            let message = format!("{other} and `{name}` of {} both become `{field}`", operation.label());
            found.add(&COLLIDING, &part.mention, message, remove);
        } else if ["send", "new"].contains(&field.as_str()) {
            found.add(&TAKEN, &part.mention, format!("the parameter `{name}` of {}", operation.label()), remove);
        }
    }
}

fn parameter<'a>(document: &Document<'a>, operation: &Operation<'_>, part: &Part<'a>, found: &mut Findings<'_>) {
    let name = part.value["name"].as_str().unwrap_or_default();
    let label = format!("the parameter `{name}` of {}", operation.label());
    let place = part.value["in"].as_str().unwrap_or_default();
    let remove = || Fix::remove(&part.mention);
    let as_text = |key: &str| {
        Fix::default()
            .and_remove_key(part.value, &part.pointer, key)
            .and_update(&part.pointer, json!({ "schema": { "type": "string" } }))
    };
    let usual = if place == "query" || place == "cookie" { "form" } else { "simple" };
    if place == "cookie" {
        return found.add(&COOKIE, &part.mention, format!("{label} is a cookie"), remove());
    }
    if part.value["style"].as_str().is_some_and(|style| style != usual) {
        return found.add(&STYLE, &part.mention, format!("{label} has the style {}", part.value["style"]), remove());
    }
    if is_header(part.value, &["authorization", "accept", "content-type"]) {
        found.add(&RESERVED_HEADER, &part.mention, format!("{label} is a header that is not a parameter"), remove());
    }
    if part.value.get("content").is_some() {
        return found.add(&CONTENT, &part.pointer, format!("{label} is described by a media type"), as_text("content"));
    }
    let written = &part.value["schema"];
    let schema = document.resolve(written);
    let object = is_struct(document, schema, DEPTH);
    if place != "query" && (without_text(document, schema, DEPTH) || object) {
        return found.add(&NO_TEXT, &part.pointer, format!("{label} has no string form"), as_text("schema"));
    }
    if object {
        let fix = Fix::remove(format!("{}/schema", part.pointer))
            .and_update(&part.pointer, json!({ "schema": { "type": "object" } }));
        found.add(&OBJECT, &part.pointer, format!("{label} is an object"), fix);
    }
    if place == "query" && schema["type"] == "array" && part.value["explode"] == false {
        let fix = as_text("schema").and_remove(format!("{}/explode", part.pointer));
        found.add(&JOINED, &part.pointer, format!("{label} is joined by commas"), fix);
    }
}

/// The depth to which alternatives are followed: far deeper than anyone writes, and finite for circular ones.
const DEPTH: usize = 8;

/// Whether progenitor makes a struct of a schema, and thus a builder.
fn is_struct<'a>(document: &Document<'a>, schema: &'a Value, depth: usize) -> bool {
    let schema = document.resolve(schema);
    let properties = schema["properties"].as_object().is_some_and(|properties| !properties.is_empty());
    let required = schema["required"].as_array().is_some_and(|required| !required.is_empty());
    let closed = schema["additionalProperties"] == false;
    let only = schema["oneOf"].as_array().filter(|alternatives| alternatives.len() == 1);
    let all = schema["allOf"].as_array().or(schema["anyOf"].as_array()).or(only);
    properties
        || (schema["type"] == "object" && (required || closed))
        || depth > 0 && all.is_some_and(|all| all.iter().any(|inner| is_struct(document, inner, depth - 1)))
}

/// Whether the Rust type of a schema cannot be displayed.
fn without_text<'a>(document: &Document<'a>, schema: &'a Value, depth: usize) -> bool {
    let schema = document.resolve(schema);
    let kind = schema["type"].as_str();
    let listed = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array()).flatten();
    matches!(kind, Some("array" | "object"))
        || schema["nullable"] == true
        || schema.get("items").is_some()
        || depth > 0 && listed.into_iter().any(|inner| without_text(document, inner, depth - 1))
}
