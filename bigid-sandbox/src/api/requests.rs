//! Requests of people about their data, and what is done about it.

use serde_json::{Value, json};

use super::Call;
use super::exports::csv_line;
use crate::state::State;
use crate::wire::Answer;

/// `GET /sar/profiles`: a named list, in no envelope.
pub(super) fn profiles(_: &mut State, _: &Call<'_>) -> Answer {
    let profile = |(id, name): (&str, &str)| json!({"_id": id, "name": name, "allEnabledDs": true, "allEnabledEs": true, "scopes": ["root"], "isCustom": false});
    Answer::json(&json!({"profiles": PROFILES.map(profile)}))
}

pub(super) fn submit(state: &mut State, call: &Call<'_>) -> Answer {
    let body = call.body();
    let profile = body["profileId"].as_str().unwrap_or_default();
    if !PROFILES.iter().any(|(id, name)| *id == profile || *name == profile) {
        return call.bad_request(&format!("Unable to locate profile {profile}"));
    }
    let values = body["userValues"].as_array().into_iter().flatten();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let values: Vec<_> = values.map(|value| (text(value, "attributeName"), text(value, "attributeValue"))).collect();
    let (facts, now_ms) = (state.world.facts, state.now_ms());
    let id = state.world.requests.submit(&facts, values, now_ms);
    call.success(state, json!({"requestId": id}))
}

pub(super) fn status(state: &mut State, call: &Call<'_>) -> Answer {
    let now_ms = state.now_ms();
    match state.world.requests.find(call.parameter(0)).map(|request| request.status(now_ms)) {
        Some(status) => call.success(state, json!({"status": status})),
        None => not_there(call),
    }
}

pub(super) fn report(state: &mut State, call: &Call<'_>) -> Answer {
    match records(state, call) {
        Some(records) => call.success(state, json!({"records": records})),
        None => not_there(call),
    }
}

pub(super) fn short_report(state: &mut State, call: &Call<'_>) -> Answer {
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

fn not_there(call: &Call<'_>) -> Answer {
    call.not_found(&format!("request {}", call.parameter(0)))
}

/// `POST /data-minimization/objects/action`: always 200, and what happened is the `statusCode` in the body.
pub(super) fn minimization_action(_: &mut State, call: &Call<'_>) -> Answer {
    Answer::json(&match call.body()["actionType"].is_string() {
        true => json!({"status": "success", "statusCode": 200, "data": {"modified_count": 0}, "message": null}),
        false => json!({"status": "error", "statusCode": 400, "data": null, "message": "No action was named"}),
    })
}

const PROFILES: [(&str, &str); 2] =
    [("5a50000000000000000000a1", "Everything about a person"), ("5a50000000000000000000a2", "Contact data")];
