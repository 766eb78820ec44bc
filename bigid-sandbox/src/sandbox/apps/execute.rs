use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

/// An execution to send to an app.
#[derive(Clone)]
#[must_use = "it is sent by `Sandbox::execute`"]
pub struct Execute {
    pub(super) action: String,
    pub(super) parameters: Vec<Value>,
    pub(super) global_parameters: Vec<Value>,
    pub(super) signed_token: Option<String>,
}

impl Execute {
    /// An execution of an action, without parameters.
    pub fn new(action: impl Into<String>) -> Self {
        Self { action: action.into(), parameters: Vec::new(), global_parameters: Vec::new(), signed_token: None }
    }

    /// Adds a parameter of the action.
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.push(json!({"paramName": name, "paramValue": value.into()}));
        self
    }

    /// Adds a parameter that all actions of the app share.
    pub fn global_parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.global_parameters.push(json!({"paramName": name, "paramValue": value.into()}));
        self
    }

    /// Sends `X-Signed-Token`. The sandbox signs nothing itself, because it is not known what BigID signs.
    pub fn signed_token(mut self, token: impl Into<String>) -> Self {
        self.signed_token = Some(token.into());
        self
    }
}

/// Shows only the names, because values may be secrets.
impl fmt::Debug for Execute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Execute").field("action", &self.action).finish_non_exhaustive()
    }
}

/// The response of an app to an execution.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Executed {
    /// The identifier that the sandbox gave to the execution.
    pub execution_id: String,
    /// The status.
    pub status: StatusCode,
    /// The body; null if it is not JSON.
    pub body: Value,
}

impl Executed {
    pub(super) fn new(execution_id: String, status: StatusCode, body: Bytes) -> Self {
        Self { execution_id, status, body: serde_json::from_slice(&body).unwrap_or_default() }
    }
}
