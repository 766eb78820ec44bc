//! Operations of which little more than the shape of the answer is known.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::{array, page, unreadable};
use crate::data::Record;
use crate::wire::{Answer, Received, problem};

/// `GET /sar/profiles`: a named list, in no envelope.
pub(super) fn sar_profiles() -> Answer {
    Answer::json(&json!({"profiles": [{"_id": "5a50000000000000000000a1", "name": "Everything about a person"}]}))
}

/// `GET /clusters`: a bare array, of which `filter` and `limit` take a part as in the list of data sources.
pub(super) fn clusters(request: &Received) -> Answer {
    let cluster = |(number, (name, size)): (usize, (&str, u32))| {
        Arc::new(Record::new(vec![
            ("id".into(), format!("cluster-{}", number + 1).into()),
            ("name".into(), name.into()),
            ("size".into(), size.into()),
        ]))
    };
    let clusters: Vec<_> =
        [("Invoices", 12), ("Letters", 7), ("Scans", 3)].into_iter().enumerate().map(cluster).collect();
    match page(request, &clusters) {
        Ok((page, _)) => Answer::json_text(array(&page)),
        Err(error) => unreadable(error),
    }
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
