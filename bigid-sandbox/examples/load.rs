//! Measures a running sandbox from a second process: exchanges, pages of data sources and of the catalog, and one
//! object by its name, on 1, 8 and 64 connections for some seconds each; and how long a sandbox of this process takes
//! to start.
//!
//! Takes `BIGID_BASE_URL` and `BIGID_USER_TOKEN` from the environment, as the program prints them. The client is a few
//! lines over bare sockets, so that what is measured is the server.

use std::error::Error;
use std::time::Duration;

use bigid_sandbox::Sandbox;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

const CONNECTIONS: [usize; 3] = [1, 8, 64];
const STARTS: u128 = 200;
const TIME: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::var("BIGID_BASE_URL").map_err(|_| "set BIGID_BASE_URL")?;
    let token = std::env::var("BIGID_USER_TOKEN").map_err(|_| "set BIGID_USER_TOKEN")?;
    let rest = base.strip_prefix("http://").ok_or("BIGID_BASE_URL is not http")?;
    let (address, path) = rest.split_once('/').ok_or("BIGID_BASE_URL has no path")?;
    let request = |what: &str, token: &str| {
        format!("GET /{path}/{what} HTTP/1.1\r\nhost: {address}\r\nauthorization: {token}\r\n\r\n")
    };
    let exchange = request("refresh-access-token", &token);
    let response = Connection::open(address).await?.call(&exchange).await?;
    let response: serde_json::Value = serde_json::from_slice(&response)?;
    let session = response["systemToken"].as_str().ok_or("the exchange was refused")?;
    let first = Connection::open(address).await?.call(&request("data-catalog?limit=1", session)).await?;
    let first: serde_json::Value = serde_json::from_slice(&first)?;
    let name = first["results"][0]["fullyQualifiedName"].as_str().ok_or("the catalog is empty")?;
    let object = format!("data-catalog/object-details?object_name={}", utf8_percent_encode(name, NON_ALPHANUMERIC));
    let mut report = tokio::io::stdout();
    for (name, request) in [
        ("exchanges", exchange),
        ("pages of 10 data sources", request("ds-connections?skip=100&limit=10&requireTotalCount=true", session)),
        ("pages of 100 data sources", request("ds-connections?skip=100&limit=100&requireTotalCount=true", session)),
        ("one object by its name", request(&object, session)),
        ("pages of 100 objects", request("data-catalog?skip=100&limit=100", session)),
    ] {
        for connections in CONNECTIONS {
            let (calls, bytes) = measure(address, &request, connections).await?;
            let (rate, size) = (calls / TIME.as_secs(), bytes / calls.max(1));
            let line = format!("{name}, {connections} connections: {rate} a second, {size} bytes each\n");
            report.write_all(line.as_bytes()).await?;
        }
    }
    let start = Instant::now();
    for _ in 0..STARTS {
        drop(Sandbox::start().await?);
    }
    let micros = start.elapsed().as_micros() / STARTS;
    report.write_all(format!("start and stop: {micros} microseconds\n").as_bytes()).await?;
    Ok(report.flush().await?)
}

/// How many calls, and how many bytes of bodies, in the time there is.
async fn measure(address: &str, request: &str, connections: usize) -> Result<(u64, u64), Box<dyn Error>> {
    let end = Instant::now() + TIME;
    let mut callers = JoinSet::new();
    for _ in 0..connections {
        let mut connection = Connection::open(address).await?;
        let request = request.to_owned();
        callers.spawn(async move {
            let (mut calls, mut bytes) = (0, 0);
            while Instant::now() < end {
                bytes += connection.call(&request).await.map_or(0, |body| body.len() as u64);
                calls += 1;
            }
            (calls, bytes)
        });
    }
    let each = callers.join_all().await;
    Ok(each.into_iter().fold((0, 0), |(calls, bytes), (c, b)| (calls + c, bytes + b)))
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Result<Self, std::io::Error> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: vec![0; 1 << 20] })
    }

    /// Sends a request and reads the body of its response, which announces its length.
    async fn call(&mut self, request: &str) -> Result<Vec<u8>, std::io::Error> {
        self.stream.write_all(request.as_bytes()).await?;
        let (mut have, mut need) = (0, usize::MAX);
        let mut head = 0;
        while have < need {
            let read = self.stream.read(&mut self.read[have..]).await?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            have += read;
            if need == usize::MAX
                && let Some(end) = self.read[..have].windows(4).position(|four| four == b"\r\n\r\n")
            {
                head = end + 4;
                let text = String::from_utf8_lossy(&self.read[..head]);
                let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
                need = head + length.unwrap_or(0);
                if need > self.read.len() {
                    self.read.resize(need, 0);
                }
            }
        }
        Ok(self.read[head..need].to_vec())
    }
}
