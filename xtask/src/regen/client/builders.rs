//! The builders of operations and their setters.

use super::arguments::{self, Argument, Of};
use super::docs;
use crate::model::{Content, Operation, Type};

/// The name of an operation's builder, and a setter for each value that may be sent.
pub(super) fn builder(operation: &Operation) -> String {
    let Operation { builder: name, rust: method, .. } = operation;
    let output = match operation.success() {
        Content::Json(ty) => output(ty),
        Content::Raw { .. } => "crate::ByteStream".to_owned(),
        Content::Empty => "()".to_owned(),
    };
    let setters: String = arguments::optional(operation).iter().map(|setter| self::setter(operation, setter)).collect();
    let setters = if setters.is_empty() { setters } else { format!("impl {name} {{ {setters} }}") };
    let docs = docs::attributes(&[format!("A call of [`Client::{method}`](crate::Client::{method}).")]);
    format!("{docs} pub type {name} = CallBuilder<operation::{name}, {output}>; {setters}")
}

/// The operations as types, which tell their builders apart.
pub(super) fn operations(operations: &[Operation]) -> String {
    let types: String = operations.iter().map(|operation| format!("pub enum {} {{}}", operation.builder)).collect();
    format!("#[doc(hidden)] pub mod operation {{ {types} }}")
}

/// The Rust type of a JSON response. A bare array keeps elements that are not records.
pub(crate) fn output(ty: &Type) -> String {
    match ty {
        Type::Array(items) => format!("crate::List<{}>", super::rust(items)),
        ty => super::rust(ty),
    }
}

fn setter(operation: &Operation, setter: &Argument<'_>) -> String {
    let (description, facts, deprecated) = match &setter.of {
        Of::Parameter(given) => (
            given.description.as_str(),
            docs::value(&given.name, &setter.name, given.default.as_ref(), &given.bounds, &given.values),
            given.deprecated,
        ),
        Of::Body(..) => (operation.body.as_ref().map_or("", |body| body.description.as_str()), Vec::new(), false),
        Of::Upload(upload) => (upload.description.as_str(), Vec::new(), false),
    };
    let description = if description.is_empty() { "The body." } else { description };
    format!(
        "{docs} #[inline] {deprecated} pub fn {name}(self, {declaration}) -> Self {{ builder(self.0{application}) }}",
        docs = docs::attributes(&[docs::lines(description), facts].concat()),
        deprecated = if deprecated { "#[deprecated]" } else { "" },
        name = setter.name,
        declaration = setter.declaration(),
        application = setter.application(),
    )
}
