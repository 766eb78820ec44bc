//! One connection: requests in, responses out, until one side closes it.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::exchange::respond;
use super::shared::Shared;
use super::stream::Stream;

/// Serves a connection to its end.
///
/// A response that HTTP does not allow takes over the connection: hyper's state is dropped, and the fault gets the raw
/// socket.
pub(super) async fn serve(shared: Arc<Shared>, number: u64, stream: TcpStream) {
    let _open = Open::count(&shared);
    // Without this, a response waits for the client's acknowledgement of the previous one.
    let _ = stream.set_nodelay(true);
    // A client that does not complete the handshake sends no request.
    let Some(stream) = encrypted(&shared, stream).await else { return };
    let (takeover, mut taken) = mpsc::channel(1);
    let service = service_fn(|request| respond(shared.clone(), number, takeover.clone(), request));
    let mut connection = http1::Builder::new()
        // No timer: a slow request is intended by the test.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    // A broken connection is caused by the client or by a fault, so it is not an error.
    tokio::select! {
        _ = &mut connection => {}
        Some(raw) = taken.recv() => {
            let stream = connection.into_parts().io.into_inner();
            let _ = raw.send(stream).await;
        }
    }
}

/// The stream, in plain text or with TLS.
#[cfg(feature = "tls")]
async fn encrypted(shared: &Shared, stream: TcpStream) -> Option<Stream> {
    let Some(tls) = &shared.tls else { return Some(Stream::Plain(stream)) };
    tls.acceptor.accept(stream).await.ok().map(|stream| Stream::Tls(Box::new(stream)))
}

/// The stream, in plain text.
#[cfg(not(feature = "tls"))]
async fn encrypted(_: &Shared, stream: TcpStream) -> Option<Stream> {
    Some(Stream::Plain(stream))
}

/// Counts a connection for as long as it is open.
struct Open(Arc<Shared>);

impl Open {
    fn count(shared: &Arc<Shared>) -> Self {
        shared.open.send_modify(|open| *open += 1);
        Self(shared.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}
