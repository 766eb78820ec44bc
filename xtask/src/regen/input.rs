//! What progenitor is given: the codegen layer with plain prose and Rust's own names, and what the rewrites must know of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{naming, prose};
use crate::spec::{Applied, Diagnostics, operations, references, schema_name};

pub(super) const JSON: &str = "application/json";

/// The path that deployed servers mount the API under, and mocks with them.
const BASE_PATH: &str = "/api/v1";

pub(super) struct Input {
    /// The document that the client is generated from.
    pub(super) client: Value,
    /// The same under [`BASE_PATH`]: progenitor's mocks know nothing of a base path.
    pub(super) httpmock: Value,
    /// By the Rust name of an operation, its constant in the operations table.
    pub(super) operations: BTreeMap<String, String>,
    /// The ways back from the wire: each documented answer of each operation, and what is not documented.
    pub(super) answers: usize,
    /// The object schemas that an answer can hold, by name.
    pub(super) records: BTreeSet<String>,
    /// The enumerations that an answer can hold, by name.
    pub(super) enums: BTreeSet<String>,
    /// The operations that answer with a bare array of records.
    pub(super) lists: usize,
    /// The media type of each answer that is no JSON, by the name of its operation's types.
    pub(super) raw: BTreeMap<String, String>,
    /// The query parameters that may stand several times.
    pub(super) repeated: usize,
    /// The name on the wire of each property that was renamed, by schema and Rust name.
    pub(super) renamed: BTreeMap<(String, String), String>,
}

/// Makes the generator's input out of the contract.
///
/// # Errors
/// What would make the generated answers lossy: unnamed objects, alternatives, required properties; names that collide.
pub(super) fn prepare(applied: &Applied) -> Result<Input, Diagnostics> {
    let mut client = applied.codegen.clone();
    let mut found = Diagnostics::default();
    let names = operation_names(&client, applied, &mut found);
    let (records, enums) = answer_schemas(&client, applied, &mut found);
    let lists =
        operations(&client).filter(|(.., operation)| successes(operation).any(|(.., answer)| is_array(answer))).count();
    let raw = raw_answers(&client);
    let repeated = parameters(&client).filter(|(_, _, parameter)| parameter["schema"]["type"] == "array").count();
    check_answers(&client, applied, &mut found);
    check_parameters(&client, applied, &mut found);
    let answers = operations(&client).map(|(.., operation)| ways_back(&operation["responses"])).sum();
    let renamed = rename(&mut client, applied, &mut found);
    found.into_result()?;
    prose::tame(&mut client);
    let mut httpmock = client.clone();
    if let Some(paths) = httpmock["paths"].as_object_mut() {
        *paths = std::mem::take(paths).into_iter().map(|(path, item)| (format!("{BASE_PATH}{path}"), item)).collect();
    }
    Ok(Input { client, httpmock, operations: names, answers, records, enums, lists, raw, repeated, renamed })
}

/// The documented successes of an operation: the status, the media type if there is a body, and the schema if that is JSON.
pub(super) fn successes(operation: &Value) -> impl Iterator<Item = (&str, Option<&str>, &Value)> {
    let successes =
        operation["responses"].as_object().into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
    successes.map(|(status, response)| {
        let content = response["content"].as_object();
        match content.and_then(|content| content.get(JSON)) {
            Some(json) => (status.as_str(), Some(JSON), &json["schema"]),
            None => {
                (status.as_str(), content.and_then(|content| content.keys().next()).map(String::as_str), &Value::Null)
            }
        }
    })
}

pub(super) fn is_array(schema: &Value) -> bool {
    schema["type"] == "array"
}

fn raw_answers(document: &Value) -> BTreeMap<String, String> {
    let mut raw = BTreeMap::new();
    for (.., operation) in operations(document) {
        let media = successes(operation).find_map(|(_, media, _)| media.filter(|media| *media != JSON));
        if let (Some(media), Some(id)) = (media, operation["operationId"].as_str()) {
            raw.insert(naming::pascal(id), media.to_owned());
        }
    }
    raw
}

/// A client must be able to decode each answer without losing anything, and progenitor knows one success and one error an operation.
fn check_answers(document: &Value, applied: &Applied, found: &mut Diagnostics) {
    for (pointer, path, method, operation) in operations(document) {
        let mut first: Option<(Option<&str>, &Value)> = None;
        for (status, media, schema) in successes(operation) {
            let at = format!("{pointer}/responses/{status}");
            let records = if is_array(schema) { &schema["items"] } else { schema };
            if media == Some(JSON) && records.get("$ref").is_none() {
                let finding = applied.merged.finding(&at, "a JSON answer whose schema has no name");
                found.push(finding.help(
                    "refer to a schema under components/schemas, or to an array of one; OpenAnswer takes any JSON",
                ));
            }
            if first.is_some_and(|first| first != (media, schema)) {
                let message = format!("{} {path} documents two successes of different forms", method.to_uppercase());
                found.push(applied.merged.finding(&at, message).help("progenitor would take the first for both"));
            }
            first = Some((media, schema));
        }
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            if !status.starts_with(['2', '3']) && response["content"][JSON]["schema"].get("$ref").is_none() {
                let finding = applied
                    .merged
                    .finding(&format!("{pointer}/responses/{status}"), "an error answer without a named JSON body");
                found.push(finding.help("refer to the schema Failure: without it the server's words are lost"));
            }
        }
    }
}

