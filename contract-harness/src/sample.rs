//! Values to call operations with, made from their schemas.

use bigid_api::FormFile;
use serde_json::{Map, Value, json};

/// A text that must be encoded everywhere: in a path segment, in a query, in JSON.
pub const TEXT: &str = "a/b c?d&e=é\"{}";

/// The file that is sent where an operation takes one.
pub(crate) fn file() -> FormFile {
    FormFile::new("a \"log\".txt", b"line\r\n\0\xff".to_vec())
}

/// The values of one call.
#[derive(Debug)]
pub struct Sample {
    /// Whether the optional parameters are set as well.
    pub every: bool,
    /// The body, for operations that have one.
    pub body: Value,
}

impl Sample {
    /// The sample for an operation of the contract, with its optional parameters or without.
    pub fn of(contract: &Value, operation: &Value, every: bool) -> Self {
        let content = &operation["requestBody"]["content"];
        let form = &content["application/x-www-form-urlencoded"]["schema"];
        if form.is_null() {
            return Self { every, body: value(contract, &content["application/json"]["schema"], 0) };
        }
        let mut body = value(contract, form, 0);
        // A form holds no list and no object.
        body["not declared"] = TEXT.into();
        Self { every, body }
    }
}

/// A value of a schema, with every declared field, and one more in each object.
///
/// # Panics
/// If a reference leads nowhere.
pub fn value(contract: &Value, schema: &Value, depth: usize) -> Value {
    let schema = match schema["$ref"].as_str() {
        Some(target) => contract.pointer(target.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if let Some(choices) = schema["enum"].as_array() {
        return choices[0].clone();
    }
    if schema["oneOf"].is_array() {
        return json!([TEXT, "b"]);
    }
    match schema["type"].as_str() {
        Some("object") if depth < 6 => {
            let properties = schema["properties"].as_object();
            let mut object: Map<String, Value> = properties
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), value(contract, schema, depth + 1)))
                .collect();
            let of_any_name = &schema["additionalProperties"];
            let other = match of_any_name.as_object() {
                Some(kind) if !kind.is_empty() => value(contract, of_any_name, depth + 1),
                _ => json!({ "a": [1, null, TEXT] }),
            };
            object.insert("not declared".into(), other);
            Value::Object(object)
        }
        Some("object") => json!({}),
        Some("array") => json!([value(contract, &schema["items"], depth + 1)]),
        Some("string") => json!(TEXT),
        Some("integer") => json!(7),
        Some("number") => json!(0.5),
        Some("boolean") => json!(true),
        _ => json!({ "any": ["thing", null] }),
    }
}
