//! Scripting faults, routes and connection refusal.

use std::io;
use std::sync::Arc;

use http::Method;

use super::Sandbox;
use crate::faults::{FaultBuilder, ScriptedFault};
use crate::lock::lock;
use crate::operation::OperationName;
use crate::server::{Balancing, Route};
use crate::wire::{ReceivedRequest, ResponseTemplate};

impl Sandbox {
    /// Selects the requests for an operation, to script faults.
    ///
    /// # Panics
    /// If no operation has this name.
    pub fn on(&self, operation: impl Into<OperationName>) -> FaultBuilder<'_> {
        FaultBuilder::new(&self.shared.faults, Some(operation.into()))
    }

    /// Selects all requests, to script faults.
    pub fn on_every(&self) -> FaultBuilder<'_> {
        FaultBuilder::new(&self.shared.faults, None)
    }

    /// Sets a fault that was parsed from text, like the program's option `--fault`.
    ///
    /// # Examples
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = bigid_sandbox::Sandbox::start().await?;
    /// sandbox.script("list_data_sources=503:2".parse()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn script(&self, fault: ScriptedFault) {
        fault.script(&self.shared.faults);
    }

    /// Removes every fault that is still scripted.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Makes the connection test of this data source fail from now on.
    pub fn fail_connection_test(&self, name: impl Into<String>) {
        self.shared.state().failing_connections.insert(name.into());
    }

    /// Responds to `method` on a full path, such as `/api/v1/anything`, with what `handler` returns. It takes
    /// precedence over the sandbox's own routes, and checks no token.
    pub fn route(
        &self,
        method: Method,
        path: impl Into<String>,
        handler: impl Fn(&ReceivedRequest) -> ResponseTemplate + Send + Sync + 'static,
    ) {
        let route = Route { method, path: path.into(), needs_session: false, handler: Arc::new(handler) };
        lock(&self.shared.routes).push(route);
    }

    /// The same for requests with a valid session; others are rejected as on the sandbox's own routes.
    ///
    /// # Examples
    /// Adding an operation that the sandbox lacks:
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use bigid_sandbox::http::Method;
    /// use bigid_sandbox::{ResponseTemplate, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.route_with_session(Method::GET, "/api/v1/roles", |_request| {
    ///     ResponseTemplate::json(&serde_json::json!({"roles": [{"name": "auditor"}]}))
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn route_with_session(
        &self,
        method: Method,
        path: impl Into<String>,
        handler: impl Fn(&ReceivedRequest) -> ResponseTemplate + Send + Sync + 'static,
    ) {
        let route = Route { method, path: path.into(), needs_session: true, handler: Arc::new(handler) };
        lock(&self.shared.routes).push(route);
    }

    /// Changes how requests are distributed over the [nodes](crate::Builder::nodes).
    pub fn balance(&self, balancing: Balancing) {
        self.shared.nodes.balance(balancing);
    }

    /// Refuses new connections, like a server that is down, and closes the existing ones.
    ///
    /// # Errors
    /// Another program took the port at the moment of closing it.
    ///
    /// # Cancel safety
    /// If the future is dropped, the port still closes, a moment later.
    pub async fn refuse_connections(&self) -> io::Result<()> {
        self.running.refuse().await
    }

    /// Accepts connections again, on the same port.
    ///
    /// # Errors
    /// The port was lost to another program, which [`refuse_connections`](Self::refuse_connections) reported.
    ///
    /// # Cancel safety
    /// If the future is dropped, the port still opens, a moment later.
    pub async fn accept_connections(&self) -> io::Result<()> {
        self.running.accept().await
    }
}
