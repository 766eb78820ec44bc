use tokio::sync::{oneshot, watch};
use tokio::task::{JoinError, JoinHandle};

use super::App;
use super::shutdown::Stopped;
use crate::failure::Failure;
use crate::response::{Done, ExecutionResponse, Status};
use crate::run::{Run, Stage};

/// A running execution. However it ends, it is removed from the running ones.
pub(super) struct Supervised {
    app: App,
    run: Run,
    stopped: Stopped,
}

impl Supervised {
    pub(super) fn new(app: App, run: Run) -> Self {
        let (execution_id, action) = (run.execution().id().to_owned(), run.execution().action().to_owned());
        let stopped = Stopped { execution_id, action, was_interrupted: true, is_reported: false };
        Self { app, run, stopped }
    }

    /// The action was not started, and the response says why.
    pub(super) fn give_up(mut self) {
        self.stopped.is_reported = true;
        self.stopped.was_interrupted = false;
    }

    /// Waits for the end of an action and reports it: to the request that waits for it, or else in an update.
    pub(super) async fn watch(
        mut self,
        mut work: JoinHandle<Result<Done, Failure>>,
        mut stage: watch::Receiver<Stage>,
        respond: Option<oneshot::Sender<ExecutionResponse>>,
    ) {
        self.log("started");
        let response = tokio::select! {
            biased;
            end = &mut work => {
                self.stopped.was_interrupted = false;
                self.response_to(end)
            }
            reason = interruption(&mut stage) => {
                // Not awaited: an action that blocks its thread would delay the report.
                work.abort();
                self.error(reason)
            }
        };
        self.log(&format!("ended: {:?}", response.status));
        self.run.end().await;
        let unsent = match respond {
            Some(respond) => respond.send(response).err(),
            None => Some(response),
        };
        self.stopped.is_reported = match unsent {
            None => true,
            Some(response) => self.report(&response).await,
        };
    }

    async fn report(&self, response: &ExecutionResponse) -> bool {
        let _permit = self.app.0.running.reports.acquire().await;
        match self.run.report(response).await {
            Ok(()) => true,
            Err(error) => {
                let error = Failure::from(error);
                tracing::error!(execution = self.stopped.execution_id, %error, "the end of an execution was not reported");
                self.log(&format!("its end was not reported: {error}"));
                false
            }
        }
    }

    fn response_to(&self, end: Result<Result<Done, Failure>, JoinError>) -> ExecutionResponse {
        match end {
            Ok(Ok(done)) => {
                let message = self.run.redact(done.message);
                let mut response = ExecutionResponse::new(Some(self.id()), Status::Completed, 1.0, message);
                (response.additional_data, response.parts) = (done.additional_data, done.parts);
                response
            }
            Ok(Err(failure)) => self.error(failure.message()),
            // The panic message is not sent: it may contain anything.
            Err(error) if error.is_panic() => self.error("the action panicked; see the log of the app"),
            Err(_) => self.error("the action was interrupted"),
        }
    }

    fn error(&self, message: &str) -> ExecutionResponse {
        ExecutionResponse::error(Some(self.id()), self.run.redact(message.to_owned()))
    }

    fn log(&self, what: &str) {
        let Stopped { action, execution_id, .. } = &self.stopped;
        tracing::info!(action, execution = execution_id, "{what}");
        self.run.log(format!("{action} ({execution_id}) {what}"));
    }

    fn id(&self) -> &str {
        &self.stopped.execution_id
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.app.0.running.remove(self.stopped.clone());
    }
}

async fn interruption(stage: &mut watch::Receiver<Stage>) -> &'static str {
    let is_end = |stage: &Stage| matches!(stage, Stage::Interrupted | Stage::Abandoned);
    match stage.wait_for(is_end).await.as_deref() {
        Ok(Stage::Abandoned) => "the action was dropped, because BigID closed the connection",
        _ => "the action was interrupted, because the app is shutting down",
    }
}
