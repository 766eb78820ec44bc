//! Starts a sandbox.

use super::{Sandbox, StartError};
use crate::builder::Builder;
use crate::server::Running;

impl Builder {
    /// Starts the server, with a user that has a saved token.
    ///
    /// Takes a few milliseconds and needs no runtime: the server runs on its own thread.
    ///
    /// # Errors
    /// [`StartError`] if the address cannot be listened on, most likely because the port is taken, or for a
    /// [`console`](Self::console) on an address that other machines can reach.
    ///
    /// # Cancel safety
    /// Never suspends, so it cannot be cancelled midway.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let address = self.listens_on();
        if self.exposes_console() {
            return Err(StartError::new(address, std::io::Error::other("the console is for loopback addresses only")));
        }
        let (shared, owner, token) = self.build().map_err(|source| StartError::new(address, source))?;
        let running = Running::start(address, shared.clone()).map_err(|source| StartError::new(address, source))?;
        if let Some(console) = &shared.console {
            console.open_at(running.address().port());
        }
        Ok(Sandbox::new(shared, running, owner, token))
    }
}
