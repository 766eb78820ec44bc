//! From a response to a typed value, or to an error that keeps its status.

use http::{HeaderMap, StatusCode};
use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorResponse, Interrupted, Payload};
use crate::layer::Cause;

/// Reads and decodes a whole answer.
pub(crate) async fn decode<T: DeserializeOwned, E>(response: reqwest::Response) -> Result<ResponseValue<T>, Error<E>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let value = read(response, status, &headers).await?;
    Ok(ResponseValue::new(value, status, headers))
}

/// Reads and decodes an answer with a documented error status.
pub(crate) async fn refused<E: DeserializeOwned>(response: reqwest::Response) -> Error<E> {
    let cause = response.extensions().get::<Cause>().cloned();
    match decode(response).await {
        Ok(value) => Error::ErrorResponse(Box::new(ErrorResponse::new(value, cause))),
        Err(error) => error,
    }
}

async fn read<T: DeserializeOwned, E>(
    response: reqwest::Response,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<T, Error<E>> {
    let body = response.bytes().await.map_err(|error| Error::Body(Box::new(Interrupted::new(status, error))))?;
    // A body without a byte is no JSON. Only an answer whose shape is open takes it, as null.
    let json = if body.is_empty() { b"null".as_slice() } else { &body };
    serde_json::from_slice(json)
        .map_err(|error| Error::Payload(Box::new(Payload::new(status, headers.clone(), body, &error))))
}
