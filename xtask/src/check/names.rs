//! P112, P115, P116: properties and schemas that become one Rust name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::trap::ERROR;
use super::{Findings, Fix, Pipeline, Trap};
use crate::model::Document;
use crate::model::{RawOperation as Operation, unescape};
use crate::naming;
use crate::spec::{Layer, escape, references};

pub(super) static FIELDS: Trap = Trap {
    code: "P112",
    title: "two properties that become one Rust field",
    effect: "the struct has a duplicate field and does not compile; open objects also have a field `extra`",
    fix: "give one of them an x-rust-name, which `regen` reads; for progenitor alone, remove one",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static TYPES: Trap = Trap {
    code: "P115",
    title: "two schemas that become one Rust type",
    effect: "the types module has a duplicate type and does not compile",
    fix: "rename one of them",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static UNNAMED: Trap = Trap {
    code: "P116",
    title: "an unnamed schema that gets the name of another",
    effect: "progenitor silently uses the existing type with that name, so values are decoded as the wrong type",
    fix: "give it a unique title",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        fields(&schema.pointer, schema.value, found);
    }
    let mut types: BTreeMap<String, Named<'_>> = BTreeMap::new();
    let mut open = Vec::new();
    for (name, value) in document.named_schemas().into_iter().flatten() {
        let pointer = format!("/components/schemas/{}", escape(name));
        let rust = naming::pascal(name);
        if let Some(first) = types.insert(rust.clone(), Named { pointer: pointer.clone(), value }) {
            let message = format!("#{} and `{name}` both become the Rust type `{rust}`", first.pointer);
            found.add(&TYPES, &pointer, message, rename(document, name, &format!("{rust}2")));
        } else if ["Some", "None", "Ok", "Err", "Default", "Into", "IntoIterator"].contains(&rust.as_str()) {
            let message =
                format!("`{name}` becomes the Rust type `{rust}`, which the code of the types means otherwise");
            found.add(&TYPES, &pointer, message, rename(document, name, &format!("{rust}2")));
        }
        open.push((pointer, value, rust));
    }
    for (pointer, value, name) in open {
        inner(&pointer, value, &name, &mut types, found);
    }
    for operation in &document.operations {
        unnamed(operation, &mut types, found);
    }
}

struct Named<'a> {
    pointer: String,
    value: &'a Value,
}

fn fields(at: &str, schema: &Value, found: &mut Findings<'_>) {
    let mut fields: BTreeMap<String, &str> = BTreeMap::new();
    // `regen` opens every record, and gives a property of that name another one.
    if schema["additionalProperties"].is_object() || found.pipeline == Pipeline::Regen {
        fields.insert("extra".into(), "the other properties");
    }
    for (wire, property) in schema["properties"].as_object().into_iter().flatten() {
        let asked = property["x-rust-name"].as_str().filter(|_| found.pipeline == Pipeline::Regen);
        let field = found.pipeline.field(asked.unwrap_or(wire));
        if let Some(other) = fields.insert(field.clone(), wire) {
            let pointer = format!("{at}/properties/{}", escape(wire));
            let fix = match (found.pipeline, free(&field, schema, &fields)) {
                (Pipeline::Regen, Some(name)) => {
                    let fix = Fix::update(&pointer, json!({ "x-rust-name": name }));
                    fields.insert(name, wire);
                    fix
                }
                _ => Fix::remove(&pointer),
            };
            found.add(&FIELDS, &pointer, format!("{other} and `{wire}` both become the Rust field `{field}`"), fix);
        }
    }
}

/// A name for a field that no property of a schema has, and that is not suggested for another one.
fn free(field: &str, schema: &Value, fields: &BTreeMap<String, &str>) -> Option<String> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let named = properties.flat_map(|(wire, property)| [Some(wire.as_str()), property["x-rust-name"].as_str()]);
    let taken: BTreeSet<String> = named.flatten().map(naming::field).collect();
    let stem = field.trim_end_matches('_');
    (2..).map(|number| format!("{stem}_{number}")).find(|name| !taken.contains(name) && !fields.contains_key(name))
}

