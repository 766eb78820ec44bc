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
    /// The requests for an operation, to script what goes wrong with them.
    ///
    /// # Panics
    /// On a name that no operation has.
    pub fn on(&self, operation: impl Into<OperationName>) -> FaultBuilder<'_> {
        FaultBuilder::new(&self.shared.faults, Some(operation.into()))
    }

    /// All requests, to script what goes wrong with them.
    pub fn on_every(&self) -> FaultBuilder<'_> {
        FaultBuilder::new(&self.shared.faults, None)
    }

    /// Sets a fault that was read from text, as the program's `--fault` does.
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

    /// Makes the connection test of that data source fail from now on.
    pub fn fail_connection_test(&self, name: impl Into<String>) {
        self.shared.state().failing_connections.insert(name.into());
    }

    /// Responds to `method` on a whole path, such as `/api/v1/anything`, with what `handler` returns; it comes before the
    /// sandbox's own routes, and checks no token.
    pub fn route(
        &self,
        method: Method,
        path: impl Into<String>,
        handler: impl Fn(&ReceivedRequest) -> ResponseTemplate + Send + Sync + 'static,
    ) {
        let route = Route { method, path: path.into(), needs_session: false, handler: Arc::new(handler) };
        lock(&self.shared.routes).push(route);
    }

    /// The same for requests that carry a good session; others are refused as on the sandbox's own routes.
    ///
    /// # Examples
    /// An operation that the sandbox does not have:
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

    /// Spreads requests over the [nodes](crate::Builder::nodes) in this way from now on.
    pub fn balance(&self, balancing: Balancing) {
        self.shared.nodes.balance(balancing);
    }

    /// Refuses connections, as a server that is down, and closes those there are.
    ///
    /// # Errors
    /// When another program takes the port in the instant in which it changes from open to closed.
    ///
    /// # Cancel safety
    /// Dropped early, the port closes all the same, a moment later.
    pub async fn refuse_connections(&self) -> io::Result<()> {
        self.running.refuse().await
    }

    /// Accepts connections again, on the same port.
    ///
    /// # Errors
    /// When the port was lost to another program, which [`refuse_connections`](Self::refuse_connections) reported.
    ///
    /// # Cancel safety
    /// Dropped early, the port opens all the same, a moment later.
    pub async fn accept_connections(&self) -> io::Result<()> {
        self.running.accept().await
    }
}
