//! Downloads: CSV, lines of text, and JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::played::not_served;
use super::{Call, catalog, findings};
use crate::query::{Listing, Page};
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::Record;

pub(super) fn data_sources(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let ids: Vec<&str> = query.get("ids").map(|ids| ids.split(',').map(str::trim).collect()).unwrap_or_default();
    let columns = ["name", "type", "enabled", "location", "created_at", "updated_at"];
    let mut text = csv_line(columns.map(str::to_owned));
    for source in state.world.data_sources.iter() {
        let is_wanted =
            ["_id", "name"].iter().any(|field| source.text(field).is_some_and(|value| ids.contains(&value)));
        if ids.is_empty() || is_wanted {
            text += &csv_line(columns.map(|column| source.text(column).unwrap_or_default().to_owned()));
        }
    }
    file(call, text)
}

/// A line for each data source, the first 1,000 of them: what the summary of the catalog counts.
pub(super) fn inventory_by_source(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let names: Vec<String> = state.world.data_sources.names().take(catalog::MAX_ROWS).collect();
    let counts = ["source", "totalObjects", "totalObjectsWithPii", "totalPii"];
    let mut text = csv_line(["Source", "Objects", "Objects With Findings", "Findings"].map(str::to_owned));
    for name in names {
        let summary = catalog::summarized(&state.world, &name);
        text += &csv_line(
            counts.map(|count| summary[count].as_str().map_or_else(|| summary[count].to_string(), str::to_owned)),
        );
    }
    file(call, text)
}

/// A line for each attribute: in how many of the first 10,000 objects with findings it was found, and how often.
pub(super) fn inventory_by_attribute(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let objects = findings::found(&state.world, Page { skip: 0, limit: findings::MAX_STREAMED }, |_| true);
    file(call, by_attribute(&objects))
}

/// The same of one data source.
pub(super) fn attributes_of_source(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    if state.world.data_sources.find(name).is_none() {
        return call.not_found(&format!("data source {name}"));
    }
    file(call, by_attribute(&catalog::objects_of(&state.world, name)))
}

fn by_attribute(objects: &[Arc<Record>]) -> String {
    let mut counts: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    let details = objects.iter().filter_map(|object| object.get("attribute_details")?.as_array()).flatten();
    for detail in details {
        let (objects, findings) = counts.entry(detail["name"].as_str().unwrap_or_default()).or_default();
        *objects += 1;
        *findings += detail["count"].as_u64().unwrap_or(0);
    }
    let lines = counts
        .into_iter()
        .map(|(name, (objects, findings))| csv_line([name.to_owned(), objects.to_string(), findings.to_string()]));
    csv_line(["Attribute", "Objects", "Findings"].map(str::to_owned)) + &lines.collect::<String>()
}

pub(super) fn audit_log(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (success, log) = (&call.described.success, state.world.audit.bytes().to_vec());
    ResponseTemplate::typed(success.content.map_or("text/plain", |(media_type, _)| media_type), log.into())
        .status(success.status)
}

/// A file of which nothing but its media type is known: the objects of the catalog, the first 1,000 of them, of one data
/// source if the path or the query names one.
pub(super) fn played(state: &mut State, call: &Call<'_>, media_type: &str) -> ResponseTemplate {
    let named = call.request.parameters.iter().find(|name| state.world.data_sources.find(name).is_some());
    let (records, _) = state.world.objects(&Listing::default().at_most(1_000));
    let records = records.iter().filter(|object| named.is_none_or(|name| object.text("source") == Some(name)));
    match media_type.split(';').next().unwrap_or_default().trim() {
        "text/csv" | "application/octet-stream" | "text/plain" => {
            let columns = ["source", "fullyQualifiedName", "objectName", "type", "owner", "scanDate"];
            let mut text = csv_line(columns.map(str::to_owned));
            records.for_each(|object| {
                text += &csv_line(columns.map(|column| object.text(column).unwrap_or_default().to_owned()));
            });
            file(call, text)
        }
        other => not_served(call, &format!("it does not know how to make {other}")),
    }
}

/// Text under the media type that the contract has here.
pub(super) fn file(call: &Call<'_>, text: String) -> ResponseTemplate {
    let status = call.described.success.status;
    match call.described.success.content.map(|(media_type, _)| media_type) {
        Some("text/csv") | None => ResponseTemplate::csv(text),
        Some("application/json") => ResponseTemplate::json(&Value::from(text)),
        Some(media_type) => ResponseTemplate::of_profile(media_type, text),
    }
    .status(status)
}

/// A line of CSV: every column quoted, a quote doubled.
pub(super) fn csv_line<const N: usize>(columns: [String; N]) -> String {
    let quoted = columns.map(|column| format!("\"{}\"", column.replace('"', "\"\"")));
    quoted.join(",") + "\n"
}
