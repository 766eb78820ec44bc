//! The two ways to get a session, and the check that every other call has to pass.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Call;
use crate::auth::{Rejection, SessionKind};
use crate::record::Record;
use crate::state::State;
use crate::wire::{Query, ReceivedRequest, ResponseTemplate, auth_failure, session_failure};

/// Exchanges a user token for a system token.
pub(super) fn exchange(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (request, skew) = (call.request, call.skew);
    let occasion = state.occasion(Some(request.node));
    let user = token(state, request).and_then(|token| state.user_tokens.check(token, occasion.seconds()));
    match user.and_then(|name| state.users.find(&name).ok_or(Rejection::NotValid)) {
        Ok(user) => {
            let token = state.sessions.issue(SessionKind::System, user, occasion, skew);
            ResponseTemplate::json_text(format!(r#"{{"success":true,"systemToken":"{token}"}}"#))
        }
        Err(rejection) => auth_failure(state.profile, rejection),
    }
}

/// Exchanges a user name and a password for a session token.
pub(super) fn create_session(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let (request, skew) = (call.request, call.skew);
    let (name, password) = credentials(request);
    let occasion = state.occasion(Some(request.node));
    let Some(user) = state.users.with_password(&name, &password).filter(|_| !state.refuses_sessions) else {
        return session_failure(state.profile);
    };
    let auth_token = state.sessions.issue(SessionKind::Password, user, occasion, skew);
    // Written in the recorded order.
    let session = Record::new(vec![
        ("success".into(), true.into()),
        ("message".into(), "Enjoy your token!".into()),
        ("auth_token".into(), auth_token.into()),
        ("username".into(), user.name.as_str().into()),
        ("firstName".into(), user.first_name.as_str().into()),
        ("lastName".into(), user.last_name.as_str().into()),
        ("email".into(), "".into()),
        ("isPasswordChangeNeeded".into(), false.into()),
        ("permissions".into(), crate::auth::permissions().into()),
    ]);
    ResponseTemplate::json_text(session.json().to_owned())
}

/// Checks that a request carries a session that authorizes it.
pub(super) fn check_session(state: &State, request: &ReceivedRequest) -> Result<(), Rejection> {
    state.sessions.check(token(state, request)?, state.occasion(Some(request.node)))
}

/// The user of a session that was checked before.
pub(super) fn user_of(request: &ReceivedRequest) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(request.authorization()?.rsplit(' ').next()?.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["user_name"].as_str().map(str::to_owned)
}

fn token<'r>(state: &State, request: &'r ReceivedRequest) -> Result<&'r str, Rejection> {
    request.authorization().and_then(|value| state.profile.token_in(value)).ok_or(Rejection::Failed)
}

/// Reads credentials from JSON, or from a form, as the oldest scripts send it.
fn credentials(request: &ReceivedRequest) -> (String, String) {
    match request.json() {
        Some(body) => {
            let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            (text("username"), text("password"))
        }
        None => {
            let form = Query::parse(&String::from_utf8_lossy(&request.body));
            let text = |name| form.get(name).unwrap_or_default().to_owned();
            (text("username"), text("password"))
        }
    }
}
