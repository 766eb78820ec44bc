//! A server that writes what it is told, byte by byte if need be, on connections that it keeps.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// An answer as it is written: its pieces, and whether the connection ends with it.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub pieces: Vec<Vec<u8>>,
    pub closes: bool,
}

#[derive(Debug, Default)]
struct Script {
    /// What is answered next to an exchange, and to any other request; good answers follow.
    exchange: VecDeque<Written>,
    call: VecDeque<Written>,
    good: Vec<u8>,
    exchanges: usize,
    calls: usize,
}

#[derive(Debug, Clone, Default)]
pub struct Server(Arc<Mutex<Script>>);

impl Server {
    /// Starts it on a port of its own. Calls are answered with `good` where nothing else is scripted.
    pub async fn start(good: &str) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Self::default();
        server.0.lock().unwrap().good = good.as_bytes().to_vec();
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(accepting.clone().serve(stream));
            }
        });
        (server, base)
    }

    pub fn next_call(&self, written: Written) {
        self.0.lock().unwrap().call.push_back(written);
    }

    pub fn next_exchange(&self, written: Written) {
        self.0.lock().unwrap().exchange.push_back(written);
    }

    /// How many exchanges and other requests there were since this was last asked.
    pub fn counts(&self) -> (usize, usize) {
        let mut script = self.0.lock().unwrap();
        (std::mem::take(&mut script.exchanges), std::mem::take(&mut script.calls))
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut read = Vec::new();
        while let Some(request) = request(&mut stream, &mut read).await {
            let written = self.answer(&request);
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

    fn answer(&self, head: &str) -> Written {
        let mut script = self.0.lock().unwrap();
        if head.contains("/refresh-access-token") {
            script.exchanges += 1;
            let number = script.exchanges;
            return script.exchange.pop_front().unwrap_or_else(|| good(session(number).as_bytes()));
        }
        script.calls += 1;
        let body = script.good.clone();
        script.call.pop_front().unwrap_or_else(|| good(&body))
    }
}

/// A session that is good for a week, and like no other.
pub fn session(number: usize) -> String {
    static SESSIONS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let serial = SESSIONS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let claims = format!(r#"{{"type":"access-token","iat":0,"exp":604800,"jti":"{number}-{serial}"}}"#);
    format!(r#"{{"success":true,"systemToken":"e30.{}.c2ln"}}"#, URL_SAFE_NO_PAD.encode(claims))
}

fn good(body: &[u8]) -> Written {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n", body.len());
    Written { pieces: vec![[head.as_bytes(), body].concat()], closes: false }
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
