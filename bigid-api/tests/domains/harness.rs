//! What the generated calls are made of: sample values, answers brought into one form, and a server that answers as it is told.

#[path = "witnessed.rs"]
pub mod witnessed;

use std::fmt::Debug;
use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::mpsc::{Receiver, channel};

use bigid_api::types::ApiErrorBody;
use bigid_api::{ByteStream, Client, Error, FormFile, List, Records, Response};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A text that must be encoded wherever it stands: in a segment of a path, in a query, in JSON.
pub const TEXT: &str = "a/b c?d&e=é\"{}";

const CONTRACT: &str = include_str!("../../../spec/bigid.openapi.json");

/// The contract as it is checked in.
pub fn contract() -> Value {
    serde_json::from_str(CONTRACT).unwrap()
}

/// Every operation of the contract: its path template, method and description.
pub fn operations(contract: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    contract["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The file that is sent where an operation takes one.
pub fn file() -> FormFile {
    FormFile::new("a \"log\".txt", b"line\r\n\0\xff".to_vec())
}

/// What a call is made with.
pub struct Sample {
    /// Whether the optional parameters are set as well.
    pub every: bool,
    /// The body, for operations that have one.
    pub body: Value,
}

impl Sample {
    pub fn of(contract: &Value, operation: &Value, every: bool) -> Self {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        Self { every, body: value(contract, schema, 0) }
    }
}

/// A value of a schema, with every declared field, and one more in each object.
pub fn value(contract: &Value, schema: &Value, depth: usize) -> Value {
    let schema = match schema["$ref"].as_str() {
        Some(target) => contract.pointer(target.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if let Some(choices) = schema["enum"].as_array() {
        return choices[0].clone();
    }
    if schema["oneOf"].is_array() {
        return json!([TEXT, "b"]);
    }
    match schema["type"].as_str() {
        Some("object") if depth < 6 => {
            let properties = schema["properties"].as_object();
            let mut object: Map<String, Value> = properties
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), value(contract, schema, depth + 1)))
                .collect();
            let of_any_name = &schema["additionalProperties"];
            let other = match of_any_name.as_object() {
                Some(kind) if !kind.is_empty() => value(contract, of_any_name, depth + 1),
                _ => json!({ "a": [1, null, TEXT] }),
            };
            object.insert("not declared".into(), other);
            Value::Object(object)
        }
        Some("object") => json!({}),
        Some("array") => json!([value(contract, &schema["items"], depth + 1)]),
        Some("string") => json!(TEXT),
        Some("integer") => json!(7),
        Some("number") => json!(0.5),
        Some("boolean") => json!(true),
        _ => json!({ "any": ["thing", null] }),
    }
}

/// What became of a call, whatever its types are.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// An answer that was decoded, and encoded again.
    Json(u16, Value),
    /// The bytes of a stream.
    Bytes(u16, Vec<u8>),
    /// An answer whose body is not read.
    Empty(u16),
    /// A documented error.
    Refused(u16, Value),
    /// Another error, by the name of its variant.
    Failed(Option<u16>, &'static str),
}

pub type Call<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// An operation without a documented refusal has none in its error.
type Answered<T, E> = Result<Response<T>, Error<E>>;

/// A list page by page, each record encoded again.
pub type Paged = Pin<Box<dyn Stream<Item = Result<Value, Error<ApiErrorBody>>>>>;

pub fn paged<T: Serialize + Send + 'static>(records: Records<T>) -> Paged {
    Box::pin(records.map(|record| record.map(|record| serde_json::to_value(record).unwrap())))
}

pub async fn typed<T: Serialize + Debug, E: Serialize>(answer: Answered<T, E>) -> Outcome {
    match answer {
        Ok(answer) => {
            // An answer may hold secrets, so that its debug output shows keys only where nothing is declared.
            assert!(!format!("{answer:?}").contains("thing"), "{answer:?}");
            Outcome::Json(answer.status().as_u16(), serde_json::to_value(answer.into_inner()).unwrap())
        }
        Err(error) => failed(error),
    }
}

pub async fn list<T: Serialize + Debug, E: Serialize>(answer: Answered<List<T>, E>) -> Outcome {
    typed(answer).await
}

pub async fn raw<E: Serialize>(answer: Answered<ByteStream, E>) -> Outcome {
    match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            let pieces: Vec<_> = answer.into_inner().try_collect().await.unwrap();
            Outcome::Bytes(status, pieces.concat())
        }
        Err(error) => failed(error),
    }
}

pub async fn empty<E: Serialize>(answer: Answered<(), E>) -> Outcome {
    match answer {
        Ok(answer) => Outcome::Empty(answer.status().as_u16()),
        Err(error) => failed(error),
    }
}

fn failed<E: Serialize>(error: Error<E>) -> Outcome {
    let status = error.status().map(|status| status.as_u16());
    match error {
        Error::ErrorResponse(answer) => {
            Outcome::Refused(answer.status().as_u16(), serde_json::to_value(answer.into_inner()).unwrap())
        }
        Error::InvalidRequest(_) => Outcome::Failed(status, "InvalidRequest"),
        Error::UnexpectedResponse(_) => Outcome::Failed(status, "UnexpectedResponse"),
        Error::Payload(_) => Outcome::Failed(status, "Payload"),
        _ => Outcome::Failed(status, "other"),
    }
}

pub fn decoded<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

pub fn undocumented<T>(status: u16) -> T {
    panic!("the contract has no answer of status {status} for this operation")
}

/// A request as it travelled.
#[derive(Debug)]
pub struct Received {
    pub method: String,
    /// The path and query, encoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// A server that gives one answer after the other, each on a connection of its own.
pub struct Server {
    pub client: Client,
    listener: TcpListener,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = witnessed::client(&format!("http://{}", listener.local_addr().unwrap()));
        Self { client, listener }
    }

    /// Answers the next request, and hands it out.
    pub fn answer(&self, status: u16, body: impl Into<Vec<u8>>) -> Receiver<Received> {
        let (sender, receiver) = channel();
        let (listener, body) = (self.listener.try_clone().unwrap(), body.into());
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let _ = sender.send(exchange(stream, status, &body));
        });
        receiver
    }
}

fn exchange(mut stream: TcpStream, status: u16, body: &[u8]) -> Received {
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
    Received { method, target, headers, body: received }
}
