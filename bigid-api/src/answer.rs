//! From a response to a typed value, or to an error that keeps its status.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, ErrorResponse, Interrupted, Payload};
use crate::layer::{Cause, Redact};
use crate::{ByteStream, Operation, from_json};

/// A decoded answer with its status and headers; it derefs to the value.
pub struct Answer<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> Answer<T> {
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

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { value: change(self.value), status: self.status, headers: self.headers }
    }
}

impl Answer<ByteStream> {
    /// An answer whose body is read later, piece by piece.
    pub(crate) fn stream(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self::new(ByteStream::new(response), status, headers)
    }
}

impl Answer<()> {
    /// An answer whose body is not read.
    pub(crate) fn empty(response: reqwest::Response) -> Self {
        Self::new((), response.status(), response.headers().clone())
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Answer<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// The status and the value. A header may hold what a log should not.
impl<T: fmt::Debug> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("value", &self.value).finish_non_exhaustive()
    }
}

/// How many bytes of a JSON response are read: 64 MiB, for operations and for [`Request::send_json`](crate::Request::send_json) alike. The
/// longest response that was measured, 10,000 data sources at once, has 16.4 MB. What is longer is [`Error::Payload`]; read it with
/// [`Request::send`](crate::Request::send), piece by piece.
pub const MAX_JSON_BODY: usize = 64 << 20;

/// Reads and decodes the response to an operation.
///
/// A response that needs no body has an empty value: one with 204, and one to a call that changes something, which is then done.
pub(crate) async fn decode<T: DeserializeOwned, E>(response: reqwest::Response) -> Result<Answer<T>, Error<E>> {
    let changes = response.extensions().get::<&'static Operation>().is_some_and(|operation| !operation.is_safe());
    let head = Head::of(&response);
    let body = head.read(response).await?;
    let needs_no_body = changes || head.status == StatusCode::NO_CONTENT || head.status == StatusCode::RESET_CONTENT;
    if needs_no_body && body.trim_ascii().is_empty() {
        let mut empty = ["null", "{}", "[]"].into_iter().filter_map(|json| serde_json::from_str(json).ok());
        if let Some(value) = empty.next() {
            return Ok(Answer::new(value, head.status, head.headers));
        }
    }
    head.parse(body)
}

/// Reads and decodes the response to a request that the contract does not describe.
pub(crate) async fn decode_any<T: DeserializeOwned, E>(response: reqwest::Response) -> Result<Answer<T>, Error<E>> {
    let head = Head::of(&response);
    let body = head.read(response).await?;
    head.parse(body)
}

/// Reads and decodes an answer with a documented error status.
pub(crate) async fn refused<E: DeserializeOwned>(response: reqwest::Response) -> Error<E> {
    let head = Head::of(&response);
    let cause = response.extensions().get::<Cause>().cloned();
    let body = match head.read(response).await {
        // The server's words are kept, and shown by callers.
        Ok(body) => head.redacted(body),
        Err(error) => return error,
    };
    match head.parse(body) {
        Ok(answer) => Error::ErrorResponse(Box::new(ErrorResponse::new(answer, cause))),
        Err(error) => error,
    }
}

/// An answer with an error status that nobody documents: its body is JSON, or else one text.
pub(crate) async fn refused_with_anything(response: reqwest::Response) -> Error<Value> {
    let head = Head::of(&response);
    let cause = response.extensions().get::<Cause>().cloned();
    let body = match head.read(response).await {
        Ok(body) => head.redacted(body),
        Err(error) => return error,
    };
    let value = match body.as_ref() {
        b"" => Value::Null,
        json => from_json(json).unwrap_or_else(|_| String::from_utf8_lossy(json).into()),
    };
    Error::ErrorResponse(Box::new(ErrorResponse::new(Answer::new(value, head.status, head.headers), cause)))
}

/// What is kept of a response while its body is read.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
    redact: Option<Redact>,
}

impl Head {
    fn of(response: &reqwest::Response) -> Self {
        let redact = response.extensions().get().cloned();
        Self { status: response.status(), headers: response.headers().clone(), redact }
    }

    fn redacted(&self, body: Bytes) -> Bytes {
        match &self.redact {
            Some(redact) => redact.apply(body),
            None => body,
        }
    }

    fn parse<T: DeserializeOwned, E>(self, body: Bytes) -> Result<Answer<T>, Error<E>> {
        // A body without a byte is no JSON. Only what takes null takes it.
        let json = if body.is_empty() { b"null".as_slice() } else { &body };
        match from_json(json) {
            Ok(value) => Ok(Answer::new(value, self.status, self.headers)),
            Err(error) => {
                let body = self.redacted(body);
                Err(Error::Payload(Box::new(Payload::new(self.status, self.headers, body, &error))))
            }
        }
    }

    /// Reads a body of at most [`MAX_JSON_BODY`]. One that comes in one piece is not copied.
    async fn read<E>(&self, mut response: reqwest::Response) -> Result<Bytes, Error<E>> {
        let interrupted = |error| Error::Body(Box::new(Interrupted::new(self.status, error)));
        let (mut first, mut more) = (Bytes::new(), BytesMut::new());
        while let Some(piece) = response.chunk().await.map_err(interrupted)? {
            if first.len() + more.len() + piece.len() > MAX_JSON_BODY {
                let body = if more.is_empty() { first } else { more.freeze() };
                let payload = Payload::too_long(self.status, self.headers.clone(), self.redacted(body), MAX_JSON_BODY);
                return Err(Error::Payload(Box::new(payload)));
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
