//! A server that sends the responses it is given.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use bigid_api::Client;

/// A request as it was sent.
#[derive(Debug)]
pub struct ReceivedRequest {
    /// Its method, in capitals.
    pub method: String,
    /// The path and query, encoded.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// A server that sends one response after the other, each on its own connection.
#[derive(Debug)]
pub struct Server {
    /// A client of this server.
    pub client: Client,
    listener: TcpListener,
}

impl Server {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Panics
    /// If there is none.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = crate::client(&format!("http://{}", listener.local_addr().unwrap()));
        Self { client, listener }
    }

    /// Sends a response to the next request, which the channel then yields.
    ///
    /// # Panics
    /// If the listener cannot be shared with a thread.
    pub fn respond(&self, status: u16, body: impl Into<Vec<u8>>) -> Receiver<ReceivedRequest> {
        let (sender, receiver) = channel();
        let (listener, body) = (self.listener.try_clone().unwrap(), body.into());
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let _ = sender.send(exchange(stream, status, &body));
        });
        receiver
    }
}

fn exchange(mut stream: TcpStream, status: u16, body: &[u8]) -> ReceivedRequest {
    let mut bytes = Vec::new();
    let end = loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the client closed the connection within its request");
        bytes.extend_from_slice(&piece[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut received = bytes.split_off(end + 4);
    let missing = length - received.len();
    let mut rest = vec![0; missing];
    stream.read_exact(&mut rest).unwrap();
    received.extend(rest);
    // A recorded server sends this content type with everything, so that nothing may be decided by it.
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close\r\n");
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    stream.write_all(format!("{head}{length}\r\n").as_bytes()).unwrap();
    stream.write_all(if status == 204 { b"" } else { body }).unwrap();
    ReceivedRequest { method, target, headers, body: received }
}
