//! How a request, or the status of its response, differs from the contract.
//!
//! It is a hint for people: names, presence and statuses. Values are not compared with their schemas; the workspace's
//! `witness` does that in tests.

use std::collections::BTreeSet;

use http::{StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::observer::Observed;
use crate::operation::OperationName;
use crate::wire::ReceivedRequest;

/// The differences from the contract, as sentences.
pub(super) fn objections(observed: &Observed<'_>) -> Vec<String> {
    let request = observed.request();
    let Some(described) = request.described else {
        let is_unknown = request.operation == OperationName::UNMATCHED;
        return if is_unknown { vec!["the contract has no such operation".to_owned()] } else { Vec::new() };
    };
    let mut found = of_query(request, described.node());
    if described.is_secured() && !request.headers.contains_key(header::AUTHORIZATION) {
        found.push("the header Authorization is missing".to_owned());
    }
    found.extend(of_body(request, described.node()));
    if let Some(status) = observed.status().filter(|_| observed.deviation().is_none())
        && !described.documents(status)
        && status != StatusCode::UNAUTHORIZED
    {
        found.push(format!("the contract has no response of status {}", status.as_u16()));
    }
    found
}

fn of_query(request: &ReceivedRequest, node: &Value) -> Vec<String> {
    let described = node["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "query");
    let described: Vec<(&str, bool)> =
        described.filter_map(|one| Some((one["name"].as_str()?, one["required"] == true))).collect();
    let pairs = request.query.split('&').filter(|pair| !pair.is_empty());
    let sent: BTreeSet<String> = pairs
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
        .map(|name| percent_decode_str(&name.replace('+', " ")).decode_utf8_lossy().chars().take(64).collect())
        .collect();
    let unknown = sent.iter().filter(|name| !described.iter().any(|(known, _)| known == name));
    let missing = described.iter().filter(|(name, required)| *required && !sent.contains(*name));
    unknown
        .map(|name| format!("the query parameter {name:?} is not in the contract"))
        .chain(missing.map(|(name, _)| format!("the query parameter {name:?} is missing")))
        .collect()
}

fn of_body(request: &ReceivedRequest, node: &Value) -> Option<String> {
    let Some(described) = node.get("requestBody") else {
        return (!request.body.is_empty()).then(|| "the contract has no body for this request".to_owned());
    };
    if request.body.is_empty() {
        return (described["required"] == true).then(|| "the body is missing".to_owned());
    }
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if described["content"].get(&media_type).is_none() {
        return Some("the body is of another media type than the contract has".to_owned());
    }
    (media_type == "application/json" && request.json().is_none()).then(|| "the body is not JSON".to_owned())
}
