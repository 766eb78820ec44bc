//! Schemas of OpenAPI 3.0 as JSON Schema, compiled once.
//!
//! OpenAPI 3.0 is JSON Schema draft 4 with two differences: `nullable` beside a type, and everything beside a `$ref` is
//! ignored.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// A schema that values are held to.
pub(crate) struct Schema {
    document: Value,
    validator: OnceLock<Validator>,
}

impl Schema {
    /// The schema with everything that it refers to.
    ///
    /// # Panics
    /// On a keyword whose meaning is not known here, because passing over it would be a judgement not made.
    fn new(schema: &Value, components: &BTreeMap<String, Value>) -> Self {
        let mut document = translated(schema);
        let mut definitions = Map::new();
        let mut missing = references(&document);
        while let Some(name) = missing.pop() {
            let Some(component) = components.get(&name).filter(|_| !definitions.contains_key(&name)) else { continue };
            missing.extend(references(component));
            definitions.insert(name, component.clone());
        }
        if document.get("$ref").is_some() {
            document = json!({ "allOf": [document] });
        }
        if let Some(object) = document.as_object_mut() {
            object.insert("definitions".to_owned(), definitions.into());
        }
        Self { document, validator: OnceLock::new() }
    }

    /// Where a value breaks the schema, and by which keyword.
    pub(crate) fn faults(&self, value: &Value) -> Vec<(String, String)> {
        let validator = self.validator.get_or_init(|| compiled(&self.document));
        let faults = validator.iter_errors(value);
        faults.map(|fault| (fault.instance_path().to_string(), fault.kind().keyword().to_owned())).collect()
    }

    /// The declared type, which a parameter's text is read as.
    pub(crate) fn kind(&self) -> Option<&str> {
        self.document["type"].as_str()
    }

    /// The declared type of an array's items.
    pub(crate) fn item_kind(&self) -> Option<&str> {
        self.document["items"]["type"].as_str()
    }
}

#[allow(clippy::panic, reason = "the contract is a file of this repository, and what is not checked must not pass")]
fn compiled(document: &Value) -> Validator {
    let options = jsonschema::options().with_draft(Draft::Draft4);
    options.build(document).unwrap_or_else(|error| panic!("a schema of the contract does not compile: {error}"))
}

/// The schemas of a contract. Equal ones are one: nearly every error response has the same.
pub(crate) struct Schemas {
    components: BTreeMap<String, Value>,
    made: BTreeMap<String, Arc<Schema>>,
}

impl Schemas {
    pub(crate) fn of(contract: &Value) -> Self {
        let schemas = contract["components"]["schemas"].as_object().into_iter().flatten();
        let components = schemas.map(|(name, schema)| (name.clone(), translated(schema))).collect();
        Self { components, made: BTreeMap::new() }
    }

    pub(crate) fn schema(&mut self, schema: &Value) -> Arc<Schema> {
        let made = self.made.entry(schema.to_string());
        made.or_insert_with(|| Arc::new(Schema::new(schema, &self.components))).clone()
    }
}

/// A schema of OpenAPI 3.0 in the words of draft 4.
#[allow(clippy::panic, reason = "the contract is a file of this repository, and what is not checked must not pass")]
fn translated(schema: &Value) -> Value {
    let Some(given) = schema.as_object() else { return schema.clone() };
    if let Some(target) = given.get("$ref").and_then(Value::as_str) {
        return json!({ "$ref": target.replace("#/components/schemas/", "#/definitions/") });
    }
    let mut made = Map::new();
    for (keyword, value) in given {
        let value = match keyword.as_str() {
            "properties" => value.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), translated(v))).collect(),
            "items" | "additionalProperties" | "not" => translated(value),
            "allOf" | "anyOf" | "oneOf" => value.as_array().into_iter().flatten().map(translated).collect(),
            "type" | "enum" | "required" | "pattern" | "minimum" | "maximum" | "exclusiveMinimum"
            | "exclusiveMaximum" | "multipleOf" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "uniqueItems" | "minProperties" | "maxProperties" => value.clone(),
            // Formats are annotations; those of this contract give the width of a number, and mark secrets.
            "format" | "description" | "title" | "default" | "example" | "deprecated" | "nullable" => continue,
            extension if extension.starts_with("x-") => continue,
            unknown => panic!("the contract uses the keyword `{unknown}`, which is not checked; teach it to schema.rs"),
        };
        made.insert(keyword.clone(), value);
    }
    if given.get("nullable") == Some(&Value::Bool(true)) {
        // Without a type, null is allowed already.
        if let Some(kind) = made.get_mut("type") {
            *kind = json!([kind, "null"]);
        }
        if let Some(choices) = made.get_mut("enum").and_then(Value::as_array_mut) {
            choices.push(Value::Null);
        }
    }
    made.into()
}

/// The named schemas that a translated one refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(object) => {
            let here =
                object.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix("#/definitions/"));
            here.map(str::to_owned).into_iter().chain(object.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(schema: Value, value: Value) -> Vec<(String, String)> {
        let components = BTreeMap::from([
            ("Word".to_owned(), translated(&json!({"type": "string", "nullable": true, "enum": ["a", "b"]}))),
            (
                "Tree".to_owned(),
                translated(&json!({"type": "object", "required": ["name"], "properties": {
                    "name": {"type": "string"},
                    "nullable": {"type": "boolean"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                }})),
            ),
        ]);
        Schema::new(&schema, &components).faults(&value)
    }

    #[test]
    fn null_is_for_nullable_types_alone() {
        assert_eq!(faults(json!({"type": "string", "nullable": true}), json!(null)), []);
        assert_eq!(faults(json!({"nullable": true}), json!(null)), []);
        assert_eq!(faults(json!({"type": "string"}), json!(null)).len(), 1);
        assert_eq!(faults(json!({"type": "string", "nullable": true}), json!(1)).len(), 1);
        assert_eq!(faults(json!({"$ref": "#/components/schemas/Word"}), json!(null)), []);
        assert_eq!(faults(json!({"$ref": "#/components/schemas/Word"}), json!("c")).len(), 1);
    }

    #[test]
    fn what_stands_beside_a_reference_does_not_count() {
        let schema = json!({"$ref": "#/components/schemas/Tree", "nullable": true, "required": ["other"]});
        assert_eq!(faults(schema.clone(), json!({"name": "x"})), []);
        assert_eq!(faults(schema, json!(null)).len(), 1);
    }

    #[test]
    fn a_fault_is_a_pointer_and_a_keyword_and_never_a_value() {
        let tree = json!({"$ref": "#/components/schemas/Tree"});
        let value = json!({"name": "x", "nullable": true, "children": [{"name": "y"}, {"name": 7, "children": [{}]}]});
        let mut found = faults(tree, value);
        found.sort();
        let expected = [("/children/1/children/0", "required"), ("/children/1/name", "type")];
        assert_eq!(found, expected.map(|(place, rule)| (place.to_owned(), rule.to_owned())));
    }

    #[test]
    fn a_keyword_that_is_not_judged_is_refused() {
        let refused = std::panic::catch_unwind(|| faults(json!({"if": {}}), json!(null))).unwrap_err();
        let said = refused.downcast_ref::<String>().map(String::as_str).unwrap_or_default();
        assert!(said.contains("`if`"), "{said}");
    }
}
