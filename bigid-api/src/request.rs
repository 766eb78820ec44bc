use std::fmt;

use serde::Serialize;

use crate::error::Unsent;
use crate::{Error, Transport};

/// A request that the contract does not describe, on its way through the same layers as every operation.
///
/// Made by [`Client::request`](crate::Client::request). A path that cannot be used is reported by [`send`](Self::send).
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    transport: Transport,
    builder: Result<reqwest::RequestBuilder, Unsent>,
}

impl Request {
    pub(crate) fn new(transport: Transport, builder: Result<reqwest::RequestBuilder, Unsent>) -> Self {
        Self { transport, builder }
    }

    /// Adds query parameters.
    pub fn query<T: Serialize + ?Sized>(self, query: &T) -> Self {
        self.with(|builder| builder.query(query))
    }

    /// Sends a value as JSON.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.with(|builder| builder.json(body))
    }

    /// Changes the request in any way that reqwest knows.
    pub fn with(mut self, change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Self {
        self.builder = self.builder.map(change);
        self
    }

    /// Sends the request. An answer of any status is `Ok`; its body has not been read.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for a path that leaves the origin or climbs, [`Error::Communication`], and [`Error::Layer`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request; the server may have received it.
    pub async fn send(self) -> Result<reqwest::Response, Error> {
        Ok(self.transport.execute(self.builder?, &mut self.transport.extensions()).await?)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}
