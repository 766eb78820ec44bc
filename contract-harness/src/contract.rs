//! The applied contract, as the tests read it.

use serde_json::Value;

const CONTRACT: &str = include_str!("../../spec/bigid.openapi.json");

/// The contract as it is checked in.
///
/// # Panics
/// If it is not JSON.
pub fn contract() -> Value {
    serde_json::from_str(CONTRACT).unwrap()
}

/// Every operation of the contract: its path template, method and description.
///
/// # Panics
/// If the contract has no paths.
pub fn operations(contract: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    contract["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}
