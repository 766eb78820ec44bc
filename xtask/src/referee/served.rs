//! Which operations of the contract the sandbox serves: it is asked, because a list kept by hand would grow old.

use anyhow::Context as _;
use serde_json::Value;

use super::sandbox::Sandbox;

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

/// Whether the sandbox serves the operation: a path that it does not know is 404, and one that it knows from the contract
/// alone is 501. It looks at the session first, so that one is needed; without a body nothing is changed.
pub(super) fn is_served(sandbox: &Sandbox, authorization: &str, operation: &Operation) -> anyhow::Result<bool> {
    let path = operation.path.replace(['{', '}'], "");
    let (status, _) = sandbox.send(&operation.method, &path, authorization)?;
    Ok(![404, 501].contains(&status))
}
