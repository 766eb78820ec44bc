//! The operations: each a function from a request to a response, or played from the contract's schema.

mod apps;
mod authentication;
mod call;
mod cases;
mod catalog;
mod connectors;
mod data_sources;
mod export;
mod exports;
mod findings;
mod people;
mod played;
mod policies;
mod requests;
mod roles;
mod rows;
mod saved_queries;
mod scan_profiles;
mod scans;
mod scopes;
mod storage;
mod table;
mod tags;
mod tenants;

pub(crate) use call::Call;
pub(crate) use export::Rest;
pub use table::Evidence;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::operation::OperationName;
use crate::record::Record;
use crate::state::State;
use crate::wire::{ReceivedRequest, ResponseTemplate, auth_failure, express_not_found, problem};
use crate::world::Noted;

/// The correct response to a request, before faults are applied.
pub(crate) fn respond(state: &mut State, request: &ReceivedRequest, skew: i64) -> ResponseTemplate {
    let Some(described) = request.described else {
        if request.operation == OperationName::DATA_SOURCE_TAGS {
            // Every recording shows it failing.
            let failure = || problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
            return refusal(state, request).unwrap_or_else(failure);
        }
        return express_not_found(&request.method, &request.path);
    };
    let call = Call { request, described, skew };
    let takes_session = described.takes_session() && !OperationName::EXCHANGE.covers(request.operation);
    if takes_session && let Some(refusal) = refusal(state, request) {
        return refusal;
    }
    let now_ms = state.now_ms();
    state.world.settle(now_ms);
    let response = match table::behaviour(described) {
        Some(behaviour) => (behaviour.handler)(state, &call),
        None => played::respond(state, &call),
    };
    if !described.is_safe() && response.is_success() && takes_session {
        let user = authentication::user_of(request).unwrap_or_else(|| "unknown".to_owned());
        let endpoint = format!("{} {}", request.method, request.path);
        let (resource, agent) = (request.parameters.join("/"), request.header("user-agent").unwrap_or_default());
        let noted = Noted { user: &user, action: described.name, endpoint: &endpoint, resource: &resource, agent };
        state.world.audit.note(now_ms, &noted);
    }
    response
}

/// The response to a request without a valid session.
pub(crate) fn refusal(state: &State, request: &ReceivedRequest) -> Option<ResponseTemplate> {
    let rejection = authentication::check_session(state, request).err()?;
    Some(auth_failure(state.profile, rejection))
}

/// The envelope of most lists, and of single results.
fn envelope(data: &Value) -> ResponseTemplate {
    ResponseTemplate::json_text(format!(r#"{{"status":"success","statusCode":200,"data":{data},"message":null}}"#))
}

/// Records as a JSON array.
fn array(records: &[Arc<Record>]) -> String {
    let mut json = String::with_capacity(records.iter().map(|record| record.json().len() + 1).sum::<usize>() + 2);
    json.push('[');
    for (index, record) in records.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        json.push_str(record.json());
    }
    json.push(']');
    json
}

fn bad_request(message: &str) -> ResponseTemplate {
    ResponseTemplate::json(&json!({"message": message})).status(StatusCode::BAD_REQUEST)
}
