//! Where all peers get their tokens: exchanges that are counted, slow, or refused, in memory and behind a loopback
//! endpoint.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::revocation::SPREAD;

/// How exchanges end.
#[derive(Clone, Copy)]
pub struct Plan {
    pub delay: Duration,
    /// How long tokens last.
    pub lifetime: Duration,
    /// How many of the first exchanges fail, and with which status.
    pub failures: u64,
    pub status: u16,
}

impl Plan {
    pub fn working(delay: u64) -> Self {
        Self { delay: Duration::from_millis(delay), lifetime: Duration::from_secs(3600), failures: 0, status: 200 }
    }

    pub fn failing(self, failures: u64, status: u16) -> Self {
        Self { failures, status, ..self }
    }

    pub fn lasting(self, seconds: u64) -> Self {
        Self { lifetime: Duration::from_secs(seconds), ..self }
    }
}

/// A token source and its endpoint, which lives in a thread of its own.
#[derive(Debug)]
pub struct Source {
    delay: Duration,
    lifetime: Duration,
    failures: u64,
    status: u16,
    exchanges: AtomicU64,
    address: OnceLock<String>,
    /// The first token, once it is revoked.
    revoked: OnceLock<String>,
    first: OnceLock<String>,
    requests: AtomicU64,
}

impl Source {
    pub fn start(plan: Plan) -> Arc<Self> {
        let Plan { delay, lifetime, failures, status } = plan;
        let (exchanges, requests, address, revoked, first) = Default::default();
        let source = Arc::new(Self { delay, lifetime, failures, status, exchanges, address, revoked, first, requests });
        let (served, (ready, started)) = (source.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                ready.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(connection(stream, served.clone()));
                }
            });
        });
        source.address.set(started.recv().unwrap()).unwrap();
        source
    }

    /// The endpoint's base URL.
    pub fn url(&self) -> &str {
        self.address.get().unwrap()
    }

    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::SeqCst)
    }

    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// When a token that is issued now expires.
    pub fn expiry(&self) -> SystemTime {
        SystemTime::now() + self.lifetime
    }

    /// One exchange: a token of 800 bytes, or the status of a failure.
    pub async fn exchange(&self) -> Result<String, u16> {
        let number = self.exchanges.fetch_add(1, Ordering::SeqCst);
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        if number < self.failures {
            return Err(self.status);
        }
        let token = self.token(number);
        let _ = self.first.set(token.clone());
        Ok(token)
    }

    /// Requests with the first token are answered by 401 from now on.
    pub fn revoke(&self) {
        self.revoked.set(self.first.get().unwrap().clone()).unwrap();
    }

    /// The status of a request, after some time.
    pub async fn request(&self, authorization: &str) -> u16 {
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let is_revoked = self.revoked.get().is_some_and(|token| authorization.ends_with(token.as_str()));
        if is_revoked {
            // In another order than they were sent in, and spread.
            tokio::time::sleep(SPREAD * (number * 7 % 200) as u32 / 200).await;
        }
        if is_revoked { 401 } else { 200 }
    }

    /// The serial number makes tokens of the same second different.
    fn token(&self, number: u64) -> String {
        let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (now, expiry) = (since(SystemTime::now()), since(self.expiry()));
        let claims = json!({"type": "access-token", "iat": now, "exp": expiry, "jti": number.to_string(), "pad": "x".repeat(500)});
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part("{}"), part(&claims.to_string()), part("signature"))
    }

    /// The body of a response, in all forms that peers read.
    fn body(&self, outcome: Result<String, u16>) -> (u16, String) {
        let body = match &outcome {
            Ok(token) => json!({
                "access_token": token, "token": token, "systemToken": token, "success": true, "token_type": "Bearer",
                "expires_in": self.lifetime.as_secs(),
                "expires_at": azure_core::time::to_rfc3339(&self.expiry().into()),
                "permissions": {},
            }),
            Err(_) => {
                json!({"error": "invalid_grant", "error_description": "refused", "message": "refused", "success": false})
            }
        };
        (outcome.err().unwrap_or(200), body.to_string())
    }
}

async fn connection(stream: TcpStream, source: Arc<Source>) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    while let Some(head) = head(&mut stream).await {
        let mut sent = vec![0; head.length];
        if stream.read_exact(&mut sent).await.is_err() {
            return;
        }
        let (status, body) = if head.target.contains("ds-connections") {
            (source.request(&head.authorization).await, LIST.to_owned())
        } else {
            source.body(source.exchange().await)
        };
        let head =
            format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all(&[head, body].concat().into_bytes()).await.is_err() {
            return;
        }
    }
}

/// A list of no data sources.
const LIST: &str =
    r#"{"status":"success","statusCode":200,"data":{"ds_connections":[],"totalCount":0},"message":null}"#;

#[derive(Default)]
struct Head {
    target: String,
    authorization: String,
    /// Of the body.
    length: usize,
}

async fn head(stream: &mut BufReader<TcpStream>) -> Option<Head> {
    let (mut line, mut head) = (String::new(), Head::default());
    stream.read_line(&mut line).await.ok()?;
    head.target = line.split(' ').nth(1)?.to_owned();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            return Some(head);
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.trim().parse().ok()?,
            "authorization" => value.trim().clone_into(&mut head.authorization),
            _ => {}
        }
    }
}
