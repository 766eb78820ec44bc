//! What was found in the objects of the catalog: as records, by object, and as files.

use std::sync::Arc;

use serde_json::{Value, json};

use super::exports::csv_line as line;
use super::{Call, array};
use crate::play::Listed;
use crate::query::{Fields, Language, Listing, Page};
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{Record, World};

/// `GET /piiRecords`: those that scans found last, and then the others.
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

/// `GET /piiRecords/objects/file-download/export`: a row for each object with findings. `filter=source=<text>` keeps the sources whose
/// name contains the text: the server matches a part, not the whole. Nothing found is an empty body, without even the header.
pub(super) fn export(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let wanted = query.get("filter").and_then(|filter| filter.strip_prefix("source=")).unwrap_or_default();
    let wanted = wanted.trim_matches('"').to_lowercase();
    let world = &state.world;
    let is_wanted =
        |object: &dyn Fields| wanted.is_empty() || object.field("source").is_some_and(|name| has_text(&name, &wanted));
    let mut rows = String::new();
    each_found(world, Page::default(), is_wanted, |object| rows += &row(world, object));
    ResponseTemplate::csv(if rows.is_empty() { rows } else { line(COLUMNS.map(str::to_owned)) + &rows })
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
        Ok(listing) => listing.at_most(MAX_STREAMED),
        Err(refusal) => return refusal,
    };
    let (records, _) = state.world.with_findings(|findings, generator| findings.list(&listing, generator, None));
    super::exports::file(call, array(&records))
}

/// `GET /scan-result/stream/json/full`: an element for each object with findings, in the order in which they were found.
pub(super) fn scan_results(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let page = Listing::of_page(Page::from_query(&call.query())).at_most(MAX_STREAMED).page();
    super::exports::file(call, array(&found(&state.world, page, |_| true)))
}

/// Hands on the objects with findings of which something is true, as far as they are on a page.
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

/// The same as a list.
pub(super) fn found(world: &World, page: Page, is_wanted: impl Fn(&dyn Fields) -> bool) -> Vec<Arc<Record>> {
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

/// How many findings are recent.
const MAX_RECENT: usize = 100;

const MAX_OBJECTS: usize = 1_000;

/// How many elements an array has at most that is sent as a stream.
pub(super) const MAX_STREAMED: usize = 10_000;

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
