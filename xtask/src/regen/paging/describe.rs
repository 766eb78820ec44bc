//! What the contract says of each page.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Paged, Paging, Place, Property};
use crate::model::JSON;
use crate::naming::snake;
use crate::regen::paging::successes;
use crate::spec::{Applied, Diagnostics, operations, references, schema_name};

/// Finds the operations that are paged.
///
/// # Errors
/// Every operation that takes `skip` and `limit` and whose answer can be read in more than one way, or in none.
pub(in crate::regen) fn find(applied: &Applied) -> Result<Paging, Diagnostics> {
    let document = &applied.codegen;
    let (mut found, mut paged, mut unpaged) = (Diagnostics::default(), Vec::new(), 0);
    for (pointer, _, _, operation) in operations(document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let said = &operation["x-paging"];
        let takes_pages = takes_pages(document, operation);
        if !takes_pages && said.is_null() {
            continue;
        }
        if takes_pages && said["unpaged"].is_string() {
            unpaged += 1;
            continue;
        }
        match check_words(said).and_then(|()| describe(document, operation)) {
            Ok(operation) => paged.push(operation),
            Err((message, help)) => {
                found.push(applied.merged.finding(&pointer, format!("{id} {message}")).help(help));
            }
        }
    }
    found.into_result()?;
    Ok(Paging { paged, unpaged })
}

const HELP_IDLE: &str = "leave `x-paging` out: it belongs to operations with skip (or offset) and limit";
const HELP: &str =
    "say where the records are: `x-paging: {records: /data/things}`; or why it is not paged: `x-paging: {unpaged: ..}`";

type Problem = (String, &'static str);

/// Whether `x-paging` says things that mean something.
fn check_words(said: &Value) -> Result<(), Problem> {
    let Some(words) = said.as_object() else {
        return if said.is_null() { Ok(()) } else { Err(("has an `x-paging` that is no mapping".to_owned(), HELP)) };
    };
    for (key, value) in words {
        let means_something = match key.as_str() {
            "records" | "total" | "unpaged" => value.is_string(),
            "sort" => value.is_string() || value.is_null(),
            "page-size" => value.as_u64().is_some_and(|size| size > 0 && u32::try_from(size).is_ok()),
            _ => false,
        };
        if !means_something {
            return Err((format!("has an `x-paging` with `{key}: {value}`, which means nothing"), HELP));
        }
    }
    Ok(())
}

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

fn describe(document: &Value, operation: &Value) -> Result<Paged, Problem> {
    let said = &operation["x-paging"];
    let place = match place(document, operation) {
        Some(place) => place,
        None if takes_pages(document, operation) => {
            return Err(("takes skip and limit too deep in its body for one list to be read".to_owned(), HELP));
        }
        None => return Err(("has an `x-paging` and no page to ask for".to_owned(), HELP_IDLE)),
    };
    let answer = successes(operation)
        .next()
        .and_then(|(_, _, schema)| schema_name(schema["$ref"].as_str()?))
        .ok_or_else(|| ("is paged, and its answer is no record".to_owned(), HELP))?;
    let mut lists = lists(document, answer);
    if let Some(pointer) = said["records"].as_str() {
        lists.retain(|list| list.pointer == pointer);
    }
    let [list] = lists.as_slice() else {
        let pointers: Vec<&str> = lists.iter().map(|list| list.pointer.as_str()).collect();
        let message = if pointers.is_empty() {
            "is paged, and no list of records is in its answer".to_owned()
        } else {
            format!("is paged, and its answer has the lists {}", pointers.join(" and "))
        };
        return Err((message, HELP));
    };
    let holder = list.within.as_ref().map_or(answer, |(_, schema)| schema);
    let property = |schema: &str, name: &str| {
        let property = &document["components"]["schemas"][schema]["properties"][name];
        property.is_object().then(|| field(property, name))
    };
    let total = said["total"].as_str().unwrap_or(TOTAL);
    let total_is_declared = property(holder, total);
    if said["total"].is_string() && total_is_declared.is_none() {
        return Err((format!("counts its records in `{total}`, which is not beside them"), HELP));
    }
    if let Some(sort) = said["sort"].as_str().filter(|sort| property(&list.record, sort).is_none()) {
        return Err((format!("is sorted by `{sort}`, which its records do not have"), HELP));
    }
    let takes = |name: &str| takes(document, operation, &place, name);
    // Where an order is no text, its form is the caller's to know.
    let sort = match &said["sort"] {
        Value::Null if said.get("sort").is_some() => None,
        Value::String(sort) => Some(sort.clone()),
        _ => ORDERS.into_iter().find(|name| property(&list.record, name).is_some()).map(str::to_owned),
    };
    let sort = sort.filter(|_| takes("sort").is_some_and(|schema| schema["type"] == "string"));
    Ok(Paged {
        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        counts: takes("requireTotalCount").is_some(),
        sort,
        answer: answer.to_owned(),
        record: list.record.clone(),
        within: list.within.as_ref().map(|(name, _)| name.clone()),
        list: list.property.clone(),
        total: total.to_owned(),
        total_is_declared,
        identity: property(&list.record, IDENTITY),
        page_size: said["page-size"].as_u64(),
        place,
    })
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

/// The field that counts a list, where nothing else is said: each envelope that was recorded has it.
const TOTAL: &str = "totalCount";

/// What tells records apart.
const IDENTITY: &str = "_id";

/// What a list is sorted by where the caller does not say: the first of these that its records have. Names may be equal, but are stable.
const ORDERS: [&str; 2] = [IDENTITY, "name"];
