//! One connection: requests in, answers out, until a side closes it.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::exchange::respond;
use super::shared::Shared;

/// Serves a connection to its end.
///
/// An answer that HTTP does not allow takes the connection over: the server's half-done work on it is dropped, and the
/// bare socket goes to the fault.
pub(super) async fn serve(shared: Arc<Shared>, number: u64, stream: TcpStream) {
    let _open = Open::count(&shared);
    // Without this, answers wait for the client's acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let (takeover, mut taken) = mpsc::channel(1);
    let service = service_fn(|request| respond(shared.clone(), number, takeover.clone(), request));
    let mut connection = http1::Builder::new()
        // No timer: a slow request is the test's own doing.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    // What breaks a connection is the client's doing or a fault's; neither is news to the sandbox.
    tokio::select! {
        _ = &mut connection => {}
        Some(raw) = taken.recv() => {
            let stream = connection.into_parts().io.into_inner();
            let _ = raw.send(stream).await;
        }
    }
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
