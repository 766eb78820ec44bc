//! The findings in the objects of the catalog: as records, by object, and as files.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use super::export::{self, At, ExportKind, JsonArray, Rows, Walk, csv_line as line};
use crate::play::Listed;
use crate::query::{Fields, Language, Listing, Page};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::World;

/// `GET /piiRecords`: the findings of the latest scans first, then the others.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let records = recent(&state.world, MAX_RECENT);
    let total = records.len();
    call.list(state, &Listed { records, total, skip: 0 })
}

/// `GET /piiRecords/objects`: the objects with findings, in the query language of the catalog.
pub(super) fn objects(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Query { now_ms: state.now_ms() }) {
        Ok(listing) => listing.at_most(MAX_OBJECTS),
        Err(refusal) => return refusal,
    };
    let (records, _) = state.world.objects(&listing);
    let found: Vec<Value> =
        records.iter().filter(|object| has_findings(object.as_ref())).map(|object| object.to_value()).collect();
    call.success(state, json!({"objectsList": found}))
}

/// `POST /pii-records/grouped-by-objects`: the objects with findings in those data sources, of those types and kinds.
pub(super) fn by_object(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    if !body.is_object() {
        return call.bad_request("The body must be an object");
    }
    let lists = [("datasources", "source"), ("datasourceTypes", "type"), ("objectTypes", "objectType")];
    let is_wanted = |object: &dyn Fields| {
        lists.iter().all(|(wanted, field)| match body[*wanted].as_array() {
            Some(values) if !values.is_empty() => object.field(field).is_some_and(|value| values.contains(&value)),
            _ => true,
        })
    };
    let page = match Listing::from_json(&json!({"offset": body["offset"], "limit": body["limit"]}), Language::Json) {
        Ok(listing) => listing.at_most(MAX_OBJECTS).page(),
        Err(error) => return call.unreadable(&error),
    };
    let records = found(&state.world, page, is_wanted);
    let object = |object: &Arc<Record>| {
        json!({
            "fullyQualifiedObjectName": object.text("fullyQualifiedName"),
            "datasource": object.text("source"),
            "objectType": object.text("objectType"),
        })
    };
    let data: Vec<Value> = records.iter().map(object).collect();
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

/// `GET /piiRecords/objects/file-download/export`: a row for each object with findings. `filter=source=<text>` keeps
/// the sources whose name contains the text: the server matches a part, not the whole. Without findings, the body is
/// empty: it lacks even the header.
pub(super) fn export(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let wanted = query.get("filter").and_then(|filter| filter.strip_prefix("source=")).unwrap_or_default();
    let wanted = wanted.trim_matches('"').to_lowercase();
    export::respond(state, call, Walk::new(ExportKind::Objects, Found { wanted, has_rows: false }))
}

struct Found {
    /// A part of the name of the data source.
    wanted: String,
    has_rows: bool,
}

impl Rows for Found {
    fn row(&mut self, world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        let is_wanted = {
            let object = at.fields();
            let in_source = || object.field("source").is_some_and(|name| has_text(&name, &self.wanted));
            has_findings(&object) && (self.wanted.is_empty() || in_source())
        };
        if is_wanted {
            if !std::mem::replace(&mut self.has_rows, true) {
                out.extend_from_slice(line(COLUMNS.map(str::to_owned)).as_bytes());
            }
            out.extend_from_slice(row(world, &at.record()).as_bytes());
        }
        true
    }
}

fn row(world: &World, object: &Record) -> String {
    let text = |field: &str| object.text(field).unwrap_or_default().to_owned();
    let source = world.data_sources.find(object.text("source").unwrap_or_default()).unwrap_or_default();
    let of_source = |field: &str| source.text(field).unwrap_or_default().to_owned();
    let attributes = object.get("attribute").and_then(Value::as_array).into_iter().flatten();
    let attributes: Vec<&str> = attributes.filter_map(Value::as_str).collect();
    let count = object.get("total_pii_count").map(Value::to_string).unwrap_or_default();
    line([
        text("source"),
        text("type"),
        text("fullyQualifiedName"),
        text("objectName"),
        text("owner"),
        text("modified_date"),
        attributes.join(", "),
        "members".to_owned(),
        of_source("location"),
        count,
        text("open_access"),
        text("owner"),
        of_source("location"),
        "0".to_owned(),
    ])
}

/// `GET /stream-collections/classification_findings`: the findings as one array.
pub(super) fn stream(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Either { now_ms: state.now_ms() }) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (page, fields) = (listing.page(), listing.fields().clone());
    if listing.order().is_empty() {
        let elements = Elements::new(page, move |row| listing.matches(row)).with_fields(&fields);
        return export::respond(state, call, Walk::new(ExportKind::Findings, elements));
    }
    let order = state.world.with_findings(|findings, generator| findings.ordered(&listing, generator));
    let elements = Elements::new(Page::default(), |_| true).with_fields(&fields);
    export::respond(state, call, Walk::new(ExportKind::Findings, elements).ordered(order))
}

