//! Calls that are being sent. All operations share two futures; only the function that decodes the response is compiled
//! for each type.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::call::Call;
use crate::lossless::Field;
use crate::response::{self, Received};
use crate::types::ApiErrorBody;
use crate::{ByteStream, Error, Response};

/// A call that is being sent: the future of an operation.
///
/// # Cancel safety
/// Dropping it abandons the call; the server may have received it.
#[must_use = "a call is sent when it is awaited"]
pub struct Sending<T>(Exchange<T>);

enum Exchange<T> {
    /// The body is read before the response is decoded.
    Whole(Boxed<Received>, fn(Received) -> Outcome<T>),
    Open(Boxed<reqwest::Response>, fn(reqwest::Response) -> T),
}

type Outcome<T> = Result<T, Error<ApiErrorBody>>;

type Boxed<T> = Pin<Box<dyn Future<Output = Outcome<T>> + Send>>;

impl<T> Future for Sending<T> {
    type Output = Outcome<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        Poll::Ready(match &mut self.0 {
            Exchange::Whole(exchange, finish) => match ready!(exchange.as_mut().poll(context)) {
                Ok(received) => finish(received),
                Err(error) => Err(error),
            },
            Exchange::Open(exchange, finish) => match ready!(exchange.as_mut().poll(context)) {
                Ok(response) => Ok(finish(response)),
                Err(error) => Err(error),
            },
        })
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}

/// What a call returns: a decoded value, the body as a stream, or nothing.
pub trait CallOutput: Sized {
    /// Sends a call.
    fn send(call: Call) -> Sending<Self>;

    /// Sends a call, and keeps the status and the headers of the response.
    fn with_response(call: Call) -> Sending<Response<Self>>;
}

impl<T: Field> CallOutput for T {
    fn send(call: Call) -> Sending<Self> {
        Sending(Exchange::Whole(whole(call), |received| match response::decode::<T, _>(received) {
            Ok(response) => Ok(response.into_inner()),
            Err(error) => Err(error),
        }))
    }

    fn with_response(call: Call) -> Sending<Response<Self>> {
        Sending(Exchange::Whole(whole(call), response::decode))
    }
}

impl CallOutput for ByteStream {
    fn send(call: Call) -> Sending<Self> {
        Sending(Exchange::Open(open(call), |response| Response::stream(response).into_inner()))
    }

    fn with_response(call: Call) -> Sending<Response<Self>> {
        Sending(Exchange::Open(open(call), Response::stream))
    }
}

impl CallOutput for () {
    fn send(call: Call) -> Sending<Self> {
        Sending(Exchange::Whole(whole(call), |received| response::ignore(received).map(Response::into_inner)))
    }

    fn with_response(call: Call) -> Sending<Response<Self>> {
        Sending(Exchange::Whole(whole(call), response::ignore))
    }
}

fn whole(call: Call) -> Boxed<Received> {
    let prepared = call.prepare("application/json");
    Box::pin(async move {
        let prepared = prepared?;
        let changes = !prepared.operation.is_safe();
        let mut response = prepared.respond().await?;
        Received::read(&mut response, changes).await
    })
}

fn open(call: Call) -> Boxed<reqwest::Response> {
    let prepared = call.prepare("*/*");
    Box::pin(async move { prepared?.respond().await })
}
