//! What the page shows of the sandbox.

use serde_json::{Value, json};

use super::{Console, Reach};
use crate::auth::MAX_USER_TOKEN_DAYS;
use crate::faults::forms;
use crate::operation::OperationName;
use crate::profile::Profile;

/// Everything except the journal.
pub(super) fn state(console: &Console, reach: Reach<'_>) -> Value {
    let faults: Vec<Value> = reach
        .faults
        .list()
        .into_iter()
        .map(|one| {
            json!({
                "number": one.number,
                "operation": one.operation.map_or("every", OperationName::as_str),
                "fault": one.fault,
                "times": one.times,
            })
        })
        .collect();
    let state = reach.state();
    let users = state.users.records(|name| state.user_tokens.records_of(name));
    json!({
        "profile": state.profile.name(),
        "profiles": Profile::ALL.map(profile),
        "unixMillis": state.now_ms(),
        "maxDays": MAX_USER_TOKEN_DAYS,
        "users": users,
        "faults": faults,
        "kinds": forms().collect::<Vec<_>>(),
        "breakpoints": console.breakpoints.list(),
    })
}

/// How a profile exchanges, so that the page shows and does the same.
fn profile(profile: Profile) -> Value {
    let prefix = if profile.token_in("Bearer x") == Some("x") { "Bearer " } else { "" };
    json!({ "name": profile.name(), "exchange": profile.exchange_method().as_str(), "prefix": prefix })
}
