//! Roles, and the permissions of a session.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Call, authentication};
use crate::auth::permissions;
use crate::play::Listed;
use crate::query::Language;
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{Collection, NothingGenerated, Role};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let listing = match call.listing(Language::Json) {
        Ok(listing) => listing,
        Err(refusal) => return refusal,
    };
    let mut all = Collection::default();
    for role in state.world.roles.iter() {
        all.add(Record::from_object(role.record().as_object().unwrap_or(&Map::new())));
    }
    let (records, total) = all.list(&listing, &NothingGenerated, None);
    call.list(state, &Listed { records, total, skip: listing.page().skip })
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    match state.world.roles.find(call.parameter(0)).map(Role::record) {
        Some(role) => call.success(state, role),
        None => call.not_found(&format!("role {}", call.parameter(0))),
    }
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let Some(name) = body["name"].as_str().filter(|name| !name.is_empty()) else {
        return call.bad_request("A role needs a name");
    };
    if state.world.roles.find(name).is_some() {
        return call.bad_request(&format!("There is a role {name} already"));
    }
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let texts = body["scopes"].as_array().into_iter().flatten();
    let scopes: Vec<String> = texts.filter_map(|scope| scope.as_str().map(str::to_owned)).collect();
    if let Some(absent) = scopes.iter().find(|scope| state.world.scopes.find(scope).is_none()) {
        return call.bad_request(&format!("Unable to locate scope {absent}"));
    }
    let granted = body["granularPermissions"].as_object().into_iter().flatten();
    let permissions = granted.filter_map(|(name, value)| Some((name.clone(), value.as_bool()?))).collect();
    let display_name = body["displayName"].as_str().unwrap_or(name).to_owned();
    let role = Role {
        id: String::new(),
        name: name.to_owned(),
        display_name,
        description: text("description"),
        permissions,
        scopes,
        is_system: false,
    };
    let shown = state.world.roles.add(role).record();
    call.success(state, shown)
}

/// `GET /roles/rbac/user-permissions`: everything that the user's roles grant, or all permissions for an administrator.
pub(super) fn of_session(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let user = authentication::user_of(call.request).and_then(|name| state.users.find(&name).cloned());
    let is_admin = user.as_ref().is_some_and(|user| user.admin);
    let ids = user.map(|user| user.roles).unwrap_or_default();
    let roles: Vec<&Role> = ids.iter().filter_map(|id| state.world.roles.find(id)).collect();
    let grants = |name: &str| is_admin || roles.iter().any(|role| role.grants(name));
    let permissions: BTreeMap<String, bool> =
        permissions().into_iter().map(|name| (name.clone(), grants(&name))).collect();
    let is_root = is_admin || roles.iter().any(|role| role.is_root());
    call.success(state, json!({"isRootScope": is_root, "userPermissions": permissions}))
}

/// `GET /roles/rbac/permissions-hierarchy`: the permissions by the part of BigID in the middle of their names.
pub(super) fn hierarchy(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let mut areas: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for permission in permissions() {
        let area = permission.split('.').nth(1).unwrap_or("admin").to_owned();
        areas.entry(area).or_default().push(permission.into());
    }
    call.success(state, json!({"permissions": areas}))
}
