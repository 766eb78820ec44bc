//! The handle to a running sandbox.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::Method;

use crate::auth::{GeneratedToken, SessionKind, TokenError, User};
use crate::builder::Builder;
use crate::clock::Clock;
use crate::faults::Script;
use crate::operation::{BASE, Operation};
use crate::profile::Profile;
use crate::server::{Route, Running, Shared};
use crate::wire::{Answer, Received};

/// A running BigID on a loopback port. Dropping it ends it.
///
/// If a handler panicked, dropping the sandbox panics too, so that the test fails.
pub struct Sandbox {
    shared: Arc<Shared>,
    owner: User,
    user_token: String,
    running: Option<Running>,
}

impl Sandbox {
    /// A sandbox to set up and start.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Starts one with every default: [`Profile::Deployed6x`], twenty data sources, a free port.
    ///
    /// # Errors
    /// [`StartError`] when no port can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    pub(crate) fn new(shared: Arc<Shared>, running: Running, owner: User, user_token: String) -> Self {
        Self { shared, owner, user_token, running: Some(running) }
    }

    /// The base URL that a client is given: `http://127.0.0.1:PORT/api/v1`.
    pub fn base_url(&self) -> String {
        let mut address = self.address();
        if address.ip().is_unspecified() {
            // "Every address" is none that a client can connect to.
            address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
        }
        format!("http://{address}{}", BASE.trim_end_matches('/'))
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().map_or_else(|| SocketAddr::from(([0; 4], 0)), Running::address)
    }

    /// A user token that is saved and active, for the longest time there is.
    pub fn user_token(&self) -> String {
        self.user_token.clone()
    }

    /// A local user, for `POST /sessions`.
    pub fn username(&self) -> String {
        self.owner.name.clone()
    }

    /// The password of [`username`](Self::username), another one for every sandbox.
    pub fn password(&self) -> String {
        self.owner.password.clone()
    }

    /// Which server it is.
    pub fn profile(&self) -> Profile {
        self.shared.state().profile
    }

    /// The clock on which its lifetimes run; moving it moves the sandbox.
    pub fn clock(&self) -> Clock {
        self.shared.state().clock.clone()
    }

    /// Adds a user, or replaces the one of that name.
    pub fn add_user(&self, user: User) {
        self.shared.state().users.put(user);
    }

    /// Generates a user token, as Access Management does. It is inactive until [`save_user`](Self::save_user).
    ///
    /// # Errors
    /// [`TokenError`] for a number of days outside 1 to 999, and for an unknown user.
    pub fn generate_user_token(&self, user: &str, days: u32) -> Result<GeneratedToken, TokenError> {
        let mut state = self.shared.state();
        if state.users.find(user).is_none() {
            return Err(TokenError::UnknownUser(user.to_owned()));
        }
        let now = state.clock.unix_seconds();
        state.user_tokens.generate(user, days, now)
    }

    /// Saves a user, which activates the tokens generated for it.
    pub fn save_user(&self, user: &str) {
        self.shared.state().user_tokens.save(user);
    }

    /// Revokes a user token by its name. Whether there was one.
    pub fn revoke_user_token(&self, name: &str) -> bool {
        self.shared.state().user_tokens.revoke(name)
    }

    /// Ends every session, however it came about: each token issued so far is refused from now on.
    pub fn revoke_sessions(&self) {
        self.shared.state().sessions.revoke_all();
    }

    /// How long system tokens live that are issued from now on, in whole seconds.
    pub fn set_system_token_lifetime(&self, lifetime: Duration) {
        self.shared.state().sessions.set_lifetime(SessionKind::System, lifetime);
    }

    /// How long session tokens live that are issued from now on, in whole seconds.
    pub fn set_session_lifetime(&self, lifetime: Duration) {
        self.shared.state().sessions.set_lifetime(SessionKind::Password, lifetime);
    }

    /// Ends one session.
    pub fn revoke_session(&self, token: &str) {
        self.shared.state().sessions.revoke(token);
    }

    /// How many requests asked for an operation: `sandbox.calls("exchange")`.
    ///
    /// # Panics
    /// On a name that no operation has.
    #[track_caller]
    pub fn calls(&self, operation: impl Into<Operation>) -> usize {
        self.shared.journal.count(operation.into())
    }

    /// How many requests there were.
    pub fn total_calls(&self) -> usize {
        self.shared.journal.total()
    }

    /// The latest requests, in the order received.
    pub fn requests(&self) -> Vec<Received> {
        self.shared.journal.requests()
    }

    /// Forgets the requests so far, counts included.
    pub fn clear_journal(&self) {
        self.shared.journal.clear();
    }

    /// Waits until an operation was asked for that many times, counted as [`calls`](Self::calls) does.
    ///
    /// # Panics
    /// On a name that no operation has.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_calls(&self, operation: impl Into<Operation>, count: usize) {
        let operation = operation.into();
        self.shared.journal.wait(|journal| journal.count(operation) >= count).await;
    }

    /// How many connections were accepted so far.
    pub fn connections_accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub fn connections_open(&self) -> usize {
        *self.shared.open.borrow()
    }

    /// Waits until that many connections are open.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_connections_open(&self, count: usize) {
        // The sender lives as long as this sandbox, so the wait ends with the condition only.
        let _ = self.shared.open.subscribe().wait_for(|open| *open == count).await;
    }

    /// The requests for an operation, to script what goes wrong with them.
    ///
    /// # Panics
    /// On a name that no operation has.
    #[track_caller]
    pub fn on(&self, operation: impl Into<Operation>) -> Script<'_> {
        Script::new(&self.shared.faults, Some(operation.into()))
    }

    /// All requests, to script what goes wrong with them.
    pub fn on_every(&self) -> Script<'_> {
        Script::new(&self.shared.faults, None)
    }

    /// Takes back every fault that is still scripted.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Lets the connection test of that data source fail from now on.
    pub fn fail_connection_test(&self, name: impl Into<String>) {
        self.shared.state().failing_connections.insert(name.into());
    }

    /// Answers `method` on a whole path, such as `/api/v1/anything`, with what `handler` returns; it comes before the
    /// sandbox's own routes, and checks no token.
    pub fn route(
        &self,
        method: Method,
        path: impl Into<String>,
        handler: impl Fn(&Received) -> Answer + Send + Sync + 'static,
    ) {
        let route = Route { method, path: path.into(), handler: Arc::new(handler) };
        crate::server::locked(&self.shared.routes).push(route);
    }

    /// Refuses connections, as a server that is down, and closes those there are.
    ///
    /// # Errors
    /// When the server's thread is gone.
    ///
    /// # Cancel safety
    /// Dropped early, the port closes all the same, a moment later.
    pub async fn refuse_connections(&self) -> io::Result<()> {
        match &self.running {
            Some(running) => running.refuse().await,
            None => Ok(()),
        }
    }

    /// Accepts connections again, on the same port.
    ///
    /// # Errors
    /// When another program took the port meanwhile.
    ///
    /// # Cancel safety
    /// Dropped early, the port opens all the same, a moment later.
    pub async fn accept_connections(&self) -> io::Result<()> {
        match &self.running {
            Some(running) => running.accept().await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.running.take());
        let panics = std::mem::take(&mut *crate::server::locked(&self.shared.panics));
        #[allow(clippy::panic, reason = "a panic in a handler has to fail the test that caused it")]
        if !panics.is_empty() && !std::thread::panicking() {
            panic!("a handler of the sandbox panicked: {}", panics.join("; "));
        }
    }
}

/// The sandbox could not listen on its address.
#[derive(Debug)]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl StartError {
    pub(crate) fn new(address: SocketAddr, source: io::Error) -> Self {
        Self { address, source }
    }

    /// Whether another program listens on that port.
    pub fn is_address_in_use(&self) -> bool {
        self.source.kind() == io::ErrorKind::AddrInUse
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_address_in_use() {
            let port = self.address.port();
            return write!(f, "port {port} is taken; choose another one, or 0 for any that is free");
        }
        write!(f, "the sandbox could not listen on {}", self.address)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
