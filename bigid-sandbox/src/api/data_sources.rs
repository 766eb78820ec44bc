//! Data sources: two similar lists, and records by name.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::export::{self, At, ExportKind, Rows, Walk};
use super::{Call, bad_request};
use crate::data::cast;
use crate::query::{Language, Listing};
use crate::record::Record;
use crate::state::State;
use crate::wire::{ReceivedRequest, ResponseTemplate};
use crate::world::World;

/// `GET /ds-connections`.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    paged(state, call, call.listing(Language::Json))
}

/// `POST /ds-connections`.
pub(super) fn query(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = Listing::from_json(call.body().get("query").unwrap_or(&Value::Null), Language::Json);
    paged(state, call, listing.map_err(|error| call.unreadable(&error)))
}

/// `GET /ds_connections`: no envelope, no paging, and records that differ in two details from those of the other list.
pub(super) fn list_legacy(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    if state.world.data_sources.len() > MAX_AT_ONCE {
        return export::respond(state, call, Walk::new(ExportKind::DataSources, Legacy(0)));
    }
    let records = state.world.data_sources.iter().enumerate();
    let json: Vec<String> = records.map(|(number, record)| legacy(number, &record)).collect();
    ResponseTemplate::json_text(format!(r#"{{"ds_connections":[{}]}}"#, json.join(",")))
}

/// The same as it is made, with the number of records so far.
struct Legacy(usize);

impl Rows for Legacy {
    fn open(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"ds_connections":["#);
    }

    fn row(&mut self, _world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        if self.0 > 0 {
            out.push(b',');
        }
        out.extend_from_slice(legacy(self.0, &at.record()).as_bytes());
        self.0 += 1;
        true
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"]}");
    }
}

/// `POST /ds_connections`.
pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let sent = match sent(call.request) {
        Ok(sent) => sent,
        Err(message) => return bad_request(&message),
    };
    let text = |field: &str| sent.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(name), Some(_)) = (text("name"), text("type")) else {
        return bad_request("A data source needs a name and a type");
    };
    if state.world.data_sources.find(name).is_some() {
        return bad_request(&format!("A data source named {name} already exists"));
    }
    let now_ms = state.now_ms();
    single(&state.world.data_sources.create(name, &sent, now_ms))
}

/// `GET /ds_connections/{name}`.
pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    match state.world.data_sources.find(name) {
        Some(record) if call.query().get("withoutCredentialValue") == Some("true") => {
            single(&record.without_credentials())
        }
        Some(record) => single(&record),
        None => missing(name),
    }
}

/// `PUT /ds_connections/{name}`.
pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    let sent = match sent(call.request) {
        Ok(sent) => sent,
        Err(message) => return bad_request(&message),
    };
    if sent.get("name").is_some_and(|other| !other.is_null() && other != name) {
        return bad_request("The name of a data source cannot be changed");
    }
    let now_ms = state.now_ms();
    match state.world.data_sources.update(name, &sent, now_ms) {
        Some(record) => single(&record),
        None => missing(name),
    }
}

/// `DELETE /ds_connections/{name}`.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    if !state.world.data_sources.delete(name) {
        return missing(name);
    }
    state.world.forget_data_source(name);
    ResponseTemplate::json(&json!({"success": true}))
}

/// The object in `{"ds_connection": {..}}`.
pub(super) fn wrapped(request: &ReceivedRequest) -> Option<Map<String, Value>> {
    match request.json()?.get_mut("ds_connection")?.take() {
        Value::Object(sent) => Some(sent),
        _ => None,
    }
}

fn paged(state: &mut State, call: &Call<'_>, listing: Result<Listing, ResponseTemplate>) -> ResponseTemplate {
    let listing = match listing {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (numbers, total) = state.world.data_sources.page(&listing);
    let close = format!(r#"],"totalCount":{total}}},"message":null}}"#);
    if numbers.len() > MAX_AT_ONCE {
        let rows = DataSourceList { close, fields: listing.fields().clone(), has_rows: false };
        return export::respond(state, call, Walk::new(ExportKind::DataSources, rows).ordered(numbers));
    }
    let page = state.world.data_sources.with(|sources, generator| sources.records(numbers, &listing, generator));
    let page: Vec<&str> = page.iter().map(|record| record.json()).collect();
    ResponseTemplate::json_text([OPEN, &page.join(","), &close].concat())
}

/// A list that is too long to be made at once.
struct DataSourceList {
    /// What follows the records.
    close: String,
    /// The fields to send; all if there are none.
    fields: BTreeSet<String>,
    has_rows: bool,
}

impl Rows for DataSourceList {
    fn open(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(OPEN.as_bytes());
    }

    fn row(&mut self, _world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        if std::mem::replace(&mut self.has_rows, true) {
            out.push(b',');
        }
        let record = at.record();
        match self.fields.is_empty() {
            true => out.extend_from_slice(record.json().as_bytes()),
            false => out.extend_from_slice(record.projected(&self.fields).json().as_bytes()),
        }
        true
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.close.as_bytes());
    }
}

const OPEN: &str = r#"{"status":"success","statusCode":200,"data":{"ds_connections":["#;

/// How many records are sent with their length; longer lists are sent as they are made.
const MAX_AT_ONCE: usize = 10_000;

fn single(record: &Record) -> ResponseTemplate {
    ResponseTemplate::json_text(format!(r#"{{"ds_connection":{}}}"#, record.json()))
}

fn missing(name: &str) -> ResponseTemplate {
    bad_request(&format!("Unable to locate data source {name}"))
}

/// The fields in the envelope, converted to the types in which they are stored.
fn sent(request: &ReceivedRequest) -> Result<Map<String, Value>, String> {
    cast(wrapped(request).ok_or(NOT_WRAPPED)?)
        .map_err(|field| format!("The field {field} of a data source has a value of the wrong type"))
}

/// The older list has tags on 13 of 20 records, and one more field in both connection states.
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
