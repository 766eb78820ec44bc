//! Navigation helpers for arbitrary documents.

use serde_json::Value;

use super::source::escape;

/// The methods that a path item may hold, in the order of the OpenAPI specification.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every operation of a document: its pointer, path template, method and description.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (String, &str, &str, &Value)> {
    document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten().filter(|(method, _)| METHODS.contains(&method.as_str()));
        methods.map(move |(method, operation)| {
            (format!("/paths/{}/{method}", escape(path)), path.as_str(), method.as_str(), operation)
        })
    })
}

/// Every `$ref` below a node: the pointer of its object, and its target.
pub(crate) fn references(node: &Value) -> Vec<(String, &str)> {
    fn walk<'a>(node: &'a Value, pointer: &str, found: &mut Vec<(String, &'a str)>) {
        match node {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    found.push((pointer.to_owned(), target));
                }
                for (key, value) in object {
                    walk(value, &format!("{pointer}/{}", escape(key)), found);
                }
            }
            Value::Array(array) => {
                for (index, value) in array.iter().enumerate() {
                    walk(value, &format!("{pointer}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(node, "", &mut found);
    found
}

/// The name of the schema to which a reference refers.
pub(crate) fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}
