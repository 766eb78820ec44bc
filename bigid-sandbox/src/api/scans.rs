//! Scans: started, and then polled until they have ended.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::play::Listed;
use crate::query::{Language, Listing};
use crate::record::Record;
use crate::state::State;
use crate::wire::{Mark, ResponseTemplate};
use crate::world::{Collection, NothingGenerated, Scan};

/// `POST /scans`: starts a scan with a scan profile, by its name or its id.
pub(super) fn start(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let name = text("scanProfileName").or(text("scanProfileId"));
    let profile = name.map(|name| super::scan_profiles::find(state, name));
    let wanted = match &profile {
        Some(None) => return call.bad_request(&format!("Unable to locate scan profile {}", name.unwrap_or_default())),
        Some(Some(profile)) => profile.get("dataSourceList").and_then(Value::as_array).cloned().unwrap_or_default(),
        None => Vec::new(),
    };
    let mut sources: Vec<String> = wanted.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    if sources.is_empty() {
        sources = state.world.data_sources.names().take(MAX_SOURCES).collect();
    }
    let id = begin(state, call, name.unwrap_or("all data sources"), sources);
    call.success(state, json!({"result": {"_id": id}, "_id": id, "scanId": id}))
}

pub(super) fn start_of_data_source(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    if state.world.data_sources.find(name).is_none() {
        return call.not_found(&format!("data source {name}"));
    }
    let id = begin(state, call, name, vec![name.to_owned()]);
    let data = json!({"_id": id, "scanId": id, "state": "Queued"});
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

fn begin(state: &mut State, call: &Call<'_>, name: &str, sources: Vec<String>) -> String {
    let (body, query) = (call.body(), call.query());
    let text = |field: &str| body[field].as_str().or(query.get(field)).map(str::to_owned);
    let kind = text("scanType").unwrap_or_else(|| "dsScan".to_owned());
    let origin = text("scanOrigin").unwrap_or_else(|| "API".to_owned());
    let (facts, now_ms) = (state.world.facts, state.now_ms());
    state.world.scans.start(&facts, name, &kind, &origin, sources, now_ms)
}

pub(super) fn of_data_source(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (name, now_ms) = (call.parameter(0), state.now_ms());
    let latest = state.world.scans.iter().rev().find(|scan| scan.sources.iter().any(|source| source == name));
    match latest.map(|scan| scan.record(now_ms)) {
        Some(data) => {
            call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
        }
        None => call.not_found(&format!("a scan of data source {name}")),
    }
}

/// Every scan, newest first.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (records, total) = listed(state, &listing);
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

fn listed(state: &State, listing: &Listing) -> (Vec<Arc<Record>>, usize) {
    let now_ms = state.now_ms();
    let mut all = Collection::new(0);
    for scan in state.world.scans.iter().rev() {
        all.add(Record::from_object(scan.record(now_ms).as_object().unwrap_or(&serde_json::Map::new())));
    }
    all.list(listing, &NothingGenerated, None)
}

/// `GET /scans/{scanId}`: the one scan, in an array.
pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some(record) = found(state, call).map(|scan| scan.record(state.now_ms())) else { return not_there(call) };
    let record = Arc::new(Record::from_object(record.as_object().unwrap_or(&serde_json::Map::new())));
    let Some(place) = &call.described.list else { return call.success(state, record.to_value()) };
    let is_named = |word: &Value| place.record.property("state").is_none_or(|schema| schema.takes(word));
    let is_named = record.get("state").is_none_or(is_named);
    let response = call.list(state, &Listed { records: vec![record], total: 1, skip: 0 });
    if is_named { response } else { response.marked(Mark::OtherWord) }
}

pub(super) fn status(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match found(state, call).map(|scan| scan.record(state.now_ms())) {
        Some(record) => call.success(state, record),
        None => not_there(call),
    }
}

pub(super) fn insights(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let now_ms = state.now_ms();
    let Some(scan) = found(state, call) else { return not_there(call) };
    let summary = json!({
        "scanId": scan.id,
        "state": scan.state(now_ms),
        "dataSources": scan.sources.len(),
        "foundObjects": scan.found,
    });
    call.success(state, json!({"scanInsight": {"scanSummary": summary}}))
}

fn found<'s>(state: &'s State, call: &Call<'_>) -> Option<&'s Scan> {
    state.world.scans.find(call.parameter(0))
}

fn not_there(call: &Call<'_>) -> ResponseTemplate {
    call.not_found(&format!("scan {}", call.parameter(0)))
}

/// The maximum number of data sources that a scan without a list of them reads: a scan of a million would find a
/// million objects.
const MAX_SOURCES: usize = 1_000;
