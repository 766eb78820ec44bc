//! Catalog objects and their columns.

use serde_json::{Value, json};

use super::RecordKind;
use crate::data::{Attribute, Facts, PLAIN_COLUMNS};

pub(crate) static OBJECT: RecordKind = RecordKind::new(
    "object",
    "/data-catalog",
    &[
        ("id", |facts, number| facts.id("object", number).into()),
        ("fullyQualifiedName", |facts, number| facts.qualified_name(number).into()),
        ("fullObjectName", |facts, number| facts.qualified_name(number).into()),
        ("objectName", |facts, number| facts.object_name(number).into()),
        ("source", |facts, number| facts.sources.name(facts.source_of(number)).into()),
        // What the query language calls it.
        ("system", |facts, number| facts.sources.name(facts.source_of(number)).into()),
        ("type", |facts, number| facts.sources.kind(facts.source_of(number)).into()),
        ("containerName", |facts, number| facts.container_of(number).into()),
        ("objectType", |facts, number| by_structure(facts, number, "TABLE", "FILE")),
        ("detailedObjectType", |facts, number| by_structure(facts, number, "STRUCTURED", "UNSTRUCTURED")),
        ("extendedObjectType", |facts, number| by_structure(facts, number, "rdb", "file")),
        ("scanner_type_group", |facts, number| by_structure(facts, number, "structured", "unstructured")),
        ("hierarchyType", |_, _| "LEAF".into()),
        ("attribute", |facts, number| facts.attributes_of(number).iter().map(|attribute| attribute.name).collect()),
        ("attribute_details", attribute_details),
        ("total_pii_count", |facts, number| facts.findings_of(number).into()),
        ("policy", |facts, number| facts.policies_of(number).iter().map(|policy| policy.name).collect()),
        ("open_access", |facts, number| yes_or_no(facts, number, "open_access", 0.2)),
        ("has_duplicates", |facts, number| yes_or_no(facts, number, "has_duplicates", 0.1)),
        ("owner", |facts, number| facts.person("object", number, "owner").into()),
        ("sizeInBytes", |facts, number| (512 + facts.random("object", number, "size").below(40_000_000)).into()),
        ("scanStatus", |_, _| "Completed".into()),
        ("scanDate", |facts, number| facts.moment("object", number, "scanDate").into()),
        ("last_scanned", |facts, number| facts.moment("object", number, "scanDate").into()),
        ("modified_date", |facts, number| facts.moment("object", number, "modified_date").into()),
        ("created_date", |facts, number| facts.moment("object", number, "created_date").into()),
        ("was_scanned", |_, _| true.into()),
        ("language", |_, _| "English".into()),
        ("document_type", |facts, number| by_structure(facts, number, "table", "document")),
        ("tags", |_, _| json!([])),
    ],
);

pub(crate) static COLUMN: RecordKind = RecordKind::new(
    "column",
    "/data-catalog/columns",
    &[
        ("columnName", |facts, number| column(facts, number).0.into()),
        ("fullyQualifiedName", |facts, number| facts.qualified_name(number / WIDTH).into()),
        ("objectName", |facts, number| facts.object_name(number / WIDTH).into()),
        ("source", |facts, number| facts.sources.name(facts.source_of(number / WIDTH)).into()),
        ("fieldType", |facts, number| column(facts, number).1.into()),
        ("order", |_, number| (number % WIDTH).into()),
        ("isPrimary", |_, number| (number % WIDTH == 0).into()),
        ("nullable", |_, number| (number % WIDTH != 0).into()),
        ("attributeDetails", |facts, number| match column(facts, number).2 {
            Some(name) => json!([{"name": name, "friendlyName": name, "ranks": ["HIGH"], "count": 1 + number % 90}]),
            None => json!([]),
        }),
    ],
);

/// How many columns an object has: the plain ones, and one for each attribute that is found in it, at most.
pub(crate) const WIDTH: usize = 7;

/// Name, type and attribute of a column.
fn column(facts: &Facts, number: usize) -> (&'static str, &'static str, Option<&'static str>) {
    let (object, place) = (number / WIDTH, number % WIDTH);
    let found =
        place.checked_sub(PLAIN_COLUMNS.len()).and_then(|place| facts.attributes_of(object).get(place).copied());
    match (PLAIN_COLUMNS.get(place), found) {
        (Some((name, kind)), _) => (name, kind, None),
        (None, Some(attribute)) => (attribute.column, attribute.column_type, Some(attribute.name)),
        (None, None) => ("note", "varchar", None),
    }
}

fn by_structure(facts: &Facts, number: usize, structured: &str, unstructured: &str) -> Value {
    if facts.is_structured(facts.source_of(number)) { structured.into() } else { unstructured.into() }
}

fn yes_or_no(facts: &Facts, number: usize, field: &str, chance: f64) -> Value {
    if facts.random("object", number, field).chance(chance) { "Yes".into() } else { "No".into() }
}

fn attribute_details(facts: &Facts, number: usize) -> Value {
    let findings = facts.findings_of(number);
    let attributes = facts.attributes_of(number);
    let detail = |(place, attribute): (usize, &&Attribute)| {
        let rest = if place == 0 { findings % attributes.len() } else { 0 };
        let count = findings / attributes.len() + rest;
        json!({"name": attribute.name, "friendlyName": attribute.name, "ranks": ["HIGH"], "count": count})
    };
    attributes.iter().enumerate().map(detail).collect()
}
