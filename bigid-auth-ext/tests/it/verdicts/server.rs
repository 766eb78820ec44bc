//! A server that writes scripted bytes, one by one if necessary, on persistent connections.
//!
//! It is generic over the version of HTTP that it speaks: [`Written`] is a response of HTTP/1.1.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A response as a version of HTTP writes it.
pub trait Response: Send + Sized + 'static {
    /// 200 with a body, in the plainest form.
    fn good(body: &[u8]) -> Self;

    /// Serves a connection until it ends.
    fn serve(server: Server<Self>, stream: TcpStream) -> impl Future<Output = ()> + Send;
}

/// A response of HTTP/1.1: its pieces, and whether the connection ends with it.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub pieces: Vec<Vec<u8>>,
    pub closes: bool,
}

#[derive(Debug)]
struct Script<R> {
    /// The next responses to exchanges, and to all other requests; good ones follow.
    exchange: VecDeque<R>,
    call: VecDeque<R>,
    good: Vec<u8>,
    exchanges: usize,
    calls: usize,
}

#[derive(Debug)]
pub struct Server<R = Written>(Arc<Mutex<Script<R>>>);

impl<R> Clone for Server<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Response> Server<R> {
    /// Starts it on a free port. Calls get `good` where nothing else is scripted.
    pub async fn start(good: &str) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (good, exchange, call) = (good.as_bytes().to_vec(), VecDeque::new(), VecDeque::new());
        let server = Self(Arc::new(Mutex::new(Script { exchange, call, good, exchanges: 0, calls: 0 })));
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(R::serve(accepting.clone(), stream));
            }
        });
        (server, base)
    }

    pub fn next_call(&self, written: R) {
        self.0.lock().unwrap().call.push_back(written);
    }

    pub fn next_exchange(&self, written: R) {
        self.0.lock().unwrap().exchange.push_back(written);
    }

    /// How many exchanges and other requests there were since this was last asked.
    pub fn counts(&self) -> (usize, usize) {
        let mut script = self.0.lock().unwrap();
        (std::mem::take(&mut script.exchanges), std::mem::take(&mut script.calls))
    }

    /// The response to a request whose target or head this is.
    pub fn respond(&self, head: &str) -> R {
        let mut script = self.0.lock().unwrap();
        if head.contains("/refresh-access-token") {
            script.exchanges += 1;
            let number = script.exchanges;
            return script.exchange.pop_front().unwrap_or_else(|| R::good(session(number).as_bytes()));
        }
        script.calls += 1;
        let body = script.good.clone();
        script.call.pop_front().unwrap_or_else(|| R::good(&body))
    }
}

impl Response for Written {
    fn good(body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n", body.len());
        Self { pieces: vec![[head.as_bytes(), body].concat()], closes: false }
    }

    async fn serve(server: Server<Self>, mut stream: TcpStream) {
        let mut read = Vec::new();
        while let Some(request) = request(&mut stream, &mut read).await {
            let written = server.respond(&request);
            for piece in &written.pieces {
                if stream.write_all(piece).await.is_err() {
                    return;
                }
                if written.pieces.len() > 2 {
                    tokio::task::yield_now().await;
                }
            }
            if written.closes {
                let _ = stream.shutdown().await;
                return;
            }
        }
    }
}

/// A session that is good for a week, and like no other.
pub fn session(number: usize) -> String {
    static SESSIONS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let serial = SESSIONS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let claims = format!(r#"{{"type":"access-token","iat":0,"exp":604800,"jti":"{number}-{serial}"}}"#);
    format!(r#"{{"success":true,"systemToken":"e30.{}.c2ln"}}"#, URL_SAFE_NO_PAD.encode(claims))
}

/// The head of the next request; its body is read and dropped.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            while read.len() < end + 4 + length {
                if stream.read_buf(read).await.ok()? == 0 {
                    return None;
                }
            }
            read.drain(..end + 4 + length);
            return Some(head);
        }
        if stream.read_buf(read).await.ok()? == 0 {
            return None;
        }
    }
}
