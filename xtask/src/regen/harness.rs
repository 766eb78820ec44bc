//! `contract-harness/src/generated/`: every operation, its typed mock, and every record, as the contract tests call
//! them.
//!
//! The tests are tables over the contract. Rust cannot call a method by name, so the calls are generated: an
//! operation that is added to the contract is tested without new test code.

use super::client::{self, Argument, Of};
use super::input::Input;
use super::paging::Paging;
use super::source::formatted;
use crate::model::{Content, Encoding, Location, Model, Operation, Parameter, Type};
use crate::status::Status;

/// Calls of every operation, and mocks of every documented response.
///
/// # Errors
/// Only if the contract did not pass `spec check`.
pub(super) fn calls(model: &Model) -> anyhow::Result<String> {
    let calls: String = model.operations.iter().map(|operation| call(model, operation)).collect();
    let mocks: String = model.operations.iter().map(|operation| mock(model, operation)).collect();
    let code = format!(
        "use bigid_api::{{Client, types}};
        use bigid_api::httpmock::MockServerExt as _;
        use httpmock::{{Mock, MockServer}};
        use crate::outcome::{{Call, decoded, empty, list, raw, typed, undocumented}};
        use crate::sample::{{Sample, TEXT}};

        #[allow(deprecated)]
        pub(crate) fn call<'a>(client: &'a Client, id: &str, sample: &'a Sample) -> Call<'a> {{
            match id {{ {calls} other => panic!(\"no operation is called {{other}}\") }}
        }}

        /// Mocks one documented response of an operation that is called with every parameter.
        ///
        /// # Panics
        /// If no operation has this id, or it documents no response of this status.
        pub fn mock<'a>(server: &'a MockServer, id: &str, status: u16, sample: &Sample, response: &serde_json::Value) -> Mock<'a> {{
            match id {{ {mocks} other => panic!(\"no operation is called {{other}}\") }}
        }}"
    );
    formatted(&code)
}

/// The lists of every operation that is read page by page.
///
/// # Errors
/// Only if the contract did not pass `spec check`.
pub(super) fn lists(model: &Model, paging: &Paging) -> anyhow::Result<String> {
    let methods = paging.methods();
    let paged_ones = model.operations.iter().filter(|operation| methods.contains(&operation.rust));
    let lists: String = paged_ones.map(|operation| paged(model, operation)).collect();
    formatted(&format!(
        "use bigid_api::{{Client, types}};
        use crate::outcome::{{Paged, decoded, paged}};
        use crate::sample::{{Sample, TEXT}};

        /// Lists an operation in pages of two records, with the required parameters alone.
        ///
        /// # Panics
        /// If the operation is not paged.
        #[allow(deprecated)]
        pub fn list<'a>(client: &'a Client, id: &str, sample: &'a Sample) -> Paged {{
            match id {{ {lists} other => panic!(\"{{other}} is not paged\") }}
        }}"
    ))
}

/// Macros that invoke another one with the names of the records, and of the enumerations, of responses.
pub(super) fn records(input: &Input) -> String {
    let list = |names: &std::collections::BTreeSet<String>| {
        names.iter().map(|name| format!("    {name},\n")).collect::<String>()
    };
    let each = |what: &str, name: &str, names| {
        format!(
            "/// Invokes a macro with the names of all {what}.\n#[macro_export]\nmacro_rules! {name} {{\n    ($macro:ident) => {{ $macro! {{\n{}    }} }};\n}}\n",
            list(names)
        )
    };
    each("records", "each_record", &input.records) + "\n" + &each("enumerations", "each_enumeration", &input.enums)
}

fn call(model: &Model, operation: &Operation) -> String {
    let optional: String = client::optional(operation)
        .iter()
        .map(|setter| format!("call = call.{}({});", setter.name, given(model, setter)))
        .collect();
    let mutable = if optional.is_empty() { "" } else { "mut " };
    let all = if optional.is_empty() { String::new() } else { format!("if sample.every {{ {optional} }}") };
    let reader = match operation.success() {
        Content::Json(Type::Array(_)) => "list",
        Content::Json(_) => "typed",
        Content::Raw { .. } => "raw",
        Content::Empty => "empty",
    };
    format!(
        "{:?} => Box::pin(async move {{
            let {mutable}call = client.{}({});
            {all}
            {reader}(call.with_response().await).await
        }}),",
        operation.id,
        operation.rust,
        required(model, operation)
    )
}

fn paged(model: &Model, operation: &Operation) -> String {
    format!(
        "{:?} => paged(client.{}({}).records().page_size(2)),",
        operation.id,
        operation.rust,
        required(model, operation)
    )
}

/// The arguments of an operation's method.
fn required(model: &Model, operation: &Operation) -> String {
    let arguments: Vec<String> = client::required(operation).iter().map(|argument| given(model, argument)).collect();
    arguments.join(", ")
}

/// The value for an argument or a setter.
fn given(model: &Model, argument: &Argument<'_>) -> String {
    match &argument.of {
        Of::Parameter(parameter) => value(parameter, false),
        Of::Body(ty, _) => format!("decoded::<{}>(&sample.body)", rust(model, ty)),
        Of::Upload(_) => "crate::sample::file()".to_owned(),
    }
}

fn mock(model: &Model, operation: &Operation) -> String {
    let set = |parameter: &Parameter| format!(".{}({})", parameter.rust, value(parameter, true));
    let mut when: String = operation.parameters.iter().map(set).collect();
    if let Some(body) = operation.body.as_ref().filter(|body| body.encoding == Encoding::Json) {
        when += &format!(".body(&decoded::<{}>(&sample.body))", rust(model, &body.ty));
    }
    let mut arms = String::new();
    for response in &operation.responses {
        let argument = match &response.content {
            Content::Json(ty) => format!("&decoded::<{}>(response)", rust(model, ty)),
            Content::Raw { .. } => "response.to_string()".to_owned(),
            Content::Empty => String::new(),
        };
        let method = response.status.mock();
        arms += &match response.status {
            Status::Code(code) => format!("{code} => then.{method}({argument}),"),
            Status::Range(class) => format!("{class}00..={class}99 => then.{method}(status, {argument}),"),
        };
    }
    let sets = if when.is_empty() { String::new() } else { format!("let _ = when{when};") };
    let when = if when.is_empty() { "_" } else { "when" };
    format!(
        "{:?} => server.{}(|{when}, then| {{
            {sets}
            let _ = match status {{ {arms} other => undocumented(other) }};
        }}),",
        operation.id, operation.rust
    )
}

