//! Conversions for bodies whose shape is open in the contract.

use serde_json::Value;

use crate::types::OpenObject;

/// For bodies written with `serde_json::json!`.
impl TryFrom<Value> for OpenObject {
    type Error = NotAnObject;

    fn try_from(value: Value) -> Result<Self, NotAnObject> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(NotAnObject),
        }
    }
}

/// The error for a JSON value that is not an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnObject;

impl std::fmt::Display for NotAnObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the JSON value is not an object")
    }
}

impl std::error::Error for NotAnObject {}
