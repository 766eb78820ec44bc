//! The place of a change in a contract, by names that do not depend on the order of the file.

use std::fmt;

use crate::model::Location;

/// A part of a contract, by which the three columns of a change are joined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Document,
    Tag(String),
    Scheme(String),
    /// An operation by its id in the newer contract.
    Operation(String),
    /// Who may call an operation.
    Security(String),
    Parameter {
        operation: String,
        location: &'static str,
        name: String,
    },
    Body(String),
    /// The type of an operation's successes.
    Output(String),
    Response {
        operation: String,
        status: String,
    },
    Paging(String),
    /// A schema by its name in the newer contract.
    Schema(String),
    Field {
        schema: String,
        name: String,
    },
    Value {
        schema: String,
        value: String,
    },
}

impl Place {
    pub(super) fn parameter(operation: &str, location: Location, name: &str) -> Self {
        let location = location.name();
        Self::Parameter { operation: operation.to_owned(), location, name: name.to_owned() }
    }

    pub(super) fn field(schema: &str, name: &str) -> Self {
        Self::Field { schema: schema.to_owned(), name: name.to_owned() }
    }

    pub(super) fn value(schema: &str, value: &str) -> Self {
        Self::Value { schema: schema.to_owned(), value: value.to_owned() }
    }

    pub(super) fn response(operation: &str, status: impl fmt::Display) -> Self {
        Self::Response { operation: operation.to_owned(), status: status.to_string() }
    }

    /// The operation that the place belongs to.
    pub(crate) fn operation(&self) -> Option<&str> {
        match self {
            Self::Operation(id) | Self::Security(id) | Self::Body(id) | Self::Output(id) | Self::Paging(id) => Some(id),
            Self::Parameter { operation, .. } | Self::Response { operation, .. } => Some(operation),
            _ => None,
        }
    }

    /// The schema that the place belongs to.
    pub(crate) fn schema(&self) -> Option<&str> {
        match self {
            Self::Schema(name) => Some(name),
            Self::Field { schema, .. } | Self::Value { schema, .. } => Some(schema),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => write!(f, "the contract"),
            Self::Tag(name) => write!(f, "tag `{name}`"),
            Self::Scheme(name) => write!(f, "security scheme `{name}`"),
            Self::Operation(id) => write!(f, "`{id}`"),
            Self::Security(id) => write!(f, "`{id}`, security"),
            Self::Parameter { operation, location, name } => write!(f, "`{operation}`, {location} parameter `{name}`"),
            Self::Body(id) => write!(f, "`{id}`, request body"),
            Self::Output(id) => write!(f, "`{id}`, response"),
            Self::Response { operation, status } => write!(f, "`{operation}`, {status}"),
            Self::Paging(id) => write!(f, "`{id}`, paging"),
            Self::Schema(name) => write!(f, "`{name}`"),
            Self::Field { schema, name } => write!(f, "`{schema}.{name}`"),
            Self::Value { schema, value } => write!(f, "`{schema}`, value `{value}`"),
        }
    }
}
