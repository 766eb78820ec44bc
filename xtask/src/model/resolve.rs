//! Builds the model of a document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, Part, RawOperation};
use super::operation::{Body, Content, Encoding, Evidence, JSON, Operation, Response, Template};
use super::parameters::{parameters, path_parameters};
use super::refusal::Refusal;
use super::schemas::{SchemaReader, text, texts};
use super::types::{SchemaKind, Type};
use super::upload::{Upload, file_part};
use super::{Info, Model, Tag};
use crate::naming;
use crate::spec::escape;
use crate::status::Status;

/// Reads a document.
pub(super) fn model(document: &Document<'_>) -> Result<Model, Vec<Refusal>> {
    let root = document.root;
    let mut schemas = SchemaReader::new(document);
    let operations: Vec<Operation> =
        document.operations.iter().filter_map(|raw| operation(document, raw, &mut schemas)).collect();
    one_path_each(&operations, &mut schemas);
    if !schemas.refused.is_empty() {
        return Err(schemas.refused);
    }
    let info = &root["info"];
    let tags = root["tags"].as_array().into_iter().flatten().map(|tag| {
        let name = text(tag, "name");
        Tag { rust: naming::operation(&name), description: text(tag, "description"), name }
    });
    Ok(Model {
        info: Info {
            title: text(info, "title"),
            version: text(info, "version"),
            description: text(info, "description"),
        },
        servers: root["servers"].as_array().into_iter().flatten().map(|server| text(server, "url")).collect(),
        tags: tags.collect(),
        operations,
        schemas: schemas.named,
    })
}

fn operation(document: &Document<'_>, raw: &RawOperation<'_>, schemas: &mut SchemaReader<'_>) -> Option<Operation> {
    let (id, value, pointer) = (raw.id, raw.value, raw.pointer.as_str());
    if id.is_empty() {
        schemas.refuse(pointer, format!("{} has no operationId", raw.label()), "give the operation a name");
    }
    let Some(path) = Template::parse(raw.path) else {
        let help = "open and close each brace once";
        schemas.refuse(pointer, format!("the path `{}` does not close its braces", raw.path), help);
        return None;
    };
    let parameters = parameters(raw, schemas);
    path_parameters(raw, &path, &parameters, schemas);
    if !raw.responses.iter().any(|(status, _)| status.starts_with('2')) {
        let help = "document the success; `2XX` with a description is one of any status, without a body that is read";
        schemas.refuse(format!("{pointer}/responses"), format!("{} documents no success", raw.label()), help);
    }
    let upload = raw.body.as_ref().and_then(|part| upload(raw, part, schemas));
    let security = value.get("security").or_else(|| document.root.get("security"));
    Some(Operation {
        id: id.to_owned(),
        rust: naming::operation(id),
        builder: naming::builder(id),
        constant: naming::screaming_snake(id),
        method: raw.method.to_owned(),
        path,
        tag: tag(document, raw, schemas),
        summary: text(value, "summary"),
        description: text(value, "description"),
        deprecated: value["deprecated"] == true,
        security: alternatives(security.unwrap_or(&Value::Null)),
        safe: value["x-safe"] == true,
        paging: value.get("x-paging").cloned(),
        evidence: Evidence::of(value),
        parameters,
        body: raw.body.as_ref().filter(|_| upload.is_none()).and_then(|part| body(raw, part, schemas)),
        upload,
        responses: raw.responses.iter().filter_map(|(status, part)| response(raw, status, part, schemas)).collect(),
        pointer: pointer.to_owned(),
    })
}

fn tag(document: &Document<'_>, raw: &RawOperation<'_>, schemas: &mut SchemaReader<'_>) -> String {
    let tags = texts(&raw.value["tags"]);
    let declared =
        |name: &String| document.root["tags"].as_array().into_iter().flatten().any(|tag| tag["name"] == **name);
    match tags.as_slice() {
        [tag] if declared(tag) => return tag.clone(),
        [tag] => {
            let help = "declare it below `tags` with a description, or correct the name";
            schemas.refuse(format!("{}/tags", raw.pointer), format!("the tag `{tag}` is not declared"), help);
        }
        _ => {
            let message = format!("{} has {} tags", raw.label(), tags.len());
            schemas.refuse(&raw.pointer, message, "an operation has one tag, which is its module in the documentation");
        }
    }
    tags.into_iter().next().unwrap_or_default()
}

/// Alternatives of scheme names.
fn alternatives(security: &Value) -> Vec<Vec<String>> {
    let all = security.as_array().into_iter().flatten();
    all.map(|one| one.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()).collect()
}

/// The uploaded file, if the body is one.
fn upload(raw: &RawOperation<'_>, part: &Part<'_>, schemas: &mut SchemaReader<'_>) -> Option<Upload> {
    let content: Vec<(String, &str, &Value)> = RawOperation::content(part).collect();
    let [(_, media_type, media)] = content.as_slice() else { return None };
    let name = file_part(media_type, media)?;
    if part.value["required"] != true {
        let help = "say `required: true`: without the file there is nothing to send";
        schemas.refuse(&part.pointer, format!("the file of {} may be left out", raw.label()), help);
    }
    Some(Upload { part: name.to_owned(), description: text(part.value, "description") })
}

