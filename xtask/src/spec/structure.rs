//! What every document must be before anything is generated from it: references that resolve, operations that have one name each.

use std::collections::BTreeMap;

use serde_json::Value;

use super::source::escape;
use super::{Diagnostics, Merged};

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

/// Every `$ref` below a node: the pointer of the object that holds it, and where it leads.
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

/// The name of the schema that a reference leads to.
pub(crate) fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// Checks the whole of a document and reports everything at once.
pub(super) fn check(document: &Value, merged: &Merged) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    for (pointer, target) in references(document) {
        let resolved = target.strip_prefix('#').and_then(|target| document.pointer(target));
        if resolved.is_none() {
            let help = if target.starts_with('#') {
                "name a part that exists"
            } else {
                "other files cannot be referred to: parts of all files share one name space"
            };
            found.push(merged.finding(&pointer, format!("the reference `{target}` leads nowhere")).help(help));
        }
    }
    let mut named: BTreeMap<&str, String> = BTreeMap::new();
    for (pointer, path, method, operation) in operations(document) {
        let Some(id) = operation["operationId"].as_str() else {
            found.push(merged.finding(&pointer, format!("{} {path} has no operationId", method.to_uppercase())));
            continue;
        };
        if let Some(first) = named.insert(id, pointer.clone()) {
            let finding = merged.finding(&pointer, format!("the operationId `{id}` stands twice"));
            found.push(finding.help(format!("the other one is at {}", merged.place(&first))));
        }
        if operation["responses"].as_object().is_none_or(serde_json::Map::is_empty) {
            found.push(merged.finding(&pointer, format!("`{id}` documents no response")));
        }
    }
    found.into_result()
}
