//! P301 to P305, P315: request bodies.

use serde_json::{Value, json};

use super::trap::{ERROR, WARNING};
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{Part, RawOperation as Operation, file_part};
use crate::spec::{Layer, escape};

pub(super) static SEVERAL_TYPES: Trap = Trap {
    code: "P301",
    title: "a request body in several media types",
    effect: "progenitor panics: `more media types than expected`",
    fix: "keep the one that the client sends",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static UNKNOWN_TYPE: Trap = Trap {
    code: "P302",
    title: "a request body in a media type that progenitor does not write",
    effect: "progenitor rejects the document: `unexpected content type`",
    fix: "if the server accepts JSON, use that; otherwise remove the operation",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static FILE: Trap = Trap {
    code: "P315",
    title: "a request body that is a form with one file",
    effect: "progenitor rejects the document: `unexpected content type: multipart/form-data`",
    fix: "remove the operation",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` writes the form itself; progenitor never sees the body",
    ..ERROR
};

pub(super) static NO_SCHEMA: Trap = Trap {
    code: "P303",
    title: "a request body without schema",
    effect: "progenitor rejects the document: `No schema specified for request body`",
    fix: "describe what is sent; an empty schema means any JSON",
    ..ERROR
};

pub(super) static RAW_SCHEMA: Trap = Trap {
    code: "P304",
    title: "a raw request body with a schema other than text or bytes",
    effect: "progenitor rejects the document: `invalid schema for ..`",
    fix: "bytes are `type: string, format: binary`, text is `type: string`, and nothing else",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static OPTIONAL: Trap = Trap {
    code: "P305",
    title: "an optional request body",
    effect: "progenitor treats every body as required: calls without one cannot be made",
    fix: "write `required: true` if it always is",
    regen: None,
    defused: "`regen` writes the request itself, with a setter for an optional body",
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for operation in &document.operations {
        let Some(body) = &operation.body else { continue };
        let content: Vec<(String, &str, &Value)> = Operation::content(body).collect();
        if content.len() > 1 {
            let best = content.iter().position(|(_, media_type, _)| essence(media_type) == "application/json");
            let best = best.or_else(|| content.iter().position(|(_, media_type, _)| is_known(media_type))).unwrap_or(0);
            let others = content.iter().enumerate().filter(|(index, _)| *index != best);
            let fix = others.fold(Fix::default(), |fix, (_, (at, ..))| fix.and_remove(at));
            let message = format!("the body of {} comes in {} media types", operation.label(), content.len());
            found.add(&SEVERAL_TYPES, &format!("{}/content", body.pointer), message, fix);
        }
        if let [(at, media_type, media)] = content.as_slice() {
            one_type(document, operation, body, (at, media_type, media), found);
        }
        if !content.is_empty() && body.value["required"] != true {
            let fix = Fix::update(&body.pointer, json!({ "required": true }));
            found.add(&OPTIONAL, &body.pointer, format!("the body of {} is optional", operation.label()), fix);
        }
    }
}

fn one_type<'a>(
    document: &Document<'a>,
    operation: &Operation<'_>,
    body: &Part<'_>,
    (at, media_type, media): (&str, &str, &'a Value),
    found: &mut Findings<'_>,
) {
    let label = format!("the body of {}", operation.label());
    if file_part(media_type, media).is_some() {
        return found.add(&FILE, at, format!("{label} is a file"), Fix::remove(&operation.pointer));
    }
    if !is_known(media_type) {
        let is_json = media_type.ends_with("+json") || media_type == "*/*";
        let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        let as_json = Fix::update(&body.pointer, json!({ "content": { "application/json": { "schema": schema } } }))
            .and_remove(at);
        let fix = if is_json { as_json } else { Fix::remove(&operation.pointer) };
        return found.add(&UNKNOWN_TYPE, at, format!("{label} is {media_type}"), fix);
    }
    let wanted = match essence(media_type) {
        "application/octet-stream" => json!({ "type": "string", "format": "binary" }),
        "text/plain" | "text/x-markdown" => json!({ "type": "string" }),
        _ => json!({}),
    };
    let Some(schema) = media.get("schema") else {
        return found.add(
            &NO_SCHEMA,
            at,
            format!("{label} has no schema"),
            Fix::update(at, json!({ "schema": wanted })),
        );
    };
    let schema = document.resolve(schema);
    let said = ["type", "format", "nullable", "discriminator", "default", "pattern", "enum", "minLength", "maxLength"];
    let unlike = said.iter().any(|key| schema.get(key).filter(|value| **value != false) != wanted.get(key));
    let mixed = ["properties", "items", "allOf", "anyOf", "oneOf", "not"].iter().any(|key| schema.get(key).is_some());
    if wanted != json!({}) && (unlike || mixed) {
        let fix = Fix::remove(format!("{at}/schema")).and_update(at, json!({ "schema": wanted }));
        found.add(&RAW_SCHEMA, &format!("{at}/schema"), format!("{label} is {media_type}"), fix);
    }
}

/// A media type without its parameters.
pub(super) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default()
}

fn is_known(media_type: &str) -> bool {
    const KNOWN: [&str; 5] = [
        "application/json",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/x-markdown",
    ];
    KNOWN.contains(&essence(media_type))
}

pub(super) static ENCODING: Trap = Trap {
    code: "P207",
    title: "a media type with an encoding",
    effect: "progenitor panics: `media type encoding not empty`, or an assertion that it is",
    fix: "remove the encoding",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) fn find_encodings(document: &Document<'_>, found: &mut Findings<'_>) {
    for operation in &document.operations {
        let responses = operation.responses.iter().map(|(_, response)| (response, ["application/json"].as_slice()));
        let written = ["application/json", "application/x-www-form-urlencoded"];
        for (part, types) in responses.chain(operation.body.iter().map(|body| (body, written.as_slice()))) {
            for (at, media_type, media) in
                Operation::content(part).filter(|(_, name, _)| types.contains(&essence(name)))
            {
                if media["encoding"].as_object().is_some_and(|encoding| !encoding.is_empty()) {
                    let message = format!("{media_type} of {} has an encoding", operation.label());
                    found.add(&ENCODING, &at, message, Fix::remove(format!("{at}/{}", escape("encoding"))));
                }
            }
        }
    }
}
