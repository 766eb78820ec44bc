//! progenitor, in a child process: on ordinary OpenAPI it may panic or exhaust its stack, and only a process can catch
//! the latter.

use std::env;
use std::io::BufRead as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use openapiv3::OpenAPI;
use proc_macro2::{TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::input::Input;
use super::limited::{self, Ended};
use crate::model::Model;
use crate::spec::{Applied, operations, references, schema_name};
use crate::this_program;

/// The subcommand that runs the generator in this process.
pub(crate) const CHILD: &str = "generate-from-stdin";

/// The variable with the child's time limit in seconds.
const TIMEOUT_VARIABLE: &str = "REGEN_TIMEOUT_SECS";

/// A hundred times as long as the whole contract takes.
const TIMEOUT: Duration = Duration::from_secs(60);

/// progenitor's output, before any rewrite.
#[derive(Serialize, Deserialize)]
pub(super) struct Tokens {
    /// The items of its module of types. The rest of its client is dropped, because nothing reads it.
    pub(super) types: String,
    pub(super) httpmock: String,
}

/// Runs progenitor on an input.
///
/// # Errors
/// Any failure of progenitor, with the operation that causes it, if there is exactly one.
pub(super) fn generate(input: &Input, applied: &Applied, model: &Model) -> anyhow::Result<Tokens> {
    let limit = timeout()?;
    let said = match spawn(&input.client, &input.httpmock, limit)? {
        Some(ended) if ended.status.success() => {
            return serde_json::from_slice(&ended.stdout)
                .context("the generating process wrote something other than tokens");
        }
        Some(ended) => verdict(&ended),
        None => format!(
            "progenitor did not end within {} s on the contract, and was stopped; {TIMEOUT_VARIABLE} sets another limit",
            limit.as_secs()
        ),
    };
    if let Some(operation) = culprit(&input.client, limit)?.and_then(|id| model.operation(&id)) {
        return Err(applied.merged.finding(&operation.pointer, said).help("this operation alone provokes it").into());
    }
    let schema = culprit_schema(&input.client, limit)?.and_then(|name| model.schemas.get(&name));
    let (place, help) = match schema {
        Some(schema) => (schema.pointer.as_str(), "this schema provokes it, with those that it refers to"),
        None => ("", "neither an operation nor a schema alone provokes it"),
    };
    Err(applied.merged.finding(place, said).help(help).into())
}

/// The name of a schema that fails on its own, with those to which it refers, found by bisection.
fn culprit_schema(document: &Value, limit: Duration) -> anyhow::Result<Option<String>> {
    let all: Vec<&String> =
        document["components"]["schemas"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
    let mut suspects = all.as_slice();
    while suspects.len() > 1 {
        let (first, second) = suspects.split_at(suspects.len() / 2);
        suspects = if schemas_fail(document, first, limit)? { first } else { second };
    }
    Ok(match suspects {
        [only] if schemas_fail(document, suspects, limit)? => Some((*only).clone()),
        _ => None,
    })
}

/// Whether progenitor fails on some schemas and those to which they refer, without any operation.
fn schemas_fail(document: &Value, some: &[&String], limit: Duration) -> anyhow::Result<bool> {
    let all = &document["components"]["schemas"];
    let mut kept = serde_json::Map::new();
    let mut open: Vec<&str> = some.iter().map(|name| name.as_str()).collect();
    while let Some(name) = open.pop().filter(|_| kept.len() <= all.as_object().map_or(0, serde_json::Map::len)) {
        if kept.insert(name.to_owned(), all[name].clone()).is_none() {
            open.extend(references(&all[name]).into_iter().filter_map(|(_, target)| schema_name(target)));
        }
    }
    let mut alone = document.clone();
    alone["paths"] = json!({});
    alone["components"]["schemas"] = kept.into();
    Ok(!spawn(&alone, &json!(null), limit)?.is_some_and(|ended| ended.status.success()))
}

fn timeout() -> anyhow::Result<Duration> {
    let Some(value) = env::var_os(TIMEOUT_VARIABLE) else { return Ok(TIMEOUT) };
    let seconds = value.to_str().and_then(|value| value.parse().ok());
    let seconds = seconds.with_context(|| {
        format!("error: {TIMEOUT_VARIABLE} is {}; it must be a whole number of seconds", value.display())
    })?;
    Ok(Duration::from_secs(seconds))
}

/// The id of an operation that fails on its own, found by bisection; each attempt is a process.
fn culprit(document: &Value, limit: Duration) -> anyhow::Result<Option<String>> {
    let all: Vec<_> = operations(document).collect();
    let mut suspects = all.as_slice();
    // A failure without operations is not caused by one.
    if fails(document, &[], limit)? {
        return Ok(None);
    }
    while suspects.len() > 1 {
        let (first, second) = suspects.split_at(suspects.len() / 2);
        suspects = if fails(document, first, limit)? { first } else { second };
    }
    Ok(match suspects {
        [(.., operation)] if fails(document, suspects, limit)? => operation["operationId"].as_str().map(str::to_owned),
        _ => None,
    })
}

/// Whether progenitor fails on some of a document's operations.
fn fails(document: &Value, some: &[(String, &str, &str, &Value)], limit: Duration) -> anyhow::Result<bool> {
    let mut alone = document.clone();
    alone["paths"] = json!({});
    for (_, path, method, operation) in some {
        alone["paths"][*path][*method] = (*operation).clone();
    }
    Ok(!spawn(&alone, &json!(null), limit)?.is_some_and(|ended| ended.status.success()))
}

/// The child: reads two documents from one line of standard input, writes [`Tokens`] to standard output.
pub(crate) fn child() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().lock().read_line(&mut text)?;
    limited::die_with_parent();
    let (client, httpmock): (Value, Value) = serde_json::from_str(&text)?;
    println!("{}", serde_json::to_string(&unguarded(client, httpmock)?)?);
    Ok(ExitCode::SUCCESS)
}

/// Runs progenitor in this process, which its panics end.
pub(super) fn unguarded(client: Value, httpmock: Value) -> anyhow::Result<Tokens> {
    let types = types(generator().generate_tokens(&openapi(client)?).map_err(refused)?)?.to_string();
    let httpmock = match httpmock {
        Value::Null => String::new(),
        document => generator().httpmock(&openapi(document)?, "crate").map_err(refused)?.to_string(),
    };
    Ok(Tokens { types, httpmock })
}

/// The contents of the module `types` of a client.
fn types(client: TokenStream) -> anyhow::Result<TokenStream> {
    let mut is_named = false;
    for token in client {
        match token {
            TokenTree::Group(module) if is_named => return Ok(module.stream()),
            token => is_named = matches!(token, TokenTree::Ident(name) if name == "types"),
        }
    }
    bail!("progenitor wrote no module `types`")
}

fn generator() -> Generator {
    let mut settings = GenerationSettings::default();
    let schema = |kind: InstanceType, format: Option<&str>| SchemaObject {
        instance_type: Some(kind.into()),
        format: format.map(str::to_owned),
        ..SchemaObject::default()
    };
    settings
        .with_map_type("::std::collections::BTreeMap")
        .with_conversion(
            schema(InstanceType::String, Some("password")),
            "crate::Secret",
            std::iter::empty::<TypeImpl>(),
        )
        // An f64 would turn 1 into 1.0 on its way through a record.
        .with_conversion(schema(InstanceType::Number, None), "::serde_json::Number", std::iter::empty::<TypeImpl>());
    Generator::new(&settings)
}

fn openapi(document: Value) -> anyhow::Result<OpenAPI> {
    serde_json::from_value(document).map_err(|error| anyhow!("not OpenAPI 3.0: {error}"))
}

fn refused(error: progenitor::Error) -> anyhow::Error {
    anyhow!("progenitor rejects the contract: {error}")
}

fn spawn(client: &Value, httpmock: &Value, limit: Duration) -> anyhow::Result<Option<Ended>> {
    let line = format!("{}\n", serde_json::to_string(&(client, httpmock))?);
    limited::run(this_program::command()?.arg(CHILD).env("RUST_BACKTRACE", "0"), line.as_bytes(), limit)
        .context("cannot run the generating process")
}

/// One line that describes how the child ended.
fn verdict(ended: &Ended) -> String {
    let stderr = String::from_utf8_lossy(&ended.stderr);
    let text = stderr.trim();
    if text.contains("has overflowed its stack") {
        return "progenitor exhausts its stack on the contract: a schema contains itself through allOf".into();
    }
    match (ended.status.code(), text.split_once("panicked at ")) {
        (_, Some((_, panic))) => {
            let (place, message) = panic.split_once('\n').unwrap_or((panic, ""));
            let message: Vec<&str> = message.lines().take_while(|line| !line.starts_with("note:")).collect();
            format!(
                "progenitor panics on the contract: {} (at {})",
                message.join(" ").trim(),
                place.trim_end_matches(':')
            )
        }
        (Some(_), None) => text.lines().map(str::trim).collect::<Vec<_>>().join(" "),
        (None, None) => format!("progenitor was killed by a signal on the contract: {text}"),
    }
}
