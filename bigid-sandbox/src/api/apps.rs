//! Installed apps, and the credentials that they are trusted with.

use serde_json::{Value, json};

use super::{Call, played};
use crate::state::State;
use crate::wire::ResponseTemplate;

pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let apps = &state.world.apps;
    if apps.names.is_empty() {
        return played::respond(state, call);
    }
    let records = apps.names.iter().map(|(id, name)| json!({"_id": id, "tpa_name": name}));
    ResponseTemplate::json(&records.collect::<Vec<Value>>().into())
}

pub(super) fn credentials(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let key = (call.parameter(0).to_owned(), call.parameter(1).to_owned());
    match state.world.apps.credentials.get(&key) {
        Some(fields) => ResponseTemplate::json(fields),
        None => played::respond(state, call),
    }
}
