use serde::Serialize;

use super::error::{self, ManifestError};
use super::parameter::{self, Parameter};

/// An action of an app.
#[derive(Clone, Debug, Serialize)]
#[must_use]
pub struct Action {
    action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    friendly_name: Option<String>,
    description: String,
    is_sync: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    command_type: Option<String>,
    action_params: Vec<Parameter>,
}

impl Action {
    /// An action whose result is the response to the request (`is_sync: true`). BigID waits for it.
    pub fn immediate(id: impl Into<String>) -> Self {
        Self::new(id.into(), true)
    }

    /// An action that goes on after the response (`is_sync: false`), and reports its progress and its end.
    pub fn background(id: impl Into<String>) -> Self {
        Self::new(id.into(), false)
    }

    fn new(action_id: String, is_sync: bool) -> Self {
        let (description, action_params) = (String::new(), Vec::new());
        Self { action_id, friendly_name: None, description, is_sync, command_type: None, action_params }
    }

    /// The display name.
    pub fn friendly_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_name = Some(name.into());
        self
    }

    /// The description. Required.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Makes it a command on `objects` or on a `container`, which BigID sends as parameters.
    pub fn command_type(mut self, kind: impl Into<String>) -> Self {
        self.command_type = Some(kind.into());
        self
    }

    /// Adds a parameter.
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.action_params.push(parameter);
        self
    }

    /// The identifier, which executions name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.action_id
    }

    /// Whether BigID waits for its result.
    #[must_use]
    pub fn is_immediate(&self) -> bool {
        self.is_sync
    }

    /// Its parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.action_params
    }

    pub(super) fn validate(&self, place: &str) -> Result<(), ManifestError> {
        error::filled(&format!("{place}.action_id"), &self.action_id)?;
        error::filled(&format!("{place}.description"), &self.description)?;
        parameter::validate(&format!("{place}.action_params"), &self.action_params)
    }
}
