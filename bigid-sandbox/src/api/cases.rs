//! Cases: listed, counted, and closed, one by one or by filter.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Call;
use crate::calendar;
use crate::contract::Schema;
use crate::play::Listed;
use crate::query::{Fields as _, Language, Listing};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::CASE;

pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (records, total) = listed(state, &listing);
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

pub(super) fn set_status(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let status = &body["caseStatus"];
    if !takes("caseStatus", status) || status.is_null() {
        return call.bad_request("The body must have a known caseStatus");
    }
    let mut changes = Map::from_iter([("caseStatus".to_owned(), status.clone())]);
    if !body["auditReason"].is_null() {
        changes.insert("auditReason".to_owned(), body["auditReason"].clone());
    }
    change(state, call, &changes)
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match call.body() {
        Value::Object(changes) => change(state, call, &changes),
        _ => call.bad_request("The body must be an object"),
    }
}

fn change(state: &mut State, call: &Call<'_>, changes: &Map<String, Value>) -> ResponseTemplate {
    let id = call.parameter(0);
    let Some((number, case)) = state.world.case(id) else { return call.not_found(&format!("case {id}")) };
    let changed = changed(state, &case, changes);
    let shown = changed.to_value();
    state.world.change_case(number, changed);
    call.success(state, json!({"status": "success", "statusCode": 200, "data": shown, "message": null}))
}

