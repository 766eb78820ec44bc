//! Why a sandbox did not start.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

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
            return write!(f, "port {port} is taken; choose another one, or 0 for any free port");
        }
        write!(f, "the sandbox could not listen on {}: {}", self.address, self.source)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
