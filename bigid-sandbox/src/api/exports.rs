//! Downloads: CSV, lines of text, and JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Call;
use super::catalog::Counts;
use super::export::{self, At, ExportKind, Rows, Walk, csv_line};
use super::played::not_served;
use crate::query::Fields as _;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::World;

pub(super) fn data_sources(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let ids = query.get("ids").map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect()).unwrap_or_default();
    export::respond(state, call, Walk::new(ExportKind::DataSources, DataSourceRows { ids }))
}

struct DataSourceRows {
    ids: Vec<String>,
}

impl Rows for DataSourceRows {
    fn open(&mut self, out: &mut Vec<u8>) {
        write(out, SOURCE_COLUMNS.map(str::to_owned));
    }

    fn row(&mut self, _world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        let source = at.record();
        let is_wanted = |field: &&str| source.text(field).is_some_and(|value| self.ids.iter().any(|id| id == value));
        if self.ids.is_empty() || ["_id", "name"].iter().any(is_wanted) {
            write(out, SOURCE_COLUMNS.map(|column| source.text(column).unwrap_or_default().to_owned()));
        }
        true
    }
}

const SOURCE_COLUMNS: [&str; 6] = ["name", "type", "enabled", "location", "created_at", "updated_at"];

/// A line for each data source, with the counts of the catalog summary.
pub(super) fn inventory_by_source(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    export::respond(state, call, Walk::new(ExportKind::DataSources, Summaries))
}

struct Summaries;

impl Rows for Summaries {
    // Each line reads the objects of a data source.
    const STEP: usize = 16;

    fn open(&mut self, out: &mut Vec<u8>) {
        write(out, ["Source", "Objects", "Objects With Findings", "Findings"].map(str::to_owned));
    }

    fn row(&mut self, world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        let record = at.record();
        let source = record.text("name").unwrap_or_default();
        let counts = Counts::of(world, source);
        let counts = [counts.objects, counts.found, counts.findings].map(|count| count.to_string());
        let [objects, found, findings] = counts;
        write(out, [source.to_owned(), objects, found, findings]);
        true
    }
}

/// A line for each attribute: in how many objects it was found, and how often.
pub(super) fn inventory_by_attribute(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    export::respond(state, call, Walk::new(ExportKind::Objects, Attributes::default()))
}

/// The same for one data source.
pub(super) fn attributes_of_source(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let name = call.parameter(0);
    if state.world.data_sources.find(name).is_none() {
        return call.not_found(&format!("data source {name}"));
    }
    let rows = Attributes { source: Some(name.to_owned()), ..Attributes::default() };
    export::respond(state, call, Walk::new(ExportKind::Objects, rows))
}

#[derive(Default)]
struct Attributes {
    source: Option<String>,
    /// In how many objects, and how often.
    counts: BTreeMap<String, (usize, u64)>,
}

impl Rows for Attributes {
    fn row(&mut self, _world: &World, at: &At<'_>, _out: &mut Vec<u8>) -> bool {
        let object = at.fields();
        let is_text = |field: &str, text: &str| object.field(field).is_some_and(|value| *value == *text);
        if self.source.as_ref().is_some_and(|source| !is_text("source", source)) {
            return true;
        }
        let details = object.field("attribute_details");
        for detail in details.iter().filter_map(|details| details.as_array()).flatten() {
            let name = detail["name"].as_str().unwrap_or_default();
            let (objects, findings) = self.counts.entry(name.to_owned()).or_default();
            *objects += 1;
            *findings += detail["count"].as_u64().unwrap_or(0);
        }
        true
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        write(out, ["Attribute", "Objects", "Findings"].map(str::to_owned));
        for (name, (objects, findings)) in &self.counts {
            write(out, [name.clone(), objects.to_string(), findings.to_string()]);
        }
    }
}

pub(super) fn audit_log(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (success, log) = (&call.described.success, state.world.audit.bytes().to_vec());
    ResponseTemplate::typed(success.content.map_or("text/plain", |(media_type, _)| media_type), log.into())
        .status(success.status)
}

/// A file of which only the media type is known: the objects of the catalog, or those of one data source if the path
/// names one.
pub(super) fn played(state: &mut State, call: &Call<'_>, media_type: &str) -> ResponseTemplate {
    let is_source = |name: &&String| state.world.data_sources.find(name).is_some();
    let source = call.request.parameters.iter().find(is_source).cloned();
    match media_type.split(';').next().unwrap_or_default().trim() {
        "text/csv" | "application/octet-stream" | "text/plain" => {
            export::respond(state, call, Walk::new(ExportKind::Objects, Objects { source }))
        }
        other => not_served(call, &format!("it cannot generate {other}")),
    }
}

struct Objects {
    source: Option<String>,
}

impl Rows for Objects {
    fn open(&mut self, out: &mut Vec<u8>) {
        write(out, OBJECT_COLUMNS.map(str::to_owned));
    }

    fn row(&mut self, _world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        let object = at.fields();
        let text = |column: &str| {
            let value = object.field(column);
            value.as_ref().and_then(|value| value.as_str()).unwrap_or_default().to_owned()
        };
        if self.source.as_ref().is_none_or(|source| *source == text("source")) {
            write(out, OBJECT_COLUMNS.map(text));
        }
        true
    }
}

const OBJECT_COLUMNS: [&str; 6] = ["source", "fullyQualifiedName", "objectName", "type", "owner", "scanDate"];

fn write<const N: usize>(out: &mut Vec<u8>, columns: [String; N]) {
    out.extend_from_slice(csv_line(columns).as_bytes());
}

/// Text with the media type that the contract has here.
pub(super) fn file(call: &Call<'_>, text: String) -> ResponseTemplate {
    let status = call.described.success.status;
    match call.described.success.content.map(|(media_type, _)| media_type) {
        Some("text/csv") | None => ResponseTemplate::csv(text),
        Some("application/json") => ResponseTemplate::json(&Value::from(text)),
        Some(media_type) => ResponseTemplate::of_profile(media_type, text),
    }
    .status(status)
}
