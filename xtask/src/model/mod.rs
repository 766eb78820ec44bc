//! The contract as the generators read it.
//!
//! There are two layers. A [`Document`] is any document at all with its references followed and its path-level
//! parameters handed down; the checks use it, because they must report on every document. A [`Model`] is a document
//! that passed: its types are a closed set, every name has its Rust form, and everything that a generator needs is
//! present. What the model cannot represent is an error here, so no later stage has to handle it.
//!
//! Nothing outside this module follows a `$ref` or looks up a path-level item.

mod document;
pub(crate) use document::{Document, Part, RawOperation, RawSchema, below, unescape};

mod types;
pub(crate) use types::{Bounds, Field, Record, Schema, SchemaKind, Type};

mod operation;
pub(crate) use operation::{Body, Content, Encoding, JSON, Location, Operation, Parameter, Response, TemplatePart};

mod upload;
pub(crate) use upload::{Upload, file_part};

mod refusal;
pub(crate) use refusal::Refusal;

mod schemas;

mod parameters;

mod resolve;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Everything that a client is generated from.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) info: Info,
    /// The URL templates of the servers.
    pub(crate) servers: Vec<String>,
    /// The declared tags, in the order of the document.
    pub(crate) tags: Vec<Tag>,
    /// By path and method.
    pub(crate) operations: Vec<Operation>,
    /// By the name in the document. An unnamed object in a request body is listed under the name that was given to it.
    pub(crate) schemas: BTreeMap<String, Schema>,
}

/// The title, version and description of the document.
#[derive(Debug, Default)]
pub(crate) struct Info {
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) description: String,
}

/// A group of operations.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    /// The name in snake case, which is that of its module.
    pub(crate) rust: String,
    pub(crate) description: String,
}

impl Model {
    /// Reads a document.
    ///
    /// # Errors
    /// Every part of the document that the model cannot represent, by its pointer.
    pub(crate) fn new(root: &Value) -> Result<Self, Vec<Refusal>> {
        resolve::model(&Document::new(root))
    }

    /// The operation with an id.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The record with a name; `None` if the schema is of another kind.
    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        match &self.schemas.get(name)?.kind {
            SchemaKind::Record(record) => Some(record),
            _ => None,
        }
    }

    /// Every record, with its schema.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&Schema, &Record)> {
        self.schemas.values().filter_map(|schema| match &schema.kind {
            SchemaKind::Record(record) => Some((schema, record)),
            _ => None,
        })
    }

    /// The names of all schemas that some types refer to.
    pub(crate) fn reached<'a>(&'a self, from: impl IntoIterator<Item = &'a Type>) -> BTreeSet<&'a str> {
        let mut open: Vec<&Type> = from.into_iter().collect();
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop().map(Type::innermost) {
            let Type::Named(name) = name else { continue };
            if let Some((name, schema)) = self.schemas.get_key_value(name)
                && reached.insert(name.as_str())
            {
                open.extend(schema.types());
            }
        }
        reached
    }

    /// The names of all schemas that a response can hold.
    pub(crate) fn in_responses(&self) -> BTreeSet<&str> {
        self.reached(self.operations.iter().flat_map(|operation| &operation.responses).filter_map(Response::json))
    }

    /// The names of all schemas that a request body can hold.
    #[cfg(test)]
    pub(crate) fn in_requests(&self) -> BTreeSet<&str> {
        self.reached(self.operations.iter().filter_map(|operation| Some(&operation.body.as_ref()?.ty)))
    }
}
