//! Data sources: two lists that look alike, and records by name.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{array, bad_request, unreadable};
use crate::data::{Listing, ListingError, Record, cast};
use crate::state::State;
use crate::wire::{Answer, Query, Received};

/// `GET /ds-connections`.
pub(super) fn list(state: &mut State, request: &Received) -> Answer {
    paged(state, Listing::from_query(&Query::parse(&request.query)))
}

/// `POST /ds-connections`.
pub(super) fn query(state: &mut State, request: &Received) -> Answer {
    let body = request.json().unwrap_or_default();
    paged(state, Listing::from_json(body.get("query").unwrap_or(&Value::Null)))
}

/// `GET /ds_connections`: no envelope, no paging, and records that differ in two details from those of the other list.
pub(super) fn list_legacy(state: &State) -> Answer {
    let records = state.data_sources.all().iter().enumerate();
    let json: Vec<String> = records.map(|(number, record)| legacy(number, record)).collect();
    Answer::json_text(format!(r#"{{"ds_connections":[{}]}}"#, json.join(",")))
}

/// `POST /ds_connections`.
pub(super) fn create(state: &mut State, request: &Received) -> Answer {
    let sent = match sent(request) {
        Ok(sent) => sent,
        Err(message) => return bad_request(&message),
    };
    let text = |field: &str| sent.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(name), Some(_)) = (text("name"), text("type")) else {
        return bad_request("A data source needs a name and a type");
    };
    if state.data_sources.find(name).is_some() {
        return bad_request(&format!("A data source named {name} already exists"));
    }
    single(&state.data_sources.create(name, &sent, state.clock.unix_millis()))
}

/// `GET /ds_connections/{name}`.
pub(super) fn get(state: &State, request: &Received, name: &str) -> Answer {
    match state.data_sources.find(name) {
        Some(record) if Query::parse(&request.query).get("withoutCredentialValue") == Some("true") => {
            single(&record.without_credentials())
        }
        Some(record) => single(record),
        None => missing(name),
    }
}

/// `PUT /ds_connections/{name}`.
pub(super) fn update(state: &mut State, request: &Received, name: &str) -> Answer {
    let sent = match sent(request) {
        Ok(sent) => sent,
        Err(message) => return bad_request(&message),
    };
    if sent.get("name").is_some_and(|other| !other.is_null() && other != name) {
        return bad_request("The name of a data source cannot be changed");
    }
    match state.data_sources.update(name, &sent, state.clock.unix_millis()) {
        Some(record) => single(&record),
        None => missing(name),
    }
}

/// `DELETE /ds_connections/{name}`.
pub(super) fn delete(state: &mut State, name: &str) -> Answer {
    if state.data_sources.delete(name) { Answer::json(&json!({"success": true})) } else { missing(name) }
}

/// The object in `{"ds_connection": {..}}`.
pub(super) fn wrapped(request: &Received) -> Option<Map<String, Value>> {
    match request.json()?.get_mut("ds_connection")?.take() {
        Value::Object(sent) => Some(sent),
        _ => None,
    }
}

fn paged(state: &mut State, listing: Result<Listing, ListingError>) -> Answer {
    let listing = match listing {
        Ok(listing) => listing,
        Err(error) => return unreadable(error),
    };
    let (page, total) = state.data_sources.list(&listing);
    let page = array(&page);
    Answer::json_text(format!(
        r#"{{"status":"success","statusCode":200,"data":{{"ds_connections":{page},"totalCount":{total}}},"message":null}}"#
    ))
}

fn single(record: &Record) -> Answer {
    Answer::json_text(format!(r#"{{"ds_connection":{}}}"#, record.json()))
}

fn missing(name: &str) -> Answer {
    bad_request(&format!("Unable to locate data source {name}"))
}

/// The fields in the wrapper, in the kinds in which they are kept.
fn sent(request: &Received) -> Result<Map<String, Value>, String> {
    cast(wrapped(request).ok_or(NOT_WRAPPED)?)
        .map_err(|field| format!("The field {field} of a data source cannot be read as the kind of value it holds"))
}

/// The older list has tags on 13 of 20 records, and one field more in both connection states.
fn legacy(number: usize, record: &Arc<Record>) -> String {
    let mut record = if number % 20 < 13 { record.without(&[]) } else { record.without(&["tags"]) };
    for field in ["connectionStatusTest", "connectionStatusScan"] {
        if let Some(Value::Object(status)) = record.get(field) {
            let mut status = status.clone();
            status.insert("num_of_object".to_owned(), json!(number % 7));
            record = record.with(field, Value::Object(status));
        }
    }
    record.json().to_owned()
}

const NOT_WRAPPED: &str = "The body must be an object with the field ds_connection";
