//! `bigid-api/src/generated/domains/`: the operations of each tag as a table, which the documentation of a module includes.

use std::collections::BTreeMap;

use super::paging::Paging;
use crate::naming::operation as snake;
use crate::prose::words;
use crate::spec::{Applied, operations};

/// A table for each tag, by its name in snake case.
pub(super) fn tables(applied: &Applied, paging: &Paging) -> BTreeMap<String, String> {
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for tag in applied.contract["tags"].as_array().into_iter().flatten() {
        let (name, description) = (tag["name"].as_str(), tag["description"].as_str());
        let head = format!("{}\n\n| call | request | |\n|---|---|---|\n", words(description.unwrap_or_default()));
        tables.insert(snake(name.unwrap_or_default()), head);
    }
    let paged = paging.methods();
    for (_, path, method, operation) in operations(&applied.contract) {
        let call = snake(operation["operationId"].as_str().unwrap_or_default());
        let reads = if operation["x-safe"] == true { "; reads only" } else { "" };
        let pages = if paged.contains(&call) { "; in pages" } else { "" };
        let row = format!(
            "| [`{call}`](crate::Client::{call}) | `{} {path}` | {}{reads}{pages} |\n",
            method.to_uppercase(),
            words(operation["summary"].as_str().unwrap_or_default())
        );
        if let Some(table) = tables.get_mut(&snake(operation["tags"][0].as_str().unwrap_or_default())) {
            table.push_str(&row);
        }
    }
    tables
}