/// `GET /scan-result/stream/json/full`: an element for each object with findings, in the order of discovery.
pub(super) fn scan_results(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let page = Page::from_query(&call.query());
    export::respond(state, call, Walk::new(ExportKind::Objects, Elements::new(page, has_findings)))
}

/// An array of the records on a page that match a predicate.
struct Elements<P> {
    array: JsonArray,
    skip: usize,
    left: usize,
    is_wanted: P,
    /// The fields to send; all if empty.
    fields: BTreeSet<String>,
}

impl<P: Fn(&dyn Fields) -> bool + Send + 'static> Elements<P> {
    fn new(page: Page, is_wanted: P) -> Self {
        Self { array: JsonArray::default(), skip: page.skip, left: page.len(), is_wanted, fields: BTreeSet::new() }
    }

    fn with_fields(self, fields: &BTreeSet<String>) -> Self {
        Self { fields: fields.clone(), ..self }
    }
}

impl<P: Fn(&dyn Fields) -> bool + Send + 'static> Rows for Elements<P> {
    fn open(&mut self, out: &mut Vec<u8>) {
        self.array.open(out);
    }

    fn row(&mut self, _world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool {
        if self.left == 0 {
            return false;
        }
        if !(self.is_wanted)(&at.fields()) {
            return true;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return true;
        }
        self.left -= 1;
        let record = at.record();
        match self.fields.is_empty() {
            true => self.array.push(record.json(), out),
            false => self.array.push(record.projected(&self.fields).json(), out),
        }
        true
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        self.array.close(out);
    }
}

/// Passes on the objects with findings on a page that match a predicate.
fn each_found(world: &World, page: Page, is_wanted: impl Fn(&dyn Fields) -> bool, mut take: impl FnMut(&Arc<Record>)) {
    world.with_objects(|objects, generator| {
        let is_found = |number: &usize| {
            let object = objects.row(*number, generator);
            has_findings(&object) && is_wanted(&object)
        };
        let numbers = objects.numbers(generator).filter(is_found).skip(page.skip).take(page.len());
        numbers.filter_map(|number| objects.get(number, generator)).for_each(|object| take(&object));
    });
}

/// The same, as a list.
fn found(world: &World, page: Page, is_wanted: impl Fn(&dyn Fields) -> bool) -> Vec<Arc<Record>> {
    let mut records = Vec::new();
    each_found(world, page, is_wanted, |object| records.push(object.clone()));
    records
}

fn has_text(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|value| value.to_lowercase().contains(text))
}

fn has_findings(object: &dyn Fields) -> bool {
    object.field("total_pii_count").is_some_and(|count| count.as_u64().is_some_and(|count| count > 0))
}

fn recent(world: &World, most: usize) -> Vec<Arc<Record>> {
    world.with_findings(|findings, generator| {
        let mut added: Vec<usize> = findings.added().collect();
        added.reverse();
        let is_added = |number: &usize| added.binary_search_by(|other| number.cmp(other)).is_ok();
        let generated = findings.numbers(generator).filter(|number| !is_added(number));
        added.iter().copied().chain(generated).take(most).filter_map(|number| findings.get(number, generator)).collect()
    })
}

/// The maximum number of recent findings.
const MAX_RECENT: usize = 100;

const MAX_OBJECTS: usize = 1_000;

const COLUMNS: [&str; 14] = [
    "Data Source",
    "Type",
    "Full Object Name",
    "Object Name",
    "Owner",
    "Modified Date",
    "Attributes",
    "Entity Sources",
    "Residencies",
    "PII Count",
    "Open Access",
    "DataSource Owner",
    "Location",
    "Number of Entities",
];
