//! P501 to P507: what a lossless record of `regen` cannot hold.
//!
//! A record takes out of a JSON object each field that fits its type, and keeps the rest: so each field must be free to be absent,
//! and of a type that `bigid-api` can ask whether a value fits.

use serde_json::{Value, json};

use super::answers::RUST_TYPES;
use super::document::unescape;
use super::trap::{ERROR, Trap};
use super::{Document, Findings, Mend};
use crate::naming;
use crate::spec::{Layer, escape, schema_name};

/// No trap for progenitor alone, which has no records.
const RECORD: Trap =
    Trap { layer: Layer::Codegen, plain: None, defused: "progenitor alone has no lossless records", ..ERROR };

pub(super) static REQUIRED: Trap = Trap {
    code: "P501",
    title: "a schema of an answer that requires a property",
    harm: "one record without it would lose a page of good ones: `regen` stops",
    mend: "leave `required` out",
    ..RECORD
};

pub(super) static ALTERNATIVES: Trap = Trap {
    code: "P502",
    title: "alternatives inside an answer",
    harm: "the type that progenitor makes refuses what fits none of them: the client does not compile, or loses answers",
    mend: "leave the schema open: the value is kept as it came",
    ..RECORD
};

pub(super) static UNNAMED: Trap = Trap {
    code: "P503",
    title: "an object or enum without a name inside an answer",
    harm: "it becomes a strict type that `regen` knows nothing of: the client does not compile, or loses answers",
    mend: "put it under components/schemas and refer to it",
    ..RECORD
};

pub(super) static KIND: Trap = Trap {
    code: "P504",
    title: "a property of an answer in a type that records cannot hold",
    harm: "progenitor makes a type of its bounds that `bigid-api` does not know: the client does not compile",
    mend: "leave out what narrows it; a value that is kept needs no bounds",
    ..RECORD
};

pub(super) static RUST_NAME: Trap = Trap {
    code: "P505",
    title: "an x-rust-name that does nothing",
    harm: "only snake case on a property of a named schema is taken; anything else would lose the property's name on the wire",
    mend: "write it as the field shall be called, or leave it out",
    ..RECORD
};

pub(super) static EMPTY: Trap = Trap {
    code: "P507",
    title: "a named object of an answer that has no properties",
    harm: "it becomes a map with a name and no record: `regen` stops",
    mend: "leave the schema open where it is used",
    ..RECORD
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        rust_names(&schema.pointer, schema.value, found);
        if !schema.in_answer {
            continue;
        }
        let (at, value) = (schema.pointer.as_str(), schema.value);
        let is_named = name_of(at).is_some();
        for keyword in ["oneOf", "anyOf", "allOf", "not"] {
            if value.get(keyword).is_some() {
                let mend = Mend::remove(format!("{at}/{keyword}"));
                found.add(&ALTERNATIVES, &format!("{at}/{keyword}"), format!("`{keyword}` inside an answer"), mend);
            }
        }
        if !is_named && (value.get("properties").is_some() || value["enum"].is_array() || is_whole_answer(at, value)) {
            found.add(&UNNAMED, at, "an object or enum without a name inside an answer", extract(document, at));
        }
        if value["required"].as_array().is_some_and(|required| !required.is_empty()) {
            found.add(
                &REQUIRED,
                at,
                "a schema of an answer requires a property",
                Mend::remove(format!("{at}/required")),
            );
        }
        let empty = value["properties"].as_object().is_none_or(serde_json::Map::is_empty);
        if is_named && value["type"] == "object" && empty {
            found.add(&EMPTY, at, "a named object without properties", open_where_used(document, at));
        }
        for (name, property) in value["properties"].as_object().into_iter().flatten() {
            let place = format!("{at}/properties/{}", escape(name));
            if let Some((message, mend)) = unheld(document, &place, property) {
                found.add(&KIND, &place, format!("`{name}`: {message}"), mend);
            }
        }
    }
}

/// Whether a schema is all that a JSON answer says of itself, without a name.
fn is_whole_answer(at: &str, schema: &Value) -> bool {
    let stands_alone = at.contains("/responses/") && at.ends_with("/content/application~1json/schema");
    stands_alone && schema.get("$ref").is_none() && schema["type"] != "array"
}

