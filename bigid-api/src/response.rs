//! Converts a response to a typed value, or to an error that keeps its status.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde_json::Value;

use crate::error::{Error, Interrupted, MAX_ERROR_BODY, Payload};
use crate::layer::{Attempts, Redact};
use crate::lossless::{self, Field};
use crate::{ByteStream, from_json, json_start};

/// A decoded response: the value, to which it derefs, the status and the headers.
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self { value, status, headers }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same response with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: change(self.value), status: self.status, headers: self.headers }
    }
}

impl Response<ByteStream> {
    /// A response whose body is streamed.
    pub(crate) fn stream(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self::new(ByteStream::new(response), status, headers)
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Shows the status and the value, but no headers, which may contain secrets.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("value", &self.value).finish_non_exhaustive()
    }
}

/// The maximum size of a JSON response: 64 MiB, for operations and for
/// [`Request::send_json`](crate::Request::send_json). The longest response that was measured, 10,000 data sources at
/// once, has 16.4 MB. A longer one is [`Error::Payload`]; stream it with [`Request::send`](crate::Request::send).
pub const MAX_JSON_BODY: usize = 64 << 20;

/// A response to an operation, with its body.
pub(crate) struct Received {
    head: Head,
    body: Bytes,
    /// Whether the call changes something.
    changes: bool,
}

impl Received {
    /// Reads the response to a call that changes something, or does not.
    pub(crate) async fn read<E>(response: &mut reqwest::Response, changes: bool) -> Result<Self, Error<E>> {
        let head = Head::take(response);
        let body = head.read(response).await?;
        Ok(Self { head, body, changes })
    }

    /// Tries the texts that the body may mean, until one can be decoded.
    fn attempt(&self, decodes: &mut dyn FnMut(&str) -> bool) {
        if self.needs_no_body()
            && self.body.trim_ascii().is_empty()
            && ["null", "{}", "[]"].into_iter().any(&mut *decodes)
        {
            return;
        }
        let json = if self.body.is_empty() { b"null".as_slice() } else { &self.body };
        if std::str::from_utf8(json).is_ok_and(&mut *decodes) {
            return;
        }
        if let Some(text) = crate::json::repaired(json) {
            decodes(&text);
        }
    }

    /// Whether the body may be empty: with 204, and for a call that makes a change, which has then been made.
    fn needs_no_body(&self) -> bool {
        self.changes || matches!(self.head.status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT)
    }

    /// The error for a body that is not of the documented type.
    #[cold]
    fn mismatch<E>(self) -> Error<E> {
        let Self { head, body, .. } = self;
        let error = match from_json::<Value>(if body.is_empty() { b"null" } else { &body }) {
            Err(error) => error,
            Ok(_) => serde_json::Error::custom("not of the documented type"),
        };
        let body = head.kept(body);
        Error::Payload(Box::new(Payload::new(head.status, head.headers, body, &error).with_attempts(head.attempts)))
    }
}

/// Decodes the response to an operation; its text is repaired if it is malformed. An empty body that need not be there
/// is an empty value.
pub(crate) fn decode<T: Field, E>(received: Received) -> Result<Response<T>, Error<E>> {
    let mut value = None;
    received.attempt(&mut |text| match lossless::decode(text) {
        Ok(Some(decoded)) => {
            value = Some(decoded);
            true
        }
        _ => false,
    });
    match value {
        Some(value) => Ok(Response::new(value, received.head.status, received.head.headers)),
        None => Err(received.mismatch()),
    }
}

/// Drops the body of a response to an operation that documents none. It may be empty or any text, such as `OK`, but
/// what begins like JSON must be JSON: otherwise it may be a failure that nobody could read.
pub(crate) fn ignore<E>(received: Received) -> Result<Response<()>, Error<E>> {
    let text = json_start(&received.body);
    let is_readable = match text.first() {
        Some(b'{' | b'[') => from_json::<IgnoredAny>(text).is_ok(),
        _ => std::str::from_utf8(text).is_ok(),
    };
    if is_readable {
        Ok(Response::new((), received.head.status, received.head.headers))
    } else {
        Err(received.mismatch())
    }
}

/// Reads and decodes the response to a request that the contract does not describe.
pub(crate) async fn decode_any<T: DeserializeOwned, E>(
    mut response: reqwest::Response,
) -> Result<Response<T>, Error<E>> {
    let head = Head::take(&mut response);
    let body = head.read(&mut response).await?;
    head.parse(body)
}

/// Reads a response with a documented error status.
pub(crate) use crate::error::documented as refused;

/// Reads a response with a status that the operation does not document.
pub(crate) use crate::error::undocumented as unexpected;

/// The parts of a response that are kept while its body is read.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
    redact: Option<Redact>,
    attempts: u32,
}

impl Head {
    /// Takes the parts out of a response, so that the headers are not copied.
    fn take(response: &mut reqwest::Response) -> Self {
        let redact = response.extensions_mut().remove();
        let attempts = Attempts::of(response);
        Self { status: response.status(), headers: std::mem::take(response.headers_mut()), redact, attempts }
    }

    /// What an error keeps of a body.
    fn kept(&self, mut body: Bytes) -> Bytes {
        if body.len() > MAX_ERROR_BODY {
            // A copy, so that the rest is freed.
            body = Bytes::copy_from_slice(body.get(..MAX_ERROR_BODY).unwrap_or_default());
        }
        match &self.redact {
            Some(redact) => redact.apply(body),
            None => body,
        }
    }

    fn parse<T: DeserializeOwned, E>(self, body: Bytes) -> Result<Response<T>, Error<E>> {
        // An empty body is not JSON. Only types that accept null accept it.
        let json = if body.is_empty() { b"null".as_slice() } else { &body };
        match from_json(json) {
            Ok(value) => Ok(Response::new(value, self.status, self.headers)),
            Err(error) => {
                let body = self.kept(body);
                let payload = Payload::new(self.status, self.headers, body, &error).with_attempts(self.attempts);
                Err(Error::Payload(Box::new(payload)))
            }
        }
    }

    /// Reads a body of at most [`MAX_JSON_BODY`]. A body in one chunk is not copied.
    async fn read<E>(&self, response: &mut reqwest::Response) -> Result<Bytes, Error<E>> {
        let interrupted = |error| Error::Body(Box::new(Interrupted::new(self.status, self.attempts, error)));
        let (mut first, mut more) = (Bytes::new(), BytesMut::new());
        while let Some(piece) = response.chunk().await.map_err(interrupted)? {
            if first.len() + more.len() + piece.len() > MAX_JSON_BODY {
                let body = if more.is_empty() { first } else { more.freeze() };
                let payload = Payload::too_long(self.status, self.headers.clone(), self.kept(body), MAX_JSON_BODY);
                return Err(Error::Payload(Box::new(payload.with_attempts(self.attempts))));
            }
            if first.is_empty() && more.is_empty() {
                first = piece;
                continue;
            }
            more.extend_from_slice(&std::mem::take(&mut first));
            more.extend_from_slice(&piece);
        }
        Ok(if more.is_empty() { first } else { more.freeze() })
    }
}
