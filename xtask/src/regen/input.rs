//! The input of progenitor, and what the rewrites need to know about it.
//!
//! The document is written from the model alone: anything that the model omits never reaches the generator. It has no
//! `$ref` except to schemas, no path-level items, no bounds and no defaults, because a client does not validate the
//! values that it sends.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::model::{
    Content, Encoding, Field, JSON, Location, Model, Operation, Parameter, Record, Response, Schema, SchemaKind,
    TemplatePart, Type,
};
use crate::{naming, prose};

/// The path under which deployed servers, and the mocks, serve the API.
const BASE_PATH: &str = "/api/v1";

pub(super) struct Input {
    /// The document from which the types are generated.
    pub(super) client: Value,
    /// The same under [`BASE_PATH`], because progenitor's mocks have no base path.
    pub(super) httpmock: Value,
    /// The types of the records that become lossless: all except those of requests with required fields.
    pub(super) records: BTreeSet<String>,
    /// The types of the enumerations.
    pub(super) enums: BTreeSet<String>,
    /// The media type of each response that is not JSON, by the type of its mock.
    pub(super) raw: BTreeMap<String, String>,
    /// The number of documented responses that are not JSON: an operation may have several with the same media type.
    pub(super) raw_responses: usize,
    /// The query parameters that may occur several times.
    pub(super) repeated: usize,
    /// The name on the wire of each property that was renamed, by type and field.
    pub(super) renamed: BTreeMap<(String, String), String>,
    /// The name on the wire of each parameter that progenitor gets under another name, by the type of the mock and that
    /// name.
    pub(super) mocked: BTreeMap<(String, String), String>,
}

/// Builds the generator's input from a model.
pub(super) fn prepare(model: &Model) -> Input {
    let records = lossless_records(model);
    let enums = model.schemas.values().filter(|schema| matches!(schema.kind, SchemaKind::Enum(_)));
    let raw = model.operations.iter().filter_map(|operation| match operation.success() {
        Content::Raw { media_type } => Some((naming::mock(&operation.id, "then"), media_type.clone())),
        Content::Empty | Content::Json(_) => None,
    });
    let is_raw = |response: &&Response| matches!(response.content, Content::Raw { .. });
    let parameters = model.operations.iter().flat_map(|operation| &operation.parameters);
    let renamed = model.records().flat_map(|(schema, record)| renamed(&schema.rust, record));
    let mocked = model.operations.iter().flat_map(|operation| {
        let renamed = operation.parameters.iter().filter(|one| given(one) != one.name);
        renamed.map(|one| ((naming::mock(&operation.id, "when"), given(one).to_owned()), one.name.clone()))
    });
    let client = document(model, &records);
    Input {
        httpmock: mounted(&client),
        client,
        records: records.iter().filter_map(|name| Some(model.schemas.get(*name)?.rust.clone())).collect(),
        enums: enums.map(|schema| schema.rust.clone()).collect(),
        raw: raw.collect(),
        raw_responses: model.operations.iter().flat_map(|operation| &operation.responses).filter(is_raw).count(),
        repeated: parameters.filter(|parameter| matches!(parameter.ty, Type::Array(_))).count(),
        renamed: renamed.collect(),
        mocked: mocked.collect(),
    }
}

/// The names of the lossless records: all except those of requests with required fields. A record within
/// one of them, or within a map, is lossless, too.
pub(crate) fn lossless_records(model: &Model) -> BTreeSet<&str> {
    let in_responses = model.in_responses();
    let keeps_all =
        |name: &str, record: &Record| in_responses.contains(name) || record.fields.iter().all(|field| !field.required);
    let records = model.schemas.iter().filter(|(name, schema)| match &schema.kind {
        SchemaKind::Record(record) => keeps_all(name, record),
        _ => false,
    });
    let mut names: BTreeSet<&str> = records.clone().map(|(name, _)| name.as_str()).collect();
    let maps = model.schemas.iter().filter(|(_, schema)| matches!(schema.kind, SchemaKind::Map(_)));
    let within = model.reached(records.chain(maps).flat_map(|(_, schema)| schema.types()));
    names.extend(within.into_iter().filter(|name| model.record(name).is_some()));
    names
}

fn renamed(rust: &str, record: &Record) -> Vec<((String, String), String)> {
    let fields = record.fields.iter().filter(|field| naming::snake(&field.wire) != field.rust);
    fields.map(|field| ((rust.to_owned(), field.rust.clone()), field.wire.clone())).collect()
}

/// The name of a parameter for progenitor: the one on the wire, unless progenitor would derive another Rust name from
/// it.
fn given(parameter: &Parameter) -> &str {
    if naming::operation(&parameter.name) == parameter.rust { &parameter.name } else { &parameter.rust }
}

