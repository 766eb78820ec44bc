//! Requests of people about their data, and their processing.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Call;
use super::export::csv_line;
use crate::play::Listed;
use crate::query::{Language, Listing};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{Collection, NothingGenerated, RequestProfile, World};

/// `GET /sar/profiles`: a named list, without an envelope.
pub(super) fn profiles(state: &mut State, _: &Call<'_>) -> ResponseTemplate {
    let profiles: Vec<Value> = state.world.requests.profiles.iter().map(RequestProfile::record).collect();
    ResponseTemplate::json(&json!({"profiles": profiles}))
}

pub(super) fn profile(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match state.world.requests.profile(call.parameter(0)).map(|profile| profile.record()) {
        Some(profile) => call.success(state, profile),
        None => no_profile(call),
    }
}

pub(super) fn create_profile(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(name) = body["name"].as_str().filter(|name| !name.is_empty()) else {
        return call.bad_request("A profile needs a name");
    };
    if state.world.requests.profile(name).is_some() {
        return call.bad_request(&format!("There is a profile {name} already"));
    }
    let is = |field: &str| body[field].as_bool().unwrap_or(false);
    let id = state.world.requests.add_profile(name, is("allEnabledDs"), is("allEnabledEs"), true);
    call.success(state, json!({"profileId": id}))
}

pub(super) fn delete_profile(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some(id) = state.world.requests.profile(call.parameter(0)).map(|profile| profile.id.clone()) else {
        return no_profile(call);
    };
    state.world.requests.profiles.retain(|profile| profile.id != id);
    call.success(state, json!({"isDeleted": true}))
}

/// `POST /sar/profiles/{id}/connections`: replaces the sources that a profile searches.
pub(super) fn update_connections(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(connections) = body["connections"].as_array() else {
        return call.bad_request("The body must have an array connections");
    };
    let is_absent = |connection: &&Value| {
        let name = connection["name"].as_str().unwrap_or_default();
        connection["sourceType"] == "dsConnection" && state.world.data_sources.find(name).is_none()
    };
    if let Some(absent) = connections.iter().find(is_absent) {
        return call.bad_request(&format!("Unable to locate data source {}", absent["name"]));
    }
    let Some(profile) = state.world.requests.profile(call.parameter(0)) else { return no_profile(call) };
    profile.connections.clone_from(connections);
    let id = profile.id.clone();
    call.success(state, json!({"data": {"profileId": id, "isUpdated": true}}))
}

fn no_profile(call: &Call<'_>) -> ResponseTemplate {
    call.not_found(&format!("profile {}", call.parameter(0)))
}

pub(super) fn submit(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let profile = body["profileId"].as_str().unwrap_or_default();
    if state.world.requests.profile(profile).is_none() {
        return call.bad_request(&format!("Unable to locate profile {profile}"));
    }
    let values = body["userValues"].as_array().into_iter().flatten();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let values: Vec<_> = values.map(|value| (text(value, "attributeName"), text(value, "attributeValue"))).collect();
    let (facts, now_ms) = (state.world.facts, state.now_ms());
    let id = state.world.requests.submit(&facts, values, now_ms);
    call.success(state, json!({"requestId": id}))
}

pub(super) fn status(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let now_ms = state.now_ms();
    match state.world.requests.find(call.parameter(0)).map(|request| request.status(now_ms)) {
        Some(status) => call.success(state, json!({"status": status})),
        None => not_there(call),
    }
}

pub(super) fn report(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match records(state, call) {
        Some(records) => call.success(state, json!({"records": records})),
        None => not_there(call),
    }
}

pub(super) fn short_report(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some(records) = records(state, call) else { return not_there(call) };
    let columns = ["source", "fullObjectName", "attribute", "value"];
    let line = |record: &Value| csv_line(columns.map(|column| record[column].as_str().unwrap_or_default().to_owned()));
    let lines: String = records.iter().map(line).collect();
    super::exports::file(call, csv_line(columns.map(str::to_owned)) + &lines)
}

fn records(state: &State, call: &Call<'_>) -> Option<Vec<Value>> {
    let request = state.world.requests.find(call.parameter(0))?;
    Some(request.records(&state.world.facts, state.now_ms()))
}

fn not_there(call: &Call<'_>) -> ResponseTemplate {
    call.not_found(&format!("request {}", call.parameter(0)))
}

/// `GET /data-minimization/objects`: the objects that were found for requests, and their state.
pub(super) fn minimization_objects(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (records, total) = objects_to_minimize(state, &listing);
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

/// `POST /data-minimization/objects/action`: always 200; the result is the `statusCode` in the body.
pub(super) fn minimization_action(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    if !body["actionType"].is_string() {
        let refusal = json!({"status": "error", "statusCode": 400, "data": null, "message": "No action was named"});
        return ResponseTemplate::json(&refusal);
    }
    let terms = &body["query"]["filter"];
    let listing = match Listing::from_json(&json!({"filter": terms}), Language::Json) {
        Ok(listing) => listing,
        Err(error) => return call.unreadable(&error),
    };
    // An action without a selection has no objects.
    let is_selected = terms.as_array().is_some_and(|terms| !terms.is_empty());
    let records = if is_selected { objects_to_minimize(state, &listing).0 } else { Vec::new() };
    let now_ms = state.now_ms();
    records.iter().filter_map(|object| object.text("_id")).for_each(|id| state.world.minimization.start(id, now_ms));
    let data = json!({"modified_count": records.len()});
    ResponseTemplate::json(&json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

fn objects_to_minimize(state: &State, listing: &Listing) -> (Vec<Arc<Record>>, usize) {
    let World { minimization, requests, facts, .. } = &state.world;
    let mut all = Collection::new(0);
    for object in minimization.objects(requests, facts, state.now_ms()) {
        all.add(Record::from_object(object.as_object().unwrap_or(&Map::new())));
    }
    all.list(listing, &NothingGenerated, None)
}
