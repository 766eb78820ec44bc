//! The catalog: objects and their columns, read by BigID's query language.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::play::Listed;
use crate::query::{Fields, Language, Page};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{WIDTH, World};

/// The list, for either operation.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Query { now_ms: state.now_ms() }) {
        Ok(listing) => listing.at_most(MAX_ROWS),
        Err(refusal) => return refusal,
    };
    let (records, total) = state.world.objects(&listing);
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

pub(super) fn count(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Query { now_ms: state.now_ms() }) {
        Ok(listing) => listing.at_most(1),
        Err(refusal) => return refusal,
    };
    let (_, total) = state.world.objects(&listing);
    call.success(state, json!({"data": {"count": total}}))
}

pub(super) fn details(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some((_, object)) = wanted(&state.world, call) else { return not_there(call) };
    let mut data = object.to_value();
    data["totalFindings"] = object.get("total_pii_count").cloned().unwrap_or_default();
    data["num_identities"] = 0.into();
    call.success(state, json!({"data": data}))
}

pub(super) fn attributes_of(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some((_, object)) = wanted(&state.world, call) else { return not_there(call) };
    let data = object.get("attribute_details").cloned().unwrap_or_else(|| json!([]));
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

pub(super) fn columns_of(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some((_, object)) = wanted(&state.world, call) else { return not_there(call) };
    let name = object.text("fullyQualifiedName").unwrap_or_default();
    let number = state.world.facts.object_of(name);
    let columns: Vec<Arc<Record>> = state.world.with_columns(|columns, generator| {
        let of_object = number.into_iter().flat_map(|object| (object * WIDTH)..((object + 1) * WIDTH));
        of_object.filter_map(|number| columns.get(number, generator)).collect()
    });
    let page = Page::from_query(&call.query()).of(columns);
    let page: Vec<Value> = page.iter().map(|column| column.to_value()).collect();
    call.success(state, json!({"status": "success", "statusCode": 200, "data": page, "message": null}))
}

pub(super) fn columns(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Query { now_ms: state.now_ms() }) {
        Ok(listing) => listing.at_most(MAX_ROWS),
        Err(refusal) => return refusal,
    };
    let (records, total) = state.world.with_columns(|columns, generator| columns.list(&listing, generator, None));
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

pub(super) fn summary(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let names: Vec<String> = state.world.data_sources.names().take(MAX_ROWS).collect();
    let data: Vec<Value> = names.iter().map(|name| summarized(&state.world, name)).collect();
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

pub(super) fn summary_of(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    if state.world.data_sources.find(name).is_none() {
        return call.not_found(&format!("data source {name}"));
    }
    let data = [summarized(&state.world, name)];
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

pub(super) fn objects_with_findings(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Page { skip, limit } = Page::from_query(&call.query());
    let limit = if limit == 0 { MAX_ROWS } else { limit.min(MAX_ROWS) };
    let (records, total) = state.world.with_objects_of(call.parameter(0), |numbers, objects, generator| {
        let found: Vec<usize> = numbers.filter(|number| findings_of(&objects.row(*number, generator)) > 0).collect();
        let page = found.iter().skip(skip).take(limit);
        (page.filter_map(|number| objects.get(*number, generator)).collect(), found.len())
    });
    call.list(state, &Listed { records, total, skip })
}

/// The counts for a data source.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) objects: u64,
    /// Objects in which something was found.
    pub(super) found: u64,
    /// Those of them that are publicly accessible.
    pub(super) open: u64,
    pub(super) findings: u64,
}

impl Counts {
    /// Reads one field or two of each object, and makes none of them.
    pub(super) fn of(world: &World, source: &str) -> Self {
        world.with_objects_of(source, |numbers, objects, generator| {
            let mut counts = Self::default();
            for number in numbers {
                let object = objects.row(number, generator);
                let findings = findings_of(&object);
                let is_open = || object.field("open_access").is_some_and(|open| *open == *"Yes");
                counts.objects += 1;
                counts.found += u64::from(findings > 0);
                counts.open += u64::from(findings > 0 && is_open());
                counts.findings += findings;
            }
            counts
        })
    }
}

fn summarized(world: &World, source: &str) -> Value {
    let counts = Counts::of(world, source);
    json!({
        "source": source,
        "totalObjects": counts.objects,
        "totalObjectsWithPii": counts.found,
        "totalObjectsWithPiiAndOpenAccess": counts.open,
        "totalPii": counts.findings,
    })
}

fn findings_of(object: &dyn Fields) -> u64 {
    object.field("total_pii_count").and_then(|count| count.as_u64()).unwrap_or(0)
}

fn wanted(world: &World, call: &Call<'_>) -> Option<(usize, Arc<Record>)> {
    world.object(call.query().get("object_name")?)
}

fn not_there(call: &Call<'_>) -> ResponseTemplate {
    call.not_found(&format!("object {}", call.query().get("object_name").unwrap_or_default()))
}

/// The largest page of the catalog, whatever the request asks for.
pub(super) const MAX_ROWS: usize = 1_000;
