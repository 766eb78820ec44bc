//! Samples of responses as servers send them, one for each operation with a typed response, decoded and encoded by the
//! client.
//!
//! The contract tests drive each operation with values that are made from its schema. These samples have the shapes
//! that the sources show: fields that are missing, null, of several types, or not declared.

use std::collections::{BTreeMap, BTreeSet};

use bigid_contract_harness::{Outcome, Sample, Server, call, contract, operations};
use serde::Deserialize;
use serde_json::Value;

/// What a server sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// The members that the contract does not declare, or of another kind.
    #[serde(default)]
    undeclared: BTreeSet<String>,
    body: Value,
}

/// The samples of a tag, by operation; nothing where it has no file.
fn samples(tag: &str) -> Option<BTreeMap<String, Sent>> {
    let path = format!("{}/tests/samples/{tag}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{tag}: {error}")))
}

/// The schema of a typed response, if the operation has one, and the status that it is sent with.
fn typed(operation: &Value) -> Option<(u16, &Value)> {
    let responses = operation["responses"].as_object().unwrap();
    let (status, response) = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap();
    let schema = response["content"].get("application/json").map(|json| &json["schema"])?;
    let is_open = schema["$ref"] == "#/components/schemas/AnyJson";
    (!is_open).then_some((status.parse().unwrap_or(200), schema))
}

fn resolved<'a>(contract: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(target) => contract.pointer(target.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// The pointers of everything that no typed field holds. `held` counts what one does.
fn undeclared(
    contract: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
    found: &mut BTreeSet<String>,
    held: &mut usize,
) {
    let schema = resolved(contract, schema);
    let fits = match (schema["type"].as_str(), value) {
        (_, Value::Null) => schema["nullable"] == true,
        (Some("string"), value) => value.is_string(),
        (Some("integer"), value) => value.is_i64(),
        (Some("number"), value) => value.is_number(),
        (Some("boolean"), value) => value.is_boolean(),
        (Some("array"), value) => value.is_array(),
        (Some("object"), value) => value.is_object(),
        (None, value) if schema["oneOf"].is_array() => {
            let is_list_of_texts = || value.as_array().is_some_and(|texts| texts.iter().all(Value::is_string));
            value.is_string() || is_list_of_texts()
        }
        (_, _) => true,
    };
    if !fits {
        found.insert(at.to_owned());
        return;
    }
    *held += 1;
    match value {
        Value::Object(members) => {
            let Some(properties) = schema["properties"].as_object() else { return };
            for (name, member) in members {
                let at = format!("{at}/{name}");
                match properties.get(name) {
                    Some(schema) => undeclared(contract, schema, member, &at, found, held),
                    None => _ = found.insert(at),
                }
            }
        }
        Value::Array(items) if schema["items"].is_object() => {
            for (index, item) in items.iter().enumerate() {
                undeclared(contract, &schema["items"], item, &format!("{at}/{index}"), found, held);
            }
        }
        _ => {}
    }
}

/// The body is one that the contract documents, by the witness's own reading of it.
fn is_documented(id: &str, status: u16, body: &Value) -> bool {
    let witness = bigid_witness::contract();
    let body = body.to_string();
    let response = bigid_witness::Response { status, content_type: Some("application/json"), body: body.as_bytes() };
    witness.check_response(witness.operation(id).unwrap(), &response).violations.is_empty()
}

#[tokio::test]
async fn each_sample_is_as_documented_and_is_decoded_typed_and_without_loss() {
    let contract = contract();
    let server = Server::start();
    let (mut count, mut fields) = (0, 0);
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let samples = samples(operation["tags"][0].as_str().unwrap()).unwrap_or_default();
        let Some((status, schema)) = typed(operation) else {
            assert!(!samples.contains_key(id), "{id} has a sample and no typed response");
            continue;
        };
        let sent = samples.get(id).unwrap_or_else(|| panic!("{id} has no sample"));
        let (mut found, mut held) = (BTreeSet::new(), 0);
        undeclared(&contract, schema, &sent.body, "", &mut found, &mut held);
        assert_eq!(found, sent.undeclared, "{id}");
        // A type that differs from the contract's is intended, and listed as undeclared.
        let is_new_member = |pointer: &String| {
            let (holder, name) = pointer.rsplit_once('/').unwrap();
            name.parse::<usize>().is_err() && sent.body.pointer(holder).is_some_and(Value::is_object)
        };
        assert!(sent.undeclared.iter().all(is_new_member), "{id}");
        let received = server.respond(status, sent.body.to_string());
        let outcome = call(&server.client, id, &Sample::of(&contract, operation, false)).await;
        assert_eq!(outcome, Outcome::Json(status, sent.body.clone()), "{id}");
        received.recv().unwrap();
        let differs_in_kind = ["listCatalog", "queryCatalog", "listCatalogObjects"].contains(&id);
        assert_eq!(is_documented(id, status, &sent.body), !differs_in_kind, "{id}");
        count += 1;
        fields += held;
    }
    assert!(count >= 60 && fields > 400, "{count} operations, {fields} values");
}

#[test]
fn every_sample_is_of_an_operation() {
    let contract = contract();
    let tags: BTreeSet<&str> = operations(&contract).map(|(_, _, one)| one["tags"][0].as_str().unwrap()).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(tag) = name.strip_suffix(".yaml") else { continue };
        assert!(tags.contains(tag), "no operation has the tag {tag}");
        for id in samples(tag).unwrap().keys() {
            let mut of = operations(&contract).filter(|(_, _, one)| one["operationId"] == id.as_str());
            assert!(of.any(|(_, _, one)| one["tags"][0] == tag), "{id} is not an operation of {tag}");
        }
    }
}
