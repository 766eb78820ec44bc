//! Responses, compared with the contract.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Response};
use crate::operation::Operation;
use crate::request::essence;
use crate::schema::Schema;
use crate::violation::{Part, Violation};

/// The documented response that a response matches, and its violations.
#[derive(Debug)]
pub struct CheckedResponse<'c> {
    /// The key of the documented response: its status, or a range such as `2XX`.
    pub status: Option<&'c str>,
    /// The documented media type; `none` where no body is documented.
    pub media_type: Option<&'c str>,
    /// Everything that is wrong.
    pub violations: Vec<Violation>,
}

impl Contract {
    /// Compares a response with those that an operation documents.
    ///
    /// An empty body counts as `null`, which is valid only where the shape is open.
    #[must_use]
    pub fn check_response<'c>(&self, operation: &'c Operation, response: &Response<'_>) -> CheckedResponse<'c> {
        let fault = |part, place: String, rule: &str| Violation::new(&operation.id, part, place, rule);
        let status = response.status;
        let Some((key, content)) = documented(operation, status) else {
            let violations =
                vec![fault(Part::Status, status.to_string(), "the contract does not document this status")];
            return CheckedResponse { status: None, media_type: None, violations };
        };
        let Some(((media_type, schema), wrong)) = chosen(content, response) else {
            return CheckedResponse { status: Some(key), media_type: Some("none"), violations: Vec::new() };
        };
        let mut violations = Vec::new();
        if wrong {
            let rule = format!("the content type is not {media_type}");
            violations.push(fault(Part::MediaType, status.to_string(), &rule));
        }
        if is_json(media_type) {
            let text = if response.body.is_empty() { b"null" } else { response.body };
            match serde_json::from_slice::<Value>(text) {
                Ok(value) => violations.extend(schema.faults(&value).into_iter().map(|(place, keyword)| {
                    let rule = format!("the body breaks `{keyword}` of its schema");
                    fault(Part::Body, format!("{status} {place}"), &rule)
                })),
                Err(_) => violations.push(fault(Part::Body, status.to_string(), "the body is not JSON")),
            }
        }
        CheckedResponse { status: Some(key), media_type: Some(media_type), violations }
    }
}

/// The documented response of a status: its own, or that of its range.
fn documented(operation: &Operation, status: u16) -> Option<(&str, &BTreeMap<String, Arc<Schema>>)> {
    let range = format!("{}XX", status / 100);
    let keys = [status.to_string(), range, "default".to_owned()];
    let found = keys.iter().find_map(|key| operation.responses.get_key_value(key));
    found.map(|(key, content)| (key.as_str(), content))
}

/// The documented content that a response has, and whether its content type is another one. `None` if no body is
/// documented.
fn chosen<'c>(
    content: &'c BTreeMap<String, Arc<Schema>>,
    response: &Response<'_>,
) -> Option<((&'c str, &'c Arc<Schema>), bool)> {
    let sent = response.content_type.map(essence);
    let as_sent = sent.as_deref().and_then(|sent| content.get_key_value(sent));
    let (media_type, schema) = as_sent.or_else(|| content.first_key_value())?;
    // Without a body there is nothing that a content type could say.
    let wrong = as_sent.is_none() && !(response.body.is_empty() && sent.is_none());
    Some(((media_type.as_str(), schema), wrong))
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
}
