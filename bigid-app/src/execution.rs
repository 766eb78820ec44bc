//! The request that BigID sends to `/execute`.

use std::error::Error;
use std::fmt;

use bigid_auth_ext::Secret;
use serde_json::{Map, Value};

use crate::parameters::Parameters;

/// An execution that BigID requests: the body of `POST /execute`.
///
/// Only the action and the identifier are required; existing apps guard against every other member being absent or
/// `null`. Unknown members are ignored. `updateResultCallback` is not read: BigID's own library builds that URL from
/// `bigidBaseUrl` too, and a second URL in an unsigned request would need a second check.
#[derive(Clone, Debug)]
pub struct Execution {
    action: String,
    id: String,
    app_id: Option<String>,
    parameters: Parameters,
    global_parameters: Parameters,
    token: Option<Secret>,
    base_url: Option<String>,
}

impl Execution {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// The body is not JSON, lacks the action or the identifier, or has a member of the wrong type. The error names it,
    /// and shows no value.
    pub fn parse(body: &[u8]) -> Result<Self, ExecutionError> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| ExecutionError(format!("not JSON (line {}, column {})", error.line(), error.column())))?;
        let Value::Object(members) = value else { return Err(ExecutionError("not a JSON object".to_owned())) };
        let required =
            |name: &str| text(&members, name)?.ok_or_else(|| ExecutionError(format!("{name} is missing or empty")));
        Ok(Self {
            action: required("actionName")?,
            id: required("executionId")?,
            app_id: text(&members, "tpaId")?,
            parameters: parameters(&members, "action", "actionParams")?,
            global_parameters: parameters(&members, "global", "globalParams")?,
            token: text(&members, "bigidToken")?.map(Secret::from),
            base_url: text(&members, "bigidBaseUrl")?,
        })
    }

    /// The identifier of the action, `actionName` on the wire.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The identifier of this execution.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The identifier of the app, `tpaId` on the wire, which calls for storage and credentials take.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    /// The parameters of the action.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The parameters of the app, which all actions share.
    #[must_use]
    pub fn global_parameters(&self) -> &Parameters {
        &self.global_parameters
    }

    /// The session of this execution. Its lifetime is not known, and the app cannot renew it.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// The URL of BigID, according to the request. The sender of an unsigned request chooses it: never send anything
    /// there before comparing it with the app's own configuration, as [`Run::client`](crate::Run::client) does.
    #[must_use]
    pub fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }
}

/// A string; a number is read as its text, and an empty string as `None`.
fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, ExecutionError> {
    let text = match members.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(ExecutionError(format!("{name} must be text"))),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn parameters(members: &Map<String, Value>, kind: &'static str, name: &str) -> Result<Parameters, ExecutionError> {
    let list = match members.get(name) {
        None | Some(Value::Null) => return Ok(Parameters::new(kind, Vec::new())),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(ExecutionError(format!("{name} must be an array"))),
    };
    let values = list.iter().enumerate().map(|(index, one)| {
        let parameter = one.get("paramName").and_then(Value::as_str);
        let parameter = parameter.ok_or_else(|| ExecutionError(format!("{name}[{index}] has no paramName")))?;
        Ok((parameter.to_owned(), one.get("paramValue").cloned().unwrap_or_default()))
    });
    Ok(Parameters::new(kind, values.collect::<Result<_, _>>()?))
}

/// A body that is not an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionError(String);

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request is not an execution: {}", self.0)
    }
}

impl Error for ExecutionError {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: [&str; 8] = [
        "actionName",
        "executionId",
        "tpaId",
        "globalParams",
        "actionParams",
        "bigidToken",
        "bigidBaseUrl",
        "updateResultCallback",
    ];

    fn whole() -> Value {
        json!({
            "actionName": "copy", "executionId": "e1", "tpaId": "t1", "globalParams": [{"paramName": "g", "paramValue": "1"}],
            "actionParams": [{"paramName": "a", "paramValue": [1]}], "bigidToken": "s3cret",
            "bigidBaseUrl": "https://acme.bigid.cloud:443/api/v1/", "updateResultCallback": "https://elsewhere/",
            "unknown": {},
        })
    }

    fn parse(value: &Value) -> Result<Execution, ExecutionError> {
        Execution::parse(value.to_string().as_bytes())
    }

    #[test]
    fn every_member_but_the_first_two_may_be_absent_or_null() {
        for (index, field) in FIELDS.iter().enumerate() {
            let (mut absent, mut null) = (whole(), whole());
            absent.as_object_mut().unwrap().remove(*field);
            null[field] = Value::Null;
            for value in [absent, null] {
                match parse(&value) {
                    Ok(_) => assert!(index > 1, "{field}"),
                    Err(error) => {
                        assert!(index < 2, "{field}: {error}");
                        assert!(error.to_string().contains(field), "{error}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_member_of_the_wrong_type_is_an_error_that_names_it_and_shows_nothing() {
        for field in &FIELDS[..7] {
            for wrong in [json!({"s3cret": 1}), json!(["s3cret"]), json!(true)] {
                let mut value = whole();
                value[field] = wrong.clone();
                let error = parse(&value).unwrap_err().to_string();
                assert!(error.contains(field) && !error.contains("s3cret"), "{field} {wrong}: {error}");
            }
        }
        for body in ["", "s3cret", "[]", "{\"s3cret", "1", "null", "\u{0}"] {
            assert!(!Execution::parse(body.as_bytes()).unwrap_err().to_string().contains("s3cret"));
        }
        assert!(Execution::parse(&b"[".repeat(100_000)).is_err());
    }

    #[test]
    fn debug_shows_neither_the_token_nor_a_value() {
        let execution = parse(&whole()).unwrap();
        assert!(!format!("{execution:?}").contains("s3cret"));
        assert_eq!(execution.parameters().get::<Vec<i64>>("a"), Ok(vec![1]));
        assert_eq!(execution.global_parameters().get::<u16>("g"), Ok(1));
    }
}
