//! The contract for Schemathesis: with the sandbox's own refusals, and with examples from its data.
//!
//! Most operations document only the refusals 401 and 403, because no source shows another, and nothing is added to the
//! contract to please a referee. The sandbox still refuses missing records and invalid input, a choice that EVIDENCE.md
//! lists. So this copy allows 404, and 400 or 422, where the sandbox chooses them (`Call::refuse`).

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::sandbox::Sandbox;

/// A copy of the contract for a running sandbox. `session` opens it.
pub(super) fn of(contract: &Value, sandbox: &Sandbox, session: &str) -> anyhow::Result<Value> {
    let mut copy = contract.clone();
    // The contract's enumerations are open, which referees do not know. This one lists only one of several states.
    if let Some(state) = copy.pointer_mut("/components/schemas/ScanState").and_then(Value::as_object_mut) {
        state.remove("enum").context("ScanState is no longer an enumeration")?;
    }
    let world = ExampleValues::read(sandbox, session)?;
    for (path, item) in copy["paths"].as_object_mut().context("the contract has no paths")? {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation.get("operationId").is_some() {
                document_refusals(path, operation);
                world.exemplify(method, path, operation);
            }
        }
    }
    Ok(copy)
}

/// Adds the statuses of the sandbox's refusals where the contract documents none.
fn document_refusals(path: &str, operation: &mut Value) {
    let has_input = operation["parameters"].as_array().is_some_and(|all| !all.is_empty()) || path.contains('{');
    let has_body = operation.get("requestBody").is_some();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    let documents = |responses: &Map<String, Value>, statuses: &[&str]| {
        statuses.iter().any(|status| responses.contains_key(*status))
    };
    let mut chosen = Vec::new();
    if has_input && !documents(responses, &["404", "400"]) {
        chosen.push("404");
    }
    if (has_input || has_body) && !documents(responses, &["400", "422"]) {
        chosen.extend(["400", "422"]);
    }
    for status in chosen {
        let schema = json!({"$ref": "#/components/schemas/ApiErrorBody"});
        responses.insert(
            status.to_owned(),
            json!({"description": "A choice of the sandbox.", "content": {"application/json": {"schema": schema}}}),
        );
    }
}

/// Values of existing records, so that not only refusals are tested.
struct ExampleValues {
    /// Schemathesis deletes records that it has used before, so there is one for each purpose.
    data_source: String,
    updated_data_source: String,
    deleted_data_source: String,
    object: String,
    case: String,
    scan: String,
    request: String,
    scanner: String,
}

impl ExampleValues {
    fn read(sandbox: &Sandbox, session: &str) -> anyhow::Result<Self> {
        let ask = |method: &str, path: &str, body: &Value, pointer: &str| -> anyhow::Result<String> {
            let (status, text) = sandbox.send_json(method, path, &format!("Bearer {session}"), body)?;
            let response: Value = serde_json::from_str(&text).unwrap_or_default();
            let found = response.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            found.with_context(|| format!("the response to {method} {path} ({status}) has no {pointer}: {text}"))
        };
        let get = |path: &str, pointer: &str| ask("GET", path, &Value::Null, pointer);
        let named = |place: usize| get("/ds-connections?limit=10", &format!("/data/ds_connections/{place}/name"));
        let data_source = named(0)?;
        let stored = json!({"keysValues": [{"key": KEY, "value": "x"}, {"key": OTHER_KEY, "value": "x"}]});
        sandbox.send_json("PUT", &format!("/tpa/{APP}/storage"), &format!("Bearer {session}"), &stored)?;
        let path = format!("/ds-connections/{data_source}/scan");
        sandbox.send_json("POST", &path, &format!("Bearer {session}"), &json!({}))?;
        Ok(Self {
            updated_data_source: named(1)?,
            deleted_data_source: named(2)?,
            // Of the sixth data source: objects are assigned to data sources in turn.
            object: get("/data-catalog?limit=10", "/results/5/fullyQualifiedName")?,
            case: get("/actionable-insights/all-cases?limit=1", "/data/cases/0/id")?,
            scan: ask("POST", "/scans", &json!({}), "/result/_id")?,
            request: ask("POST", "/sar/reports", &json!({"profileId": PROFILE}), "/requestId")?,
            scanner: get("/scanner-status", "/data/0/scanner_id")?,
            data_source,
        })
    }

    /// Examples for the parameters of an operation, and for its body if random bodies are refused.
    fn exemplify(&self, method: &str, path: &str, operation: &mut Value) {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let value = match (name, path) {
                ("name", _) if path.starts_with("/ds_connections/") && method == "delete" => &self.deleted_data_source,
                ("name", "/ds_connections/{name}") if method == "put" => &self.updated_data_source,
                ("name", _) if path.starts_with("/ds") => &self.data_source,
                ("ds", _) => &self.data_source,
                ("object_name", _) => &self.object,
                ("caseId", _) => &self.case,
                ("scanId", _) => &self.scan,
                ("requestId", _) => &self.request,
                ("id", "/scanner-status/{id}") => &self.scanner,
                ("tpaId", _) if path.contains("/storage") => APP,
                ("key", _) if path.contains("/storage") && method == "delete" => OTHER_KEY,
                ("key", _) if path.contains("/storage") => KEY,
                _ => continue,
            };
            parameter["example"] = value.into();
        }
        let body = match (method, path) {
            ("put", "/ds_connections/{name}") => json!({"ds_connection": {"enabled": "no"}}),
            ("post", "/roles") => json!({"name": "made by a referee"}),
            ("post", "/sar/profiles") => json!({"name": "made by a referee"}),
            ("post", "/sar/reports") => json!({"profileId": PROFILE}),
            ("post", "/actionable-insights/cases/{caseId}:{actionType}") => json!({"type": "jira"}),
            ("patch", "/actionable-insights/cases:{actionType}") => {
                json!({"additionalProperties": {"field": "assignee"}})
            }
            _ => return,
        };
        operation["requestBody"]["content"]["application/json"]["example"] = body;
    }
}

/// A profile that exists from the start.
const PROFILE: &str = "Contact data";

const APP: &str = "referee";
const KEY: &str = "kept";
const OTHER_KEY: &str = "deleted";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_added_only_where_none_is_documented() {
        let statuses = |path: &str, operation: Value| {
            let mut operation = operation;
            document_refusals(path, &mut operation);
            operation["responses"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(statuses("/a", json!({"responses": {"200": {}}})), "200");
        assert_eq!(statuses("/a/{b}", json!({"responses": {"200": {}}})), "200 400 404 422");
        assert_eq!(statuses("/a/{b}", json!({"responses": {"200": {}, "404": {}}})), "200 400 404 422");
        assert_eq!(statuses("/a/{b}", json!({"responses": {"200": {}, "400": {}}})), "200 400");
        assert_eq!(statuses("/a", json!({"responses": {"200": {}}, "requestBody": {}})), "200 400 422");
        assert_eq!(
            statuses("/a", json!({"responses": {"200": {}, "422": {}}, "parameters": [{"name": "x"}]})),
            "200 404 422"
        );
    }
}
