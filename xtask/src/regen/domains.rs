//! `bigid-api/src/generated/domains/`: the operations of each tag as a table, which the documentation of a module
//! includes.

use std::collections::BTreeMap;

use super::paging::Paging;
use crate::model::Model;
use crate::prose::words;

/// A table for each tag, by its name in snake case.
pub(super) fn tables(model: &Model, paging: &Paging) -> BTreeMap<String, String> {
    let paged = paging.methods();
    let tables = model.tags.iter().map(|tag| {
        let mut table = format!("{}\n\n| call | request | |\n|---|---|---|\n", words(&tag.description));
        for operation in model.operations.iter().filter(|operation| operation.tag == tag.name) {
            let call = &operation.rust;
            let reads = if operation.safe { "; reads only" } else { "" };
            let pages = if paged.contains(call) { "; in pages" } else { "" };
            table += &format!(
                "| [`{call}`](crate::Client::{call}) | `{} {}` | {}{reads}{pages} |\n",
                operation.method_upper(),
                operation.path.text,
                words(&operation.summary)
            );
        }
        (tag.rust.clone(), table)
    });
    tables.collect()
}
