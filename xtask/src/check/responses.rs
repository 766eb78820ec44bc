//! P201 to P211: responses.

use serde_json::{Value, json};

use super::requests::essence;
use super::trap::{ERROR, WARNING};
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{Part, RawOperation as Operation};
use crate::spec::{Layer, Severity, escape};

pub(super) static ONE_TYPE: Trap = Trap {
    code: "P201",
    title: "two unnamed bodies in one operation",
    effect: "both get the same name, and progenitor creates a type only from the first: the other responses are decoded as the wrong type",
    fix: "give all of them the same body, or each a name",
    ..ERROR
};

pub(super) static MIXED_SUCCESS: Trap = Trap {
    code: "P202",
    title: "successes with different bodies",
    effect: "progenitor panics: `assertion failed: response_types.len() <= 1`",
    fix: "give every success the same body, or document one of them; `default` counts as success and as error",
    ..ERROR
};

pub(super) static MIXED_ERRORS: Trap = Trap {
    code: "P203",
    title: "errors with different bodies",
    effect: "progenitor panics: `assertion failed: response_types.len() <= 1`",
    fix: "give every error status the same body; `default` counts as success and as error",
    ..ERROR
};

pub(super) static RANGE: Trap = Trap {
    code: "P204",
    title: "a range of statuses next to one of its members",
    effect: "the range is matched first, so the single status is unreachable, and the compiler warns",
    fix: "name the statuses, or the range",
    ..ERROR
};

pub(super) static SEVERAL_TYPES: Trap = Trap {
    code: "P205",
    title: "JSON beside another media type for one status",
    effect: "progenitor silently uses only the JSON: a response of the other type cannot be decoded",
    fix: "keep the one that the client requests",
    layer: Layer::Codegen,
    ..WARNING
};

pub(super) static NO_SCHEMA: Trap = Trap {
    code: "P206",
    title: "a JSON response without schema",
    effect: "progenitor panics: `media type encoding, no schema`",
    fix: "describe the response; an empty schema means any JSON",
    ..ERROR
};

pub(super) static RAW_SUCCESS: Trap = Trap {
    code: "P208",
    title: "a success that is not JSON",
    effect: "the response is a stream of raw bytes, whatever its schema says",
    fix: "if the server sends JSON, write application/json; for raw bytes, write `format: binary`",
    ..WARNING
};

pub(super) static RAW_ERROR: Trap = Trap {
    code: "P209",
    title: "an error without a JSON body",
    effect: "the server's message is lost, or remains raw bytes; `regen` cannot convert it to its error type, and stops",
    fix: "describe the body that the server sends",
    plain: Some(Severity::Warning),
    ..ERROR
};

pub(super) static NO_SUCCESS: Trap = Trap {
    code: "P210",
    title: "an operation that documents no success",
    effect: "every success becomes a stream of raw bytes",
    fix: "document the success",
    ..WARNING
};

pub(super) static IGNORED: Trap = Trap {
    code: "P211",
    title: "a response that is neither success nor error",
    effect: "progenitor ignores it: the response is unexpected",
    fix: "remove it",
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for operation in &document.operations {
        let responses: Vec<DeclaredResponse<'_>> =
            operation.responses.iter().map(|(status, part)| DeclaredResponse::new(status, part)).collect();
        for response in &responses {
            media_types(operation, response, found);
        }
        ranges(operation, &responses, found);
        let successes: Vec<&DeclaredResponse<'_>> = responses.iter().filter(|response| response.is_success()).collect();
        let errors: Vec<&DeclaredResponse<'_>> = responses.iter().filter(|response| response.is_error()).collect();
        let covered = successes.iter().any(|response| response.status.eq_ignore_ascii_case("2xx"));
        let successes: Vec<&DeclaredResponse<'_>> =
            successes.into_iter().filter(|response| !(covered && response.status == "default")).collect();
        bodies(operation, &successes, &MIXED_SUCCESS, found);
        bodies(operation, &errors, &MIXED_ERRORS, found);
        one_type(operation, &responses, found);
        if successes.is_empty() && !covered && !responses.is_empty() {
            let at = format!("{}/responses", operation.pointer);
            let fix = Fix::update(&at, json!({ "200": { "description": "The call succeeded." } }));
            found.add(&NO_SUCCESS, &at, format!("{} documents no success", operation.label()), fix);
        }
    }
}

