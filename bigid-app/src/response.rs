//! The responses and reports of an app.

use bigid_auth_ext::types::{ExecutionStatus, ExecutionUpdate, SubExecution};
use http::StatusCode;
use serde_json::{Map, Number, Value};

/// The status of an execution. `Completed` and `Error` are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The action is running; updates follow.
    InProgress,
    /// The action succeeded.
    Completed,
    /// The action failed.
    Error,
}

/// The response to an execution, and the body of each update.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecutionResponse {
    /// The execution; `None` if the request could not be read that far. BigID accepts a response without it.
    pub execution_id: Option<String>,
    /// The status.
    pub status: Status,
    /// The progress, from 0 to 1.
    pub progress: f64,
    /// The message for the user.
    pub message: String,
    /// The result of the action.
    pub additional_data: Option<Map<String, Value>>,
    /// The parts of the action.
    pub parts: Vec<Part>,
}

impl ExecutionResponse {
    pub(crate) fn new(execution_id: Option<&str>, status: Status, progress: f64, message: String) -> Self {
        let execution_id = execution_id.map(str::to_owned);
        Self { execution_id, status, progress, message, additional_data: None, parts: Vec::new() }
    }

    pub(crate) fn error(execution_id: Option<&str>, message: impl Into<String>) -> Self {
        Self::new(execution_id, Status::Error, 0.0, message.into())
    }

    /// The HTTP status that BigID's own apps send: 200, 202 while the action runs, 400 if it failed.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self.status {
            Status::Completed => StatusCode::OK,
            Status::InProgress => StatusCode::ACCEPTED,
            Status::Error => StatusCode::BAD_REQUEST,
        }
    }

    /// The body of the response.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A record always serializes: its keys are text, and it holds JSON.
        serde_json::to_string(&self.to_update()).unwrap_or_default()
    }

    /// The same as the body of an update.
    #[must_use]
    pub fn to_update(&self) -> ExecutionUpdate {
        let progress = if self.progress.is_finite() { self.progress.clamp(0.0, 1.0) } else { 0.0 };
        let mut update = ExecutionUpdate::new()
            .status_enum(self.status.wire())
            .message(self.message.clone())
            .progress(Number::from_f64(progress).unwrap_or_else(|| Number::from(0)));
        if let Some(id) = &self.execution_id {
            update = update.execution_id(id.clone());
        }
        if let Some(data) = &self.additional_data {
            update = update.additional_data(Value::Object(data.clone()));
        }
        if !self.parts.is_empty() {
            update = update.sub_execution_items(self.parts.iter().map(Part::wire).collect::<Vec<_>>());
        }
        update
    }
}

/// The result of an action that succeeded.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "it has an effect only when the action returns it"]
pub struct Done {
    pub(crate) message: String,
    pub(crate) additional_data: Option<Map<String, Value>>,
    pub(crate) parts: Vec<Part>,
}

impl Done {
    /// Success, with a message for the user.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Adds a named value to the result (`additionalData`).
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.additional_data.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// Reports a part of the action.
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

/// The result of one part of an action, such as one of several data sources.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "add it to a `Done`"]
pub struct Part {
    name: String,
    status: Status,
    message: String,
    error_code: Option<String>,
}

impl Part {
    /// A part with this name.
    pub fn new(name: impl Into<String>, status: Status, message: impl Into<String>) -> Self {
        Self { name: name.into(), status, message: message.into(), error_code: None }
    }

    /// A code for its error.
    pub fn error_code(mut self, code: impl Into<String>) -> Self {
        self.error_code = Some(code.into());
        self
    }

    fn wire(&self) -> SubExecution {
        let part =
            SubExecution::new().name(self.name.clone()).status_enum(self.status.wire()).message(self.message.clone());
        match &self.error_code {
            Some(code) => part.error_code(code.clone()),
            None => part,
        }
    }
}

impl Status {
    fn wire(self) -> ExecutionStatus {
        match self {
            Self::InProgress => ExecutionStatus::InProgress,
            Self::Completed => ExecutionStatus::Completed,
            Self::Error => ExecutionStatus::Error,
        }
    }
}
