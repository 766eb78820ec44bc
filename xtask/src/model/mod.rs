//! The contract as everything that writes code reads it.
//!
//! There are two layers. A [`Document`] is any document at all with its references followed and its path-level parameters handed down;
//! the checks look at it, because they must say something about every document. A [`Model`] is a document that passed: its types are a
//! closed set, every name has its Rust form, and nothing in it is optional that a writer of code needs. What has no place in the
//! model is an error here, so that no later stage has to decide what to do with it.
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

/// Everything that a client is written from.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) info: Info,
    /// The URL templates of the servers.
    pub(crate) servers: Vec<String>,
    /// The declared tags, in the order of the document.
    pub(crate) tags: Vec<Tag>,
    /// By path and method.
    pub(crate) operations: Vec<Operation>,
    /// By the name in the document. An object without a name in a request body stands here under the name that it was given.
    pub(crate) schemas: BTreeMap<String, Schema>,
}

/// What the document says of itself.
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
    /// Every part of the document that has no place in the model, by its pointer.
    pub(crate) fn new(root: &Value) -> Result<Self, Vec<Refusal>> {
        resolve::model(&Document::new(root))
    }

    /// The operation of an id.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The record of a name; nothing where the schema is of another kind.
    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        match &self.schemas.get(name)?.kind {
            SchemaKind::Record(record) => Some(record),
            _ => None,
        }
    }

    /// Every record, with the schema that it is.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&Schema, &Record)> {
        self.schemas.values().filter_map(|schema| match &schema.kind {
            SchemaKind::Record(record) => Some((schema, record)),
            _ => None,
        })
    }

    /// The names of all schemas that some types lead to.
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
    pub(crate) fn in_requests(&self) -> BTreeSet<&str> {
        self.reached(self.operations.iter().filter_map(|operation| Some(&operation.body.as_ref()?.ty)))
    }
}