/// One response as progenitor sees it.
struct DeclaredResponse<'a> {
    status: &'a str,
    part: &'a Part<'a>,
    kind: ResponseType,
    /// The JSON schema as it is written.
    schema: Option<&'a Value>,
}

/// What a response's Rust type depends on: equal kinds are one type.
#[derive(Clone, PartialEq, Debug)]
enum ResponseType {
    Json(String),
    /// A type that is named after the operation alone.
    Unnamed,
    Empty,
    Raw,
    Upgrade,
}

impl<'a> DeclaredResponse<'a> {
    fn new(status: &'a str, part: &'a Part<'a>) -> Self {
        let json = Operation::content(part)
            .find(|(_, name, _)| *name == "application/json" || name.starts_with("application/json;"));
        let schema = json.as_ref().and_then(|(_, _, media)| media.get("schema"));
        let kind = match (&json, status, Operation::content(part).next()) {
            (Some(_), ..) => schema.map_or(ResponseType::Unnamed, |schema| kind(schema, DEPTH)),
            (None, "101", _) => ResponseType::Upgrade,
            (None, _, Some(_)) => ResponseType::Raw,
            (None, _, None) => ResponseType::Empty,
        };
        Self { status, part, kind, schema }
    }

    fn is_success(&self) -> bool {
        self.status.starts_with('2') || matches!(self.status, "default" | "101")
    }

    fn is_error(&self) -> bool {
        self.status.starts_with(['4', '5']) || self.status == "default"
    }
}

/// The depth to which nested arrays are followed.
const DEPTH: usize = 16;

fn kind(schema: &Value, depth: usize) -> ResponseType {
    if let Some(target) = schema["$ref"].as_str() {
        return ResponseType::Json(target.to_owned());
    }
    if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
        return kind(only, depth.saturating_sub(1));
    }
    let named = ["allOf", "anyOf", "oneOf", "not"].iter().any(|key| schema.get(key).is_some());
    let constrained = ["enum", "pattern", "minLength", "maxLength"].iter().any(|key| schema.get(key).is_some());
    let has = |key: &str| schema[key].as_object().is_some_and(|object| !object.is_empty());
    match schema["type"].as_str() {
        _ if named || constrained || has("properties") => ResponseType::Unnamed,
        Some("array") if depth > 0 => match kind(&schema["items"], depth - 1) {
            ResponseType::Json(items) => {
                ResponseType::Json(format!("[{items}]{}{}", schema["uniqueItems"], schema["nullable"]))
            }
            other => other,
        },
        Some("object") if schema["required"].is_array() || schema["additionalProperties"] == false => {
            ResponseType::Unnamed
        }
        Some("object") => {
            let any = json!({});
            let values = schema.get("additionalProperties").filter(|values| values.is_object()).unwrap_or(&any);
            ResponseType::Json(format!("{{{values}}}{}", schema["nullable"]))
        }
        // Formats and bounds select the Rust number type; schemas with the same ones have the same type.
        Some(scalar) => {
            let said = ["format", "minimum", "maximum", "nullable"].map(|key| schema[key].to_string());
            ResponseType::Json(format!("{scalar} {}", said.join(" ")))
        }
        None => ResponseType::Json("any".into()),
    }
}

