//! Policies: listed as a bare array, created, changed and deleted.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::calendar;
use crate::play::Listed;
use crate::query::{Language, Listing};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;

pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let name = query.get("name").filter(|name| !name.is_empty());
    let (all, _) = state.world.with_policies(|policies, generator| policies.list(&Listing::default(), generator, None));
    let records: Vec<Arc<Record>> =
        all.into_iter().filter(|policy| name.is_none_or(|name| policy.text("name") == Some(name))).collect();
    let total = records.len();
    call.list(state, &Listed { records, total, skip: 0 })
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match state.world.policy(call.parameter(0)) {
        Some((_, policy)) => call.success(state, policy.to_value()),
        None => call.not_found(&format!("policy {}", call.parameter(0))),
    }
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Value::Object(sent) = call.body() else { return call.bad_request("The body must be a policy") };
    let Some(name) = sent.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
        return call.bad_request("A policy needs a name");
    };
    let taken = state.world.with_policies(|policies, generator| policies.find(&["name"], name, generator).is_some());
    if taken {
        return call.bad_request(&format!("There is a policy {name} already"));
    }
    if let Some(refusal) = unreadable_query(state, call, &Value::Object(sent.clone())) {
        return refusal;
    }
    let (facts, now) = (state.world.facts, calendar::iso(state.now_ms()));
    let id = facts.id("policy", state.world.policies().next());
    let set = [("id", id.as_str()), ("created_at", now.as_str()), ("updated_at", now.as_str())];
    let set = set.map(|(name, value)| (name.to_owned(), Some(Value::from(value))));
    let record = Record::from_object(&sent).merged(set);
    let shown = record.to_value();
    state.world.policies().add(record);
    respond(state, call, &id, shown, "isCreated")
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let id = call.parameter(0);
    let Some((number, policy)) = state.world.policy(id) else { return call.not_found(&format!("policy {id}")) };
    let Value::Object(sent) = call.body() else { return call.bad_request("The body must be a policy") };
    if let Some(refusal) = unreadable_query(state, call, &Value::Object(sent.clone())) {
        return refusal;
    }
    let now = Some(Value::from(calendar::iso(state.now_ms())));
    let sent = sent.into_iter().filter(|(name, _)| name != "id").map(|(name, value)| (name, Some(value)));
    let changed = policy.merged(sent.chain([("updated_at".to_owned(), now)]));
    let shown = changed.to_value();
    state.world.policies().replace(number, changed);
    respond(state, call, id, shown, "isModified")
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let id = call.parameter(0);
    let Some((number, policy)) = state.world.policy(id) else { return call.not_found(&format!("policy {id}")) };
    state.world.policies().remove(number);
    respond(state, call, id, policy.to_value(), "isDeleted")
}

/// These responses are known to contain `{status, ruleId}` and a word for what was done; if the contract has the policy
/// itself, it is added.
fn respond(state: &State, call: &Call<'_>, id: &str, policy: Value, done: &str) -> ResponseTemplate {
    let mut given = policy;
    if call
        .described
        .success
        .content
        .is_none_or(|(_, schema)| schema.property("ruleId").is_some() || schema.property("name").is_none())
    {
        given = json!({});
    }
    given["status"] = "success".into();
    given["ruleId"] = id.into();
    given[done] = true.into();
    call.success(state, given)
}

/// The refusal of a policy whose query cannot be parsed.
fn unreadable_query(state: &State, call: &Call<'_>, sent: &Value) -> Option<ResponseTemplate> {
    let query = sent["complianceRuleCalc"]["bigidQuery"].as_str().filter(|query| !query.is_empty())?;
    let read = Listing::from_json(&json!({"filter": query}), Language::Query { now_ms: state.now_ms() });
    read.err().map(|error| call.unreadable(&error))
}
