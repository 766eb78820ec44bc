//! What the page can change: each path under `/console/api` that takes a POST.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use super::breakpoints::Decision;
use super::snippet;
use super::{Console, Reach};
use crate::auth::{SessionKind, TokenError};
use crate::faults::ScriptedFault;
use crate::operation::OperationName;
use crate::profile::Profile;

/// Why a change cannot be made.
type Refused = String;

/// Makes a change; `None` for an unknown path.
pub(super) fn change(
    console: &Console,
    reach: Reach<'_>,
    host: &str,
    path: &str,
    sent: &Value,
) -> Option<Result<Value, Refused>> {
    let text = |name: &str| sent[name].as_str().ok_or_else(|| format!("{name:?} must be a string"));
    let done = |made: Result<(), Refused>| made.map(|()| json!({}));
    let made = match path {
        "faults" => done(text("script").and_then(|script| {
            script.parse::<ScriptedFault>().map(|fault| fault.script(reach.faults)).map_err(|error| error.to_string())
        })),
        "faults/remove" => done(number(sent, "number").map(|number| reach.faults.remove(number))),
        "faults/clear" => done({
            reach.faults.clear();
            Ok(())
        }),
        "breakpoints" => done(operation(sent).map(|operation| console.breakpoints.set(operation))),
        "breakpoints/remove" => done(operation(sent).map(|operation| console.breakpoints.remove(operation))),
        "held" => done(decide(console, sent)),
        "sessions/revoke" => done({
            let mut state = reach.state();
            let occasion = state.occasion(Some(0));
            state.sessions.revoke_all(occasion);
            Ok(())
        }),
        "sessions" => text("user").and_then(|user| session(reach, user)),
        "clock" => done(move_clock(reach, sent)),
        "profile" => done(text("profile").and_then(|name| {
            let profile: Profile = name.parse().map_err(|error| format!("{error}"))?;
            reach.state().profile = profile;
            Ok(())
        })),
        "tokens" => text("user").and_then(|user| generate(reach, user, &sent["days"])),
        "tokens/revoke" => done(
            text("name").and_then(|name| reach.state().user_tokens.revoke(name).map_err(|error| error.to_string())),
        ),
        "users/save" => done(text("user").and_then(|user| {
            let mut state = reach.state();
            known(&state.users, user)?;
            state.user_tokens.save(user);
            Ok(())
        })),
        // These two change nothing, but take their input in a body.
        "snippet" => return Some(snippet::call(reach.state().profile, &base(reach, host), sent)),
        "tutorial" => return Some(snippet::tutorial(&base(reach, host), sent)),
        _ => return None,
    };
    console.hub.changed();
    Some(made)
}

fn base(reach: Reach<'_>, host: &str) -> String {
    format!("{}://{host}/api/v1", reach.scheme)
}

fn number(sent: &Value, name: &str) -> Result<u64, Refused> {
    sent[name].as_u64().ok_or_else(|| format!("{name:?} must be a whole number"))
}

/// An operation by its name; `None` stands for every operation.
fn operation(sent: &Value) -> Result<Option<OperationName>, Refused> {
    match sent["operation"].as_str() {
        Some("every") => Ok(None),
        name => {
            let name = name.unwrap_or_default();
            let found = OperationName::find(name);
            found
                .map(Some)
                .ok_or_else(|| format!("no operation is named {:?}", name.chars().take(64).collect::<String>()))
        }
    }
}

fn decide(console: &Console, sent: &Value) -> Result<(), Refused> {
    let decision = match sent["decision"].as_str() {
        Some("release") => Decision::Release,
        Some("fail") => Decision::Fail,
        Some("refuse") => {
            let status = u16::try_from(number(sent, "status")?).ok().filter(|status| (400..600).contains(status));
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            Decision::Refuse(status.ok_or("the status of a refusal must be from 400 to 599")?)
        }
        _ => return Err("a decision must be release, refuse or fail".to_owned()),
    };
    if console.breakpoints.decide(number(sent, "number")?, decision) {
        Ok(())
    } else {
        Err("this call is no longer held: its client gave up, or it was already decided".to_owned())
    }
}

fn move_clock(reach: Reach<'_>, sent: &Value) -> Result<(), Refused> {
    let seconds = sent["seconds"].as_i64().filter(|seconds| seconds.unsigned_abs() <= MAX_SECONDS);
    let seconds = seconds.ok_or("the clock must move by a whole number of seconds, at most ten years")?;
    let clock = reach.state().clock.clone();
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        clock.rewind(by)
    } else {
        clock.advance(by)
    }
    Ok(())
}

fn known<'a>(users: &'a crate::auth::Users, name: &str) -> Result<&'a crate::auth::User, Refused> {
    users.find(name).ok_or_else(|| TokenError::UnknownUser(name.chars().take(64).collect()).to_string())
}

/// Generates a user token, which is shown once.
fn generate(reach: Reach<'_>, user: &str, days: &Value) -> Result<Value, Refused> {
    let mut state = reach.state();
    known(&state.users, user)?;
    let days = days.as_u64().ok_or("the number of days must be a whole number from 1 to 999")?;
    let now = state.clock.unix_seconds();
    let token = state.user_tokens.generate(user, u32::try_from(days).unwrap_or(u32::MAX), now);
    let token = token.map_err(|error| error.to_string())?;
    Ok(json!({ "name": token.name(), "value": token.value() }))
}

/// A session, as an exchange would return it.
fn session(reach: Reach<'_>, user: &str) -> Result<Value, Refused> {
    let state = &mut *reach.state();
    let occasion = state.occasion(None);
    let user = known(&state.users, user)?;
    Ok(json!({ "session": state.sessions.issue(SessionKind::System, user, occasion, 0) }))
}

/// Ten years.
const MAX_SECONDS: u64 = 3_652 * 86_400;
