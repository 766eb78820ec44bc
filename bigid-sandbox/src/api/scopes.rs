//! Scopes, and the data sources in them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::play::Listed;
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::Scope;

/// Both lists, with and without an envelope.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let record =
        |scope: &Scope| Arc::new(Record::from_object(scope.record().as_object().unwrap_or(&Default::default())));
    let records: Vec<_> = state.world.scopes.iter().map(record).collect();
    let total = records.len();
    call.list(state, &Listed { records, total, skip: 0 })
}

/// `PUT /scopes/{id}`: replaces the description and the lists that are sent.
pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (body, now_ms) = (call.body(), state.now_ms());
    if !body.is_object() {
        return call.bad_request("The body must be an object");
    }
    let Some(id) = state.world.scopes.find(call.parameter(0)).map(|scope| scope.id.clone()) else {
        return call.not_found(&format!("scope {}", call.parameter(0)));
    };
    let (Ok(data_sources), Ok(entity_sources)) = (names(&body, "dataSourceNames"), names(&body, "idSourceNames"))
    else {
        return call.bad_request("The names of data sources and of entity sources are arrays of strings");
    };
    let absent = data_sources.iter().flatten().find(|name| state.world.data_sources.find(name).is_none());
    if let Some(absent) = absent {
        return call.bad_request(&format!("Unable to locate data source {absent}"));
    }
    state.world.scopes.update(&id, now_ms, |scope| {
        if let Some(description) = body["description"].as_str() {
            description.clone_into(&mut scope.description);
        }
        if let Some(names) = data_sources {
            scope.data_sources = names;
        }
        if let Some(names) = entity_sources {
            scope.entity_sources = names;
        }
    });
    let shown = state.world.scopes.find(&id).map(Scope::record).unwrap_or_default();
    call.success(state, json!({"status": "success", "statusCode": 200, "data": shown, "message": null}))
}

/// A list of names in a body; `None` if it is not sent.
fn names(body: &Value, field: &str) -> Result<Option<Vec<String>>, ()> {
    match &body[field] {
        Value::Null => Ok(None),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or(()).map(Some)
        }
        _ => Err(()),
    }
}
