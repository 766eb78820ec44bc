//! HTTP/2, which reqwest speaks where a crate of the user's tree switches it on.

use bytes::Bytes;
use h2::server::SendResponse;
use tokio::net::TcpStream;

use super::server::{Response, Server};

/// A response of HTTP/2.
#[derive(Debug, Clone)]
pub struct Frames {
    status: u16,
    has_length: bool,
    data: Vec<Vec<u8>>,
    end: End,
}

/// What ends a response.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    LastData,
    EmptyData,
    Trailers,
}

impl Response for Frames {
    fn good(body: &[u8]) -> Self {
        Self { status: 200, has_length: true, data: vec![body.to_vec()], end: End::LastData }
    }

    async fn serve(server: Server<Self>, stream: TcpStream) {
        let Ok(mut connection) = h2::server::handshake(stream).await else { return };
        while let Some(Ok((request, respond))) = connection.accept().await {
            tokio::spawn(server.respond(request.uri().path()).write(respond));
        }
    }
}

impl Frames {
    async fn write(self, mut respond: SendResponse<Bytes>) {
        let mut head = http::Response::builder().status(self.status).header("content-type", "text/html");
        if self.has_length {
            head = head.header("content-length", self.data.concat().len());
        }
        let Ok(mut stream) = respond.send_response(head.body(()).unwrap(), false) else { return };
        let last = self.data.len();
        for (place, data) in self.data.into_iter().enumerate() {
            // The other side may have heard enough.
            if stream.send_data(data.into(), self.end == End::LastData && place + 1 == last).is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
        let _ = match self.end {
            End::Trailers => stream.send_trailers(http::HeaderMap::from_iter([(
                http::HeaderName::from_static("x-a"),
                http::HeaderValue::from_static("b"),
            )])),
            End::EmptyData => stream.send_data(Bytes::new(), true),
            End::LastData => Ok(()),
        };
    }
}

/// Every framing of a body, each with its name.
pub fn framings(status: u16, body: &str) -> Vec<(&'static str, Frames)> {
    let frames = |has_length: bool, data: Vec<Vec<u8>>, end: End| Frames { status, has_length, data, end };
    let whole = || vec![body.as_bytes().to_vec()];
    // Neither smaller nor empty ones between: a client ends a connection with many frames that hold little or nothing.
    let pieces = || body.as_bytes().chunks(16).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let long = format!("{body}{}", " \n".repeat(60_000));
    let mut framings = vec![
        ("content-length", frames(true, whole(), End::LastData)),
        ("one frame", frames(false, whole(), End::LastData)),
        ("one frame, and an empty one", frames(false, whole(), End::EmptyData)),
        ("one frame and trailers", frames(false, whole(), End::Trailers)),
        ("content-length and trailers", frames(true, whole(), End::Trailers)),
        ("in pieces", frames(false, pieces(), End::LastData)),
        ("in pieces, with content-length and trailers", frames(true, pieces(), End::Trailers)),
    ];
    if !body.is_empty() {
        let marked = format!("\u{feff}{body}").into_bytes();
        framings.extend([
            ("after a byte order mark", frames(false, vec![marked], End::LastData)),
            ("long", frames(false, long.as_bytes().chunks(16_000).map(<[u8]>::to_vec).collect(), End::LastData)),
        ]);
    }
    framings
}
