//! `/scanProfiles`: created from JSON or from a multipart form, listed without an envelope.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{array, bad_request, page, unreadable};
use crate::data::Record;
use crate::state::State;
use crate::wire::{Answer, Received};

/// `skip`, `limit` and `sort`, as in the list of data sources. There is no total to ask for.
pub(super) fn list(state: &State, request: &Received) -> Answer {
    match page(request, &state.scan_profiles) {
        Ok((page, _)) => Answer::json_text(format!(r#"{{"scanProfiles":{}}}"#, array(&page))),
        Err(error) => unreadable(error),
    }
}

pub(super) fn create(state: &mut State, request: &Received) -> Answer {
    let form = request.header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let sent = if form { from_form(request) } else { request.json() };
    let Some(Value::Object(mut profile)) = sent else {
        return bad_request("A scan profile is a JSON object, or a form");
    };
    let id = format!("5ca40000{:016x}", state.scan_profiles.len() + 1);
    profile.insert("_id".to_owned(), id.into());
    let profile = Arc::new(Record::from_object(&profile));
    state.scan_profiles.push(profile.clone());
    Answer::json_text(profile.json().to_owned())
}

/// The profile in the form's fields `data`, `scanProfileName` and `scanProfileScanType`.
fn from_form(request: &Received) -> Option<Value> {
    let mut profile = field(request, "data").and_then(|data| serde_json::from_str(&data).ok()).unwrap_or(json!({}));
    let fields: &mut serde_json::Map<String, Value> = profile.as_object_mut()?;
    for (name, to) in [("scanProfileName", "name"), ("scanProfileScanType", "scanType")] {
        if let Some(text) = field(request, name) {
            fields.insert(to.to_owned(), text.into());
        }
    }
    Some(profile)
}

/// One text field of a multipart form.
fn field(request: &Received, name: &str) -> Option<String> {
    let (_, boundary) = request.header("content-type")?.split_once("boundary=")?;
    let boundary = format!("--{}", boundary.split(';').next()?.trim_matches('"'));
    let body = String::from_utf8_lossy(&request.body);
    let wanted = format!("name=\"{name}\"");
    body.split(boundary.as_str()).find_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        head.contains(&wanted).then(|| value.trim_end_matches("\r\n").to_owned())
    })
}
