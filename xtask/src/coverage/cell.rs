//! The cells of the contract, which the tests can exercise.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::spec::operations;

/// An operation, one of its documented statuses, one of that response's media types, and one of its security
/// alternatives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Cell {
    pub(super) operation: String,
    pub(super) status: String,
    pub(super) media_type: String,
    pub(super) security: String,
}

impl Cell {
    pub(super) fn json(&self, domain: &str, exercised: bool) -> Value {
        let Self { operation, status, media_type, security } = self;
        json!({
            "domain": domain,
            "operation": operation,
            "status": status,
            "media_type": media_type,
            "security": security,
            "exercised": exercised,
        })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.operation, self.status, self.media_type, self.security)
    }
}

/// Every cell of a contract, with the domain of its operation.
pub(super) fn documented(contract: &Value) -> BTreeMap<Cell, String> {
    let mut cells = BTreeMap::new();
    for (_, _, _, operation) in operations(contract) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let alternatives = operation["security"].as_array().into_iter().flatten();
        // Schemes that apply together are one alternative.
        let together = |alternative: &Value| keys(alternative).join("+");
        let security = or_none(alternatives.map(together).collect());
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            for media_type in or_none(keys(&response["content"])) {
                for security in &security {
                    let cell = Cell {
                        operation: text(&operation["operationId"]),
                        status: status.clone(),
                        media_type: media_type.clone(),
                        security: security.clone(),
                    };
                    cells.insert(cell, text(&operation["tags"][0]));
                }
            }
        }
    }
    cells
}

fn keys(object: &Value) -> Vec<String> {
    object.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

/// A response without a media type, and an operation without security, are cells as well.
fn or_none(names: Vec<String>) -> Vec<String> {
    if names.is_empty() { vec!["none".to_owned()] } else { names }
}
