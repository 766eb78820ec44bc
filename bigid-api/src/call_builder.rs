//! The builder of every operation: one type, so that its methods are checked and compiled once.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::call::Call;
use crate::sending::CallOutput;
use crate::types::ApiErrorBody;
use crate::{CallOptions, Error, Response, RetryPolicy, Sending};

/// A call of an operation, with its required values. Setters add optional ones, and awaiting it sends the call.
///
/// Each operation has a name for its own builder: that of
/// [`Client::list_data_sources`](crate::Client::list_data_sources) is
/// [`builder::ListDataSources`](crate::builder::ListDataSources), whose page shows the setters of this operation. The
/// page of `CallBuilder` shows those of all operations.
///
/// `O` is the operation, and `T` what the call returns: a record, a [`ByteStream`](crate::ByteStream), or nothing. A
/// builder borrows nothing, so a task or a web handler can own it.
#[must_use = "a call is sent when it is awaited"]
pub struct CallBuilder<O, T>(pub(crate) Call, PhantomData<fn() -> (O, T)>);

/// The builder of an operation that begins with this call.
pub(crate) fn builder<O, T>(call: Call) -> CallBuilder<O, T> {
    CallBuilder(call, PhantomData)
}

impl<O, T> CallBuilder<O, T> {
    /// Sends a header with this call, in place of an earlier value. `Authorization` replaces the session.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        builder(self.0.header(name, value))
    }

    /// Limits this call, retries included; see [`CallOptions::timeout`](crate::CallOptions::timeout()).
    pub fn timeout(self, timeout: Duration) -> Self {
        builder(self.0.timeout(timeout))
    }

    /// Replaces the retry policy for this call.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        builder(self.0.retry(policy))
    }

    /// Applies several options to this call.
    pub fn options(self, options: CallOptions) -> Self {
        builder(self.0.options(options))
    }
}

impl<O, T: CallOutput> CallBuilder<O, T> {
    /// Sends the call, as awaiting the builder does. This is a plain future, for `tokio::spawn` and `join!`.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the call; the server may have received it.
    pub fn send(self) -> Sending<T> {
        T::send(self.0)
    }

    /// Sends the call and keeps the status and the headers of the response.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub fn with_response(self) -> Sending<Response<T>> {
        T::with_response(self.0)
    }
}

impl<O, T: CallOutput> IntoFuture for CallBuilder<O, T> {
    type Output = Result<T, Error<ApiErrorBody>>;
    type IntoFuture = Sending<T>;

    fn into_future(self) -> Sending<T> {
        self.send()
    }
}

impl<O, T> Clone for CallBuilder<O, T> {
    fn clone(&self) -> Self {
        builder(self.0.clone())
    }
}

/// Shows only the operation, because parameters may be secrets.
impl<O, T> fmt::Debug for CallBuilder<O, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
