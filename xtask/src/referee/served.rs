//! The operations with which Schemathesis checks the sandbox, and what that proves.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// One operation of the contract.
pub(super) struct ServedOperation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
}

/// Every operation of a contract.
pub(super) fn operations(contract: &Value) -> anyhow::Result<Vec<ServedOperation>> {
    let items = contract["paths"].as_object().context("the contract has no paths")?;
    let described = items.iter().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().filter_map(move |(method, operation)| {
            let id = operation["operationId"].as_str()?.to_owned();
            Some(ServedOperation { id, method: method.to_uppercase(), path: path.clone() })
        })
    });
    Ok(described.collect())
}

/// Whether the operation is checked: all except the exchange of deployed servers, which the `Spec` profile does not
/// have.
pub(super) fn is_judged(operation: &ServedOperation) -> bool {
    (operation.method.as_str(), operation.path.as_str()) != ("GET", "/refresh-access-token")
}

/// The operations that the sandbox implements, by method and path without the names of parameters. The others are
/// generated from the contract's schema; a run proves only that they are served, because the contract is compared with
/// itself.
pub(super) struct Behaviours(BTreeSet<String>);

impl Behaviours {
    /// From the table of `bigid-sandbox/EVIDENCE.md`, which a test of the sandbox holds to its code.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(root.join("bigid-sandbox/EVIDENCE.md"))?;
        let table = text.split("# Operations\n").nth(1).context("EVIDENCE.md has no table of operations")?;
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        let all: BTreeSet<String> = rows.map(|(operation, _)| unnamed(operation)).collect();
        ensure!(all.len() > 50, "the table of operations in EVIDENCE.md could not be read");
        Ok(Self(all))
    }

    pub(super) fn has(&self, operation: &ServedOperation) -> bool {
        self.0.contains(&unnamed(&format!("{} {}", operation.method, operation.path)))
    }
}

/// An operation whose path parameters have no names.
fn unnamed(operation: &str) -> String {
    let mut parts = operation.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "{}" + part.split_once('}').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters_do_not_matter() {
        assert_eq!(unnamed("GET /a/{b}:{c}/d"), "GET /a/{}:{}/d");
        assert_eq!(unnamed("GET /a"), "GET /a");
    }

    #[test]
    fn behaviours_are_read_off_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let behaviours = Behaviours::read(root).unwrap();
        let operation = |method: &str, path: &str| ServedOperation {
            id: String::new(),
            method: method.to_owned(),
            path: path.to_owned(),
        };
        assert!(behaviours.has(&operation("GET", "/ds_connections/{id}")));
        assert!(!behaviours.has(&operation("GET", "/all-classifications")));
    }
}
