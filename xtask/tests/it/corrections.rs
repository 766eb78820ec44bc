//! docs/contract-corrections.md lists what is in the contract.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Whether the contract has the property `Schema.name`, or the parameter `operationId/name`.
fn exists(contract: &Value, name: &str) -> bool {
    if let Some((operation, parameter)) = name.split_once('/') {
        let items = contract["paths"].as_object().into_iter().flatten();
        let mut operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        return operations.any(|(_, one)| {
            let mut parameters = one["parameters"].as_array().into_iter().flatten();
            one["operationId"] == operation && parameters.any(|one| one["name"] == parameter)
        });
    }
    let Some((schema, property)) = name.split_once('.') else { return false };
    contract["components"]["schemas"][schema]["properties"].get(property).is_some()
}

#[test]
fn every_correction_is_in_the_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let contract = fs::read_to_string(root.join("spec/bigid.openapi.json")).unwrap();
    let contract: Value = serde_json::from_str(&contract).unwrap();
    let text = fs::read_to_string(root.join("docs/contract-corrections.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.contains("| where |"));
    let mut count = 0;
    for row in rows {
        let place = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let names: Vec<&str> = place.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no name: {row}");
        for name in names {
            assert!(exists(&contract, name), "{name} is not in the contract: {row}");
            count += 1;
        }
    }
    assert!(count > 90, "{count}");
    assert!(!exists(&contract, "DsarProfile.none") && !exists(&contract, "listCases/none") && !exists(&contract, "x"));
}
