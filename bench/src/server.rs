//! A server in a separate process that sends what it prepared: nothing that a row costs is the server's.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};

/// How many records the prepared lists have: recorded ones, which have 113 different fields in all.
pub const SIZES: [u64; 3] = [1, 100, 10_000];

/// What a list of any other page size counts: small records, made as they are sent.
pub const MANY: u64 = 1_000_000;

/// The running server; it ends with this.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start() -> Self {
        Self::started("serve")
    }

    /// A server over TLS, whose certificate is that in [`tls::file`](crate::tls::file).
    #[cfg(feature = "tls")]
    pub fn start_tls() -> Self {
        Self::started("serve-tls")
    }

    fn started(word: &str) -> Self {
        let mut child =
            Command::new(std::env::current_exe().unwrap()).arg(word).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Serves until it is killed.
pub fn serve() {
    listen("http", |stream| stream);
}

/// Serves over TLS until it is killed.
#[cfg(feature = "tls")]
pub fn serve_tls() {
    let config = crate::tls::server();
    listen("https", move |stream| {
        rustls::StreamOwned::new(rustls::ServerConnection::new(config.clone()).unwrap(), stream)
    });
}

fn listen<S: Read + Write + Send + 'static>(scheme: &str, over: impl Fn(TcpStream) -> S) {
    let lists = Arc::new(prepared());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{scheme}://{}", listener.local_addr().unwrap());
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        stream.set_nodelay(true).unwrap();
        let (stream, lists) = (over(stream), lists.clone());
        std::thread::spawn(move || connection(stream, &lists));
    }
}

/// Twenty recorded data sources, over and over.
fn prepared() -> HashMap<u64, Vec<u8>> {
    let recorded = include_str!("../../bigid-auth-ext/tests/replay/ds-connections.json");
    let mut list: Value = serde_json::from_str(recorded).unwrap();
    let sources = list["data"]["ds_connections"].as_array().unwrap().clone();
    let mut lists = HashMap::new();
    for size in SIZES {
        let page: Vec<&Value> = sources.iter().cycle().take(size as usize).collect();
        list["data"]["ds_connections"] = json!(page);
        list["data"]["totalCount"] = json!(size);
        lists.insert(size, list.to_string().into_bytes());
    }
    lists
}

fn connection(stream: impl Read + Write, lists: &HashMap<u64, Vec<u8>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut request = String::new();
        loop {
            let length = request.len();
            match stream.read_line(&mut request) {
                Ok(0) | Err(_) => return,
                Ok(_) if request[length..].trim().is_empty() => break,
                Ok(_) => {}
            }
        }
        let target = request.split(' ').nth(1).unwrap_or_default();
        let made;
        let body: &[u8] = if target.contains("refresh-access-token") {
            made = format!(r#"{{"success":true,"systemToken":"{}"}}"#, crate::hit::token());
            made.as_bytes()
        } else {
            let (skip, limit) = (number(target, "skip="), number(target, "limit="));
            match lists.get(&limit) {
                Some(list) => list,
                None => {
                    made = page(skip, limit);
                    made.as_bytes()
                }
            }
        };
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        let whole = [head.as_bytes(), body].concat();
        if stream.get_mut().write_all(&whole).is_err() {
            return;
        }
    }
}

fn number(target: &str, name: &str) -> u64 {
    let text = target.split(['?', '&']).find_map(|pair| pair.strip_prefix(name));
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn page(skip: u64, limit: u64) -> String {
    let mut page = String::from(r#"{"status":"success","statusCode":200,"data":{"ds_connections":["#);
    for record in skip..(skip + limit).min(MANY) {
        let comma = if record == skip { "" } else { "," };
        write!(
            page,
            r#"{comma}{{"_id":"{record:024x}","id":"{record:024x}","name":"Source {record}","type":"s3-v2"}}"#
        )
        .unwrap();
    }
    write!(page, r#"],"totalCount":{MANY}}},"message":null}}"#).unwrap();
    page
}
