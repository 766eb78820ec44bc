//! Operations without their own behaviour: their responses are generated from the contract's schema, the world, and the
//! request.

use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::Call;
use crate::contract::{self, Described, Schema, Type};
use crate::play::Listed;
use crate::query::Language;
use crate::record::Record;
use crate::state::State;
use crate::wire::{ResponseTemplate, problem};
use crate::world::{FromSchema, Generate as _, is_key};

/// The response of an operation that is known only from the contract.
pub(super) fn respond(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let described = call.described;
    match described.success.content {
        None => {}
        Some((media_type, schema)) if is_json(media_type) => {
            if let Some(keyword) = unplayable(schema, 0) {
                return not_served(call, &format!("its response is described with `{keyword}`"));
            }
        }
        Some((media_type, _)) => return super::exports::played(state, call, media_type),
    }
    let owner = owner(described);
    if let Some((owner, true)) = owner {
        return item(state, call, owner);
    }
    if described.list.is_some() && described.is_safe() {
        return list(state, call);
    }
    match owner {
        Some((owner, false)) if described.method == Method::POST => create(state, call, owner),
        _ => {
            let given = echo(call);
            call.success(state, given)
        }
    }
}

/// The message for an operation that cannot be simulated.
pub(super) fn not_served(call: &Call<'_>, reason: &str) -> ResponseTemplate {
    let (method, path) = (&call.request.method, &call.request.path);
    let message = format!(
        "the sandbox does not serve {} ({method} {}), because {reason}; respond to it in the test with \
         sandbox.route_with_session(Method::{method}, {path:?}, |request| ..)",
        call.described.name, call.described.path
    );
    problem(StatusCode::NOT_IMPLEMENTED, &message)
}

pub(super) fn is_json(media_type: &str) -> bool {
    media_type.split(';').next().is_some_and(|kind| kind.trim() == "application/json" || kind.trim().ends_with("+json"))
}

/// The first keyword in a schema for which no value can be generated.
fn unplayable(schema: Schema, depth: usize) -> Option<&'static str> {
    if depth > 8 {
        return None;
    }
    let inner = || match schema.kind() {
        Type::Array => unplayable(schema.items(), depth + 1),
        Type::Object => schema.properties().find_map(|(_, property)| unplayable(property, depth + 1)),
        _ => None,
    };
    schema.unplayable().or_else(inner)
}

/// The list that an operation creates in, or, with `true`, the list of the item that it is about.
fn owner(described: &'static Described) -> Option<(&'static Described, bool)> {
    let listed = |path: &str| {
        contract::at(&Method::GET, path).filter(|list| list.list.is_some() && super::table::behaviour(list).is_none())
    };
    if described.template.is_item() {
        let (parent, _) = described.path.trim_end_matches('/').rsplit_once('/')?;
        return listed(parent).or_else(|| listed(&format!("{parent}/"))).map(|list| (list, true));
    }
    listed(described.path).map(|list| (list, false))
}

fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.lenient_listing(Language::Either { now_ms: state.now_ms() }) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let facts = state.world.facts;
    // A POST that queries has the list of the GET at the same path.
    let owner = contract::at(&Method::GET, call.described.path).filter(|list| list.list.is_some());
    let owner = owner.unwrap_or(call.described);
    let Some(generator) = FromSchema::of(owner, &facts) else { return call.success(state, Value::Null) };
    let (records, total) = state.world.played.collection(owner, facts.sizes.records).list(&listing, &generator, None);
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

