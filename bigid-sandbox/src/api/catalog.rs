//! The catalog: objects and their columns, read by BigID's query language.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::play::Listed;
use crate::query::{Language, Page};
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{Record, WIDTH, World};

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
    let source = call.parameter(0);
    let page = Page::from_query(&call.query());
    let of_source = objects_of(&state.world, source);
    let found: Vec<_> =
        of_source.into_iter().filter(|object| object.get("total_pii_count") != Some(&json!(0))).collect();
    let total = found.len();
    let records = page.of(found);
    call.list(state, &Listed { records, total, skip: page.skip })
}

/// The counts of a data source. Counting reads its objects, of which there are few.
pub(super) fn summarized(world: &World, source: &str) -> Value {
    let objects = objects_of(world, source);
    let count = |object: &Arc<Record>| object.get("total_pii_count").and_then(Value::as_u64).unwrap_or(0);
    let is_open = |object: &&Arc<Record>| object.text("open_access") == Some("Yes");
    let found: Vec<_> = objects.iter().filter(|object| count(object) > 0).collect();
    json!({
        "source": source,
        "totalObjects": objects.len(),
        "totalObjectsWithPii": found.len(),
        "totalObjectsWithPiiAndOpenAccess": found.iter().filter(|object| is_open(object)).count(),
        "totalPii": objects.iter().map(count).sum::<u64>(),
    })
}

/// The first 1,000 objects of a data source.
pub(super) fn objects_of(world: &World, source: &str) -> Vec<Arc<Record>> {
    let Some(number) = world.data_sources.number_of(source) else { return Vec::new() };
    let (facts, sizes) = (&world.facts, world.facts.sizes);
    let generated = (0..facts.objects_of(number)).map(|place| number + place * sizes.data_sources);
    world.with_objects(|objects, generator| {
        let there = generated.take(MAX_ROWS).filter_map(|number| objects.get(number, generator));
        let added = objects.added().filter_map(|number| objects.get(number, generator));
        there.chain(added.filter(|object| object.text("source") == Some(source))).collect()
    })
}

fn wanted(world: &World, call: &Call<'_>) -> Option<(usize, Arc<Record>)> {
    world.object(call.query().get("object_name")?)
}

fn not_there(call: &Call<'_>) -> ResponseTemplate {
    call.not_found(&format!("object {}", call.query().get("object_name").unwrap_or_default()))
}

/// The largest page of the catalog, whatever the request asks for.
pub(super) const MAX_ROWS: usize = 1_000;
