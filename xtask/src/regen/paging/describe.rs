//! Reads from the contract how each operation is paged.

use super::terms::{self, Count, HELP, Problem, Said, SortTerm, Terms};
use super::{Key, PageInput, Paged, Paging, Property, Total};
use crate::model::{Field, Location, Model, Operation, Record, Type};
use crate::spec::{Applied, Diagnostics};

/// Finds the operations that are paged.
///
/// # Errors
/// Every operation that takes `skip` and `limit` without describing its list, and every key of `x-paging` that is
/// unknown or does not fit the operation.
pub(in crate::regen) fn find(applied: &Applied, model: &Model) -> Result<Paging, Diagnostics> {
    let (mut found, mut paged, mut unpaged) = (Diagnostics::default(), Vec::new(), 0);
    for operation in &model.operations {
        let said = operation.paging.as_ref().map_or(Ok(Said::Nothing), terms::read);
        let described = match (said, takes_pages(model, operation)) {
            (Ok(Said::Nothing), false) => continue,
            (Ok(Said::Unpaged), true) => {
                unpaged += 1;
                continue;
            }
            (Ok(Said::Nothing), true) => {
                Err(("takes skip and limit, and has no `x-paging` that says how its list is read".to_owned(), HELP))
            }
            (Ok(_), false) => Err(("has an `x-paging` and no page to ask for".to_owned(), HELP_IDLE)),
            (Ok(Said::Terms(terms)), true) => describe(model, operation, terms),
            (Err(problem), _) => Err(problem),
        };
        match described {
            Ok(operation) => paged.push(operation),
            Err((message, help)) => {
                let place = format!("{}/x-paging", operation.pointer);
                found.push(applied.merged.finding(&place, format!("{} {message}", operation.id)).help(help));
            }
        }
    }
    found.into_result()?;
    Ok(Paging { paged, unpaged })
}

/// The count that `requireTotalCount` requests, as in every recorded envelope. It may be undeclared.
const ASKED_COUNT: &str = "totalCount";

const HELP_IDLE: &str = "leave `x-paging` out: it belongs to operations with skip (or offset) and limit";

const HELP_WINDOW: &str =
    "declare both as `type: integer`, and leave them out of `required`: the client sets them for each page";

/// Whether an operation takes `skip` and `limit` anywhere.
fn takes_pages(model: &Model, operation: &Operation) -> bool {
    let body = operation.body.as_ref().map(|body| &body.ty);
    place(model, operation).is_some()
        || model.reached(body).into_iter().filter_map(|name| model.record(name)).any(|record| window(record).is_some())
}

/// Where an operation takes `skip` and `limit`: in its query, in its body, or in a record of its body.
fn place(model: &Model, operation: &Operation) -> Option<PageInput> {
    let has = |name: &str| operation.parameter(Location::Query, name).is_some();
    if let Some(skip) = ["skip", "offset"].into_iter().find(|name| has(name) && has("limit")) {
        return Some(PageInput::Query { skip: skip.to_owned() });
    }
    let schema = operation.body.as_ref()?.ty.name()?;
    let record = model.record(schema)?;
    if let Some(skip) = window(record) {
        return Some(PageInput::Body { schema: schema.to_owned(), within: None, skip });
    }
    let (within, skip) = record.fields.iter().find_map(|field| {
        let inner = field.ty.name()?;
        Some(((field.into(), inner.to_owned()), window(model.record(inner)?)?))
    })?;
    Some(PageInput::Body { schema: schema.to_owned(), within: Some(within), skip })
}

/// The field of a record with the number of records to skip, if it has that field and a limit.
fn window(record: &Record) -> Option<String> {
    record.field("limit")?;
    ["skip", "offset"].into_iter().find(|name| record.field(name).is_some()).map(str::to_owned)
}

