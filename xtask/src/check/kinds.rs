//! P409 to P411, P416: types, and the keywords that belong to them.

use openapiv3::{ReferenceOr, Schema as Read, SchemaKind};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;

pub(super) static UNKNOWN: Trap = Trap {
    code: "P409",
    title: "a type that OpenAPI 3.0 does not know",
    effect: "progenitor panics: `invalid type`",
    fix: "remove the type: the value may be anything",
    ..ERROR
};

pub(super) static EXCLUSIVE: Trap = Trap {
    code: "P410",
    title: "an exclusive bound without the bound",
    effect: "progenitor panics: `exclusive_minimum set without minimum`",
    fix: "remove it",
    ..ERROR
};

pub(super) static PATTERN: Trap = Trap {
    code: "P411",
    title: "a pattern that is not a regular expression",
    effect: "progenitor rejects the document: `invalid pattern`",
    fix: "correct the pattern, or remove it",
    ..ERROR
};

pub(super) static DISAGREEING: Trap = Trap {
    code: "P416",
    title: "keywords that do not belong to the type, or a schema without a type",
    effect: "progenitor panics: `invalid (or unexpected) schema`",
    fix: "add the type that the keywords belong to, or remove them",
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let (at, value) = (schema.pointer.as_str(), schema.value);
        if let Some(kind) = value["type"].as_str().filter(|kind| !TYPES.contains(kind)) {
            found.add(&UNKNOWN, at, format!("the type `{kind}`"), Fix::remove(format!("{at}/type")));
            continue;
        }
        for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if value[exclusive] == true && value.get(bound).is_none() && is_unusual(value) {
                found.add(
                    &EXCLUSIVE,
                    at,
                    format!("{exclusive} without {bound}"),
                    Fix::remove(format!("{at}/{exclusive}")),
                );
            }
        }
        if let Some(pattern) =
            value["pattern"].as_str().filter(|_| value["type"].as_str().is_none_or(|kind| kind == "string"))
            && let Err(error) = regress::Regex::new(pattern)
        {
            found.add(&PATTERN, at, format!("the pattern `{pattern}`: {error}"), Fix::remove(format!("{at}/pattern")));
        }
        disagreeing(at, value, found);
    }
}

const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "object", "array"];

/// Whether openapiv3 reads a schema as a mixture, which progenitor converts keyword by keyword.
fn is_unusual(schema: &Value) -> bool {
    matches!(
        ReferenceOr::<Read>::deserialize(schema),
        Ok(ReferenceOr::Item(Read { schema_kind: SchemaKind::Any(_), .. }))
    )
}

fn disagreeing(at: &str, schema: &Value, found: &mut Findings<'_>) {
    let composed = ["$ref", "allOf", "anyOf", "oneOf", "not"].iter().any(|key| schema.get(key).is_some());
    if composed {
        return;
    }
    let has = |keys: &[&str]| keys.iter().any(|key| schema.get(key).is_some());
    if let Some(kind) = schema["type"].as_str() {
        if ["boolean", "object", "array"].contains(&kind) && has(&["format"]) {
            found.add(
                &DISAGREEING,
                at,
                format!("a format on a schema of type {kind}"),
                Fix::remove(format!("{at}/format")),
            );
        }
        return;
    }
    let number = has(&["minimum", "maximum", "multipleOf"]);
    let string = has(&["pattern", "minLength", "maxLength"]);
    let array = has(&["items", "minItems", "maxItems", "uniqueItems"]);
    let object = has(&["properties", "required", "additionalProperties", "minProperties", "maxProperties"]);
    let groups = [string, array, object].iter().filter(|group| **group).count();
    let nullable = schema["nullable"] == true && !has(&["enum"]);
    let fits = match (has(&["format"]), has(&["enum"])) {
        (true, _) => groups == 1 && string && !number && !has(&["enum"]),
        (false, true) => groups == 0 && !number,
        (false, false) => !number && groups <= 1,
    };
    if fits || nullable && !has(&["format"]) {
        return;
    }
    let kind = match schema["format"].as_str() {
        Some("int32" | "int64") => "integer",
        Some("float" | "double") => "number",
        _ if number => "number",
        _ if object => "object",
        _ if array => "array",
        _ => "string",
    };
    let strange: &[&str] = match kind {
        "object" | "array" => &["format", "enum"],
        _ => &[],
    };
    let fix =
        strange.iter().fold(Fix::update(at, json!({ "type": kind })), |fix, key| fix.and_remove_key(schema, at, key));
    found.add(&DISAGREEING, at, "keywords without the type that they belong to", fix);
}
