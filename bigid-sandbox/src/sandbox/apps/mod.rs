//! The sandbox as the BigID server of an app: it sends executions, and shows what the app reports.

mod execution;
pub use execution::{Attachment, Execution};

mod execute;
pub use execute::{Execute, Executed};

use std::io;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::Sandbox;
use crate::auth::SessionKind;
use crate::wire::ReceivedRequest;

/// An app that the sandbox knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    id: String,
    url: String,
}

impl App {
    /// Its identifier, `tpaId` on the wire.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Sandbox {
    /// Registers an app that is served at a URL such as `http://127.0.0.1:8083`. `GET /tpa` lists it.
    pub fn register_app(&self, name: impl Into<String>, url: impl Into<String>) -> App {
        let world = &mut self.shared.state().world;
        let id = world.facts.id("app", world.apps.names.len());
        world.apps.names.insert(id.clone(), name.into());
        App { id, url: url.into() }
    }

    /// Sets the credentials of a data source that an app gets, as they are sent: `{"username": {"value": "..",
    /// "encrypted": false}}`.
    pub fn set_app_credentials(&self, app: &App, data_source: impl Into<String>, fields: Value) {
        self.shared.state().world.apps.credentials.insert((app.id.clone(), data_source.into()), fields);
    }

    /// Sends an execution to an app, over HTTP, as BigID does: with a session of the sandbox's user, and with the URLs
    /// of the sandbox.
    ///
    /// # Errors
    /// The app cannot be reached, or its response is not HTTP. Its status and body are returned, whatever they are.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection, as a BigID server that no longer waits.
    pub async fn execute(&self, app: &App, execute: &Execute) -> io::Result<Executed> {
        let (id, token) = {
            let state = &mut *self.shared.state();
            state.world.apps.executions += 1;
            let id = state.world.facts.id("execution", state.world.apps.executions);
            let occasion = state.occasion(None);
            (id, state.sessions.issue(SessionKind::System, &self.owner, occasion, 0))
        };
        let base = self.base_url();
        let body = json!({
            "actionName": execute.action, "executionId": id, "tpaId": app.id, "globalParams": execute.global_parameters,
            "actionParams": execute.parameters, "bigidToken": token, "bigidBaseUrl": format!("{base}/"),
            "updateResultCallback": format!("{base}/tpa/executions/{id}"),
        });
        let url: http::Uri = format!("{}/execute", app.url.trim_end_matches('/')).parse().map_err(io::Error::other)?;
        let (Some("http"), Some(authority)) = (url.scheme_str(), url.authority()) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the sandbox can only call apps at http://host:port",
            ));
        };
        let address = (authority.host(), authority.port_u16().unwrap_or(80));
        let mut request = http::Request::post(url.path())
            .header(http::header::HOST, authority.as_str())
            .header(http::header::CONTENT_TYPE, "application/json");
        if let Some(token) = &execute.signed_token {
            request = request.header("x-signed-token", token);
        }
        let request = request.body(Full::new(Bytes::from(body.to_string()))).map_err(io::Error::other)?;
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let exchange = async {
            let response = sender.send_request(request).await.map_err(io::Error::other)?;
            let status = response.status();
            let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
            Ok(Executed::new(id, status, body))
        };
        tokio::pin!(exchange);
        tokio::select! {
            biased;
            executed = &mut exchange => executed,
            // The connection may end before the response has been read.
            _ = connection => exchange.await,
        }
    }

    /// What an app has reported about an execution so far. It is read from the journal, which
    /// [keeps](crate::Builder::journal_capacity) the latest requests only.
    #[must_use]
    pub fn execution(&self, id: &str) -> Execution {
        Execution::of(&self.requests_about(id))
    }

    /// Waits until an app has reported the end of an execution.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_execution(&self, id: &str) -> Execution {
        self.shared.journal.wait(|_| self.execution(id).is_over()).await;
        self.execution(id)
    }

    fn requests_about(&self, id: &str) -> Vec<ReceivedRequest> {
        let is_about = |request: &ReceivedRequest| {
            let operation = request.operation().as_str();
            let is_report = matches!(operation, "update_execution" | "create_execution_attachment");
            is_report && request.parameters.first().is_some_and(|parameter| parameter == id)
        };
        self.requests().into_iter().filter(is_about).collect()
    }
}
