//! The types that a value on the wire can have. The set is closed: generators match on it without a default arm.

use serde_json::{Number, Value};

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// Text.
    String,
    /// Text of the format `password`.
    Secret,
    /// A whole number that an `i64` holds.
    Integer,
    /// Any number, kept as it was written.
    Number,
    Boolean,
    Array(Box<Type>),
    /// Values of one type under any names.
    Map(Box<Type>),
    /// A schema by its name in [`Model::schemas`](super::Model::schemas).
    Named(String),
    /// One text, or a list of texts. Only fields of records have this type.
    TextOrList,
    /// Any JSON.
    Any,
}

impl Type {
    /// The type without the arrays and maps around it.
    pub(crate) fn innermost(&self) -> &Self {
        match self {
            Self::Array(inner) | Self::Map(inner) => inner.innermost(),
            _ => self,
        }
    }

    /// The name of the schema, if the type is one.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }
}

/// A schema with a name, which becomes a Rust type.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The name in Rust.
    pub(crate) rust: String,
    /// Empty if there is none.
    pub(crate) description: String,
    pub(crate) kind: SchemaKind,
    pub(crate) pointer: String,
}

#[derive(Debug)]
pub(crate) enum SchemaKind {
    Record(Record),
    /// Texts; the server may send others.
    Enum(Vec<EnumValue>),
    /// Values of one type under any names.
    Map(Type),
    Any,
}

/// An object with declared fields. It is open: undeclared members are kept.
#[derive(Debug)]
pub(crate) struct Record {
    /// By the name on the wire.
    pub(crate) fields: Vec<Field>,
    /// The names on the wire of the fields that a request must have, in the order in which the document lists them.
    pub(crate) required: Vec<String>,
}

impl Record {
    /// The field with a name on the wire.
    pub(crate) fn field(&self, wire: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }
}

/// One field of a record.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) rust: String,
    pub(crate) ty: Type,
    /// Whether a request must have it. A response may omit any field.
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) default: Option<Value>,
    pub(crate) bounds: Bounds,
    /// The description of the field, even next to a reference, or else that of the referenced schema. May be empty.
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    pub(crate) pointer: String,
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnumValue {
    pub(crate) wire: String,
    pub(crate) rust: String,
}

/// The constraints on a value, for its documentation: the server validates them, the client does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) minimum: Option<Number>,
    pub(crate) maximum: Option<Number>,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) min_items: Option<u64>,
    pub(crate) max_items: Option<u64>,
    pub(crate) pattern: Option<String>,
}

impl Schema {
    /// The types directly inside.
    pub(crate) fn types(&self) -> Vec<&Type> {
        match &self.kind {
            SchemaKind::Record(record) => record.fields.iter().map(|field| &field.ty).collect(),
            SchemaKind::Map(values) => vec![values],
            SchemaKind::Enum(_) | SchemaKind::Any => Vec::new(),
        }
    }
}
