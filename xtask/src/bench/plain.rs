//! What progenitor alone makes of one operation of the contract.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::{check, this_program};

/// The benchmarked operation, the only one that plain progenitor gets.
const PATH: &str = "/ds-connections";

/// Writes plain progenitor's client of one operation to where `bench/src/plain.rs` includes it.
pub(super) fn write(root: &Path) -> anyhow::Result<()> {
    let contract = std::fs::read(root.join("spec/bigid.openapi.json"))?;
    let document = alone(serde_json::from_slice(&contract)?)?;
    let mut child =
        this_program::command()?.arg(check::PLAIN_CHILD).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    serde_json::to_writer(child.stdin.take().context("no way to the child")?, &document)?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "progenitor refused {PATH}");
    let plain: Value = serde_json::from_slice(&output.stdout)?;
    let target = root.join("bench/target");
    std::fs::create_dir_all(&target)?;
    std::fs::write(target.join("plain.rs"), plain["builder"].as_str().context("no client")?)?;
    Ok(())
}

/// The contract with only one operation and the schemas that it refers to.
fn alone(mut contract: Value) -> anyhow::Result<Value> {
    let operation = contract["paths"][PATH]["get"].take();
    ensure!(operation.is_object(), "the contract has no GET {PATH}");
    let mut names = BTreeSet::new();
    collect(&operation, &contract["components"]["schemas"], &mut names);
    contract["paths"] = json!({ PATH: { "get": operation } });
    contract.as_object_mut().context("not a contract")?.remove("tags");
    let components = contract["components"].as_object_mut().context("no components")?;
    components.retain(|kind, _| kind == "schemas" || kind == "securitySchemes");
    let schemas = components["schemas"].as_object_mut().context("no schemas")?;
    schemas.retain(|name, _| names.contains(name));
    for schema in schemas.values_mut() {
        // Next to `id`, it would become a duplicate field, which does not compile.
        schema["properties"].as_object_mut().and_then(|properties| properties.remove("_id"));
    }
    Ok(contract)
}

/// The schemas that a part of the contract refers to, directly or not.
fn collect(part: &Value, schemas: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|text| text.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| names.insert((*name).to_owned())) {
                collect(&schemas[name], schemas, names);
            }
            members.values().for_each(|value| collect(value, schemas, names));
        }
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, schemas, names)),
        _ => {}
    }
}
