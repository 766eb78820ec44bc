//! Findings: what was found in an object, one for each attribute.

use serde_json::json;

use super::RecordKind;
use crate::data::{Attribute, Facts};

pub(crate) static FINDING: RecordKind = RecordKind::new(
    "finding",
    "/piiRecords",
    &[
        ("_id", |facts, number| facts.id("finding", number).into()),
        ("id", |facts, number| facts.id("finding", number).into()),
        ("attribute", |facts, number| attribute(facts, number).map(|found| found.name).into()),
        ("attr_original_name", |facts, number| attribute(facts, number).map(|found| found.original_name).into()),
        ("value", |_, _| "******".into()),
        ("source", |facts, number| facts.sources.name(facts.source_of(number / DEPTH)).into()),
        ("fullCollectionName", |facts, number| facts.qualified_name(number / DEPTH).into()),
        ("scanner_type", |facts, number| facts.sources.kind(facts.source_of(number / DEPTH)).into()),
        ("correlation_status", |_, _| "no_match".into()),
        ("detected_at", |facts, number| facts.moment("object", number / DEPTH, "scanDate").into()),
        ("data_link", |facts, number| {
            let object = number / DEPTH;
            json!({
                "dataLinkType": facts.sources.kind(facts.source_of(object)),
                "dataSourceName": facts.sources.name(facts.source_of(object)),
                "containerName": facts.container_of(object),
                "objectName": facts.object_name(object),
                "fullCollectionName": facts.qualified_name(object),
                "fieldName": attribute(facts, number).map(|found| found.column),
            })
        }),
    ],
);

/// How many attributes are found in one object at most.
pub(crate) const DEPTH: usize = 3;

pub(super) fn attribute(facts: &Facts, number: usize) -> Option<&'static Attribute> {
    facts.attributes_of(number / DEPTH).get(number % DEPTH).copied()
}
