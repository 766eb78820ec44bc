//! Errors that are responses.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Error;
use super::details::Details;

/// A response with a documented error status; it derefs to the documented body.
pub struct ErrorResponse<E> {
    pub(super) value: E,
    pub(super) details: Details,
}

impl<E> ErrorResponse<E> {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.details.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.details.headers
    }

    /// The documented body.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.value
    }
}

impl<E> std::ops::Deref for ErrorResponse<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.value
    }
}

impl<E> fmt::Debug for ErrorResponse<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// A response whose status, or whose error body, the operation does not document.
pub struct UnexpectedResponse {
    pub(super) details: Details,
    body: Bytes,
}

impl UnexpectedResponse {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.details.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.details.headers
    }

    /// The body, up to 1 MiB, without the credentials of the client that received it. It may contain other secrets;
    /// keep it out of logs.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnexpectedResponse")
            .field("status", &self.status())
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Reads a response with a documented error status. An undocumented body does not hide the status.
pub(crate) async fn documented<E: DeserializeOwned>(response: reqwest::Response) -> Error<E> {
    let (details, body) = Details::read(response).await;
    match crate::from_json(&body.bytes) {
        Ok(value) if body.is_whole => Error::ErrorResponse(Box::new(ErrorResponse { value, details })),
        _ => Error::UnexpectedResponse(Box::new(UnexpectedResponse { details, body: body.bytes })),
    }
}

/// Reads a response with an undocumented status.
pub(crate) async fn undocumented<E>(response: reqwest::Response) -> Error<E> {
    let (details, body) = Details::read(response).await;
    Error::UnexpectedResponse(Box::new(UnexpectedResponse { details, body: body.bytes }))
}

impl Error<Value> {
    /// Converts a failed response of [`Request::send`](crate::Request::send) to an error, without the secrets that its
    /// body repeats: print this instead of the body. The body is JSON, or a string if it is not JSON. A body that is
    /// cut off or longer than 1 MiB makes it an [`Error::UnexpectedResponse`] with the part that was read.
    ///
    /// # Cancel safety
    /// Dropping the future drops the response.
    pub async fn from_response(response: reqwest::Response) -> Self {
        let (details, body) = Details::read(response).await;
        if !body.is_whole {
            return Error::UnexpectedResponse(Box::new(UnexpectedResponse { details, body: body.bytes }));
        }
        let value = match body.bytes.as_ref() {
            b"" => Value::Null,
            json => crate::from_json(json).unwrap_or_else(|_| String::from_utf8_lossy(json).into()),
        };
        Error::ErrorResponse(Box::new(ErrorResponse { value, details }))
    }
}

/// A response without a body, for tests of code that decides by the status.
#[cfg(test)]
impl From<http::Response<&'static str>> for UnexpectedResponse {
    fn from(response: http::Response<&'static str>) -> Self {
        Self { details: Details::of(&response.into()), body: Bytes::new() }
    }
}
