use bigid_auth_ext::BaseUrl;
use http::StatusCode;
use tokio::sync::oneshot;

use super::running::NotAdded;
use super::supervise::Supervised;
use super::{App, handler::Handler};
use crate::execution::Execution;
use crate::response::{ExecutionResponse, Status};
use crate::run::{Run, Stage};

/// The response to a request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub response: ExecutionResponse,
}

impl Reply {
    fn refuse(status: StatusCode, id: Option<&str>, reason: impl Into<String>) -> Self {
        Self { status, response: ExecutionResponse::error(id, reason) }
    }

    fn bad(id: &str, reason: impl Into<String>) -> Self {
        Self::refuse(StatusCode::BAD_REQUEST, Some(id), reason)
    }
}

impl From<ExecutionResponse> for Reply {
    fn from(response: ExecutionResponse) -> Self {
        Self { status: response.status_code(), response }
    }
}

impl App {
    /// Handles the body of `POST /execute`, with the value of its header `X-Signed-Token`. Must be called within a
    /// tokio runtime.
    ///
    /// Returns the result of an immediate action, and 202 for one in the background, which then runs and reports its
    /// end. Refused before anything runs or is sent: 401 for a token that is not accepted, 503 during a shutdown, and
    /// 400 for a body that is not an execution, an unknown action, a parameter that does not match the manifest, a
    /// `bigidBaseUrl` of an unknown deployment, and an action in the background that cannot report to one. An execution
    /// that is already running is not started again: the response to a repeated request is 202 in the background, and
    /// 400 for an immediate action.
    ///
    /// # Cancel safety
    /// If the future is dropped, as when BigID closes the connection, an immediate action is dropped, and an update
    /// informs BigID. An action in the background goes on.
    pub async fn execute(&self, signed_token: Option<&str>, body: &[u8]) -> Reply {
        if self.0.running.is_closed() {
            return Reply::refuse(StatusCode::SERVICE_UNAVAILABLE, None, SHUTS_DOWN);
        }
        if let Some(verifier) = &self.0.verifier
            && let Err(error) = verifier.verify(signed_token).await
        {
            tracing::warn!(%error, "refused an execution");
            return Reply::refuse(StatusCode::UNAUTHORIZED, None, error.to_string());
        }
        let execution = match Execution::parse(body) {
            Ok(execution) => execution,
            Err(error) => return Reply::refuse(StatusCode::BAD_REQUEST, None, error.to_string()),
        };
        let (handler, base) = match self.admit(&execution) {
            Ok(admitted) => admitted,
            Err(reason) => return Reply::bad(execution.id(), reason),
        };
        self.start(handler, execution, base).await
    }

    /// Checks that an execution may run; returns its handler and the deployment to report to.
    fn admit(&self, execution: &Execution) -> Result<(&Handler, Option<BaseUrl>), String> {
        let handler = self.0.handlers.get(execution.action());
        let handler = handler.ok_or_else(|| format!("this app has no action {:?}", execution.action()))?;
        for parameter in self.0.manifest.global_parameters() {
            parameter.check(execution.global_parameters()).map_err(|error| error.to_string())?;
        }
        for parameter in handler.action.parameters() {
            parameter.check(execution.parameters()).map_err(|error| error.to_string())?;
        }
        let base = match execution.base_url() {
            None => None,
            Some(url) => match self.0.deployments.find(url) {
                Some(base) => Some(base.clone()),
                None => return Err("bigidBaseUrl does not belong to a deployment that this app works for".to_owned()),
            },
        };
        if !handler.action.is_immediate() && (base.is_none() || execution.token().is_none()) {
            return Err("the action runs in the background, and bigidBaseUrl or bigidToken is missing".to_owned());
        }
        Ok((handler, base))
    }

    async fn start(&self, handler: &Handler, execution: Execution, base: Option<BaseUrl>) -> Reply {
        let (inner, id) = (&self.0, execution.id().to_owned());
        let in_progress =
            || ExecutionResponse::new(Some(&id), Status::InProgress, 0.0, "The action is running.".to_owned());
        let is_immediate = handler.action.is_immediate();
        let stage = match inner.running.add(&id, execution.action()) {
            Ok(stage) => stage,
            Err(NotAdded::Closed) => return Reply::refuse(StatusCode::SERVICE_UNAVAILABLE, Some(&id), SHUTS_DOWN),
            Err(NotAdded::Runs) if is_immediate => return Reply::bad(&id, "the execution is already running"),
            Err(NotAdded::Runs) => return in_progress().into(),
        };
        let run =
            Run::new(execution, base, inner.configure.clone(), inner.key.clone(), inner.logs.clone(), stage.clone());
        // Everything that a report needs is checked before anything runs.
        if !is_immediate && let Err(error) = run.client() {
            Supervised::new(self.clone(), run).give_up();
            return Reply::bad(&id, crate::failure::Failure::from(error).message());
        }
        let (respond, response) = oneshot::channel();
        let supervised = Supervised::new(self.clone(), run.clone());
        let work = tokio::spawn(handler.start(run));
        tokio::spawn(supervised.watch(work, stage, is_immediate.then_some(respond)));
        if !is_immediate {
            return in_progress().into();
        }
        let mut abandoned = Abandoned { app: self, id: &id, is_waiting: true };
        let response = response.await;
        abandoned.is_waiting = false;
        // The supervisor always responds, unless the runtime is dropped.
        response.map_or_else(|_| Reply::bad(&id, "the action was interrupted"), Reply::from)
    }
}

/// Drops an immediate action if its caller is gone.
struct Abandoned<'a> {
    app: &'a App,
    id: &'a str,
    is_waiting: bool,
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if self.is_waiting {
            self.app.0.running.advance(self.id, Stage::Abandoned);
        }
    }
}

const SHUTS_DOWN: &str = "the app is shutting down";
