//! The result of a call, in one form for every operation.

use std::any::Any;
use std::fmt::Debug;
use std::pin::Pin;

use bigid_api::types::ApiErrorBody;
use bigid_api::{ByteStream, Error, List, Records, Response};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The result of a call, whatever its types are.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// A response that was decoded, and encoded again.
    Json(u16, Value),
    /// The bytes of a stream.
    Bytes(u16, Vec<u8>),
    /// A response whose body is not read.
    Empty(u16),
    /// A documented error.
    Refused(u16, Value),
    /// Another error, by the name of its variant.
    Failed(Option<u16>, &'static str),
}

/// A call of an operation by its id.
pub(crate) type Call<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + 'a>>;

/// The error of a call: its outcome, and the error itself, whose type differs by operation.
pub(crate) struct Failure {
    pub(crate) outcome: Outcome,
    pub(crate) error: Box<dyn Any>,
}

/// An operation without a documented refusal has none in its error.
type CallResult<T, E> = Result<Response<T>, Error<E>>;

/// A list page by page, each record encoded again.
pub type Paged = Pin<Box<dyn Stream<Item = Result<Value, Error<ApiErrorBody>>>>>;

pub(crate) fn paged<T: Serialize + Send + 'static>(records: Records<T>) -> Paged {
    Box::pin(records.map(|record| record.map(|record| serde_json::to_value(record).unwrap())))
}

pub(crate) async fn typed<T: Serialize + Debug, E: Serialize + 'static>(
    response: CallResult<T, E>,
) -> Result<Outcome, Failure> {
    match response {
        Ok(response) => {
            // A response may hold secrets, so that its debug output shows keys only where nothing is declared.
            assert!(!format!("{response:?}").contains("thing"), "{response:?}");
            Ok(Outcome::Json(response.status().as_u16(), serde_json::to_value(response.into_inner()).unwrap()))
        }
        Err(error) => Err(failed(error)),
    }
}

pub(crate) async fn list<T: Serialize + Debug, E: Serialize + 'static>(
    response: CallResult<List<T>, E>,
) -> Result<Outcome, Failure> {
    typed(response).await
}

pub(crate) async fn raw<E: Serialize + 'static>(response: CallResult<ByteStream, E>) -> Result<Outcome, Failure> {
    match response {
        Ok(response) => {
            let status = response.status().as_u16();
            let pieces: Vec<_> = response.into_inner().try_collect().await.unwrap();
            Ok(Outcome::Bytes(status, pieces.concat()))
        }
        Err(error) => Err(failed(error)),
    }
}

pub(crate) async fn empty<E: Serialize + 'static>(response: CallResult<(), E>) -> Result<Outcome, Failure> {
    match response {
        Ok(response) => Ok(Outcome::Empty(response.status().as_u16())),
        Err(error) => Err(failed(error)),
    }
}

fn failed<E: Serialize + 'static>(error: Error<E>) -> Failure {
    let status = error.status().map(|status| status.as_u16());
    let outcome = match &error {
        Error::ErrorResponse(response) => {
            Outcome::Refused(response.status().as_u16(), serde_json::to_value(&***response).unwrap())
        }
        Error::InvalidRequest(_) => Outcome::Failed(status, "InvalidRequest"),
        Error::UnexpectedResponse(_) => Outcome::Failed(status, "UnexpectedResponse"),
        Error::Payload(_) => Outcome::Failed(status, "Payload"),
        _ => Outcome::Failed(status, "other"),
    };
    Failure { outcome, error: Box::new(error) }
}

pub(crate) fn decoded<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

pub(crate) fn undocumented<T>(status: u16) -> T {
    panic!("the contract has no response of status {status} for this operation")
}