/// `PATCH /actionable-insights/cases:{actionType}`: `additionalProperties` has a filter, or `caseIds`, and the fields
/// to set.
pub(super) fn update_many(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(wanted) = body["additionalProperties"].as_object() else {
        return call.bad_request("The body must have an object additionalProperties");
    };
    let mut changes = wanted.clone();
    changes.retain(|name, _| !SELECTORS.contains(&name.as_str()));
    match (wanted.get("field"), wanted.get("newValue")) {
        (Some(Value::String(field)), Some(value)) => changes = Map::from_iter([(field.clone(), value.clone())]),
        (Some(Value::Object(fields)), _) => changes.extend(fields.clone()),
        _ => {}
    }
    if changes.get("caseStatus").is_some_and(|status| !takes("caseStatus", status)) {
        return call.bad_request("The caseStatus is not a known one");
    }
    let selected = match selected(state, call, wanted) {
        Ok(selected) => selected,
        Err(refusal) => return refusal,
    };
    for (number, case) in &selected {
        let changed = changed(state, case, &changes);
        state.world.change_case(*number, changed);
    }
    let data = json!({"updatedCases": selected.len(), "modified_count": selected.len()});
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

/// The cases that a bulk update selects, by `caseIds` or `filter`. An update that selects none changes none.
fn selected(
    state: &State,
    call: &Call<'_>,
    wanted: &Map<String, Value>,
) -> Result<Vec<(usize, Arc<Record>)>, ResponseTemplate> {
    if let Some(ids) = ["caseIds", "casesIds", "ids"].iter().find_map(|name| wanted.get(*name)?.as_array()) {
        return Ok(ids.iter().filter_map(|id| state.world.case(id.as_str()?)).collect());
    }
    let Some(filter) = ["filter", "casesFilters", "casesFilter"].iter().find_map(|name| wanted.get(*name)) else {
        return Ok(Vec::new());
    };
    // Either the conditions of a list filter, or fields with their possible values.
    let condition = |one: &Value| match (one.get("filterField"), one.get("filterValues")) {
        (Some(field), Some(values)) => json!({"field": field, "operator": "in", "value": values}),
        _ => one.clone(),
    };
    let conditions: Vec<Value> = filter.as_array().into_iter().flatten().map(condition).collect();
    let filter = if filter.is_array() { conditions.into() } else { filter.clone() };
    let listing = Listing::from_json(&json!({"filter": filter}), Language::Json);
    let listing = listing.map_err(|error| call.unreadable(&error))?;
    let (records, _) = listed(state, &listing);
    Ok(records.iter().filter_map(|case| state.world.case(case.text("id")?)).collect())
}

pub(super) fn by_policy(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let page = listing.page();
    let (records, _) = listed(state, &listing.unpaged());
    let query = call.query();
    let status = query.get("caseStatus").filter(|status| !status.is_empty());
    let mut groups: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for case in records.iter().filter(|case| status.is_none_or(|status| case.text("caseStatus") == Some(status))) {
        groups.entry(case.text("policyName").unwrap_or_default().to_owned()).or_default().push(case.to_value());
    }
    let total = groups.len();
    let group = |(policy, cases): (String, Vec<Value>)| {
        let severity = cases.first().map(|case| case["severityLevel"].clone());
        json!({"policyName": policy, "severityLevel": severity, "casesCount": cases.len(), "cases": cases})
    };
    let policies = page.of(groups.into_iter().map(group).collect());
    let data = json!({"policies": policies, "totalCount": total});
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

pub(super) fn trends(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let counts = counted(state, "caseStatus", None);
    let total: usize = counts.values().sum();
    let (open, date) = (counts.get("open").copied().unwrap_or(0), calendar::iso(state.now_ms()));
    let data = json!({"open": [{"date": date, "value": open}], "closed": [{"date": date, "value": total - open}]});
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

/// `GET /actionable-insights/cases-by-severity`: in all statuses, or in one.
pub(super) fn by_severity(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let counts = counted(state, "severityLevel", query.get("caseStatus").filter(|status| !status.is_empty()));
    let counts = counts.into_iter().map(|(severity, count)| json!({"value": count, "severityLevel": severity}));
    call.success(state, counts.collect())
}

/// How many cases have each text in a field, in all statuses, or in one. Of a million cases, only these fields are
/// generated.
fn counted(state: &State, field: &str, status: Option<&str>) -> BTreeMap<String, usize> {
    state.world.with_cases(|cases, generator| {
        let mut counts = BTreeMap::new();
        for case in cases.numbers(generator).map(|number| cases.row(number, generator)) {
            let is_wanted = status.is_none_or(|status| case.field("caseStatus").is_some_and(|one| *one == *status));
            if let Some(value) = is_wanted.then(|| case.field(field)).flatten() {
                *counts.entry(value.as_str().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        counts
    })
}

/// `GET /actionable-insights/top-critical-cases`: the five most severe open cases, newest first among equals.
pub(super) fn top_critical(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let worst = state.world.with_cases(|cases, generator| {
        let mut worst = Vec::new();
        for number in cases.numbers(generator) {
            let case = cases.row(number, generator);
            let text =
                |field: &str| case.field(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
            if text("caseStatus") == "open" {
                let severity = text("severityLevel");
                let rank = SEVERITIES.iter().position(|one| *one == severity).unwrap_or(SEVERITIES.len());
                worst.push((rank, Reverse(text("created_at")), number));
                worst.sort_unstable();
                worst.truncate(5);
            }
        }
        let records = worst.into_iter().filter_map(|(_, _, number)| cases.get(number, generator));
        records.collect::<Vec<_>>()
    });
    let top = worst.iter().map(|case| {
        json!({
            "caseId": case.text("_id"),
            "amount": case.get("numberOfAffectedObjects"),
            "caseLabel": case.text("caseLabel"),
            "severityLevel": case.text("severityLevel"),
            "dataSourceName": case.text("dataSourceName"),
            "policyName": case.text("policyName"),
        })
    });
    call.success(state, top.collect())
}

/// `GET /actionable-insights/cases-metadata`: the values of the fields by which clients filter.
pub(super) fn metadata(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let values = |field: &str| -> BTreeSet<String> {
        counted(state, field, None).into_keys().filter(|text| !text.is_empty()).collect()
    };
    let fields = ["caseStatus", "severityLevel", "policyName", "dataSourceName", "dataSourceType", "assignee"];
    let data: BTreeMap<&str, BTreeSet<String>> = fields.into_iter().map(|field| (field, values(field))).collect();
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}

/// `POST /actionable-insights/cases/{caseId}:{actionType}`: a ticket, whose key is derived from the case.
pub(super) fn start_action(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (id, body) = (call.parameter(0), call.body());
    let Some(kind) = body["type"].as_str().filter(|kind| !kind.is_empty()) else {
        return call.bad_request("The body must have a text type");
    };
    let Some((number, case)) = state.world.case(id) else { return call.not_found(&format!("case {id}")) };
    let url = format!("https://tickets.example.com/{kind}/CASE-{}", number + 1);
    let ticket = Map::from_iter([
        ("ticketUrl".to_owned(), url.into()),
        ("ticketMetadata".to_owned(), json!({"ticketType": kind})),
    ]);
    let changed = changed(state, &case, &ticket);
    let shown = changed.to_value();
    state.world.change_case(number, changed);
    call.success(state, json!({"status": "success", "statusCode": 200, "data": shown, "message": null}))
}

fn listed(state: &State, listing: &Listing) -> (Vec<Arc<Record>>, usize) {
    state.world.with_cases(|cases, generator| cases.list(listing, generator, None))
}

/// A case with the changes that a request may make, and the time of the change.
fn changed(state: &State, case: &Record, changes: &Map<String, Value>) -> Record {
    let settable = changes.iter().filter(|(name, value)| !KEYS.contains(&name.as_str()) && takes(name, value));
    let set = settable.map(|(name, value)| (name.clone(), Some(value.clone())));
    case.merged(set.chain([("updated_at".to_owned(), Some(calendar::iso(state.now_ms()).into()))]))
}

fn takes(field: &str, value: &Value) -> bool {
    CASE.schema().and_then(|schema: Schema| schema.property(field)).is_none_or(|property| property.takes(value))
}

const KEYS: [&str; 5] = ["_id", "id", "caseId", "created_at", "updated_at"];

/// Most severe first.
const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

const SELECTORS: [&str; 8] =
    ["caseIds", "casesIds", "ids", "filter", "casesFilters", "casesFilter", "field", "newValue"];
