//! App storage: values by key, separate for each app.

use serde_json::{Value, json};

use super::Call;
use crate::state::State;
use crate::wire::ResponseTemplate;

pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let stored = state.world.storage.get(call.parameter(0)).filter(|stored| !stored.is_empty());
    let Some(stored) = stored else { return call.not_found(&format!("anything stored by {}", call.parameter(0))) };
    let pairs: Vec<Value> = stored.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    // The contract determines whether the pairs have an envelope.
    let is_array = call.described.list.as_ref().is_none_or(|place| place.path.is_empty());
    if is_array { ResponseTemplate::json(&pairs.into()) } else { call.success(state, json!({"keysValues": pairs})) }
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(pairs) = body["keysValues"].as_array() else {
        return call.bad_request("The body must have an array keysValues");
    };
    let stored = state.world.storage.entry(call.parameter(0).to_owned()).or_default();
    for pair in pairs {
        if let Some(key) = pair["key"].as_str() {
            stored.insert(key.to_owned(), pair["value"].clone());
        }
    }
    call.success(state, json!({}))
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let value = state.world.storage.get(call.parameter(0)).and_then(|stored| stored.get(call.parameter(1)));
    match value {
        Some(value) => ResponseTemplate::json(&json!({"value": value})),
        None => call.not_found(&format!("key {}", call.parameter(1))),
    }
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let stored = state.world.storage.get_mut(call.parameter(0));
    match stored.and_then(|stored| stored.remove(call.parameter(1))) {
        Some(_) => call.success(state, json!({})),
        None => call.not_found(&format!("key {}", call.parameter(1))),
    }
}
