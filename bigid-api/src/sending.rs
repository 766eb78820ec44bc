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

/// Sends a call, and decodes its response.
pub(crate) fn json<T: Field>(call: Call) -> Sending<Response<T>> {
    Sending(Exchange::Whole(whole(call), response::decode))
}

/// Sends a call, and streams the body of its response.
pub(crate) fn stream(call: Call) -> Sending<Response<ByteStream>> {
    Sending(Exchange::Open(open(call, "*/*"), Response::stream))
}

/// Sends a call, and ignores the body of its response.
pub(crate) fn empty(call: Call) -> Sending<Response<()>> {
    Sending(Exchange::Open(open(call, "application/json"), Response::empty))
}

/// As [`json`], without status and headers.
pub(crate) fn json_value<T: Field>(call: Call) -> Sending<T> {
    Sending(Exchange::Whole(whole(call), |received| match response::decode::<T, _>(received) {
        Ok(response) => Ok(response.into_inner()),
        Err(error) => Err(error),
    }))
}

/// As [`stream`], without status and headers.
pub(crate) fn stream_value(call: Call) -> Sending<ByteStream> {
    Sending(Exchange::Open(open(call, "*/*"), |response| Response::stream(response).into_inner()))
}

/// As [`empty`], without status and headers.
pub(crate) fn empty_value(call: Call) -> Sending<()> {
    Sending(Exchange::Open(open(call, "application/json"), |_| ()))
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

fn open(call: Call, accept: &'static str) -> Boxed<reqwest::Response> {
    let prepared = call.prepare(accept);
    Box::pin(async move { prepared?.respond().await })
}