/// Renames a schema and every reference to it.
fn rename(document: &Document<'_>, name: &str, new: &str) -> Fix {
    let (old, target) =
        (format!("/components/schemas/{}", escape(name)), format!("#/components/schemas/{}", escape(name)));
    let fix = Fix::update("/components/schemas", json!({ new: {} }))
        .and_copy(&old, format!("/components/schemas/{new}"))
        .and_remove(&old);
    if !references(document.root).iter().any(|(_, to)| unescape(to) == unescape(&target)) {
        return fix;
    }
    let path = format!("$..[?@['$ref'] == '{}']", target.replace('\\', "\\\\").replace('\'', "\\'"));
    fix.and_update(path, json!({ "$ref": format!("#/components/schemas/{new}") }))
}

/// The unnamed schemas of an operation are named after it.
fn unnamed<'a>(operation: &Operation<'a>, types: &mut BTreeMap<String, Named<'a>>, found: &mut Findings<'_>) {
    let mut roots: Vec<(String, &'a Value, String)> = Vec::new();
    for part in &operation.parameters {
        let name = part.value["name"].as_str().unwrap_or_default();
        let schema =
            part.value.get("schema").map(|schema| (format!("{}/schema", part.pointer), schema, name.to_owned()));
        roots.extend(schema);
    }
    for (part, word) in operation.body.iter().map(|body| (body, "body")) {
        roots.extend(
            Operation::content(part).map(|(at, _, media)| (format!("{at}/schema"), &media["schema"], word.to_owned())),
        );
    }
    // Several unnamed responses of one operation are P201.
    let responses = operation.responses.iter().flat_map(|(_, part)| Operation::content(part));
    let mut responses =
        responses.filter(|(_, name, media)| name.starts_with("application/json") && is_named_type(&media["schema"]));
    roots.extend(
        responses.next().map(|(at, _, media)| (format!("{at}/schema"), &media["schema"], "response".to_owned())),
    );
    for (pointer, schema, word) in roots {
        claim(&pointer, schema, &naming::pascal(&format!("{}-{word}", operation.id)), types, found);
    }
}

/// Whether progenitor makes a type with a name of a schema.
fn is_named_type(schema: &Value) -> bool {
    let object = schema["properties"].as_object().is_some_and(|properties| !properties.is_empty());
    let texts = schema["enum"].as_array().is_some_and(|values| values.iter().all(Value::is_string));
    let constrained = ["pattern", "minLength", "maxLength"].iter().any(|key| schema.get(key).is_some());
    schema.get("$ref").is_none() && (object || texts || constrained)
}

/// Names an unnamed schema and all unnamed schemas in it.
fn claim<'a>(
    pointer: &str,
    schema: &'a Value,
    suggested: &str,
    types: &mut BTreeMap<String, Named<'a>>,
    found: &mut Findings<'_>,
) {
    let name = schema["title"].as_str().map_or_else(|| suggested.to_owned(), naming::pascal);
    if is_named_type(schema) {
        match types.get(&name) {
            Some(first) if first.pointer != pointer && first.value != schema => {
                let message = format!("this would be the Rust type `{name}`, as #{} is", first.pointer);
                let title = (2..1000)
                    .map(|n| format!("{suggested}{n}"))
                    .find(|title| !types.contains_key(&naming::pascal(title)));
                let fix = title.map(|title| Fix::update(pointer, json!({ "title": title })));
                found.add(&UNNAMED, pointer, message, fix);
                return;
            }
            Some(_) => return,
            None => {
                types.insert(name.clone(), Named { pointer: pointer.to_owned(), value: schema });
            }
        }
    }
    inner(pointer, schema, &name, types, found);
}

fn inner<'a>(
    pointer: &str,
    schema: &'a Value,
    name: &str,
    types: &mut BTreeMap<String, Named<'a>>,
    found: &mut Findings<'_>,
) {
    for (wire, property) in schema["properties"].as_object().into_iter().flatten() {
        let suggested = naming::pascal(&format!("{name}_{}", naming::snake(wire)));
        claim(&format!("{pointer}/properties/{}", escape(wire)), property, &suggested, types, found);
    }
    if let Some(items) = schema.get("items") {
        claim(&format!("{pointer}/items"), items, &format!("{name}Item"), types, found);
    }
}
