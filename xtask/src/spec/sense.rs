//! Rules about combinations of keys.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Violation, escape, nearest, operations, references};

/// Every meaningless combination of known keys.
pub(crate) fn senseless(document: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    for (pointer, path, method, operation) in operations(document) {
        schemes(document, &format!("{pointer}/security"), &operation["security"], &mut found);
        safe(&pointer, path, method, operation, &mut found);
    }
    unused(document, &mut found);
    found
}

/// Unused parts. A schema becomes a type in any case.
fn unused(document: &Value, found: &mut Vec<Violation>) {
    let used: BTreeSet<&str> = references(document).into_iter().map(|(_, target)| target).collect();
    for section in ["parameters", "requestBodies", "responses"] {
        for (name, _) in document["components"][section].as_object().into_iter().flatten() {
            let pointer = format!("/components/{section}/{}", escape(name));
            if !used.contains(format!("#{pointer}").as_str()) {
                let help = "refer to it, or leave it out";
                found.push(Violation { pointer, message: format!("nothing refers to `{name}`"), help: help.into() });
            }
        }
    }
}

/// With an undeclared scheme, no token would be sent at all.
fn schemes(document: &Value, at: &str, security: &Value, found: &mut Vec<Violation>) {
    let declared = &document["components"]["securitySchemes"];
    for (index, alternative) in security.as_array().into_iter().flatten().enumerate() {
        for (name, _) in alternative.as_object().into_iter().flatten() {
            if declared.get(name).is_none() {
                let known = declared.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
                let help = nearest(name, known).map_or_else(
                    || "declare it under components/securitySchemes".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                found.push(Violation {
                    pointer: format!("{at}/{index}/{}", escape(name)),
                    message: format!("the security scheme `{name}` does not exist"),
                    help,
                });
            }
        }
    }
}

/// The verbs of a POST that only reads, by the naming rules of spec/README.md.
const READING: [&str; 4] = ["query", "search", "count", "export"];

/// A POST that changes something must not be retried.
fn safe(pointer: &str, path: &str, method: &str, operation: &Value, found: &mut Vec<Violation>) {
    if operation.get("x-safe").is_none() {
        return;
    }
    let id = operation["operationId"].as_str().unwrap_or_default();
    let verb: String = id.chars().take_while(char::is_ascii_lowercase).collect();
    let message = if method != "post" {
        format!("{} {path} is said to be safe, which its method says already", method.to_uppercase())
    } else if !READING.contains(&verb.as_str()) {
        format!("`{id}` is said to be safe, and its name says that it does more than read")
    } else {
        return;
    };
    found.push(Violation {
        pointer: format!("{pointer}/x-safe"),
        message,
        help: format!("`x-safe` belongs to a POST that reads: its name begins with {}", READING.join(", ")),
    });
}
