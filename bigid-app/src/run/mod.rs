//! A running execution, as its action sees it.

mod run_error;
pub use run_error::RunError;

mod stage;
pub(crate) use stage::Stage;

mod storage;
pub use storage::Storage;

mod credentials;
pub use credentials::Credentials;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bigid_auth_ext::types::AppNotification;
use bigid_auth_ext::{BaseUrl, BigIdClient, Credential, FormFile, Secret};
use tokio::sync::watch;

use crate::credentials_key::CredentialsKey;
use crate::execution::Execution;
use crate::logs::Logs;
use crate::parameters::Parameters;
use crate::response::{ExecutionResponse, Status};

/// Customizes the clients of executions.
pub(crate) type Configure = Arc<dyn Fn(bigid_auth_ext::Builder) -> bigid_auth_ext::Builder + Send + Sync>;

/// A running execution, which an action gets. Clones share it.
#[derive(Clone)]
pub struct Run(Arc<Shared>);

struct Shared {
    execution: Execution,
    /// The listed deployment that the request names.
    base: Option<BaseUrl>,
    configure: Configure,
    client: OnceLock<BigIdClient>,
    key: Option<CredentialsKey>,
    logs: Logs,
    stage: watch::Receiver<Stage>,
    /// Whether the end was reported. Held while a report is sent, so that none overtakes the last.
    is_over: tokio::sync::Mutex<bool>,
    /// The secrets that are removed from messages: the token, and every credential that was read.
    secrets: Mutex<Vec<Secret>>,
}

impl Run {
    pub(crate) fn new(
        execution: Execution,
        base: Option<BaseUrl>,
        configure: Configure,
        key: Option<CredentialsKey>,
        logs: Logs,
        stage: watch::Receiver<Stage>,
    ) -> Self {
        let secrets = Mutex::new(execution.token().cloned().into_iter().collect());
        let (client, is_over) = (OnceLock::new(), tokio::sync::Mutex::new(false));
        Self(Arc::new(Shared { execution, base, configure, client, key, logs, stage, is_over, secrets }))
    }

    /// The execution that BigID requested.
    #[must_use]
    pub fn execution(&self) -> &Execution {
        &self.0.execution
    }

