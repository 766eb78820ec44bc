//! What the contract says of each page.

use std::collections::BTreeSet;

use serde_json::Value;

use super::terms::{self, Count, HELP, Problem, Said, Sort, Terms};
use super::{Key, Paged, Paging, Place, Property, Total};
use crate::model::{Document, JSON};
use crate::naming::snake;
use crate::regen::paging::successes;
use crate::spec::{Applied, Diagnostics, operations, references, schema_name};

/// Finds the operations that are paged.
///
/// # Errors
/// Every operation that takes `skip` and `limit` and does not say how its list is read, and every word of `x-paging` that means nothing or
/// does not fit the operation.
pub(in crate::regen) fn find(applied: &Applied) -> Result<Paging, Diagnostics> {
    let document = &Document::new(&applied.codegen).resolved();
    let (mut found, mut paged, mut unpaged) = (Diagnostics::default(), Vec::new(), 0);
    for (pointer, _, _, operation) in operations(document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let read = terms::read(&operation["x-paging"]);
        let described = match (read, takes_pages(document, operation)) {
            (Ok(Said::Nothing), false) => continue,
            (Ok(Said::Unpaged), true) => {
                unpaged += 1;
                continue;
            }
            (Ok(Said::Nothing), true) => {
                Err(("takes skip and limit, and has no `x-paging` that says how its list is read".to_owned(), HELP))
            }
            (Ok(_), false) => Err(("has an `x-paging` and no page to ask for".to_owned(), HELP_IDLE)),
            (Ok(Said::Terms(terms)), true) => describe(document, operation, terms),
            (Err(problem), _) => Err(problem),
        };
        match described {
            Ok(operation) => paged.push(operation),
            Err((message, help)) => {
                found
                    .push(applied.merged.finding(&format!("{pointer}/x-paging"), format!("{id} {message}")).help(help));
            }
        }
    }
    found.into_result()?;
    Ok(Paging { paged, unpaged })
}

/// The count that `requireTotalCount` asks for, in every envelope that was recorded. It may come undeclared.
const ASKED_COUNT: &str = "totalCount";

const HELP_IDLE: &str = "leave `x-paging` out: it belongs to operations with skip (or offset) and limit";

/// Whether an operation takes `skip` and `limit` anywhere.
fn takes_pages(document: &Value, operation: &Value) -> bool {
    let mut open: Vec<&str> = references(&operation["requestBody"]).into_iter().map(|(_, target)| target).collect();
    let mut reached = BTreeSet::new();
    while let Some(schema) = open.pop().and_then(schema_name) {
        if is_window(document, schema) {
            return true;
        }
        if reached.insert(schema) {
            let schema = &document["components"]["schemas"][schema];
            open.extend(references(schema).into_iter().map(|(_, target)| target));
        }
    }
    place(document, operation).is_some()
}

/// Where an operation takes `skip` and `limit`: in its query, in its body, or in a record of its body.
fn place(document: &Value, operation: &Value) -> Option<Place> {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let has = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name && parameter["in"] == "query");
    if let Some(skip) = ["skip", "offset"].into_iter().find(|name| has(name) && has("limit")) {
        return Some(Place::Query { skip: skip.to_owned() });
    }
    let schema = schema_name(operation["requestBody"]["content"][JSON]["schema"]["$ref"].as_str()?)?;
    if is_window(document, schema) {
        return Some(Place::Body { schema: schema.to_owned(), within: None });
    }
    let properties = properties(document, schema).find_map(|(name, property)| {
        let inner = schema_name(property["$ref"].as_str()?)?;
        is_window(document, inner).then(|| (field(property, name), inner.to_owned()))
    });
    properties.map(|within| Place::Body { schema: schema.to_owned(), within: Some(within) })
}

fn is_window(document: &Value, schema: &str) -> bool {
    ["skip", "limit"].into_iter().all(|name| document["components"]["schemas"][schema]["properties"][name].is_object())
}