fn body(raw: &RawOperation<'_>, part: &Part<'_>, schemas: &mut SchemaReader<'_>) -> Option<Body> {
    let content: Vec<(String, &str, &Value)> = RawOperation::content(part).collect();
    let only = match content.as_slice() {
        [(at, media_type, media)] => Encoding::of(media_type).map(|encoding| (at, encoding, media)),
        _ => None,
    };
    let Some((at, encoding, media)) = only else {
        let names: Vec<&str> = content.iter().map(|(_, name, _)| *name).collect();
        let message = format!(
            "the body of {} is {}",
            raw.label(),
            if names.is_empty() { "nothing".into() } else { names.join(" and ") }
        );
        schemas.refuse(
            &part.pointer,
            message,
            format!(
                "a body is sent as {JSON}, as {}, or is a multipart/form-data of one required file",
                Encoding::Form.media_type()
            ),
        );
        return None;
    };
    let written = format!("{at}/schema");
    let ty = schemas.whole(&written, &media["schema"], &format!("{}_body", raw.id));
    if ty.name().is_none() {
        let help = "put it under components/schemas and refer to it; an object with properties is allowed here";
        schemas.refuse(written, format!("the body of {} has no name", raw.label()), help);
    } else if encoding == Encoding::Form && !is_flat(schemas, &ty) {
        let help = "a form has names and values: make it an object whose properties are texts, numbers or booleans";
        schemas.refuse(written, format!("the body of {} does not fit into a form", raw.label()), help);
    }
    Some(Body {
        required: part.value["required"] == true,
        encoding,
        description: text(part.value, "description"),
        ty,
        pointer: part.pointer.clone(),
    })
}

/// Whether a type is a record of scalars, the only type that a form can encode.
fn is_flat(schemas: &SchemaReader<'_>, ty: &Type) -> bool {
    let Some(SchemaKind::Record(record)) = ty.name().and_then(|name| schemas.named.get(name)).map(|one| &one.kind)
    else {
        return false;
    };
    let is_scalar =
        |ty: &Type| matches!(ty, Type::String | Type::Secret | Type::Integer | Type::Number | Type::Boolean);
    record.fields.iter().all(|field| is_scalar(&field.ty))
}

fn response(raw: &RawOperation<'_>, status: &str, part: &Part<'_>, schemas: &mut SchemaReader<'_>) -> Option<Response> {
    let label = format!("{status} of {}", raw.label());
    let Some(status) = Status::parse(status) else {
        let help = "a status is a number like 200, or a range like 2XX";
        schemas.refuse(&part.mention, format!("{label} is not a status"), help);
        return None;
    };
    if status.mock().is_empty() {
        let help = "a range like 4XX holds every status";
        schemas.refuse(&part.mention, format!("{label} has no name in HTTP, after which its mock is called"), help);
    }
    let content: Vec<(String, &str, &Value)> = RawOperation::content(part).collect();
    let content = match content.as_slice() {
        [] => Content::Empty,
        [(at, JSON, media)] => {
            let written = format!("{at}/schema");
            let suggested = format!("{}_response", raw.id);
            let ty = schemas.whole(&written, &media["schema"], &suggested);
            let named = match &ty {
                Type::Array(items) => items.name().is_some(),
                ty => ty.name().is_some(),
            };
            if !named {
                let help = "put it under components/schemas and refer to it";
                schemas.refuse(written, format!("{label} is JSON without a name"), help);
            }
            Content::Json(ty)
        }
        [(at, name, media)] if status.is_success() => {
            if media["schema"] != serde_json::json!({ "type": "string", "format": "binary" }) {
                let help = "say `schema: {type: string, format: binary}`: it is a stream of bytes";
                schemas.refuse(at, format!("{label} is {name} and not said to be bytes"), help);
            }
            Content::Raw { media_type: (*name).to_owned() }
        }
        [(_, name, _)] => {
            schemas.refuse(&part.pointer, format!("{label} is {name}"), "the body of a refusal is JSON");
            return None;
        }
        several => {
            let names: Vec<&str> = several.iter().map(|(_, name, _)| *name).collect();
            schemas.refuse(&part.pointer, format!("{label} is {}", names.join(" or ")), "name one media type");
            return None;
        }
    };
    if raw.method == "head" && content != Content::Empty {
        let help = "leave `content` out: the response to HEAD has no body";
        schemas.refuse(&part.pointer, format!("{label} has a body, and is asked for with HEAD"), help);
    }
    Some(Response { status, description: text(part.value, "description"), content, pointer: part.pointer.clone() })
}

/// Two templates that differ only in the names of their parameters are the same path.
fn one_path_each(operations: &[Operation], schemas: &mut SchemaReader<'_>) {
    let mut shapes: BTreeMap<String, &str> = BTreeMap::new();
    for operation in operations {
        let path = operation.path.text.as_str();
        let first = *shapes.entry(operation.path.shape()).or_insert(path);
        if first != path {
            let message = format!("`{first}` and `{path}` are one path");
            schemas.refuse(format!("/paths/{}", escape(path)), message, "name the parameter alike in both");
        }
    }
}