/// A type as the tests write it.
fn rust(model: &Model, ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Secret => "bigid_api::Secret".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Number => "serde_json::Number".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Array(items) => format!("Vec<{}>", rust(model, items)),
        Type::Map(values) => format!("std::collections::BTreeMap<String, {}>", rust(model, values)),
        Type::Named(name) => {
            format!("types::{}", model.schemas.get(name).map_or(name.as_str(), |schema| schema.rust.as_str()))
        }
        Type::TextOrList => "bigid_api::TextOrList".to_owned(),
        Type::Any => "serde_json::Value".to_owned(),
    }
}

/// The value that the tests send, which `Sample::expected` repeats.
fn value(parameter: &Parameter, mocked: bool) -> String {
    match (&parameter.ty, mocked) {
        (Type::Integer, _) => "7".to_owned(),
        (Type::Number, false) => "serde_json::Number::from(7)".to_owned(),
        (Type::Number, true) => "&serde_json::Number::from(7)".to_owned(),
        (Type::Boolean, _) => "true".to_owned(),
        (Type::Array(_), false) => "vec![TEXT.to_owned(), String::from(\"b\")]".to_owned(),
        (Type::Array(_), true) => "&vec![TEXT.to_owned(), String::from(\"b\")]".to_owned(),
        // A header holds visible ASCII.
        _ if parameter.location == Location::Header => "\"a b; c=d\"".to_owned(),
        _ => "TEXT".to_owned(),
    }
}
