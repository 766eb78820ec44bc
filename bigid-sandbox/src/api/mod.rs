//! The operations, each a function from a request to an answer.

mod authentication;
mod connectors;
mod data_sources;
mod findings;
mod scan_profiles;
mod shapes;
mod users;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::contract::{described, not_served};
use crate::data::{Listing, ListingError, Record};
use crate::operation::Operation;
use crate::state::State;
use crate::wire::{Answer, Query, Received, auth_failure, express_not_found, problem};

/// The honest answer to a request, before any fault spoils it.
pub(crate) fn answer(state: &mut State, request: &Received, skew: i64) -> Answer {
    if request.operation.needs_session()
        && let Some(refusal) = refusal(state, request)
    {
        return refusal;
    }
    let name = request.parameter.as_deref().unwrap_or_default();
    match request.operation {
        Operation::Exchange => authentication::exchange(state, request, skew),
        Operation::CreateSession => authentication::create_session(state, request, skew),
        Operation::ListDataSources => data_sources::list(state, request),
        Operation::QueryDataSources => data_sources::query(state, request),
        Operation::ListDataSourcesLegacy => data_sources::list_legacy(state),
        Operation::CreateDataSource => data_sources::create(state, request),
        Operation::GetDataSource => data_sources::get(state, request, name),
        Operation::UpdateDataSource => data_sources::update(state, request, name),
        Operation::DeleteDataSource => data_sources::delete(state, name),
        Operation::TestConnection => connectors::test(state, request),
        Operation::ListConnectorTypes => connectors::types(),
        Operation::GetConnectorTemplate => connectors::template(name),
        Operation::ListUsers => users::list(state, request),
        Operation::ExportFindings => findings::export(state, request),
        Operation::ListScanProfiles => scan_profiles::list(state, request),
        Operation::CreateScanProfile => scan_profiles::create(state, request),
        Operation::ListSarProfiles => shapes::sar_profiles(),
        Operation::ListClusters => shapes::clusters(request),
        Operation::ListDataSourceTags => shapes::data_source_tags(),
        Operation::RunMinimizationAction => shapes::minimization_action(request),
        Operation::NotServed => match described(&request.method, &request.path) {
            Some(described) => not_served(described, &request.method, &request.path),
            None => express_not_found(&request.method, &request.path),
        },
        Operation::Custom | Operation::Unmatched => express_not_found(&request.method, &request.path),
    }
}

/// What a request is told that carries no good session.
pub(crate) fn refusal(state: &State, request: &Received) -> Option<Answer> {
    let rejection = authentication::check_session(state, request).err()?;
    Some(auth_failure(state.profile, rejection))
}

/// The envelope of most lists, and of single results.
fn envelope(data: &Value) -> Answer {
    Answer::json_text(format!(r#"{{"status":"success","statusCode":200,"data":{data},"message":null}}"#))
}

/// A request for a list that cannot be read.
fn unreadable(error: ListingError) -> Answer {
    problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string())
}

/// The page that a request asks of records, and how many records there are on all pages.
fn page(request: &Received, records: &[Arc<Record>]) -> Result<(Vec<Arc<Record>>, usize), ListingError> {
    Ok(Listing::from_query(&Query::parse(&request.query))?.of(records, None))
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

fn bad_request(message: &str) -> Answer {
    Answer::json(&json!({"message": message})).status(StatusCode::BAD_REQUEST)
}
