//! Tags: defining them, assigning them to objects, and removing them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::World;

/// Tags and values, or those of which a field is a text: `filter=type=TAG`. A filter of another form is passed over, as
/// the contract has no refusal here.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let wanted = query.get("filter").and_then(|filter| filter.split_once('='));
    let is_wanted = |tag: &Value| wanted.is_none_or(|(field, text)| tag[field.trim()] == text.trim().trim_matches('"'));
    let tags: Vec<Value> = state.world.tags.iter().map(|tag| tag.record()).filter(is_wanted).collect();
    shown(state, call, tags.into())
}

pub(super) fn pairs(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let query = call.query();
    let search = query.get("search").unwrap_or_default().to_lowercase();
    let has =
        |pair: &Value, field: &str| pair[field].as_str().is_some_and(|name| name.to_lowercase().contains(&search));
    let pairs = state.world.tags.pairs().filter(|pair| has(pair, "tagName") || has(pair, "tagValue"));
    let pairs: Vec<Value> = pairs.collect();
    shown(state, call, pairs.into())
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match state.world.tags.find(call.parameter(0)).map(|tag| tag.record()) {
        Some(tag) => shown(state, call, tag),
        None => call.not_found(&format!("tag {}", call.parameter(0))),
    }
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let Some(name) = text("name") else { return call.bad_request("A tag needs a name") };
    let parent = text("parentId").or(text("parent_id")).map(str::to_owned);
    if let Some(parent) = parent.as_ref().filter(|parent| state.world.tags.find(parent).is_none()) {
        return call.bad_request(&format!("Unable to locate tag {parent}"));
    }
    if state.world.tags.iter().any(|tag| tag.name == name && tag.parent == parent) {
        return call.bad_request(&format!("There is a tag {name} already"));
    }
    let exclusive = ["is_mutually_exclusive", "isMutuallyExclusive"].iter().any(|field| body[*field] == true);
    let (facts, description) = (state.world.facts, text("description").unwrap_or_default());
    let id = state.world.tags.add(&facts, name, description, parent, exclusive);
    let made = state.world.tags.find(&id).map(|tag| tag.record()).unwrap_or_default();
    shown(state, call, made)
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(tag) = state.world.tags.find_mut(call.parameter(0)) else {
        return call.not_found(&format!("tag {}", call.parameter(0)));
    };
    if let Some(name) = body["name"].as_str() {
        tag.name = name.to_owned();
    }
    if let Some(description) = body["description"].as_str() {
        tag.description = description.to_owned();
    }
    let record = tag.record();
    let data = json!({"upserted_count": 0, "modified_count": 1, "num_deleted": 0, "data": [record]});
    shown(state, call, data)
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match state.world.tags.remove(call.parameter(0)) {
        0 => call.not_found(&format!("tag {}", call.parameter(0))),
        count => {
            let data = json!({"upserted_count": 0, "modified_count": 0, "num_deleted": count, "data": []});
            shown(state, call, data)
        }
    }
}

/// Assigns tags to objects. If the values of a tag exclude each other, the object's previous value is removed.
pub(super) fn assign(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(assignments) = body["data"].as_array() else {
        return call.bad_request("The body must have an array data");
    };
    let (mut excluded, mut errors, mut modified) = (Vec::new(), Vec::new(), 0);
    for assignment in assignments {
        let Some((number, object)) = object_of(&state.world, assignment) else {
            let name = &assignment["fullyQualifiedName"];
            errors.push(json!({"fullyQualifiedName": name, "message": "Unable to locate the object"}));
            continue;
        };
        let mut held = tags_of(&object);
        for wanted in assignment["tags"].as_array().into_iter().flatten() {
            let Some(pair) = pair_of(&state.world, wanted) else {
                errors.push(json!({"tag": wanted, "message": "Unable to locate the tag and its value"}));
                continue;
            };
            let same_tag = |other: &Value| other["tagId"] == pair["tagId"];
            if pair["isMutuallyExclusive"] == true {
                let replaced = held.iter().filter(|other| same_tag(other) && other["valueId"] != pair["valueId"]);
                excluded.extend(replaced.map(|other| json!({"from": other, "to": pair})));
                held.retain(|other| !same_tag(other));
            }
            if !held.iter().any(|other| same_tag(other) && other["valueId"] == pair["valueId"]) {
                held.push(pair);
            }
        }
        modified += usize::from(set_tags(&mut state.world, number, &object, held));
    }
    call.success(state, json!({"data": {"mutuallyExcluded": excluded, "errors": errors, "modified_count": modified}}))
}

pub(super) fn detach(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(assignments) = body["data"].as_array() else {
        return call.bad_request("The body must have an array data");
    };
    let mut changed = Vec::new();
    for assignment in assignments {
        let Some((number, object)) = object_of(&state.world, assignment) else { continue };
        let unwanted: Vec<&Value> = assignment["tags"].as_array().into_iter().flatten().collect();
        let is_unwanted = |held: &Value| {
            unwanted.iter().any(|one| one["tagId"] == held["tagId"] && one["valueId"] == held["valueId"])
        };
        let kept: Vec<Value> = tags_of(&object).into_iter().filter(|held| !is_unwanted(held)).collect();
        if set_tags(&mut state.world, number, &object, kept) {
            changed.push(json!({"updatedObj": assignment["fullyQualifiedName"]}));
        }
    }
    shown(state, call, changed.into())
}

fn object_of(world: &World, assignment: &Value) -> Option<(usize, Arc<Record>)> {
    world.object(assignment["fullyQualifiedName"].as_str()?)
}

fn pair_of(world: &World, wanted: &Value) -> Option<Value> {
    world.tags.pair(wanted["tagId"].as_str()?, wanted["valueId"].as_str()?)
}

fn tags_of(object: &Record) -> Vec<Value> {
    object.get("tags").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Sets tags; returns whether that changes anything.
fn set_tags(world: &mut World, number: usize, object: &Record, tags: Vec<Value>) -> bool {
    if tags_of(object) == tags {
        return false;
    }
    world.change_object(number, object.with("tags", tags.into()));
    true
}

fn shown(state: &State, call: &Call<'_>, data: Value) -> ResponseTemplate {
    call.success(state, json!({"status": "success", "statusCode": 200, "data": data, "message": null}))
}
