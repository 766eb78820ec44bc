//! A program that uses every public item of a contract's client, each with its documented type.

use crate::model::{Content, Model, Operation, Record, SchemaKind, Type};
use crate::naming;
use crate::regen::{Argument, Of, lossless_records, optional, output, required, rust};

/// One function per method, setter, output, mock, type, constructor, field and variant.
pub(super) fn using(model: &Model) -> String {
    let mut text = String::from("use bigid_api::{builder, types};\n");
    for operation in &model.operations {
        text += &self::operation(operation);
    }
    let lossless = lossless_records(model);
    for (name, schema) in &model.schemas {
        // Every part has it.
        if name == "Failure" {
            continue;
        }
        let ty = &schema.rust;
        let snake = naming::snake(ty);
        text += &format!("\npub fn {snake}_type(_: types::{ty}) {{}}\n");
        match &schema.kind {
            SchemaKind::Record(record) => text += &fields(ty, record, lossless.contains(name.as_str())),
            SchemaKind::Enum(values) => {
                for value in values {
                    let name = naming::snake(&value.rust);
                    text +=
                        &format!("\npub fn {snake}_value_{name}() -> types::{ty} {{ types::{ty}::{} }}\n", value.rust);
                }
            }
            SchemaKind::Map(_) | SchemaKind::Any => {}
        }
    }
    text
}

fn operation(operation: &Operation) -> String {
    let (method, builder) = (&operation.rust, &operation.builder);
    let arguments = required(operation);
    let declared: Vec<String> =
        arguments.iter().map(|argument| format!(", {}: {}", argument.name, given(argument))).collect();
    let names: Vec<&str> = arguments.iter().map(|argument| argument.name.as_str()).collect();
    let mut text = format!(
        "\npub fn {method}(client: &bigid_api::Client{}) -> builder::{builder} {{ client.{method}({}) }}\n",
        declared.concat(),
        names.join(", ")
    );
    for setter in optional(operation) {
        let (name, ty) = (&setter.name, given(&setter));
        text += &format!(
            "\npub fn {method}_set_{name}(it: builder::{builder}, value: {ty}) -> builder::{builder} {{ it.{name}(value) }}\n"
        );
    }
    let output = match operation.success() {
        Content::Empty => "()".to_owned(),
        Content::Json(ty) => public(&output(ty)),
        Content::Raw { .. } => "bigid_api::ByteStream".to_owned(),
    };
    text +=
        &format!("\npub async fn {method}_output(it: builder::{builder}) -> Option<{output}> {{ it.await.ok() }}\n");
    if operation.paging.is_some() {
        text += &format!("\npub fn {method}_records(it: builder::{builder}) {{ let _ = it.records(); }}\n");
    }
    for response in &operation.responses {
        let (name, mock) = (response.status.mock(), naming::mock(&operation.id, "then"));
        let (declared, value) = match &response.content {
            Content::Empty => (String::new(), ""),
            Content::Json(Type::Array(items)) => (format!(", value: Vec<{}>", public(&rust(items))), "&value"),
            Content::Json(ty) => (format!(", value: &{}", public(&rust(ty))), "value"),
            Content::Raw { .. } => (", value: &[u8]".to_owned(), "value"),
        };
        text += &format!(
            "\npub fn {method}_mocks_{name}(it: bigid_api::httpmock::operations::{mock}{declared}) {{ it.{name}({value}); }}\n"
        );
    }
    text
}

fn fields(ty: &str, record: &Record, is_lossless: bool) -> String {
    let snake = naming::snake(ty);
    let needed: Vec<_> =
        record.required.iter().filter(|_| !is_lossless).filter_map(|wire| record.field(wire)).collect();
    let declared: Vec<String> =
        needed.iter().map(|field| format!("{}: {}", field.rust, public(&rust(&field.ty)))).collect();
    let names: Vec<&str> = needed.iter().map(|field| field.rust.as_str()).collect();
    let mut text = format!(
        "\npub fn {snake}_new({}) -> types::{ty} {{ types::{ty}::new({}) }}\n",
        declared.join(", "),
        names.join(", ")
    );
    for field in &record.fields {
        let (name, inner) = (&field.rust, public(&rust(&field.ty)));
        let inner = if field.required && !is_lossless { inner } else { format!("Option<{inner}>") };
        text += &format!("\npub fn {snake}_get_{name}(it: &types::{ty}) -> &{inner} {{ &it.{name} }}\n");
    }
    text
}

/// The type of an argument.
fn given(argument: &Argument<'_>) -> String {
    match &argument.of {
        Of::Body(ty, _) => format!("&{}", public(&rust(ty))),
        Of::Upload(_) => "bigid_api::FormFile".to_owned(),
        Of::Parameter(parameter) => parameter_type(&parameter.ty),
    }
}

fn parameter_type(ty: &Type) -> String {
    match ty {
        Type::Integer => "i64".to_owned(),
        Type::Number => "serde_json::Number".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Array(items) => format!("Vec<{}>", parameter_type(items)),
        _ => "&str".to_owned(),
    }
}

/// A type as a program outside of the crate writes it.
fn public(ty: &str) -> String {
    ty.replace("crate::", "bigid_api::")
}
