use std::sync::Arc;

use crate::types::{ApiErrorBody, DataSource};
use crate::{Error, Request, Transport};

/// A client of the BigID API, with a method for each operation of the contract.
///
/// Required values are arguments of the method, optional ones are setters of the builder that it returns, and awaiting
/// the builder sends the call:
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let page = client.list_data_sources().limit(100).sort("name").await?;
/// let source = client.get_data_source("Orders").await?;
/// # Ok(())
/// # }
/// ```
///
/// Every builder has these methods as well: [`send`](crate::builder::GetDataSource::send) in place of awaiting it,
/// [`with_response`](crate::builder::GetDataSource::with_response) for the status and the headers,
/// [`header`](crate::builder::GetDataSource::header), [`timeout`](crate::builder::GetDataSource::timeout) and
/// [`retry`](crate::builder::GetDataSource::retry). Builders and futures borrow nothing, so a task or a web handler can
/// own them.
///
/// Cloning is cheap. The client does not handle tokens; the crate `bigid-auth-ext` wraps it so that every call is
/// authorized.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) transport: Arc<Transport>,
}

impl Client {
    /// A client that sends through a transport.
    #[must_use]
    pub fn new(transport: Transport) -> Self {
        Self { transport: Arc::new(transport) }
    }

    /// The transport that calls are sent through.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Starts a request to an endpoint that the contract does not describe.
    ///
    /// `path` is relative to the base URL, as in `/scan-insights/1`, or is a full URL of the same deployment: the same
    /// origin, and below the same path before `/api/v1`, as in `https://proxy.corp/tenant-a/proxy/tpa`. It may contain
    /// a query; the caller percent-encodes names in it. A URL of another deployment, or a path with `..` in it, is an
    /// error of [`Request::send`].
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

    /// Reads one data source by name, without the envelope that [`get_data_source`](Self::get_data_source) returns.
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
    /// Same as for the operation. For an unknown name, BigID responds with 400 and "Unable to locate", not with 404. A
    /// response without a data source is [`Error::Payload`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request, which only reads.
    pub async fn data_source(&self, name: &str) -> Result<DataSource, Error<ApiErrorBody>> {
        let response = self.get_data_source(name).with_response().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let envelope = response.into_inner();
        match envelope.ds_connection {
            Some(source) => Ok(source),
            None => Err(Error::missing(status, headers, &envelope.extra)),
        }
    }
}

/// A required value cannot be omitted: that does not compile. Each pair differs in one argument.
///
/// ```
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.get_data_source("Orders").await?;
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0061
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.get_data_source().await?;
/// # Ok(())
/// # }
/// ```
///
/// ```
/// # async fn call(client: &bigid_api::Client, body: bigid_api::types::MinimizationActionRequest) -> Result<(), Box<dyn std::error::Error>> {
/// client.start_minimization_action(body).await?;
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0061
/// # async fn call(client: &bigid_api::Client, body: bigid_api::types::MinimizationActionRequest) -> Result<(), Box<dyn std::error::Error>> {
/// client.start_minimization_action().await?;
/// # Ok(())
/// # }
/// ```
///
/// ```
/// let request = bigid_api::types::SessionRequest::new("user", "password");
/// ```
///
/// ```compile_fail,E0061
/// let request = bigid_api::types::SessionRequest::new("user");
/// ```
#[cfg(doctest)]
struct Required;
