//! P003 to P007: references.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{Part, unescape};
use crate::spec::{escape, schema_name};

pub(super) static DANGLING: Trap = Trap {
    code: "P003",
    title: "a reference to a missing part",
    effect: "progenitor panics: `$ref .. is missing`, or an unwrap on nothing",
    fix: "refer to an existing part; percent-encoding in a reference is not decoded",
    ..ERROR
};

pub(super) static EXTERNAL: Trap = Trap {
    code: "P004",
    title: "a reference to another file",
    effect: "progenitor panics: `external references are not supported`; for a parameter or response it uses a local part with the same last name",
    fix: "copy the part into the document, under components",
    ..ERROR
};

pub(super) static UNNAMED_TARGET: Trap = Trap {
    code: "P005",
    title: "a reference to something that is not a component",
    effect: "progenitor reads only the last segment: it panics, or uses another schema with that name",
    fix: "move the target under components, or repeat it",
    ..ERROR
};

pub(super) static CIRCLE: Trap = Trap {
    code: "P006",
    title: "references that only lead to each other",
    effect: "a schema becomes a type without values; a parameter, body or response overflows the stack and the process aborts",
    fix: "end the cycle with an actual definition",
    ..ERROR
};

pub(super) static PATH_ITEM: Trap = Trap {
    code: "P007",
    title: "a path that is a reference",
    effect: "progenitor rejects the document: `uses reference, unsupported`",
    fix: "replace the reference by the operations",
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    let mut looked_at = BTreeSet::new();
    for schema in document.schemas.iter().filter(|schema| schema.value["$ref"].is_string()) {
        if looked_at.insert(&schema.pointer) {
            // Without its reference, a schema allows anything.
            let fix = || Fix::remove(format!("{}/$ref", schema.pointer));
            reference(document, "schemas", &schema.pointer, schema.value, fix, found);
            if circular(document, schema.value) {
                found.add(&CIRCLE, &schema.pointer, "the reference leads back to itself", fix());
            }
        }
    }
    for operation in &document.operations {
        let parameters = operation.parameters.iter().map(|part| ("parameters", part));
        let body = operation.body.iter().map(|part| ("requestBodies", part));
        let responses = operation.responses.iter().map(|(_, part)| ("responses", part));
        for (section, part) in parameters.chain(body).chain(responses) {
            part_reference(document, section, part, found);
        }
    }
    for (path, item) in document.root["paths"].as_object().into_iter().flatten() {
        if let Some(target) = item["$ref"].as_str() {
            let at = format!("/paths/{}", escape(path));
            let fix = target.strip_prefix('#').and_then(|target| repeat(document, target, &at));
            found.add(&PATH_ITEM, &at, format!("the path `{path}` is a reference"), fix);
        }
    }
}

/// Copies the operations of one path to another, each under a new name.
fn repeat(document: &Document<'_>, target: &str, at: &str) -> Option<Fix> {
    let there = document.root.pointer(target)?.as_object()?;
    let ids = there.iter().filter_map(|(method, operation)| Some((method, operation["operationId"].as_str()?)));
    let copied = Fix::remove(format!("{at}/$ref")).and_copy(target, at);
    Some(ids.fold(copied, |fix, (method, id)| {
        fix.and_update(format!("{at}/{method}"), json!({ "operationId": format!("{id}Again") }))
    }))
}

/// A reference to a parameter, body or response: removing it removes that part of the operation.
fn part_reference(document: &Document<'_>, section: &str, part: &Part<'_>, found: &mut Findings<'_>) {
    let Some(written) = document.root.pointer(&part.mention).filter(|written| written["$ref"].is_string()) else {
        return;
    };
    let fix = || Fix::remove(&part.mention);
    reference(document, section, &part.mention, written, fix, found);
    let unfinished = part.value["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    if unfinished.is_some_and(|target| document.root.pointer(target).is_some()) {
        found.add(&CIRCLE, &part.mention, "the reference leads back to itself", fix());
    }
}

fn reference(
    document: &Document<'_>,
    section: &str,
    at: &str,
    node: &Value,
    fix: impl Fn() -> Fix,
    found: &mut Findings<'_>,
) {
    let Some(target) = node["$ref"].as_str() else { return };
    let Some(local) = target.strip_prefix('#') else {
        return found.add(&EXTERNAL, at, format!("`{target}` is in another file"), fix());
    };
    let Some(there) = document.root.pointer(local) else {
        return found.add(&DANGLING, at, format!("the reference `{target}` leads nowhere"), fix());
    };
    let prefix = format!("/components/{section}/");
    if local.strip_prefix(&prefix).is_none_or(|name| name.contains('/')) {
        let repeats = there.get("$ref").is_none() && !at.starts_with(&format!("{local}/"));
        let copy = repeats.then(|| Fix::remove(format!("{at}/$ref")).and_copy(local, at));
        found.add(
            &UNNAMED_TARGET,
            at,
            format!("`{target}` is not under components/{section}"),
            copy.unwrap_or_else(&fix),
        );
    }
}

/// Whether following the references of a schema never ends.
fn circular(document: &Document<'_>, schema: &Value) -> bool {
    let mut seen = BTreeSet::new();
    let mut target = schema["$ref"].as_str();
    while let Some(name) = target.and_then(schema_name) {
        if !seen.insert(name.to_owned()) {
            return true;
        }
        target = document.schema(&unescape(name)).and_then(|schema| schema["$ref"].as_str());
    }
    false
}

pub(super) static SIBLINGS: Trap = Trap {
    code: "P010",
    title: "keywords beside a reference",
    effect: "they are ignored, as OpenAPI requires: `nullable` beside `$ref` does not allow null",
    fix: "put the reference into its own allOf",
    ..super::trap::WARNING
};

pub(super) fn find_siblings(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let (Some(target), Some(keywords)) = (schema.value["$ref"].as_str(), schema.value.as_object()) else {
            continue;
        };
        let lost = keywords
            .keys()
            .find(|key| !["$ref", "description", "title"].contains(&key.as_str()) && !key.starts_with("x-"));
        if let Some(lost) = lost {
            let fix = Fix::remove(format!("{}/$ref", schema.pointer))
                .and_update(&schema.pointer, json!({ "allOf": [{ "$ref": target }] }));
            found.add(&SIBLINGS, &schema.pointer, format!("`{lost}` beside a reference"), fix);
        }
    }
}
