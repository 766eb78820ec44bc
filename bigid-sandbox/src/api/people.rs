//! Users and clusters.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Call;
use crate::auth::User;
use crate::play::Listed;
use crate::query::{Language, Page};
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{Collection, Generate};

/// `GET /access-management/users`.
pub(super) fn list_users(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let users = records(state);
    let total = users.len();
    let page = Page::from_query(&call.query()).of(users);
    super::envelope(&json!({"users": page, "totalCount": total}))
}

pub(super) fn list_system_users(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let users = records(state);
    let (total, page) = (users.len(), Page::from_query(&call.query()));
    let users = page.of(users);
    match call.described.list {
        Some(_) => {
            let record = |user: &Value| user.as_object().map(|user| Arc::new(Record::from_object(user)));
            let records = users.iter().filter_map(record).collect();
            call.list(state, &Listed { records, total, skip: page.skip })
        }
        None => super::envelope(&json!({"users": users, "totalCount": total})),
    }
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match record(state, call.parameter(0)) {
        Some(user) => shown(state, call, user),
        None => call.not_found(&format!("user {}", call.parameter(0))),
    }
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let sent = sent(call);
    let name = Some(call.parameter(0));
    let Some(name) = name.filter(|name| !name.is_empty()) else { return call.bad_request("A user needs a name") };
    if state.users.find(name).is_some() {
        return call.bad_request(&format!("There is a user {name} already"));
    }
    state.users.put(changed(User::new(name), &sent));
    let user = record(state, name).unwrap_or_default();
    shown(state, call, user)
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (id, sent) = (call.parameter(0), sent(call));
    let Some(name) = name_of(state, id) else { return call.not_found(&format!("user {id}")) };
    let Some(user) = state.users.find(&name).cloned() else { return call.not_found(&format!("user {id}")) };
    state.users.replace(changed(user, &sent));
    let user = record(state, &name).unwrap_or_default();
    shown(state, call, user)
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let id = call.parameter(0);
    match name_of(state, id) {
        Some(name) => {
            state.users.remove(&name);
            call.success(state, json!({"success": true}))
        }
        None => call.not_found(&format!("user {id}")),
    }
}

/// `GET /clusters`: a bare array; `filter` and `limit` work as in the list of data sources.
pub(super) fn clusters(_: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let (page, _) = Collection::new(CLUSTERS.len()).list(&listing, &Clusters, None);
    ResponseTemplate::json_text(super::array(&page))
}

struct Clusters;

impl Generate for Clusters {
    fn record(&self, number: usize) -> Record {
        let (name, size) = CLUSTERS.get(number).copied().unwrap_or_default();
        Record::new(vec![
            ("id".into(), format!("cluster-{}", number + 1).into()),
            ("name".into(), name.into()),
            ("size".into(), size.into()),
        ])
    }
}

const CLUSTERS: [(&str, u32); 3] = [("Invoices", 12), ("Letters", 7), ("Scans", 3)];

fn records(state: &State) -> Vec<Value> {
    state.users.records(|name| state.user_tokens.records_of(name))
}

fn record(state: &State, id: &str) -> Option<Value> {
    records(state).into_iter().find(|user| user["id"] == id || user["_id"] == id || user["name"] == id)
}

fn name_of(state: &State, id: &str) -> Option<String> {
    record(state, id)?["name"].as_str().map(str::to_owned)
}

/// The user in a body, with or without its envelope.
fn sent(call: &Call<'_>) -> Value {
    let mut body = call.body();
    match body.get_mut("system_user").map(Value::take) {
        Some(inner) if inner.is_object() => inner,
        _ => body,
    }
}

fn changed(mut user: User, sent: &Value) -> User {
    if let Some(first) = sent["firstName"].as_str() {
        user = user.first_name(first);
    }
    if let Some(last) = sent["lastName"].as_str() {
        user = user.last_name(last);
    }
    if let Some(password) = sent["password"].as_str().filter(|password| !password.is_empty()) {
        user = user.password(password);
    }
    if let Some(roles) = sent["roleIds"].as_array() {
        user = user.roles(roles.iter().filter_map(Value::as_str));
    }
    user
}

/// A user, in the envelope that BigID's own client reads, unless the contract has none.
fn shown(state: &State, call: &Call<'_>, user: Value) -> ResponseTemplate {
    let is_bare = call.described.success.content.is_some_and(|(_, schema)| schema.property("firstName").is_some());
    call.success(state, if is_bare { user } else { json!({"system_user": user}) })
}
