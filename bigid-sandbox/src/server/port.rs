//! A port that is open, or closed but still bound.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::sleep;

/// The port of a sandbox.
pub(super) enum Port {
    /// Connections are accepted.
    Open(TcpListener),
    /// The port is bound without listening: connections are refused, and the system does not hand it out as a free
    /// port.
    Closed(TcpSocket),
    /// The port is lost to another program.
    Free,
}

impl Port {
    /// Opens a port; returns it with its actual address.
    pub(super) fn open(address: SocketAddr) -> io::Result<(Self, SocketAddr)> {
        let listener = bound(address)?.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        Ok((Self::Open(listener), address))
    }

    pub(super) fn closed(self, address: SocketAddr) -> (Self, io::Result<()>) {
        if let Self::Closed(_) = self {
            return (self, Ok(()));
        }
        // Two sockets cannot bind one port, so between these two lines it is unbound.
        drop(self);
        Self::or_free(bound(address).map(Self::Closed))
    }

    pub(super) fn opened(self, address: SocketAddr) -> (Self, io::Result<()>) {
        match self {
            Self::Open(_) => (self, Ok(())),
            Self::Closed(socket) => Self::or_free(socket.listen(BACKLOG).map(Self::Open)),
            Self::Free => Self::or_free(bound(address).and_then(|socket| socket.listen(BACKLOG)).map(Self::Open)),
        }
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> TcpStream {
        match self {
            Self::Open(listener) => loop {
                match listener.accept().await {
                    Ok((stream, _)) => return stream,
                    // Most likely out of file descriptors: without a pause, this would be a busy loop.
                    Err(_) => sleep(RETRY_INTERVAL).await,
                }
            },
            Self::Closed(_) | Self::Free => std::future::pending().await,
        }
    }

    fn or_free(port: io::Result<Self>) -> (Self, io::Result<()>) {
        match port {
            Ok(port) => (port, Ok(())),
            Err(error) => (Self::Free, Err(error)),
        }
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Without this, connections that ended a moment ago would hold the port. On Windows the option has another meaning:
    // it allows taking a port that another program listens on.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)?;
    Ok(socket)
}

/// The listen backlog: a thousand callers at once need no second attempt.
const BACKLOG: u32 = 4_096;
const RETRY_INTERVAL: Duration = Duration::from_millis(10);
