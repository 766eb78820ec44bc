//! Requests, compared with the contract.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::contract::{Contract, Request};
use crate::operation::{Operation, Parameter};
use crate::violation::{Part, Violation};
use crate::{form, security};

/// The operation that a request matches, and its violations.
#[derive(Debug)]
pub struct CheckedRequest<'c> {
    /// The operation; none where the contract describes none for this method and path.
    pub operation: Option<&'c Operation>,
    /// The security scheme that the request uses: `none` for an operation without one.
    pub security: Option<&'c str>,
    /// Everything that is wrong.
    pub violations: Vec<Violation>,
}

impl Contract {
    /// Compares a whole request, as a mock or a layer sees it. Violations of the parts in `passing` are allowed.
    ///
    /// # Errors
    /// The other violations, described without values.
    pub fn check<B: AsRef<[u8]>>(&self, request: &http::Request<B>, passing: &[Part]) -> Result<(), String> {
        let uri = request.uri();
        let checked = self.check_request(&Request {
            method: request.method().as_str(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            headers: request.headers(),
            body: request.body().as_ref(),
        });
        let wrong = checked.violations.iter().filter(|violation| !passing.contains(&violation.part));
        let wrong: Vec<String> = wrong.map(ToString::to_string).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    /// Compares a request with the operation that it is for.
    #[must_use]
    pub fn check_request(&self, request: &Request<'_>) -> CheckedRequest<'_> {
        let Some((operation, path)) = self.find(request.method, request.path) else {
            let rule = "the contract describes no such path with this method";
            let violation = Violation::new(request.method, Part::Operation, "", rule);
            return CheckedRequest { operation: None, security: None, violations: vec![violation] };
        };
        let mut violations = Vec::new();
        parameters(operation, &path, request.query, &mut violations);
        body(operation, request, &mut violations);
        let target = format!("{}?{}", request.path, request.query);
        let security = match security::satisfied(operation, request.headers, &target) {
            Ok(scheme) => Some(scheme),
            Err(rule) => {
                violations.push(Violation::new(&operation.id, Part::Security, "authorization", rule));
                None
            }
        };
        CheckedRequest { operation: Some(operation), security, violations }
    }
}

fn parameters(operation: &Operation, path: &[(&str, String)], query: &str, violations: &mut Vec<Violation>) {
    let mut fault = |name: &str, rule: &str| {
        violations.push(Violation::new(&operation.id, Part::Parameter, format!("parameter {name}"), rule));
    };
    let sent: Vec<(String, String)> = pairs(query);
    for (name, _) in &sent {
        if !operation.parameters.iter().any(|parameter| !parameter.in_path && parameter.name == *name) {
            fault(name, "the contract has no such parameter");
        }
    }
    for parameter in &operation.parameters {
        let in_path = path.iter().filter(|_| parameter.in_path).map(|(name, value)| (*name, value.as_str()));
        let in_query = sent.iter().filter(|_| !parameter.in_path).map(|(name, value)| (name.as_str(), value.as_str()));
        let values: Vec<&str> =
            in_path.chain(in_query).filter(|(name, _)| *name == parameter.name).map(|(_, value)| value).collect();
        match read(parameter, &values) {
            None if parameter.required => fault(&parameter.name, "it is required and missing"),
            None => {}
            Some(_) if values.len() > 1 && parameter.schema.kind() != Some("array") => {
                fault(&parameter.name, "it is sent more than once");
            }
            Some(value) => {
                for (place, keyword) in parameter.schema.faults(&value) {
                    fault(&format!("{}{place}", parameter.name), &format!("it breaks `{keyword}` of its schema"));
                }
            }
        }
    }
}

/// The pairs of a query, decoded. A plus sign is a space, as in forms.
fn pairs(query: &str) -> Vec<(String, String)> {
    let text = |encoded: &str| {
        let spaced = encoded.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (text(name), text(value))).collect()
}

/// The value sent for a parameter, as the JSON that its schema describes.
fn read(parameter: &Parameter, values: &[&str]) -> Option<Value> {
    let first = values.first()?;
    Some(match parameter.schema.kind() {
        Some("array") => values.iter().map(|value| scalar(parameter.schema.item_kind(), value)).collect(),
        kind => scalar(kind, first),
    })
}

/// A text that is not a number or boolean stays a text, which the schema then rejects.
fn scalar(kind: Option<&str>, text: &str) -> Value {
    match kind {
        Some("integer" | "number") => text.parse::<serde_json::Number>().map_or(json!(text), Value::Number),
        Some("boolean") => text.parse::<bool>().map_or(json!(text), Value::Bool),
        _ => json!(text),
    }
}

fn body(operation: &Operation, request: &Request<'_>, violations: &mut Vec<Violation>) {
    let mut fault = |part, place: &str, rule: &str| violations.push(Violation::new(&operation.id, part, place, rule));
    let sent = media_type(request.headers);
    let Some(body) = &operation.body else {
        if !request.body.is_empty() || sent.is_some() {
            fault(Part::Body, "body", "the contract has no body here");
        }
        return;
    };
    if request.body.is_empty() && sent.is_none() {
        if body.required {
            fault(Part::Body, "body", "it is required and missing");
        }
        return;
    }
    let Some(schema) = sent.as_deref().and_then(|sent| body.content.get(sent)) else {
        let known: Vec<&str> = body.content.keys().map(String::as_str).collect();
        let sent = sent.unwrap_or_else(|| "nothing".to_owned());
        return fault(Part::MediaType, "content-type", &format!("it says {sent}, the contract {}", known.join(" or ")));
    };
    let value = match sent.as_deref() {
        Some("multipart/form-data") => {
            let content_type = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            form::parts(content_type.unwrap_or_default(), request.body).ok_or("it is not a form")
        }
        Some("application/x-www-form-urlencoded") => form::pairs(request.body).ok_or("a field comes twice"),
        _ => serde_json::from_slice::<Value>(request.body).map_err(|_| "it is not JSON"),
    };
    match value {
        Ok(value) => {
            for (place, keyword) in schema.faults(&value) {
                fault(Part::Body, &format!("body {place}"), &format!("it breaks `{keyword}` of its schema"));
            }
        }
        Err(rule) => fault(Part::Body, "body", rule),
    }
}

/// The media type of a message, without its parameters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    Some(essence(headers.get(CONTENT_TYPE)?.to_str().ok()?))
}

/// A media type without its parameters.
pub(crate) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
