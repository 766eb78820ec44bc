//! `client.rs` and `builder.rs`: a method and a builder for each operation, written from the model.
//!
//! Required values are arguments of the method; optional ones are setters of the builder. The requests are made by
//! `bigid-api/src/call.rs`, which every builder wraps. Every method is `#[inline]`, so that a program compiles the
//! operations that it uses, and not all of them.

mod arguments;

mod builders;
pub(crate) use builders::output;

mod docs;
pub(super) use docs::{attributes, comment, field_lines, lines};

pub(crate) use arguments::{Argument, Of, optional, required, taken};

mod methods;

use super::source::formatted;
use crate::model::{Model, Type};
use crate::naming;

/// The code of `client.rs`: the methods.
///
/// # Errors
/// Only if the contract did not pass `spec check`.
pub(super) fn methods(model: &Model) -> anyhow::Result<String> {
    let methods: String = model.operations.iter().map(methods::method).collect();
    let borrow = borrow(&methods);
    formatted(&format!(
        "{borrow}
        use super::{{builder, operations, types}};
        use crate::Client;
        use crate::call::Call;
        use crate::call_builder::builder;

        impl Client {{ {methods} }}"
    ))
}

/// The code of `builder.rs`: the builders and their setters.
///
/// # Errors
/// Only if the contract did not pass `spec check`.
pub(super) fn builders(model: &Model) -> anyhow::Result<String> {
    let builders: String = model.operations.iter().map(builders::builder).collect();
    let (borrow, operations) = (borrow(&builders), builders::operations(&model.operations));
    formatted(&format!(
        "{borrow}
        use super::types;
        use crate::call_builder::{{CallBuilder, builder}};

        {builders}

        {operations}"
    ))
}

/// The import that bodies need, which are taken by value or by reference.
fn borrow(code: &str) -> &'static str {
    if code.contains("Borrow<") { "use std::borrow::Borrow;" } else { "" }
}

/// A type as the generated code writes it.
pub(crate) fn rust(ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Secret => "crate::Secret".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Number => "::serde_json::Number".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Array(items) => format!("Vec<{}>", rust(items)),
        Type::Map(values) => format!("::std::collections::BTreeMap<String, {}>", rust(values)),
        Type::Named(name) => format!("types::{}", naming::pascal(name)),
        Type::TextOrList => "crate::TextOrList".to_owned(),
        Type::Any => "::serde_json::Value".to_owned(),
    }
}