fn document(model: &Model, lossless: &BTreeSet<&str>) -> Value {
    let mut paths = Map::new();
    for operation in &model.operations {
        let item = paths.entry(path(operation)).or_insert_with(|| json!({}));
        item[&operation.method] = self::operation(operation);
    }
    let schemas: Map<String, Value> = model
        .schemas
        .iter()
        .map(|(name, schema)| (name.clone(), named(schema, lossless.contains(name.as_str()))))
        .collect();
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": model.info.title, "version": model.info.version, "description": model.info.description },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    document.sort_all_objects();
    prose::escape(&mut document);
    document
}

/// The document under [`BASE_PATH`].
fn mounted(document: &Value) -> Value {
    let mut mounted = document.clone();
    if let Some(paths) = mounted["paths"].as_object_mut() {
        *paths = std::mem::take(paths).into_iter().map(|(path, item)| (format!("{BASE_PATH}{path}"), item)).collect();
    }
    mounted
}

fn path(operation: &Operation) -> String {
    let parts = operation.path.parts.iter().map(|part| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Parameter(name) => {
            let parameter = operation.parameter(Location::Path, name);
            format!("{{{}}}", parameter.map_or(name.as_str(), given))
        }
    });
    parts.collect()
}

fn operation(operation: &Operation) -> Value {
    let mut value = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": operation.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": operation.responses.iter().map(|one| (one.status.to_string(), response(one))).collect::<Map<_, _>>(),
    });
    describe(&mut value, &operation.description);
    // A form's mock would compare JSON.
    if let Some(body) = operation.body.as_ref().filter(|body| body.encoding == Encoding::Json) {
        value["requestBody"] = json!({ "required": true, "content": { JSON: { "schema": ty(&body.ty) } } });
        describe(&mut value["requestBody"], &body.description);
    }
    value
}

fn parameter(parameter: &Parameter) -> Value {
    let mut value = json!({
        "name": given(parameter), "in": parameter.location.name(), "required": parameter.required, "schema": ty(&parameter.ty),
    });
    describe(&mut value, &parameter.description);
    value
}

fn response(response: &Response) -> Value {
    let content = match &response.content {
        Content::Empty => return json!({ "description": response.description }),
        Content::Json(body) => json!({ JSON: { "schema": ty(body) } }),
        Content::Raw { media_type } => json!({ media_type: { "schema": { "type": "string", "format": "binary" } } }),
    };
    json!({ "description": response.description, "content": content })
}

fn named(schema: &Schema, is_lossless: bool) -> Value {
    let mut value = match &schema.kind {
        SchemaKind::Record(record) => object(record, is_lossless),
        SchemaKind::Enum(values) => {
            json!({ "type": "string", "enum": values.iter().map(|value| value.wire.as_str()).collect::<Vec<_>>() })
        }
        SchemaKind::Map(values) => json!({ "type": "object", "additionalProperties": ty(values) }),
        SchemaKind::Any => json!({}),
    };
    describe(&mut value, &schema.description);
    value
}

/// A record is open, and its arrays are optional. A response may omit any field.
fn object(record: &Record, is_lossless: bool) -> Value {
    let mut properties = Map::new();
    for field in &record.fields {
        let mut property = ty(&field.ty);
        let required = field.required && !is_lossless;
        let is_named = field.ty.name().is_some();
        if !is_named && (field.nullable || !required && matches!(field.ty, Type::Array(_) | Type::Map(_))) {
            property["nullable"] = true.into();
        }
        // Keywords next to a reference are ignored.
        if !is_named {
            describe(&mut property, &field.description);
        }
        properties.insert(property_name(field).to_owned(), property);
    }
    let mut value = json!({ "type": "object", "properties": properties, "additionalProperties": {} });
    let required: Vec<&str> =
        record.fields.iter().filter(|field| field.required && !is_lossless).map(property_name).collect();
    if !required.is_empty() {
        value["required"] = json!(required);
    }
    value
}

/// The name of a property for progenitor: the one on the wire, unless progenitor would derive another Rust name from
/// it.
fn property_name(field: &Field) -> &str {
    if naming::snake(&field.wire) == field.rust { &field.wire } else { &field.rust }
}

fn ty(ty: &Type) -> Value {
    match ty {
        Type::String => json!({ "type": "string" }),
        Type::Secret => json!({ "type": "string", "format": "password" }),
        Type::Integer => json!({ "type": "integer", "format": "int64" }),
        Type::Number => json!({ "type": "number" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Array(items) => json!({ "type": "array", "items": self::ty(items) }),
        Type::Map(values) => json!({ "type": "object", "additionalProperties": self::ty(values) }),
        Type::Named(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
        Type::TextOrList | Type::Any => json!({}),
    }
}

fn describe(value: &mut Value, description: &str) {
    if !description.is_empty() {
        value["description"] = description.into();
    }
}
