use crate::types::{DataSource, Failure};
use crate::{Error, Request, Transport};

/// The operations of the BigID API, generated from the contract.
///
/// Each operation is a method that gives a builder: set its parameters, then `send().await`. Answers keep what the contract does not
/// know in their `extra` map. A clone is cheap and shares the connections.
///
/// The client knows nothing of tokens. The crate `bigid-auth-ext` wraps it so that every call is authorized.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) transport: Transport,
}

impl Client {
    /// A client that sends through a transport.
    #[must_use]
    pub fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// The way out.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// A request that the contract does not describe.
    ///
    /// `path` stands below the base URL, as in `/scan-insights/1`, or is a full URL of the same deployment: the same origin, and below
    /// the same path before `/api/v1`, as in `https://proxy.corp/tenant-a/proxy/tpa`. A query may be part of it, and a name in it must be
    /// percent-encoded by the caller. A URL of another deployment, or a path with `..` in it, is an error of [`Request::send`].
    ///
    /// ```no_run
    /// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use bigid_api::http::Method;
    ///
    /// let roles = client.request(Method::GET, "/roles").query(&[("limit", "10")]).send().await?;
    /// println!("{}", roles.text().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: http::Method, path: &str) -> Request {
        Request::new(self.transport.clone(), self.transport.request(method, path))
    }

    /// One data source by its name, out of the envelope that [`get_data_source`](Self::get_data_source) answers with.
    ///
    /// ```no_run
    /// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let source = client.data_source("HR / Payroll").await?;
    /// println!("{:?} is in {:?}", source.name, source.location);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As the operation. A name that does not exist is answered with 400 and "Unable to locate", not with 404. An answer without a
    /// data source in it is [`Error::Payload`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request, which only reads.
    pub async fn data_source(&self, name: &str) -> Result<DataSource, Error<Failure>> {
        let answer = self.get_data_source().name(name).send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let envelope = answer.into_inner();
        match envelope.ds_connection {
            Some(source) => Ok(source),
            None => Err(Error::missing(status, headers, &envelope.extra)),
        }
    }
}
