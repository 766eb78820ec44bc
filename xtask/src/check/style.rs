//! W701 to W705: legal documents that give a poor client.

use serde_json::{Value, json};

use super::trap::WARNING;
use super::{Findings, Fix, Pipeline, Trap};
use crate::model::Document;
use crate::model::RawOperation as Operation;
use crate::naming;
use crate::spec::{Layer, escape};

pub(super) static NO_ERRORS: Trap = Trap {
    code: "W701",
    title: "an operation without documented errors",
    effect: "every error is an unexpected response, and the server's message is not decoded",
    fix: "describe the server's error responses",
    ..WARNING
};

pub(super) static NO_SECURITY: Trap = Trap {
    code: "W702",
    title: "an operation without `security`",
    effect: "a public call cannot be distinguished from an omission, and a client may send its token to a call that needs none",
    fix: "list the schemes, or write `security: []`",
    ..WARNING
};

pub(super) static NO_SUMMARY: Trap = Trap {
    code: "W703",
    title: "an operation without summary",
    effect: "its function has no summary line in its documentation",
    fix: "describe in a few words what it does",
    ..WARNING
};

pub(super) static UGLY: Trap = Trap {
    code: "W704",
    title: "a name that leads to ugly Rust",
    effect: "it starts with an added letter, ends with a meaningless number, is too long to read, or has letters that are not ASCII, about which rustc warns",
    fix: "rename the operation or schema; for a property, use x-rust-name, which `regen` reads",
    layer: Layer::Codegen,
    ..WARNING
};

pub(super) static SECRET: Trap = Trap {
    code: "W705",
    title: "a property with the name of a secret, without `format: password`",
    effect: "it is an ordinary string, which every `Debug` prints and every log may contain",
    fix: "write `format: password`, which `regen` converts to a `Secret`, as progenitor's `with_conversion` can",
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for operation in &document.operations {
        let label = operation.label();
        let errors: Vec<&Value> = refusals(operation).collect();
        let has_4xx = operation.responses.iter().any(|(status, _)| status.starts_with('4') || *status == "default");
        if !has_4xx {
            let any = json!({ "application/json": { "schema": { "type": "object" } } });
            let content = errors.first().and_then(|error| error.get("content")).unwrap_or(&any);
            let refusal =
                json!({ "responses": { "400": { "description": "The call was refused.", "content": content } } });
            found.add(
                &NO_ERRORS,
                &operation.pointer,
                format!("{label} documents no refusal"),
                Fix::update(&operation.pointer, refusal),
            );
        }
        if operation.value.get("security").is_none() && document.root.get("security").is_none() {
            let fix = Fix::update(&operation.pointer, json!({ "security": [] }));
            found.add(&NO_SECURITY, &operation.pointer, format!("{label} has no `security`"), fix);
        }
        if operation.value["summary"].as_str().is_none_or(|summary| summary.trim().is_empty()) {
            let fix = Fix::update(&operation.pointer, json!({ "summary": title(operation) }));
            found.add(&NO_SUMMARY, &operation.pointer, format!("{label} has no summary"), fix);
        }
        for part in &operation.parameters {
            let name = part.value["name"].as_str().unwrap_or_default();
            let rust = found.pipeline.parameter(name);
            if !rust.is_ascii() {
                found.add(&UGLY, &part.pointer, format!("the parameter `{name}` of {label} becomes `{rust}`"), None);
            }
        }
        if !operation.id.is_empty() && is_ugly(operation.id) {
            let name = naming::snake(&format!("{} {}", operation.method, operation.path));
            let fix = (!is_ugly(&name)).then(|| Fix::update(&operation.pointer, json!({ "operationId": name })));
            found.add(
                &UGLY,
                &operation.pointer,
                format!("`{}` becomes `{}`", operation.id, naming::operation(operation.id)),
                fix,
            );
        }
    }
    for (name, _) in document.named_schemas().into_iter().flatten() {
        let rust = naming::pascal(name);
        if !rust.is_ascii() {
            let at = format!("/components/schemas/{}", escape(name));
            found.add(&UGLY, &at, format!("`{name}` becomes `{rust}`"), None);
        }
    }
    for schema in &document.schemas {
        for value in schema.value["enum"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let rust = naming::pascal(value);
            if !rust.is_ascii() {
                let at = format!("{}/enum", schema.pointer);
                found.add(&UGLY, &at, format!("the value `{value}` becomes `{rust}`"), Fix::remove(&at));
            }
        }
        for (wire, property) in schema.value["properties"].as_object().into_iter().flatten() {
            if property["type"] == "string" && property.get("format").is_none() && names_a_secret(wire) {
                let at = format!("{}/properties/{}", schema.pointer, escape(wire));
                found.add(
                    &SECRET,
                    &at,
                    format!("`{wire}` is an ordinary string"),
                    Fix::update(&at, json!({ "format": "password" })),
                );
            }
            let regen = found.pipeline == Pipeline::Regen;
            let asked = property["x-rust-name"].as_str().filter(|_| regen);
            let name = asked.unwrap_or(wire);
            if is_ugly(name) {
                let at = format!("{}/properties/{}", schema.pointer, escape(wire));
                let named = schema.pointer.matches('/').count() == 3;
                let fix = (regen && named).then(|| Fix::update(&at, json!({ "x-rust-name": "another_name" })));
                found.add(&UGLY, &at, format!("`{wire}` becomes `{}`", found.pipeline.field(name)), fix);
            }
        }
    }
}

fn refusals<'a>(operation: &Operation<'a>) -> impl Iterator<Item = &'a Value> {
    operation.responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])).map(|(_, part)| part.value)
}

/// `listDataSources` as a title.
fn title(operation: &Operation<'_>) -> String {
    let words = naming::snake(if operation.id.is_empty() { operation.path } else { operation.id });
    let capital = |word: &str| word.chars().next().map(|c| format!("{}{}", c.to_uppercase(), &word[c.len_utf8()..]));
    words.split('_').filter_map(capital).collect::<Vec<_>>().join(" ")
}

/// Whether the last words of a name are those of a secret: `auth_token` is one, `token_count` is not.
fn names_a_secret(name: &str) -> bool {
    let words = naming::snake(name);
    ["password", "passphrase", "secret", "token", "api_key", "private_key", "access_key"]
        .iter()
        .any(|word| words.ends_with(word))
}

/// Longer names do not fit on a line with anything else.
const LONGEST: usize = 48;

fn is_ugly(name: &str) -> bool {
    let rust = naming::snake(name);
    let made_up = rust == "x" || name.starts_with(|c: char| c.is_ascii_digit());
    let (stem, number) = name.rsplit_once('_').unwrap_or((name, ""));
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && stem.contains("sing");
    made_up || numbered || rust.len() > LONGEST || !rust.is_ascii()
}
