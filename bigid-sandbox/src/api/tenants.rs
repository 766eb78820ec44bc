//! Calls of apps that BigID hosts for many tenants: their exchange, and the list of tenants.

use serde_json::{Value, json};

use super::Call;
use crate::auth::{OWN_TENANT, Rejection, SessionKind, TENANTS};
use crate::state::State;
use crate::wire::{Query, ResponseTemplate, auth_failure};

/// Exchanges a service token for a session of one tenant: that in the form, or the token's own.
pub(super) fn exchange(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let request = call.request;
    let occasion = state.occasion(Some(request.node));
    // Without a scheme, in every profile.
    let token = request.authorization().ok_or(Rejection::Failed);
    if let Err(rejection) = token.and_then(|token| state.sessions.check_service_token(token, occasion)) {
        return auth_failure(state.profile, rejection);
    }
    let form = Query::parse(&String::from_utf8_lossy(&request.body));
    let asked = form.get("tenantId").unwrap_or(OWN_TENANT);
    let Some((tenant, ..)) = TENANTS.into_iter().find(|(id, ..)| *id == asked) else {
        return auth_failure(state.profile, Rejection::NotValid);
    };
    let Some(user) = state.users.first() else { return auth_failure(state.profile, Rejection::NotValid) };
    let session = state.sessions.issue_in(tenant, SessionKind::System, user, occasion, call.skew);
    ResponseTemplate::json(&json!({ "data": session }))
}

pub(super) fn list(_state: &mut State, _call: &Call<'_>) -> ResponseTemplate {
    let tenant = |(id, domain, company): (&str, &str, &str)| -> Value {
        json!({ "tenantId": id, "tenantDomain": domain, "companyName": company })
    };
    ResponseTemplate::json(&json!({ "data": { "tenants": TENANTS.map(tenant) } }))
}
