use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::error::SendError;
use crate::{Error, ExpectedBody, Response, Transport, response};

/// A request that the contract does not describe, sent through the same middleware as every operation.
///
/// Created by [`Client::request`](crate::Client::request). An invalid path is reported by [`send`](Self::send).
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    transport: Arc<Transport>,
    builder: Result<reqwest::RequestBuilder, SendError>,
}

impl Request {
    pub(crate) fn new(transport: Arc<Transport>, builder: Result<reqwest::RequestBuilder, SendError>) -> Self {
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

    /// Changes the underlying reqwest request.
    pub fn with(mut self, change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Self {
        self.builder = self.builder.map(change);
        self
    }

    /// The URL with its query, as it would be sent.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for a URL of another deployment, or a path with `..`.
    pub fn url(self) -> Result<Url, Error> {
        Ok(self.builder?.build().map_err(SendError::of_reqwest)?.url().clone())
    }

    /// Sends the request. A response of any status is `Ok`; its body has not been read, and may repeat the credential:
    /// use [`Error::from_response`] to print a failed one.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for a URL of another deployment or a path with `..`, [`Error::Communication`], and
    /// [`Error::Layer`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request; the server may have received it.
    pub async fn send(self) -> Result<reqwest::Response, Error> {
        Ok(self.transport.execute(self.builder?, &mut self.transport.extensions()).await?)
    }

    /// Sends the request, and decodes the response as an operation does.
    ///
    /// `T` is any type that serde reads, [`serde_json::Value`] included; a response without a body is `null`, which
    /// `()` and `Option` accept.
    ///
    /// ```no_run
    /// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use bigid_api::http::Method;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Roles {
    ///     roles: Vec<serde_json::Value>,
    /// }
    ///
    /// let response = client.request(Method::GET, "/roles").send_json::<Roles>().await?;
    /// println!("{}: {} roles", response.status(), response.roles.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`send`](Self::send). A status outside 200 to 299 is [`Error::ErrorResponse`], with the body as
    /// JSON, or as a string if it is not JSON; if the body is cut off, or longer than 1 MiB, it is
    /// [`Error::UnexpectedResponse`] with the part that was read. For a success, a body that is not a `T`, or is longer
    /// than [`MAX_JSON_BODY`](crate::MAX_JSON_BODY), is [`Error::Payload`]. All keep the status.
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn send_json<T: DeserializeOwned>(self) -> Result<Response<T>, Error<Value>> {
        let mut extensions = self.transport.extensions();
        extensions.insert(ExpectedBody::Json);
        let response = self.transport.execute(self.builder?, &mut extensions).await?;
        if response.status().is_success() {
            response::decode_any(response).await
        } else {
            Err(Error::from_response(response).await)
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}
