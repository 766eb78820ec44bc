//! `/scanProfiles`: created from JSON or from a multipart form, listed without an envelope.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Call, array};
use crate::contract::{self, Described};
use crate::query::{Language, Listing};
use crate::record::Record;
use crate::state::State;
use crate::wire::{ReceivedRequest, ResponseTemplate};
use crate::world::Generate;
use http::Method;

/// `skip`, `limit` and `sort`, as in the list of data sources. There is no total count.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (page, _) = listed(state, &listing);
    ResponseTemplate::json_text(format!(r#"{{"scanProfiles":{}}}"#, array(&page)))
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let request = call.request;
    let form = request.header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let sent = if form { from_form(request) } else { request.json() };
    let Some(Value::Object(mut profile)) = sent else {
        return call.bad_request("A scan profile is a JSON object, or a form");
    };
    let Some(list) = described() else { return call.bad_request("The contract has no scan profiles") };
    let profiles = state.world.played.collection(list, 0);
    let id = format!("5ca40000{:016x}", profiles.next() + 1);
    if let Some(schema) = call.described.body_schema() {
        profile = schema.fitting(profile).collect();
    }
    profile.insert("_id".to_owned(), id.as_str().into());
    profile.insert("id".to_owned(), id.into());
    let profile = Record::from_object(&profile);
    let shown = profile.json().to_owned();
    profiles.add(profile);
    ResponseTemplate::json_text(shown)
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match find(state, call.parameter(0)) {
        Some(profile) => call.success(state, profile.to_value()),
        None => call.not_found(&format!("scan profile {}", call.parameter(0))),
    }
}

/// The profile of that name or identifier.
pub(super) fn find(state: &mut State, name: &str) -> Option<Arc<Record>> {
    let (all, _) = listed(state, &Listing::default());
    all.into_iter().find(|profile| ["name", "id", "_id"].iter().any(|field| profile.text(field) == Some(name)))
}

fn listed(state: &mut State, listing: &Listing) -> (Vec<Arc<Record>>, usize) {
    let Some(list) = described() else { return (Vec::new(), 0) };
    state.world.played.collection(list, 0).list(listing, &Profiles, None)
}

fn described() -> Option<&'static Described> {
    contract::at(&Method::GET, "/scanProfiles")
}

/// There are no profiles at the start, only those that were created.
struct Profiles;

impl Generate for Profiles {
    fn record(&self, _number: usize) -> Record {
        Record::default()
    }
}

/// The profile in the form's fields `data`, `scanProfileName` and `scanProfileScanType`.
fn from_form(request: &ReceivedRequest) -> Option<Value> {
    let mut profile = field(request, "data").and_then(|data| serde_json::from_str(&data).ok()).unwrap_or(json!({}));
    let fields: &mut Map<String, Value> = profile.as_object_mut()?;
    for (name, to) in [("scanProfileName", "name"), ("scanProfileScanType", "scanType")] {
        if let Some(text) = field(request, name) {
            fields.insert(to.to_owned(), text.into());
        }
    }
    Some(profile)
}

/// One text field of a multipart form.
fn field(request: &ReceivedRequest, name: &str) -> Option<String> {
    let (_, boundary) = request.header("content-type")?.split_once("boundary=")?;
    let boundary = format!("--{}", boundary.split(';').next()?.trim_matches('"'));
    let body = String::from_utf8_lossy(&request.body);
    let wanted = format!("name=\"{name}\"");
    body.split(boundary.as_str()).find_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        head.contains(&wanted).then(|| value.trim_end_matches("\r\n").to_owned())
    })
}
