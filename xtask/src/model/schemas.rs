//! Named schemas, and the type of any schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::{Document, unescape};
use super::refusal::Refusal;
use super::types::{Bounds, EnumValue, Field, Record, Schema, SchemaKind, Type};
use crate::naming;
use crate::spec::{escape, schema_name};

/// The schemas read so far, and the parts that were rejected.
pub(super) struct SchemaReader<'a> {
    document: &'a Document<'a>,
    pub(super) named: BTreeMap<String, Schema>,
    pub(super) refused: Vec<Refusal>,
    /// The open schemas that are being inlined.
    open: Vec<String>,
}

const HELP_TYPE: &str = "a type is a string, integer, number, boolean, array or object, a reference under components/schemas, or left out for any JSON";

impl<'a> SchemaReader<'a> {
    /// Reads every schema under `components`.
    pub(super) fn new(document: &'a Document<'a>) -> Self {
        let mut schemas = Self { document, named: BTreeMap::new(), refused: Vec::new(), open: Vec::new() };
        for (name, value) in document.named_schemas().into_iter().flatten() {
            let pointer = format!("/components/schemas/{}", escape(name));
            schemas.name(name.clone(), &pointer, value);
        }
        schemas
    }

    pub(super) fn refuse(&mut self, pointer: impl Into<String>, message: impl Into<String>, help: impl Into<String>) {
        self.refused.push(Refusal::new(pointer, message, help));
    }

    fn name(&mut self, name: String, pointer: &str, value: &Value) {
        let kind = self.kind(&name, pointer, value);
        let schema =
            Schema { rust: naming::pascal(&name), description: described(value), kind, pointer: pointer.to_owned() };
        self.named.insert(name, schema);
    }

    /// Composed schemas cannot be represented: the model has neither merging nor alternatives.
    pub(super) fn refuse_composition(&mut self, pointer: &str, schema: &Value) {
        for key in ["allOf", "anyOf", "oneOf", "not"].into_iter().filter(|key| schema.get(key).is_some()) {
            let help = "write the properties out, or leave the schema open: the value is kept as it came; a field that is text or a list of texts \
                is `oneOf: [{type: string}, {type: array, items: {type: string}}]`";
            self.refuse(format!("{pointer}/{key}"), format!("`{key}` has no place in a schema here"), help);
        }
    }

    fn kind(&mut self, name: &str, pointer: &str, value: &Value) -> SchemaKind {
        self.refuse_composition(pointer, value);
        if let Some(values) = value.get("enum") {
            return SchemaKind::Enum(self.values(pointer, value, values));
        }
        match value["type"].as_str() {
            Some("object") if has_properties(value) => SchemaKind::Record(self.record(name, pointer, value)),
            Some("object") => SchemaKind::Map(self.map(name, pointer, value)),
            None if !value.is_object() || value.get("$ref").is_some() || value.get("type").is_some() => {
                self.refuse(pointer, format!("`{name}` only renames another schema"), HELP_TYPE);
                SchemaKind::Any
            }
            None => SchemaKind::Any,
            Some(kind) => {
                let help = "a named schema is an object, an enum, or open; write the type where it is used";
                self.refuse(pointer, format!("`{name}` gives a name to the type {kind}"), help);
                SchemaKind::Any
            }
        }
    }

    fn values(&mut self, pointer: &str, schema: &Value, values: &Value) -> Vec<EnumValue> {
        let texts = texts(values);
        if texts.is_empty() || texts.len() != values.as_array().map_or(0, Vec::len) || schema["type"] != "string" {
            self.refuse(pointer, "an enum that is not a list of texts", "say `type: string` and list texts alone");
        }
        texts.into_iter().map(|wire| EnumValue { rust: naming::pascal(&wire), wire }).collect()
    }

    fn record(&mut self, name: &str, pointer: &str, value: &Value) -> Record {
        let required = texts(&value["required"]);
        let properties = value["properties"].as_object();
        for missing in required.iter().filter(|name| !properties.is_some_and(|known| known.contains_key(*name))) {
            let help = "declare the property, or take it out of `required`";
            self.refuse(format!("{pointer}/required"), format!("`{missing}` is required and not declared"), help);
        }
        let fields = properties.into_iter().flatten().map(|(wire, property)| {
            let at = format!("{pointer}/properties/{}", escape(wire));
            let named = property["x-rust-name"].as_str();
            let described = text(property, "description");
            Field {
                wire: wire.clone(),
                rust: naming::field(named.unwrap_or(wire)),
                ty: if is_text_or_list(property) {
                    Type::TextOrList
                } else {
                    self.ty(&at, property, &format!("{name}_{}", naming::snake(wire)))
                },
                required: required.contains(wire),
                nullable: property["nullable"] == true,
                default: property.get("default").cloned(),
                bounds: bounds(property),
                description: if described.is_empty() {
                    text(self.document.resolve(property), "description")
                } else {
                    described
                },
                deprecated: property["deprecated"] == true,
                pointer: at,
            }
        });
        Record { fields: fields.collect(), required: required.clone() }
    }

    fn map(&mut self, name: &str, pointer: &str, value: &Value) -> Type {
        match value.get("additionalProperties") {
            None | Some(Value::Bool(true)) => Type::Any,
            Some(values @ Value::Object(_)) => {
                self.ty(&format!("{pointer}/additionalProperties"), values, &format!("{name}_value"))
            }
            Some(_) => {
                let help = "leave `additionalProperties` out, or declare the properties";
                self.refuse(pointer, "an object that cannot have any member", help);
                Type::Any
            }
        }
    }

