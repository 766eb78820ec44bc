//! What progenitor is given: the codegen layer with plain prose and Rust's own names, and what the rewrites must know of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::spec::{operations, references, schema_name};
use crate::{naming, prose};

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
    /// The builders of paged operations, by name.
    pub(super) paged: BTreeSet<String>,
    /// The name on the wire of each property that was renamed, by schema and Rust name.
    pub(super) renamed: BTreeMap<(String, String), String>,
}

/// Makes the generator's input out of a contract, codegen layer and all, that passed its checks.
pub(super) fn prepare(codegen: &Value, paged: BTreeSet<String>) -> Input {
    let mut client = codegen.clone();
    let names = operation_names(&client);
    let (records, enums) = answer_schemas(&client);
    let lists =
        operations(&client).filter(|(.., operation)| successes(operation).any(|(.., answer)| is_array(answer))).count();
    let raw = raw_answers(&client);
    let repeated = parameters(&client).filter(|parameter| parameter["schema"]["type"] == "array").count();
    let answers = operations(&client).map(|(.., operation)| ways_back(&operation["responses"])).sum();
    let renamed = rename(&mut client);
    prose::tame(&mut client);
    let mut httpmock = client.clone();
    if let Some(paths) = httpmock.pointer_mut("/paths").and_then(Value::as_object_mut) {
        *paths = std::mem::take(paths).into_iter().map(|(path, item)| (format!("{BASE_PATH}{path}"), item)).collect();
    }
    Input { client, httpmock, operations: names, answers, records, enums, lists, raw, repeated, paged, renamed }
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

fn parameters(document: &Value) -> impl Iterator<Item = &Value> {
    operations(document).flat_map(|(.., operation)| operation["parameters"].as_array().into_iter().flatten())
}

fn ways_back(responses: &Value) -> usize {
    let documented = responses.as_object().map_or(0, Map::len);
    if responses.get("default").is_some() { documented } else { documented + 1 }
}

fn operation_names(document: &Value) -> BTreeMap<String, String> {
    let ids = operations(document).map(|(.., operation)| operation["operationId"].as_str().unwrap_or_default());
    ids.map(|id| (naming::operation(id), naming::shouting(id))).collect()
}

/// The named schemas that answers reach: records, and enumerations.
fn answer_schemas(document: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = Vec::new();
    for (.., operation) in operations(document) {
        open.extend(references(&operation["responses"]).into_iter().map(|(_, target)| target));
    }
    while let Some(target) = open.pop() {
        let Some(name) = schema_name(target) else { continue };
        if reached.insert(name.to_owned()) {
            open.extend(references(&document["components"]["schemas"][name]).into_iter().map(|(_, target)| target));
        }
    }
    let (mut records, mut enums) = (BTreeSet::new(), BTreeSet::new());
    for name in reached {
        let schema = &document["components"]["schemas"][&name];
        if schema["enum"].is_array() {
            enums.insert(name);
        } else if schema["type"] == "object" {
            records.insert(name);
        }
    }
    (records, enums)
}

/// Gives properties the names that `x-rust-name` asks for.
fn rename(document: &mut Value) -> BTreeMap<(String, String), String> {
    let mut renamed = BTreeMap::new();
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return renamed;
    };
    for (schema, body) in schemas {
        let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) else { continue };
        let mut kept = Map::new();
        for (wire, property) in std::mem::take(properties) {
            match property["x-rust-name"].as_str().map(str::to_owned) {
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
