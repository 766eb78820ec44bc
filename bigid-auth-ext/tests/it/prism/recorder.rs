//! A proxy that sees every response, including those of the exchange, which no layer of the client sees.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request and its result.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub method: String,
    /// The path, without the query.
    pub path: String,
    pub status: u16,
    /// The referee's objections to the request or the response.
    pub violations: Option<String>,
    pub body: String,
}

/// A proxy in front of a referee; each request uses a separate connection.
pub struct Recorder {
    pub base_url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    seen: Vec<Exchange>,
    refuse: Option<String>,
}

impl Recorder {
    pub fn before(referee: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::<Mutex<Shared>>::default();
        let (referee, with) = (referee.to_owned(), shared.clone());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (referee, shared) = (referee.clone(), with.clone());
                std::thread::spawn(move || pass_on(client.unwrap(), &referee, &shared));
            }
        });
        Self { base_url, shared }
    }

    /// The referee is asked for the documented 401 when this path is requested next.
    pub fn refuse_next(&self, path: &str) {
        self.shared.lock().unwrap().refuse = Some(path.to_owned());
    }

    /// What was seen since the last time.
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.shared.lock().unwrap().seen)
    }
}

fn pass_on(mut client: TcpStream, referee: &str, shared: &Mutex<Shared>) {
    // A client that closes an idle connection has asked for nothing.
    let Some((head, body)) = message(&mut client) else { return };
    let mut words = head.split(' ');
    let method = words.next().unwrap().to_owned();
    let path = words.next().unwrap().split('?').next().unwrap().to_owned();
    let refused = shared.lock().unwrap().refuse.take_if(|refused| *refused == path).is_some();

    let mut server = TcpStream::connect(referee).unwrap();
    let prefer = if refused { "prefer: code=401\r\n" } else { "" };
    server.write_all(format!("{head}\r\n{prefer}connection: close\r\n\r\n").as_bytes()).unwrap();
    server.write_all(&body).unwrap();
    let mut response = Vec::new();
    server.read_to_end(&mut response).unwrap();

    let text = String::from_utf8_lossy(&response);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let violations = field(head, "sl-violations").map(str::to_owned);
    shared.lock().unwrap().seen.push(Exchange { method, path, status, violations, body: body.to_owned() });
    client.write_all(&response).unwrap();
}

/// The head, without the empty line that ends it, and the body of a request.
fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(&piece[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let mut body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    assert_eq!(field(&head, "transfer-encoding"), None, "no operation streams a body");
    let length = field(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut rest = vec![0; length - body.len()];
    stream.read_exact(&mut rest).unwrap();
    body.extend(rest);
    Some((head, body))
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