fn parameters(document: &Value) -> impl Iterator<Item = (String, &Value, &Value)> {
    operations(document).flat_map(|(pointer, _, _, operation)| {
        let parameters = operation["parameters"].as_array().into_iter().flatten().enumerate();
        parameters.map(move |(index, parameter)| (format!("{pointer}/parameters/{index}"), operation, parameter))
    })
}

/// The names that the methods of an operation's builder and the variables of its `send` have already.
const TAKEN: [&str; 10] = ["body", "body_map", "client", "info", "new", "request", "response", "result", "send", "url"];

/// A parameter must have a name that its builder can take, and one that no other parameter has.
fn check_parameters(document: &Value, applied: &Applied, found: &mut Diagnostics) {
    let mut names: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for (pointer, operation, parameter) in parameters(document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let wire = parameter["name"].as_str().unwrap_or_default();
        let name = naming::snake(wire);
        if TAKEN.contains(&name.as_str()) {
            let message = format!("the parameter `{wire}` of `{id}` has a name that its builder uses itself");
            found.push(applied.merged.finding(&pointer, message));
        }
        if let Some(other) = names.insert((id, name.clone()), wire) {
            let message = format!("the parameters `{other}` and `{wire}` of `{id}` both become `{name}`");
            found.push(applied.merged.finding(&pointer, message));
        }
    }
}

fn ways_back(responses: &Value) -> usize {
    let documented = responses.as_object().map_or(0, Map::len);
    if responses.get("default").is_some() { documented } else { documented + 1 }
}

fn operation_names(document: &Value, applied: &Applied, found: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (pointer, _, _, operation) in operations(document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        if names.insert(naming::snake(id), naming::shouting(id)).is_some() {
            let message = format!("`{id}` and another operationId become the same Rust name `{}`", naming::snake(id));
            found.push(applied.merged.finding(&pointer, message));
        }
    }
    names
}

/// The named schemas that answers reach. All else inside an answer must be what a lossless record can hold.
fn answer_schemas(
    document: &Value,
    applied: &Applied,
    found: &mut Diagnostics,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut reached = BTreeSet::new();
    let mut open: Vec<(String, &str)> = Vec::new();
    for (pointer, _, _, operation) in operations(document) {
        let responses = &operation["responses"];
        open.extend(
            references(responses).into_iter().map(|(below, target)| (format!("{pointer}/responses{below}"), target)),
        );
    }
    while let Some((_, target)) = open.pop() {
        let Some(name) = schema_name(target) else { continue };
        if reached.insert(name.to_owned()) {
            open.extend(references(&document["components"]["schemas"][name]));
        }
    }
    let (mut records, mut enums) = (BTreeSet::new(), BTreeSet::new());
    for name in reached {
        let schema = &document["components"]["schemas"][&name];
        let pointer = format!("/components/schemas/{name}");
        if schema["enum"].is_array() {
            enums.insert(name);
        } else if schema["type"] == "object" {
            lossless(schema, &pointer, applied, found);
            records.insert(name);
        }
    }
    (records, enums)
}

/// A record keeps what it cannot type, so each of its properties must be free to be absent, and each object must have a name.
fn lossless(schema: &Value, pointer: &str, applied: &Applied, found: &mut Diagnostics) {
    if schema["required"].as_array().is_some_and(|required| !required.is_empty()) {
        let finding = applied.merged.finding(pointer, "a schema of an answer requires a property");
        found.push(finding.help("remove `required`: one odd record must not lose a page of good ones"));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{pointer}/properties/{name}");
        let mut inner = property;
        while inner["type"] == "array" {
            inner = &inner["items"];
        }
        for keyword in ["oneOf", "anyOf", "allOf", "not"] {
            if inner.get(keyword).is_some() {
                let finding = applied.merged.finding(&at, format!("`{keyword}` inside an answer"));
                found.push(finding.help("leave the schema open (`{}`): the value is kept as it came"));
            }
        }
        if inner.get("properties").is_some() || inner.get("enum").is_some() {
            let finding = applied.merged.finding(&at, "an object or enumeration without a name inside an answer");
            found.push(
                finding
                    .help("put it under components/schemas and refer to it, so that its Rust type has a name of ours"),
            );
        }
    }
}

/// Gives properties the names that `x-rust-name` asks for, and finds those that would collide.
fn rename(document: &mut Value, applied: &Applied, found: &mut Diagnostics) -> BTreeMap<(String, String), String> {
    let mut renamed = BTreeMap::new();
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return renamed };
    for (schema, body) in schemas {
        let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) else { continue };
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        let mut kept = Map::new();
        for (wire, property) in std::mem::take(properties) {
            let asked = property["x-rust-name"].as_str().map(str::to_owned);
            let field = naming::snake(asked.as_deref().unwrap_or(&wire));
            if let Some(other) = fields.insert(field.clone(), wire.clone()) {
                let pointer = format!("/components/schemas/{schema}/properties/{wire}");
                let message = format!("`{other}` and `{wire}` both become the Rust field `{field}`");
                found.push(applied.merged.finding(&pointer, message).help(format!(
                    "name one in spec/overlays/20-codegen.yaml: target $.components.schemas.{schema}.properties['{wire}'], update: {{x-rust-name: other_name}}"
                )));
            }
            match asked {
                Some(name) => {
                    kept.insert(name.clone(), property);
                    renamed.insert((schema.clone(), name), wire);
                }
                None => {
                    kept.insert(wire, property);
                }
            }
        }
        *properties = kept;
    }
    renamed
}
