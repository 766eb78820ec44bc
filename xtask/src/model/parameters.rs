//! The parameters of an operation.

use super::document::{Part, RawOperation};
use super::operation::{Location, Parameter, Template};
use super::schemas::{SchemaReader, bounds, text, texts};
use super::types::Type;
use crate::naming;

/// The parameters of an operation: each name once per location; the operation's own replaces that of the path item.
pub(super) fn parameters(raw: &RawOperation<'_>, schemas: &mut SchemaReader<'_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut from_item: Vec<bool> = Vec::new();
    for part in &raw.parameters {
        let Some(read) = parameter(raw, part, schemas) else { continue };
        let is_item = !part.mention.starts_with(&format!("{}/", raw.pointer));
        match parameters.iter().position(|other| other.name == read.name && other.location == read.location) {
            Some(index) if from_item[index] && !is_item => {
                parameters[index] = read;
                from_item[index] = false;
            }
            Some(_) => {
                let message = format!("the parameter `{}` of {} occurs twice", read.name, raw.label());
                schemas.refuse(&part.mention, message, "keep one of them");
            }
            None => {
                parameters.push(read);
                from_item.push(is_item);
            }
        }
    }
    parameters
}

fn parameter(raw: &RawOperation<'_>, part: &Part<'_>, schemas: &mut SchemaReader<'_>) -> Option<Parameter> {
    let (value, at) = (part.value, part.pointer.as_str());
    let name = text(value, "name");
    let label = format!("the parameter `{name}` of {}", raw.label());
    let location = match value["in"].as_str() {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("header") => Location::Header,
        _ => {
            let message = format!("{label} is sent in {}", value["in"]);
            schemas.refuse(at, message, "a parameter is in the path, the query or a header");
            return None;
        }
    };
    let schema = &value["schema"];
    let written = format!("{at}/schema");
    let values = texts(&schema["enum"]);
    // A parameter's values are documented and not enforced, so an enumeration of texts stays text.
    let plain = schema["type"] == "string" && values.len() == schema["enum"].as_array().map_or(0, Vec::len);
    if plain {
        schemas.refuse_composition(&written, schema);
    }
    let ty = if plain { Type::String } else { schemas.ty(&written, schema, &format!("{}_{name}", raw.id)) };
    let scalar = |ty: &Type| matches!(ty, Type::String | Type::Integer | Type::Number | Type::Boolean);
    let held = match &ty {
        Type::Array(items) => location == Location::Query && **items == Type::String,
        ty => scalar(ty),
    };
    if !held {
        let help = "a parameter is a string, integer, number or boolean; in the query also an array of strings";
        schemas.refuse(&written, format!("{label} is of a type that cannot be written into it"), help);
    }
    if let Some(format) = schema["format"].as_str().filter(|format| !HELD_FORMATS.contains(format)) {
        let help = "leave the format out and name it in the description: the text is sent as the caller gives it";
        schemas.refuse(&written, format!("{label} has the format `{format}`, for which the client has no type"), help);
    }
    Some(Parameter {
        rust: naming::parameter(&name),
        name,
        location,
        required: value["required"] == true,
        ty,
        default: schema.get("default").cloned(),
        bounds: bounds(schema),
        values,
        description: text(value, "description"),
        deprecated: value["deprecated"] == true,
        pointer: at.to_owned(),
    })
}

/// The formats that do not change the type of a value.
const HELD_FORMATS: [&str; 4] = ["int64", "int32", "double", "float"];

pub(super) fn path_parameters(
    raw: &RawOperation<'_>,
    path: &Template,
    parameters: &[Parameter],
    schemas: &mut SchemaReader<'_>,
) {
    let declared = |name: &str| parameters.iter().any(|one| one.location == Location::Path && one.name == name);
    for (index, name) in path.names().enumerate() {
        if !declared(name) {
            let message = format!("`{name}` in {} is not declared", raw.path);
            schemas.refuse(&raw.pointer, message, "declare the parameter with `in: path`");
        }
        if path.names().take(index).any(|other| other == name) {
            let message = format!("`{name}` occurs twice in {}", raw.path);
            schemas.refuse(&raw.pointer, message, "give each parameter of a path its own name");
        }
    }
    for parameter in parameters.iter().filter(|one| one.location == Location::Path) {
        if !path.names().any(|name| name == parameter.name) {
            let message = format!("the path parameter `{}` is not in {}", parameter.name, raw.path);
            schemas.refuse(&parameter.pointer, message, "name it in the path, or remove it");
        }
        if !parameter.required {
            let message = format!("the path parameter `{}` is not required", parameter.name);
            schemas.refuse(&parameter.pointer, message, "say `required: true`");
        }
    }
}