fn describe(document: &Value, operation: &Value, terms: Terms) -> Result<Paged, Problem> {
    let place = place(document, operation)
        .ok_or_else(|| ("takes skip and limit too deep in its body for one list to be read".to_owned(), HELP))?;
    let answer = successes(operation)
        .next()
        .and_then(|(_, _, schema)| schema_name(schema["$ref"].as_str()?))
        .ok_or_else(|| ("is paged, and its answer is no record".to_owned(), HELP))?;
    let list = one_list(document, answer, terms.records.as_deref())?;
    let holder = list.within.as_ref().map_or(answer, |(_, schema)| schema);
    let property = |schema: &str, name: &str| {
        let property = &document["components"]["schemas"][schema]["properties"][name];
        property.is_object().then(|| field(property, name))
    };
    let takes = |name: &str| takes(document, operation, &place, name);

    let mut key = Vec::new();
    for said in &terms.key {
        let (name, within) = steps(said);
        let declared = property(&list.record, name)
            .ok_or_else(|| (format!("tells its records apart by `{said}`, which they do not have"), HELP))?;
        key.push(Key { field: declared, within: within.to_owned() });
    }
    let mut total = Vec::new();
    for Count { field, is_estimate } in terms.total {
        let declared = property(holder, &field);
        if declared.is_none() && !(field == ASKED_COUNT && takes("requireTotalCount").is_some()) {
            return Err((format!("counts its records in `{field}`, which is not beside them"), HELP));
        }
        total.push(Total { wire: field, declared, is_estimate });
    }
    if let Some(Sort { field, .. }) = &terms.sort {
        if property(&list.record, field).is_none() {
            return Err((format!("is sorted by `{field}`, which its records do not have"), HELP));
        }
        let is_text = takes("sort").is_some_and(|schema| schema["type"] == "string");
        if !is_text || !matches!(place, Place::Query { .. }) {
            return Err((format!("is sorted by `{field}`, and takes no `sort` in its query as text"), HELP));
        }
    }
    match (takes("skip").and(takes("offset")).map(|schema| schema["type"] == "integer"), terms.offset) {
        (Some(true), None) => {
            return Err((
                "takes skip and offset, and its `x-paging` does not say whether both are sent".to_owned(),
                HELP,
            ));
        }
        (None | Some(false), Some(_)) => {
            return Err((
                "has an `x-paging` with `offset`, and takes no number of that name beside skip".to_owned(),
                HELP,
            ));
        }
        _ => {}
    }
    Ok(Paged {
        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        counts: takes("requireTotalCount").is_some(),
        sort: terms.sort.map(|sort| sort.value()),
        answer: answer.to_owned(),
        record: list.record,
        within: list.within.map(|(name, _)| name),
        list: list.property,
        total,
        key,
        sends_offset: terms.offset == Some(true),
        page_size: terms.page_size,
        place,
    })
}

/// A field, and the pointer into it: `/data/name` is `/name` in `data`.
fn steps(said: &str) -> (&str, &str) {
    match said.strip_prefix('/') {
        None => (said, ""),
        Some(path) => path.find('/').map_or((path, ""), |end| path.split_at(end)),
    }
}

/// The list of the answer that holds the records.
fn one_list(document: &Value, answer: &str, pointer: Option<&str>) -> Result<List, Problem> {
    let mut lists = lists(document, answer);
    if let Some(pointer) = pointer {
        lists.retain(|list| list.pointer == pointer);
    }
    if lists.len() > 1 {
        let pointers: Vec<&str> = lists.iter().map(|list| list.pointer.as_str()).collect();
        return Err((format!("is paged, and its answer has the lists {}", pointers.join(" and ")), HELP));
    }
    lists.pop().ok_or_else(|| ("is paged, and no list of records is in its answer".to_owned(), HELP))
}

/// The schema of a parameter, or of the field that stands for it in the body.
fn takes<'a>(document: &'a Value, operation: &'a Value, place: &Place, name: &str) -> Option<&'a Value> {
    match place {
        Place::Query { .. } => {
            let mut parameters = operation["parameters"].as_array()?.iter();
            parameters.find(|parameter| parameter["name"] == name).map(|parameter| &parameter["schema"])
        }
        Place::Body { schema, within } => {
            let schema = within.as_ref().map_or(schema, |(_, schema)| schema);
            document["components"]["schemas"][schema]["properties"].get(name)
        }
    }
}

/// A list of records in an answer.
struct List {
    pointer: String,
    /// The field of the answer that holds it, and its schema.
    within: Option<(String, String)>,
    property: Property,
    record: String,
}

/// The lists of records in an answer and in the records that it holds.
fn lists(document: &Value, answer: &str) -> Vec<List> {
    let mut lists = Vec::new();
    for (name, property) in properties(document, answer) {
        if let Some(record) = items(document, property) {
            lists.push(List { pointer: format!("/{name}"), within: None, property: field(property, name), record });
        }
        let Some(inner) = property["$ref"].as_str().and_then(schema_name) else { continue };
        for (list, property) in properties(document, inner) {
            if let Some(record) = items(document, property) {
                let within = Some((name.to_owned(), inner.to_owned()));
                lists.push(List {
                    pointer: format!("/{name}/{list}"),
                    within,
                    property: field(property, list),
                    record,
                });
            }
        }
    }
    lists
}

/// The record that an array is of.
fn items(document: &Value, property: &Value) -> Option<String> {
    let record = schema_name(property["items"]["$ref"].as_str()?)?;
    (document["components"]["schemas"][record]["type"] == "object").then(|| record.to_owned())
}

fn properties<'a>(document: &'a Value, schema: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let properties = document["components"]["schemas"][schema]["properties"].as_object();
    properties.into_iter().flatten().map(|(name, property)| (name.as_str(), property))
}

fn field(property: &Value, wire: &str) -> Property {
    let rust = property["x-rust-name"].as_str().map_or_else(|| snake(wire), str::to_owned);
    Property { wire: wire.to_owned(), rust }
}
