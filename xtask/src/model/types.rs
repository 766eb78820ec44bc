//! The types that a value on the wire can have. The set is closed: writers of code match on it without a default arm.

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
    /// One text, or a list of texts. Fields of records alone have it.
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

    /// The name of the schema, where the type is one.
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
    /// Empty where there is none.
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    pub(crate) kind: SchemaKind,
    pub(crate) pointer: String,
}

#[derive(Debug)]
pub(crate) enum SchemaKind {
    Record(Record),
    /// Texts, of which the server may send others as well.
    Enum(Vec<EnumValue>),
    /// Values of one type under any names.
    Map(Type),
    Any,
}

/// An object with declared fields. It is open: what is not declared is kept.
#[derive(Debug)]
pub(crate) struct Record {
    /// By the name on the wire.
    pub(crate) fields: Vec<Field>,
    /// The names on the wire of the fields that a request must have, in the order in which the document lists them.
    pub(crate) required: Vec<String>,
}

impl Record {
    /// The field of a name on the wire.
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
    /// Whether a request must have it. No response is refused for the want of a field.
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) default: Option<Value>,
    pub(crate) bounds: Bounds,
    /// What stands at the field itself, beside a reference too; else what the referred schema says. Empty where neither says anything.
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

/// What narrows a value, for its documentation: the server judges, the client never does.
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