fn media_types(operation: &Operation<'_>, response: &DeclaredResponse<'_>, found: &mut Findings<'_>) {
    let label = format!("{} of {}", response.status, operation.label());
    let content: Vec<(String, &str, &Value)> = Operation::content(response.part).collect();
    let json = content.iter().find(|(_, name, _)| essence(name) == "application/json");
    if let Some((at, ..)) = json.filter(|(.., media)| media.get("schema").is_none()) {
        found.add(&NO_SCHEMA, at, format!("{label} is JSON without schema"), Fix::update(at, json!({ "schema": {} })));
    }
    let others = content.iter().filter(|(at, ..)| json.is_some_and(|(other, ..)| other != at));
    let fix = others.fold(None, |fix: Option<Fix>, (at, ..)| Some(fix.unwrap_or_default().and_remove(at)));
    if let Some(fix) = fix {
        let at = format!("{}/content", response.part.pointer);
        found.add(&SEVERAL_TYPES, &at, format!("{label} comes in {} media types", content.len()), fix);
    }
    let schema = content.iter().find_map(|(.., media)| media.get("schema")).cloned().unwrap_or_else(|| json!({}));
    // A description that mentions `binary` asks for the raw bytes.
    let raw_is_meant = schema["format"] == "binary";
    if json.is_none() && response.is_success() && !content.is_empty() && !raw_is_meant {
        let at = format!("{}/content", response.part.pointer);
        let fix = Fix::remove(&at)
            .and_update(&response.part.pointer, json!({ "content": { "application/json": { "schema": schema } } }));
        found.add(&RAW_SUCCESS, &response.part.pointer, format!("{label} is not JSON"), fix);
    }
    if json.is_none() && response.is_error() {
        let fix = Fix::default().and_remove_key(response.part.value, &response.part.pointer, "content");
        let body = json!({ "content": { "application/json": { "schema": { "type": "object" } } } });
        found.add(
            &RAW_ERROR,
            &response.part.pointer,
            format!("{label} has no JSON body"),
            fix.and_update(&response.part.pointer, body),
        );
    }
    if response.status.starts_with(['1', '3']) && response.status != "101" {
        found.add(&IGNORED, &response.part.mention, format!("{label} is ignored"), Fix::remove(&response.part.mention));
    }
}

fn ranges(operation: &Operation<'_>, responses: &[DeclaredResponse<'_>], found: &mut Findings<'_>) {
    for range in responses.iter().filter(|response| response.status.to_ascii_lowercase().ends_with("xx")) {
        let inside = |other: &&DeclaredResponse<'_>| {
            other.status != range.status && other.status.get(..1) == range.status.get(..1)
        };
        if let Some(single) = responses.iter().find(inside) {
            let message = format!("{} of {} stands beside {}", range.status, operation.label(), single.status);
            found.add(&RANGE, &range.part.mention, message, Fix::remove(&range.part.mention));
        }
    }
}

/// One type for a group of responses: each gets the body of the first one with JSON.
fn bodies(operation: &Operation<'_>, group: &[&DeclaredResponse<'_>], trap: &'static Trap, found: &mut Findings<'_>) {
    let typed = group.iter().find(|response| response.status != "default" && response.schema.is_some());
    let Some(model) = typed.or_else(|| group.iter().find(|response| response.schema.is_some())).or(group.first())
    else {
        return;
    };
    for response in group.iter().filter(|response| response.kind != model.kind) {
        let message = format!("{} of {} has another body than {}", response.status, operation.label(), model.status);
        let pointer = &response.part.pointer;
        let shared = response.part.pointer != response.part.mention || model.part.pointer == response.part.pointer;
        let fix = match model.part.value.get("content") {
            _ if response.status == "default" || shared || model.kind == ResponseType::Upgrade => {
                Fix::remove(&response.part.mention)
            }
            Some(content) => Fix::default()
                .and_remove_key(response.part.value, pointer, "content")
                .and_update(pointer, json!({ "content": content })),
            None => Fix::remove(format!("{pointer}/{}", escape("content"))),
        };
        found.add(trap, &response.part.mention, message, fix);
    }
}

fn one_type(operation: &Operation<'_>, responses: &[DeclaredResponse<'_>], found: &mut Findings<'_>) {
    let unnamed: Vec<&DeclaredResponse<'_>> = responses
        .iter()
        .filter(|response| response.kind == ResponseType::Unnamed && (response.is_success() || response.is_error()))
        .collect();
    let Some((first, others)) = unnamed.split_first() else { return };
    for other in others.iter().filter(|other| other.schema != first.schema && other.part.pointer != first.part.pointer)
    {
        let message = format!(
            "{} and {} of {} have different bodies without a name",
            first.status,
            other.status,
            operation.label()
        );
        found.add(&ONE_TYPE, &other.part.mention, message, Fix::remove(&other.part.mention));
    }
}
