use std::error::Error;
use std::fmt;

use serde_json::Value;

/// A parameter is missing, occurs twice, or does not have the requested type. The error names the parameter, and never
/// shows its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterError {
    kind: &'static str,
    name: String,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    Missing,
    Ambiguous,
    Mismatch { expected: &'static str, found: &'static str },
}

impl ParameterError {
    pub(super) fn missing(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), fault: Fault::Missing }
    }

    pub(super) fn ambiguous(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), fault: Fault::Ambiguous }
    }

    pub(super) fn mismatch(kind: &'static str, name: &str, expected: &'static str, value: &Value) -> Self {
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "other text",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        Self { kind, name: name.to_owned(), fault: Fault::Mismatch { expected, found } }
    }

    /// The name of the parameter.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the parameter is missing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.fault == Fault::Missing
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = (self.kind, &self.name);
        match self.fault {
            Fault::Missing => write!(f, "the {kind} parameter {name:?} is missing"),
            Fault::Ambiguous => write!(f, "the {kind} parameter {name:?} is given more than once"),
            Fault::Mismatch { expected, found } => {
                write!(f, "the {kind} parameter {name:?} must be {expected}, and is {found}")
            }
        }
    }
}

impl Error for ParameterError {}
