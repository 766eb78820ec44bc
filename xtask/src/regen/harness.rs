//! `bigid-api/tests/generated/`: every operation, its typed mock, and every record, as the contract tests call them.
//!
//! The tests are tables over the contract. What a table cannot do in Rust is call a method by its name, so this is written for it: an
//! operation that is added to the contract is tested without a line of test being written.

use anyhow::Context as _;
use quote::quote;
use serde_json::Value;

use super::input::{Input, JSON, is_array, successes};
use super::paging::Paging;
use crate::naming::operation as snake;
use crate::spec::{Applied, operations, schema_name};

/// Calls of every operation, and mocks of every documented answer.
///
/// # Errors
/// Never on a contract that passed its checks.
pub(super) fn calls(applied: &Applied) -> anyhow::Result<String> {
    let (mut calls, mut mocks) = (String::new(), String::new());
    for (_, _, _, operation) in operations(&applied.contract) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        calls += &call(id, operation);
        mocks += &mock(id, operation)?;
    }
    let code = format!(
        "use bigid_api::{{Client, types}};
        use bigid_api::httpmock::MockServerExt as _;
        use httpmock::{{Mock, MockServer}};
        use super::harness::{{Call, Sample, TEXT, decoded, empty, list, raw, typed, undocumented}};

        /// Calls an operation by its id, with every parameter or with the required ones alone.
        pub fn call<'a>(client: &'a Client, id: &str, sample: &'a Sample) -> Call<'a> {{
            match id {{ {calls} other => panic!(\"no operation is called {{other}}\") }}
        }}

        /// Mocks one documented answer of an operation that is called with every parameter.
        pub fn mock<'a>(server: &'a MockServer, id: &str, status: u16, sample: &Sample, answer: &serde_json::Value) -> Mock<'a> {{
            match id {{ {mocks} other => panic!(\"no operation is called {{other}}\") }}
        }}"
    );
    formatted(&code)
}

/// The lists of every operation that is read page by page.
///
/// # Errors
/// Never on a contract that passed its checks.
pub(super) fn lists(applied: &Applied, paging: &Paging) -> anyhow::Result<String> {
    let methods = paging.methods();
    let lists: String = operations(&applied.contract)
        .map(|(.., operation)| (operation["operationId"].as_str().unwrap_or_default(), operation))
        .filter(|(id, _)| methods.contains(&snake(id)))
        .map(|(id, operation)| paged(id, operation))
        .collect();
    formatted(&format!(
        "use bigid_api::{{Client, types}};
        use super::harness::{{Paged, Sample, TEXT, decoded, paged}};

        /// Lists an operation in pages of two records, with the required parameters alone.
        pub fn list<'a>(client: &'a Client, id: &str, sample: &'a Sample) -> Paged<'a> {{
            match id {{ {lists} other => panic!(\"{{other}} is not paged\") }}
        }}"
    ))
}

fn formatted(code: &str) -> anyhow::Result<String> {
    let tokens: proc_macro2::TokenStream =
        code.parse().map_err(|error| anyhow::anyhow!("not Rust ({error}): {code}"))?;
    Ok(prettyplease::unparse(&syn::parse2(quote!(#tokens))?))
}

/// The names of the records and enumerations of answers, for macros that the including file defines.
pub(super) fn records(input: &Input) -> String {
    let list = |names: &std::collections::BTreeSet<String>| {
        names.iter().map(|name| format!("    {name},\n")).collect::<String>()
    };
    format!("records! {{\n{}}}\n\nenumerations! {{\n{}}}\n", list(&input.records), list(&input.enums))
}

fn call(id: &str, operation: &Value) -> String {
    let (mut required, mut optional) = (String::new(), String::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let setter = format!(".{}({})", method(parameter), value(parameter, false));
        if parameter["required"] == true { required += &setter } else { optional += &format!("call = call{setter};") }
    }
    if let Some(body) = body(operation) {
        required += &format!(".body(decoded::<types::{body}>(&sample.body))");
    }
    let mutable = if optional.is_empty() { "" } else { "mut " };
    let all = if optional.is_empty() { String::new() } else { format!("if sample.every {{ {optional} }}") };
    let reader = match form(operation) {
        Form::Record(_) => "typed",
        Form::List(_) => "list",
        Form::Raw => "raw",
        Form::Empty => "empty",
    };
    format!(
        "{id:?} => Box::pin(async move {{
            let {mutable}call = client.{}(){required};
            {all}
            {reader}(call.send().await).await
        }}),",
        snake(id)
    )
}

fn paged(id: &str, operation: &Value) -> String {
    let required = operation["parameters"].as_array().into_iter().flatten().filter(|given| given["required"] == true);
    let mut required: String = required.map(|given| format!(".{}({})", method(given), value(given, false))).collect();
    if let Some(body) = body(operation) {
        required += &format!(".body(decoded::<types::{body}>(&sample.body))");
    }
    format!("{id:?} => paged(client.{}(){required}.records().page_size(2)),", snake(id))
}

fn mock(id: &str, operation: &Value) -> anyhow::Result<String> {
    let mut when = String::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        when += &format!(".{}({})", method(parameter), value(parameter, true));
    }
    if let Some(body) = body(operation) {
        when += &format!(".body(&decoded::<types::{body}>(&sample.body))");
    }
    let mut arms = String::new();
    for (status, _) in operation["responses"].as_object().into_iter().flatten() {
        let succeeds = status.starts_with('2');
        let answer = match form(operation) {
            _ if !succeeds => "&decoded::<types::Failure>(answer)".to_owned(),
            Form::Record(name) => format!("&decoded::<types::{name}>(answer)"),
            Form::List(name) => format!("&decoded::<Vec<types::{name}>>(answer)"),
            Form::Raw => "answer.to_string()".to_owned(),
            Form::Empty => String::new(),
        };
        arms += &if status == "2XX" {
            format!("200..=299 => then.success(status, {answer}),")
        } else {
            format!("{status} => then.{}({answer}),", reason(status)?)
        };
    }
    let sets = if when.is_empty() { String::new() } else { format!("let _ = when{when};") };
    let when = if when.is_empty() { "_" } else { "when" };
    Ok(format!(
        "{id:?} => server.{}(|{when}, then| {{
            {sets}
            let _ = match status {{ {arms} other => undocumented(other) }};
        }}),",
        snake(id)
    ))
}

/// What an operation answers when it succeeds.
enum Form<'a> {
    Record(&'a str),
    List(&'a str),
    Raw,
    Empty,
}

fn form(operation: &Value) -> Form<'_> {
    match successes(operation).next() {
        Some((_, Some(JSON), schema)) if is_array(schema) => Form::List(name(&schema["items"])),
        Some((_, Some(JSON), schema)) => Form::Record(name(schema)),
        Some((_, Some(_), _)) => Form::Raw,
        _ => Form::Empty,
    }
}

fn body(operation: &Value) -> Option<&str> {
    operation["requestBody"]["content"][JSON]["schema"]["$ref"].as_str().and_then(schema_name)
}

fn name(schema: &Value) -> &str {
    schema["$ref"].as_str().and_then(schema_name).unwrap_or_default()
}

/// The setter of a parameter. A keyword has an underscore behind it.
fn method(parameter: &Value) -> String {
    let name = snake(parameter["name"].as_str().unwrap_or_default());
    if syn::parse_str::<syn::Ident>(&name).is_ok() { name } else { format!("{name}_") }
}

/// The value that the tests send, which `Sample::expected` knows as well.
fn value(parameter: &Value, mocked: bool) -> String {
    match (parameter["schema"]["type"].as_str(), mocked) {
        (Some("integer"), _) => "7".to_owned(),
        (Some("boolean"), _) => "true".to_owned(),
        (Some("array"), false) => "vec![TEXT.to_owned(), String::from(\"b\")]".to_owned(),
        (Some("array"), true) => "&vec![TEXT.to_owned(), String::from(\"b\")]".to_owned(),
        _ => "TEXT".to_owned(),
    }
}

/// The method of a mock for a status, which progenitor names after the reason phrase.
fn reason(status: &str) -> anyhow::Result<&'static str> {
    Ok(match status {
        "200" => "ok",
        "201" => "created",
        "202" => "accepted",
        "204" => "no_content",
        "400" => "bad_request",
        "401" => "unauthorized",
        "403" => "forbidden",
        "404" => "not_found",
        "409" => "conflict",
        "422" => "unprocessable_entity",
        "429" => "too_many_requests",
        "500" => "internal_server_error",
        other => return Err(anyhow::anyhow!("no test knows the status {other}")).context("add it to harness.rs"),
    })
}