/// The name of the schema that stands at a pointer.
fn name_of(pointer: &str) -> Option<&str> {
    pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'))
}

fn rust_names(at: &str, schema: &Value, found: &mut Findings<'_>) {
    let Some(asked) = schema.get("x-rust-name") else { return };
    let parent = at.rsplit_once("/properties/").map(|(parent, _)| parent);
    let does_something = asked.as_str().is_some_and(|name| naming::snake(name) == name)
        && parent.is_some_and(|at| name_of(at).is_some());
    if !does_something {
        found.add(&RUST_NAME, at, format!("the x-rust-name {asked}"), Mend::remove(format!("{at}/x-rust-name")));
    }
}

/// Why a record cannot hold a property, and what would let it.
fn unheld(document: &Document<'_>, at: &str, property: &Value) -> Option<(String, Mend)> {
    let (mut at, mut inner) = (at.to_owned(), property);
    while inner["type"] == "array" && inner.get("default").is_none() && inner["uniqueItems"] != true && !is_fixed(inner)
    {
        at += "/items";
        inner = inner.get("items")?;
    }
    if let Some(name) = inner["$ref"].as_str().and_then(schema_name) {
        let target = document.schema(&unescape(name))?;
        let held = target["type"] == "object" || target["enum"].is_array();
        return (!held)
            .then(|| (format!("`{name}` is neither an object nor an enum"), Mend::remove(format!("{at}/$ref"))));
    }
    let narrowing: &[&str] = match inner["type"].as_str() {
        Some("string") => &["pattern", "minLength", "maxLength"],
        Some("integer") => &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        Some("number") => &["format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        Some("array") => &["uniqueItems", "minItems", "maxItems"],
        _ => &[],
    };
    let odd_format =
        inner["type"] == "integer" && inner["format"].as_str().is_some_and(|format| ODD_INTEGERS.contains(&format));
    let narrow = narrowing.iter().chain(&["default"]).copied().chain(odd_format.then_some("format"));
    let said: Vec<&str> = narrow.filter(|key| inner.get(key).is_some()).collect();
    let strict = inner["format"].as_str().is_some_and(|format| RUST_TYPES.contains(&format));
    let mend = said.iter().fold(Mend::default(), |mend, key| mend.and_remove_key(inner, &at, key));
    (!said.is_empty() && !strict).then(|| (format!("{} narrows its type", said.join(", ")), mend))
}

fn is_fixed(array: &Value) -> bool {
    array.get("minItems").is_some() && array.get("minItems") == array.get("maxItems")
}

/// The formats of integers that are not `i32` or `i64` in Rust.
const ODD_INTEGERS: [&str; 7] = ["int8", "uint8", "int16", "uint16", "uint", "uint32", "uint64"];

/// Puts a schema under a name and a reference in its place.
fn extract(document: &Document<'_>, at: &str) -> Option<Mend> {
    let (parent, key) = at.rsplit_once('/')?;
    if document.root.pointer(parent)?.is_array() {
        return None;
    }
    let words = at.trim_start_matches("/components/schemas/").replace("/properties/", "-").replace("/paths/", "");
    let base = naming::pascal(&unescape(&words));
    let name = (1..1000).map(|n| if n == 1 { base.clone() } else { format!("{base}{n}") }).find(|name| {
        document.named_schemas().is_none_or(|schemas| !schemas.keys().any(|other| naming::pascal(other) == *name))
    })?;
    let new = format!("/components/schemas/{name}");
    let components = json!({ "schemas": { &name: {} } });
    let reference = json!({ unescape(key): { "$ref": format!("#{new}") } });
    let home = if document.root.get("components").is_some() {
        Mend::update("/components", components)
    } else {
        Mend::update("", json!({ "components": components }))
    };
    Some(home.and_copy(at, new).and_remove(at).and_update(parent, reference))
}

/// Takes away every reference to a schema, and the schema.
fn open_where_used(document: &Document<'_>, at: &str) -> Option<Mend> {
    let name = name_of(at)?;
    document.schema(&unescape(name))?;
    let path = format!("$..[?@['$ref'] == '#{}']['$ref']", at.replace('\\', "\\\\").replace('\'', "\\'"));
    Some(Mend::remove(path).and_remove(at))
}
