//! Saved queries, which set a tag on what they find.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Call, array};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;

pub(super) fn list(state: &mut State, _: &Call<'_>) -> ResponseTemplate {
    ResponseTemplate::json_text(array(&state.world.saved_queries))
}

/// Adds a query. Its tag and value exist from then on.
pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Value::Object(mut query) = call.body() else { return call.bad_request("The body must be an object") };
    let text = |query: &Map<String, Value>, field: &str| query.get(field).and_then(Value::as_str).map(str::to_owned);
    let (Some(tag), Some(value)) = (text(&query, "tag_name"), text(&query, "tag_value")) else {
        return call.bad_request("A saved query needs a tag_name and a tag_value");
    };
    let is_same = |other: &Arc<Record>| other.text("tag_name") == Some(&tag) && other.text("tag_value") == Some(&value);
    if state.world.saved_queries.iter().any(is_same) {
        return call.bad_request(&format!("There is a saved query for {tag}={value} already"));
    }
    state.world.ensure_tag(&tag, &value);
    state.world.queries_made += 1;
    let id = state.world.facts.id("saved query", state.world.queries_made);
    query.insert("_id".to_owned(), id.into());
    let query = match call.described.body_schema() {
        Some(schema) => Record::from_object(&schema.fitting(query).collect()),
        None => Record::from_object(&query),
    };
    let shown = query.to_value();
    state.world.saved_queries.push(query.into());
    call.success(state, shown)
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (id, before) = (call.parameter(0), state.world.saved_queries.len());
    state.world.saved_queries.retain(|query| query.text("_id") != Some(id));
    match before == state.world.saved_queries.len() {
        true => call.not_found(&format!("saved query {id}")),
        false => call.success(state, Value::Null),
    }
}
