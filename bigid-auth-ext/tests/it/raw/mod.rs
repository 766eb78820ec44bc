//! A server that responds with raw text and records requests, for what the sandbox cannot be: several deployments at
//! one origin, another origin, a server that never responds.

pub mod reroute;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Method, target and version.
    pub line: String,
    headers: Vec<(String, String)>,
}

impl Received {
    /// The target of the request.
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The response to a request; `None` for none at all, on a connection that stays open.
type Responder = dyn Fn(&Received) -> Option<String> + Send + Sync;

/// The server. It ends with its runtime.
pub struct RawServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl RawServer {
    /// Starts a server.
    pub async fn start(respond: impl Fn(&Received) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), received: Arc::default() };
        let (received, respond): (_, Arc<Responder>) = (server.received.clone(), Arc::new(respond));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, received.clone(), respond.clone()));
            }
        });
        server
    }

    /// A server that exchanges any user token for `SESSION`, and responds to all other requests with an empty object.
    pub async fn of_sessions() -> Self {
        Self::start(|request| {
            let exchange = request.target().ends_with("/refresh-access-token");
            Some(json(200, if exchange { r#"{"success":true,"systemToken":"SESSION"}"# } else { "{}" }))
        })
        .await
    }

    /// `http://` and the address, without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived since the last look.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().unwrap())
    }
}

async fn serve(mut stream: TcpStream, received: Arc<Mutex<Vec<Received>>>, respond: Arc<Responder>) {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let head = String::from_utf8(buffer.drain(..end + 4).collect()).unwrap();
        let mut lines = head.trim_end().lines();
        let line = lines.next().unwrap().to_owned();
        let headers = lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name.into(), value.into()));
        let request = Received { line, headers: headers.collect() };
        let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        while buffer.len() < length {
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        }
        buffer.drain(..length);
        received.lock().unwrap().push(request.clone());
        match respond(&request) {
            Some(text) => stream.write_all(text.as_bytes()).await.unwrap_or_default(),
            None => std::future::pending().await,
        }
    }
}

/// A response with a JSON body.
pub fn json(status: u16, body: &str) -> String {
    with_headers(status, "content-type: application/json\r\n", body)
}

/// A response with headers, each ended by a line end.
pub fn with_headers(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// A provided session, so nothing is exchanged.
pub fn access_token() -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part(r#"{"alg":"HS256"}"#), part(r#"{"type":"access-token","exp":1e12}"#), part("signature"))
}
