//! Operations of which little more than the shape of the answer is known.

use http::StatusCode;
use serde_json::{Value, json};

use crate::wire::{Answer, Received, problem};

/// `GET /sar/profiles`: a named list, in no envelope.
pub(super) fn sar_profiles() -> Answer {
    Answer::json(&json!({"profiles": [{"_id": "5a50000000000000000000a1", "name": "Everything about a person"}]}))
}

/// `GET /clusters`: a bare array.
pub(super) fn clusters() -> Answer {
    Answer::json(&json!([{"cluster_id": "cluster-1", "name": "Invoices", "size": 12}]))
}

/// `GET /data-catalog/tags/all-pairs-ds`: has only ever been seen to fail.
pub(super) fn data_source_tags() -> Answer {
    problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// `POST /data-minimization/objects/action`: always 200, and what happened is the `statusCode` in the body.
pub(super) fn minimization_action(request: &Received) -> Answer {
    let named = request.json().and_then(|body| body.get("actionType").map(Value::is_string)).unwrap_or(false);
    Answer::json(&match named {
        true => json!({"status": "success", "statusCode": 200, "data": {"modified_count": 0}, "message": null}),
        false => json!({"status": "error", "statusCode": 400, "data": null, "message": "No action was named"}),
    })
}