    /// The type of a schema in any position. An object with properties, and an enum, is named `suggested`.
    pub(super) fn ty(&mut self, pointer: &str, schema: &Value, suggested: &str) -> Type {
        if let Some(target) = schema["$ref"].as_str() {
            return self.reference(pointer, target);
        }
        if schema.get("enum").is_some() || schema["type"] == "object" && has_properties(schema) {
            return self.hoist(pointer, schema, suggested);
        }
        self.refuse_composition(pointer, schema);
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("password")) => Type::Secret,
            (Some("string"), Some("binary")) => {
                self.refuse(
                    pointer,
                    "bytes inside of JSON",
                    "say how they are written as text, or give the response another media type",
                );
                Type::Any
            }
            (Some("string"), _) => Type::String,
            (Some("integer"), _) => Type::Integer,
            (Some("number"), _) => Type::Number,
            (Some("boolean"), _) => Type::Boolean,
            (Some("array"), _) => match schema.get("items") {
                Some(items) => {
                    Type::Array(Box::new(self.ty(&format!("{pointer}/items"), items, &format!("{suggested}_item"))))
                }
                None => {
                    self.refuse(pointer, "an array that does not say of what", "add `items`; `items: {}` is any JSON");
                    Type::Any
                }
            },
            (Some("object"), _) => Type::Map(Box::new(self.map(suggested, pointer, schema))),
            (None, _) if schema.is_object() && schema.get("type").is_none() => Type::Any,
            _ => {
                self.refuse(pointer, format!("the type {}", schema["type"]), HELP_TYPE);
                Type::Any
            }
        }
    }

    /// The type of a body or response: there, an open schema keeps its name.
    pub(super) fn whole(&mut self, pointer: &str, schema: &Value, suggested: &str) -> Type {
        match schema["$ref"].as_str().and_then(|target| self.target(target)) {
            Some((name, _)) => Type::Named(name),
            None => self.ty(pointer, schema, suggested),
        }
    }

    fn target(&self, reference: &str) -> Option<(String, &'a Value)> {
        let name = unescape(schema_name(reference)?);
        let schema = self.document.schema(&name)?;
        Some((name, schema))
    }

    /// Inside a record, an open schema is inlined: a separate type would have no declared fields.
    fn reference(&mut self, pointer: &str, reference: &str) -> Type {
        let Some((name, schema)) = self.target(reference) else {
            self.refuse(pointer, format!("the reference `{reference}` leads to no schema"), HELP_TYPE);
            return Type::Any;
        };
        if schema.get("enum").is_some() || has_properties(schema) {
            return Type::Named(name);
        }
        if self.open.contains(&name) {
            return Type::Any;
        }
        self.open.push(name.clone());
        let there = format!("/components/schemas/{}", escape(&name));
        let ty =
            if schema["type"] == "object" { Type::Map(Box::new(self.map(&name, &there, schema))) } else { Type::Any };
        self.open.pop();
        ty
    }

    /// Gives a schema a separate name.
    fn hoist(&mut self, pointer: &str, schema: &Value, suggested: &str) -> Type {
        let name = naming::pascal(suggested);
        let taken = self.document.named_schemas().into_iter().flatten().any(|(other, _)| naming::pascal(other) == name)
            || self.named.get(&name).is_some_and(|other| other.pointer != pointer);
        if taken {
            let help = "put the schema under components/schemas with a unique name, and refer to it";
            self.refuse(pointer, format!("this schema would be called `{name}`, as another one is"), help);
            return Type::Any;
        }
        if !self.named.contains_key(&name) {
            self.name(name.clone(), pointer, schema);
        }
        Type::Named(name)
    }
}

/// The only alternative with a type: `oneOf: [{type: string}, {type: array, items: {type: string}}]`.
fn is_text_or_list(schema: &Value) -> bool {
    let forms = serde_json::json!([{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]);
    let alone =
        ["type", "$ref", "enum", "allOf", "anyOf", "not", "default"].iter().all(|key| schema.get(key).is_none());
    schema["oneOf"] == forms && alone
}

fn has_properties(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|properties| !properties.is_empty())
}

/// The constraints of a schema.
pub(super) fn bounds(schema: &Value) -> Bounds {
    let number = |key: &str| schema[key].as_number().cloned();
    let length = |key: &str| schema[key].as_u64();
    Bounds {
        minimum: number("minimum"),
        maximum: number("maximum"),
        min_length: length("minLength"),
        max_length: length("maxLength"),
        min_items: length("minItems"),
        max_items: length("maxItems"),
        pattern: schema["pattern"].as_str().map(str::to_owned),
    }
}

/// The text of a key, or empty.
pub(super) fn text(node: &Value, key: &str) -> String {
    node.as_object().and_then(|node: &Map<String, Value>| node.get(key)?.as_str()).unwrap_or_default().to_owned()
}

/// The description of a schema, with whether it is deprecated: a type with that attribute would be one warning in each
/// type that holds it.
fn described(schema: &Value) -> String {
    let text = text(schema, "description");
    if schema["deprecated"] == true { format!("{text}\n\nDeprecated.").trim().to_owned() } else { text }
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}
