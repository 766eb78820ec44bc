//! From a response to a typed value, or to an error that keeps its status.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorResponse, Interrupted, Payload};
use crate::layer::{Cause, Redact};

/// Reads and decodes a whole answer.
pub(crate) async fn decode<T: DeserializeOwned, E>(response: reqwest::Response) -> Result<ResponseValue<T>, Error<E>> {
    let (status, headers, redact) =
        (response.status(), response.headers().clone(), response.extensions().get::<Redact>().cloned());
    let body = read(response, status).await?;
    let value = parse(body, status, &headers, redact.as_ref())?;
    Ok(ResponseValue::new(value, status, headers))
}

/// Reads and decodes an answer with a documented error status.
pub(crate) async fn refused<E: DeserializeOwned>(response: reqwest::Response) -> Error<E> {
    let cause = response.extensions().get::<Cause>().cloned();
    let (status, headers, redact) =
        (response.status(), response.headers().clone(), response.extensions().get::<Redact>().cloned());
    let kept = match read::<E>(response, status).await {
        // The server's words are kept, and shown by callers.
        Ok(body) => match redact {
            Some(redact) => redact.apply(body),
            None => body,
        },
        Err(error) => return error,
    };
    match parse(kept, status, &headers, None) {
        Ok(value) => {
            Error::ErrorResponse(Box::new(ErrorResponse::new(ResponseValue::new(value, status, headers), cause)))
        }
        Err(error) => error,
    }
}

async fn read<E>(response: reqwest::Response, status: StatusCode) -> Result<Bytes, Error<E>> {
    response.bytes().await.map_err(|error| Error::Body(Box::new(Interrupted::new(status, error))))
}

fn parse<T: DeserializeOwned, E>(
    body: Bytes,
    status: StatusCode,
    headers: &HeaderMap,
    redact: Option<&Redact>,
) -> Result<T, Error<E>> {
    // A body without a byte is no JSON. Only an answer whose shape is open takes it, as null.
    let json = if body.is_empty() { b"null".as_slice() } else { &body };
    serde_json::from_slice(json).map_err(|error| {
        let kept = redact.map_or(body.clone(), |redact| redact.apply(body.clone()));
        Error::Payload(Box::new(Payload::new(status, headers.clone(), kept, &error)))
    })
}