    /// The parameters of the action.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        self.0.execution.parameters()
    }

    /// The parameters of the app, which all actions share.
    #[must_use]
    pub fn global_parameters(&self) -> &Parameters {
        self.0.execution.global_parameters()
    }

    /// A client of BigID with the session of this execution.
    ///
    /// The session is used as it is, never exchanged and never renewed: once it has expired, calls fail with an error
    /// that says so ([`AuthError`](bigid_auth_ext::AuthError)), and so does the final report of the action. Its
    /// lifetime is not known.
    ///
    /// # Errors
    /// The request names no deployment or no session, or the session contains characters that are not valid in a
    /// header.
    pub fn client(&self) -> Result<&BigIdClient, RunError> {
        if let Some(client) = self.0.client.get() {
            return Ok(client);
        }
        let base = self.0.base.as_ref().ok_or(RunError::Absent("bigidBaseUrl"))?;
        let token = self.0.execution.token().ok_or(RunError::Absent("bigidToken"))?;
        let builder = (self.0.configure)(BigIdClient::builder(base.as_str()));
        let client = builder.credential(Credential::session(token.expose())).build().map_err(RunError::Client)?;
        Ok(self.0.client.get_or_init(|| client))
    }

    /// Reports the progress of the action, from 0 to 1, with a message for the user.
    ///
    /// # Errors
    /// The report could not be sent, or the action has already ended. An action may ignore the former: its end is
    /// reported anyway.
    ///
    /// # Cancel safety
    /// If the future is dropped, BigID may have received the report.
    pub async fn progress(&self, progress: f64, message: impl Into<String>) -> Result<(), RunError> {
        let id = Some(self.0.execution.id());
        let response = ExecutionResponse::new(id, Status::InProgress, progress, self.redact(message.into()));
        let is_over = self.0.is_over.lock().await;
        if *is_over {
            return Err(RunError::Over);
        }
        self.send(&response).await
    }

    /// Attaches a file, which the user can download.
    ///
    /// # Errors
    /// The file could not be sent.
    ///
    /// # Cancel safety
    /// If the future is dropped, BigID may have received the file.
    pub async fn attach(&self, file: FormFile) -> Result<(), RunError> {
        self.client()?.create_execution_attachment(self.0.execution.id(), file).await.map_err(RunError::call)
    }

    /// The storage of the app in BigID.
    ///
    /// # Errors
    /// The request names no deployment, no session or no app.
    pub fn storage(&self) -> Result<Storage<'_>, RunError> {
        Ok(Storage::new(self.client()?, self.app_id()?))
    }

    /// The credentials of a data source, decrypted with the [key](crate::Builder::credentials_key) of the app.
    ///
    /// # Errors
    /// The call failed, or a value is encrypted and the key is missing or wrong.
    ///
    /// # Cancel safety
    /// The call only reads, so the future can be dropped at any point.
    pub async fn credentials(&self, data_source: impl AsRef<str>) -> Result<Credentials, RunError> {
        let response = self.client()?.get_app_credentials(self.app_id()?, data_source).await.map_err(RunError::call)?;
        let credentials = Credentials::read(response, self.0.key.as_ref())?;
        let mut secrets = self.0.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.extend(credentials.secrets().cloned());
        Ok(credentials)
    }

    /// Sends a message to a user of BigID. The identifier of the app is added if it is missing.
    ///
    /// # Errors
    /// The message could not be sent.
    ///
    /// # Cancel safety
    /// If the future is dropped, BigID may have received the message.
    pub async fn notify(&self, mut notification: AppNotification) -> Result<(), RunError> {
        if notification.app_id.is_none() {
            notification.app_id = self.0.execution.app_id().map(str::to_owned);
        }
        self.client()?.create_app_notification(notification).await.map_err(RunError::call)?;
        Ok(())
    }

    /// Adds a line to `GET /logs`, which anyone who can reach the app can read. Known secrets are removed.
    pub fn log(&self, line: impl Into<String>) {
        self.0.logs.add(&self.redact(line.into()));
    }

    /// Whether the action should end, because the app is shutting down.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.0.stage.borrow() != Stage::Running
    }

    /// Waits until the action should end, because the app is shutting down. An action that has not ended after the
    /// grace period is dropped.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn cancelled(&self) {
        // The sender is dropped when the run is over, which a clone may outlive.
        let _ = self.0.stage.clone().wait_for(|stage| *stage != Stage::Running).await;
    }

    /// Ends the run: no progress is reported from here on.
    pub(crate) async fn end(&self) {
        *self.0.is_over.lock().await = true;
    }

    /// Reports the end.
    pub(crate) async fn report(&self, response: &ExecutionResponse) -> Result<(), RunError> {
        self.send(response).await
    }

    pub(crate) fn redact(&self, mut text: String) -> String {
        let secrets = self.0.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets.iter().filter(|secret| secret.expose().len() >= MIN_REDACTED) {
            text = text.replace(secret.expose(), "[redacted]");
        }
        text
    }

    async fn send(&self, response: &ExecutionResponse) -> Result<(), RunError> {
        let call = self.client()?.update_execution(self.0.execution.id(), response.to_update());
        call.timeout(REPORT_TIMEOUT).await.map_err(RunError::call)
    }

    fn app_id(&self) -> Result<&str, RunError> {
        self.0.execution.app_id().ok_or(RunError::Absent("tpaId"))
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("execution", &self.0.execution).finish_non_exhaustive()
    }
}

/// Shorter secrets are left in messages: removing every `1` would make the messages unreadable, and would reveal the
/// secret.
const MIN_REDACTED: usize = 4;

/// How long a report may take, with its retries: 10 s. A shutdown may have to wait for a progress report before the
/// final one, and both fit its
/// [`REPORT_WINDOW`](crate::REPORT_WINDOW).
pub const REPORT_TIMEOUT: Duration = Duration::from_secs(10);
