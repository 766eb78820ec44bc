//! Which operations of the contract Schemathesis judges the sandbox by.

use anyhow::Context as _;
use serde_json::Value;

/// One operation of the contract.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
}

/// Every operation of a contract.
pub(super) fn operations(contract: &Value) -> anyhow::Result<Vec<Operation>> {
    let items = contract["paths"].as_object().context("the contract has no paths")?;
    let described = items.iter().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().filter_map(move |(method, operation)| {
            let id = operation["operationId"].as_str()?.to_owned();
            Some(Operation { id, method: method.to_uppercase(), path: path.clone() })
        })
    });
    Ok(described.collect())
}

/// Whether the operation is judged: the sandbox has a behaviour of its own for it, and refuses it as the contract documents or
/// as `schemathesis.toml` knows. What the sandbox plays from the contract's schema would be the contract compared with itself,
/// and where the contract documents no refusal, each refusal of the sandbox would be found; `bigid-witness` judges those.
pub(super) fn is_judged(operation: &Operation) -> bool {
    JUDGED.iter().any(|(method, path)| operation.method == *method && operation.path == *path)
}

pub(super) const JUDGED: [(&str, &str); 19] = [
    ("POST", "/refresh-access-token"),
    ("POST", "/sessions"),
    ("GET", "/ds-connections"),
    ("POST", "/ds-connections"),
    ("GET", "/ds_connections"),
    ("POST", "/ds_connections"),
    ("GET", "/ds_connections/{name}"),
    ("PUT", "/ds_connections/{name}"),
    ("DELETE", "/ds_connections/{name}"),
    ("POST", "/ds-connection-test"),
    ("GET", "/ds-connections-types"),
    ("GET", "/ds-connections-types/template/{type}"),
    ("GET", "/access-management/users"),
    ("GET", "/piiRecords/objects/file-download/export"),
    ("GET", "/scanProfiles"),
    ("POST", "/scanProfiles"),
    ("GET", "/sar/profiles"),
    ("GET", "/clusters"),
    ("POST", "/data-minimization/objects/action"),
];
