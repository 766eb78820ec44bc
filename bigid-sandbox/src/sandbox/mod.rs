//! The handle of a running sandbox. The submodules have what tests do with it.

mod start_error;
pub use start_error::StartError;

mod start;

mod access;

mod observe;

mod world;
pub use world::Entity;

mod faults;

#[cfg(feature = "apps")]
mod apps;
#[cfg(feature = "apps")]
pub use apps::{App, Attachment, Execute, Executed, Execution};

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::auth::{GeneratedToken, User};
use crate::builder::Builder;
use crate::clock::Clock;
use crate::contract::BASE;
use crate::lock::lock;
use crate::profile::Profile;
use crate::server::{Running, Shared};

/// A running BigID server on a loopback port. Dropping it stops the server.
///
/// If a handler panicked, or an observer objected, dropping the sandbox panics, so that the test fails.
///
/// # Examples
/// ```
/// use bigid_sandbox::{Profile, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::builder().profile(Profile::Deployed2023).data_sources(250).start().await?;
/// // Give the service under test `sandbox.base_url()` and `sandbox.user_token()`, let it work, and then:
/// assert_eq!(sandbox.calls("exchange"), 0);
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    shared: Arc<Shared>,
    owner: User,
    user_token: GeneratedToken,
    running: Running,
}

impl Sandbox {
    /// Starts configuring a sandbox.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Starts a sandbox with the defaults: [`Profile::Deployed6x`], twenty data sources, a free port.
    ///
    /// # Errors
    /// [`StartError`] if no port can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    fn new(shared: Arc<Shared>, running: Running, owner: User, user_token: GeneratedToken) -> Self {
        Self { shared, owner, user_token, running }
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/api/v1`, or `https` with TLS.
    pub fn base_url(&self) -> String {
        format!("{}://{}{}", self.shared.scheme(), reachable(self.address()), BASE.trim_end_matches('/'))
    }

    /// The certificate authority to trust, as PEM; `None` without [`Builder::tls`].
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn certificate_authority(&self) -> Option<String> {
        self.shared.tls.as_ref().map(|tls| tls.authority.as_ref().to_owned())
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// The address of the page for the browser; `None` without [`Builder::console`].
    pub fn console_url(&self) -> Option<String> {
        self.shared.console.as_ref().map(|_| format!("{}://{}/console", self.shared.scheme(), self.address()))
    }

    /// A saved and active user token, with the longest lifetime.
    pub fn user_token(&self) -> String {
        self.user_token.value().to_owned()
    }

    /// The name of [`user_token`](Self::user_token), for [`revoke_user_token`](Self::revoke_user_token).
    pub fn user_token_name(&self) -> String {
        self.user_token.name().to_owned()
    }

    /// A local user, for `POST /sessions`.
    pub fn username(&self) -> String {
        self.owner.name.clone()
    }

    /// The password of [`username`](Self::username), different for every sandbox.
    pub fn password(&self) -> String {
        self.owner.password.clone()
    }

    /// The server that it imitates.
    pub fn profile(&self) -> Profile {
        self.shared.state().profile
    }

    /// The clock of the sandbox; moving it moves the sandbox's time.
    pub fn clock(&self) -> Clock {
        self.shared.state().clock.clone()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.running.stop();
        let panics = std::mem::take(&mut *lock(&self.shared.panics));
        #[allow(clippy::panic, reason = "a panic in a handler has to fail the test that caused it")]
        if !panics.is_empty() && !std::thread::panicking() {
            panic!("a handler of the sandbox panicked: {}", panics.join("; "));
        }
        let objections = self.take_objections();
        #[allow(clippy::panic, reason = "an objection has to fail the test that caused it")]
        if !objections.is_empty() && !std::thread::panicking() {
            panic!("the observer of the sandbox objects:\n  {}", objections.join("\n  "));
        }
    }
}

/// The address that a client connects to: "every address" is not one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_can_be_connected_to() {
        for (listening, reached) in [
            ("0.0.0.0:1", "127.0.0.1:1"),
            ("[::]:1", "[::1]:1"),
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("192.0.2.1:1", "192.0.2.1:1"),
        ] {
            assert_eq!(reachable(listening.parse().unwrap()).to_string(), reached);
        }
    }
}