fn describe(model: &Model, operation: &Operation, terms: Terms) -> Result<Paged, Problem> {
    let place = place(model, operation)
        .ok_or_else(|| ("takes skip and limit too deep in its body for one list to be read".to_owned(), HELP))?;
    let takes = |name: &str| takes(model, operation, &place, name);
    let (PageInput::Query { skip } | PageInput::Body { skip, .. }) = &place;
    for name in [skip, "limit"] {
        if takes(name).is_none_or(|(ty, required)| *ty != Type::Integer || required) {
            return Err((format!("takes a `{name}` that is not an optional integer"), HELP_WINDOW));
        }
    }

    let response = operation.success().json().and_then(Type::name).filter(|name| model.record(name).is_some());
    let response = response.ok_or_else(|| ("is paged, and its response is not a record".to_owned(), HELP))?;
    let list = one_list(model, response, terms.records.as_deref())?;
    let holder = list.within.as_ref().map_or(response, |(_, schema)| schema);
    let property =
        |schema: &str, name: &str| model.record(schema).and_then(|record| record.field(name)).map(Property::from);

    let mut key = Vec::new();
    for said in &terms.key {
        let (name, within) = steps(said);
        let field = property(&list.record, name)
            .ok_or_else(|| (format!("identifies its records by `{said}`, which they do not have"), HELP))?;
        key.push(Key { field, within: within.to_owned() });
    }
    let counts = takes("requireTotalCount").is_some();
    let mut total = Vec::new();
    for Count { field, is_estimate } in terms.total {
        let declared = property(holder, &field);
        if declared.is_none() && !(field == ASKED_COUNT && counts) {
            return Err((format!("counts its records in `{field}`, which is not beside them"), HELP));
        }
        total.push(Total { wire: field, declared, is_estimate });
    }
    if let Some(SortTerm { field, .. }) = &terms.sort {
        if property(&list.record, field).is_none() {
            return Err((format!("is sorted by `{field}`, which its records do not have"), HELP));
        }
        let is_text = takes("sort").is_some_and(|(ty, _)| *ty == Type::String);
        if !is_text || !matches!(place, PageInput::Query { .. }) {
            return Err((format!("is sorted by `{field}`, and takes no `sort` in its query as text"), HELP));
        }
    }
    let is_beside_skip = takes("skip").and(takes("offset")).is_some_and(|(ty, _)| *ty == Type::Integer);
    match (is_beside_skip, terms.offset) {
        (true, None) => {
            return Err((
                "takes skip and offset, and its `x-paging` does not say whether both are sent".to_owned(),
                HELP,
            ));
        }
        (false, Some(_)) => {
            return Err((
                "has an `x-paging` with `offset`, and takes no number of that name beside skip".to_owned(),
                HELP,
            ));
        }
        _ => {}
    }
    let rust = |schema: &str| model.schemas.get(schema).map(|schema| schema.rust.clone()).unwrap_or_default();
    Ok(Paged {
        method: operation.rust.clone(),
        builder: operation.builder.clone(),
        counts,
        sort: terms.sort.map(|sort| sort.value()),
        response: rust(response),
        record: rust(&list.record),
        within: list.within.map(|(property, _)| property),
        list: list.property,
        total,
        key,
        sends_offset: terms.offset == Some(true),
        page_size: terms.page_size,
        place: match place {
            PageInput::Body { schema, within, skip } => PageInput::Body { schema: rust(&schema), within, skip },
            query @ PageInput::Query { .. } => query,
        },
    })
}

/// A field, and the pointer into it: `/data/name` is `/name` in `data`.
fn steps(said: &str) -> (&str, &str) {
    match said.strip_prefix('/') {
        None => (said, ""),
        Some(path) => path.find('/').map_or((path, ""), |end| path.split_at(end)),
    }
}

/// The list of the response that contains the records.
fn one_list(model: &Model, response: &str, pointer: Option<&str>) -> Result<List, Problem> {
    let mut lists = lists(model, response);
    if let Some(pointer) = pointer {
        lists.retain(|list| list.pointer == pointer);
    }
    if lists.len() > 1 {
        let pointers: Vec<&str> = lists.iter().map(|list| list.pointer.as_str()).collect();
        return Err((format!("is paged, and its response has the lists {}", pointers.join(" and ")), HELP));
    }
    lists.pop().ok_or_else(|| ("is paged, and no list of records is in its response".to_owned(), HELP))
}

/// The type of a parameter, or of the field that replaces it in the body, and whether it is required.
fn takes<'a>(model: &'a Model, operation: &'a Operation, place: &PageInput, name: &str) -> Option<(&'a Type, bool)> {
    match place {
        PageInput::Query { .. } => {
            operation.parameter(Location::Query, name).map(|parameter| (&parameter.ty, parameter.required))
        }
        PageInput::Body { schema, within, .. } => {
            let schema = within.as_ref().map_or(schema, |(_, schema)| schema);
            model.record(schema)?.field(name).map(|field| (&field.ty, field.required))
        }
    }
}

/// The path to the one list of records in a response, and their schema; `None` if there are several or none.
pub(in crate::regen) fn only_list(model: &Model, response: &str) -> Option<(Vec<String>, String)> {
    let list = one_list(model, response, None).ok()?;
    let way = list.within.into_iter().map(|(property, _)| property).chain([list.property]);
    Some((way.map(|property| property.wire).collect(), list.record))
}

/// A list of records in a response.
struct List {
    pointer: String,
    /// The field of the response that holds it, and its schema.
    within: Option<(Property, String)>,
    property: Property,
    record: String,
}

/// The lists of records in a response and in its records.
fn lists(model: &Model, response: &str) -> Vec<List> {
    let mut lists = Vec::new();
    for field in fields(model, response) {
        if let Some(record) = items(model, field) {
            lists.push(List { pointer: format!("/{}", field.wire), within: None, property: field.into(), record });
        }
        let Some(inner) = field.ty.name() else { continue };
        for list in fields(model, inner) {
            if let Some(record) = items(model, list) {
                lists.push(List {
                    pointer: format!("/{}/{}", field.wire, list.wire),
                    within: Some((field.into(), inner.to_owned())),
                    property: list.into(),
                    record,
                });
            }
        }
    }
    lists
}

/// The record that an array is of.
fn items(model: &Model, field: &Field) -> Option<String> {
    let Type::Array(items) = &field.ty else { return None };
    let record = items.name()?;
    model.record(record).map(|_| record.to_owned())
}

fn fields<'a>(model: &'a Model, schema: &str) -> &'a [Field] {
    model.record(schema).map_or(&[], |record| &record.fields)
}

impl From<&Field> for Property {
    fn from(field: &Field) -> Self {
        Self { wire: field.wire.clone(), rust: field.rust.clone() }
    }
}