/// Reads, changes or deletes one record of a list.
fn item(state: &mut State, call: &Call<'_>, owner: &'static Described) -> ResponseTemplate {
    let facts = state.world.facts;
    let Some(generator) = FromSchema::of(owner, &facts) else { return call.success(state, Value::Null) };
    let parameter = call.request.parameters.last().map_or("", String::as_str);
    let keys = ["_id", "id", "name", call.described.last_parameter().unwrap_or("id")];
    let keys: Vec<&str> = keys
        .into_iter()
        .chain(generator.schema.properties().map(|(name, _)| name).filter(|name| is_key(name)))
        .collect();
    let collection = state.world.played.collection(owner, facts.sizes.records);
    let Some(number) = collection.find(&keys, parameter, &generator) else {
        return call.not_found(&format!("{:?} among the {}", parameter, owner.name.trim_start_matches("list_")));
    };
    let Some(record) = collection.get(number, &generator) else { return call.not_found(parameter) };
    match call.described.method {
        Method::DELETE => {
            collection.remove(number);
            call.success(state, echo(call))
        }
        Method::PUT | Method::PATCH | Method::POST => {
            let sent = unwrapped(call.body());
            let changed = record.merged(generator.schema.fitting(sent).map(|(name, value)| (name, Some(value))));
            let shown = changed.to_value();
            collection.replace(number, changed);
            show(state, call, generator.schema, shown)
        }
        _ => show(state, call, generator.schema, record.to_value()),
    }
}

fn create(state: &mut State, call: &Call<'_>, owner: &'static Described) -> ResponseTemplate {
    let facts = state.world.facts;
    let Some(generator) = FromSchema::of(owner, &facts) else { return call.success(state, Value::Null) };
    let sent = unwrapped(call.body());
    let collection = state.world.played.collection(owner, facts.sizes.records);
    // A record that was not sent has only the identifiers and times that every record has.
    let made = generator.record(collection.next());
    let kept = made.fields().filter(|(name, _)| is_key(name) || name.ends_with("_at") || name.ends_with("At"));
    let kept: Vec<_> = kept.map(|(name, value)| (name.to_owned().into(), value.clone())).collect();
    let record = Record::new(kept).merged(generator.schema.fitting(sent).map(|(name, value)| (name, Some(value))));
    let shown = record.to_value();
    collection.add(record);
    show(state, call, generator.schema, shown)
}

/// A response around a record: the record itself if the contract has one of its kind, or else its fields if the
/// response has fields of those names.
fn show(state: &State, call: &Call<'_>, kind: Schema, record: Value) -> ResponseTemplate {
    let Some((_, schema)) = call.described.success.content else { return call.success(state, Value::Null) };
    let given = around(schema, kind, &record, 0).unwrap_or(record);
    call.success(state, given)
}

/// The record with its envelope in a schema; `None` if there is no place for it.
fn around(schema: Schema, kind: Schema, record: &Value, depth: usize) -> Option<Value> {
    if schema == kind && kind.kind() != Type::Any {
        return Some(record.clone());
    }
    match schema.kind() {
        Type::Array => around(schema.items(), kind, record, depth + 1).map(|item| Value::Array(vec![item])),
        Type::Object if depth < 3 => schema.properties().find_map(|(name, property)| {
            let inner = around(property, kind, record, depth + 1)?;
            Some(Value::Object(Map::from_iter([(name.to_owned(), inner)])))
        }),
        _ => None,
    }
}

/// The body and the path parameters, for responses that have fields of those names.
fn echo(call: &Call<'_>) -> Value {
    let mut echo = unwrapped(call.body());
    if let (Some(name), Some(value)) = (call.described.last_parameter(), call.request.parameters.last()) {
        echo.insert(name.to_owned(), value.as_str().into());
    }
    let Some((_, schema)) = call.described.success.content else { return Value::Null };
    // A `status` in the request is not the outcome of the request.
    echo.retain(|name, value| schema.property(name).is_some_and(|property| property.takes(value)) && name != "status");
    Value::Object(echo)
}

/// The object in a body whose only member is an object, or else the body.
fn unwrapped(body: Value) -> Map<String, Value> {
    match body {
        Value::Object(mut members) if members.len() == 1 && members.values().all(Value::is_object) => {
            match members.values_mut().next().map(Value::take) {
                Some(Value::Object(inner)) => inner,
                _ => members,
            }
        }
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
