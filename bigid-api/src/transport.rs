use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::{Extensions, HeaderValue, Method, StatusCode};
use reqwest::Request;
use reqwest_middleware::ClientWithMiddleware;

use crate::error::SendError;
use crate::layer::Attempts;
use crate::{BaseUrl, CallOptions, LayerError, Operation, UnsupportedEncoding};

/// The default `User-Agent`.
pub const USER_AGENT_VALUE: &str = concat!("bigid-rust/", env!("CARGO_PKG_VERSION"));

/// How a [`Client`](crate::Client) sends requests: a base URL and a stack of middleware.
///
/// Tokens, retries and logging are each a [`reqwest_middleware::Middleware`] in the stack, which finds the called
/// [`Operation`] in the request's extensions. Clones share the connections.
///
/// ```
/// use bigid_api::{BaseUrl, Client, Transport};
///
/// let base = BaseUrl::parse("https://acme.bigid.cloud")?;
/// let http = bigid_api::reqwest::Client::builder().build()?;
/// let client = Client::new(Transport::new(base, http));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Transport {
    base: Arc<BaseUrl>,
    /// Builds requests that the contract does not describe. They are sent through the stack as well.
    http: reqwest::Client,
    chain: ClientWithMiddleware,
    /// Whether the stack is empty, so that requests get their `User-Agent` and timeout here.
    is_plain: bool,
    /// The extensions of every request, for the middleware.
    extensions: Extensions,
}

impl Transport {
    /// A transport without middleware: requests are sent as they are.
    #[must_use]
    pub fn new(base: BaseUrl, http: reqwest::Client) -> Self {
        let chain = reqwest_middleware::ClientBuilder::new(http.clone()).build();
        Self { is_plain: true, ..Self::with_layers(base, http, chain) }
    }

    /// A transport with a stack of middleware that ends at `http`, whose own `User-Agent` is sent; set it to
    /// [`USER_AGENT_VALUE`] to keep the default.
    #[must_use]
    pub fn with_layers(base: BaseUrl, http: reqwest::Client, chain: ClientWithMiddleware) -> Self {
        Self { base: Arc::new(base), http, chain, is_plain: false, extensions: Extensions::new() }
    }

    /// The same transport, with a value in the extensions of every request, for the middleware to read.
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(&self, value: T) -> Self {
        let mut transport = self.clone();
        transport.extensions.insert(value);
        transport
    }

    /// The base URL.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// A request for a path below the base URL, or for a full URL of its deployment.
    pub(crate) fn request(&self, method: Method, path: &str) -> Result<reqwest::RequestBuilder, SendError> {
        let url = self.base.resolve(path).map_err(|error| SendError::Invalid(error.to_string()))?;
        Ok(self.http.request(method, url))
    }

    /// Completes the request of an operation, and returns its extensions. Its own options win over those that every
    /// request carries.
    pub(crate) fn prepare(
        &self,
        request: &mut Request,
        operation: &'static Operation,
        options: CallOptions,
    ) -> Extensions {
        let mut extensions = self.extensions();
        extensions.insert(operation);
        if options != CallOptions::default() {
            let options = options.or(extensions.get().copied().unwrap_or_default());
            extensions.insert(options);
        }
        self.finish(request, &extensions);
        extensions
    }

    /// The extensions of every request.
    pub(crate) fn extensions(&self) -> Extensions {
        self.extensions.clone()
    }

    /// Without layers, applies the timeout and adds the `User-Agent`.
    fn finish(&self, request: &mut Request, extensions: &Extensions) {
        if self.is_plain {
            if let Some(timeout) = extensions.get::<CallOptions>().and_then(|options| options.timeout) {
                *request.timeout_mut() = Some(timeout);
            }
            request.headers_mut().entry(USER_AGENT).or_insert(HeaderValue::from_static(USER_AGENT_VALUE));
        }
    }

    pub(crate) async fn execute(
        &self,
        request: reqwest::RequestBuilder,
        extensions: &mut Extensions,
    ) -> Result<reqwest::Response, SendError> {
        let mut request = Box::new(request.build().map_err(SendError::of_reqwest)?);
        self.finish(&mut request, extensions);
        self.send(request, extensions).await
    }

    /// Sends a request through the stack. It is boxed because it is large, and the future of each function that it is
    /// passed to would hold a copy of it.
    pub(crate) async fn send(
        &self,
        mut request: Box<Request>,
        extensions: &mut Extensions,
    ) -> Result<reqwest::Response, SendError> {
        let decodes = request.headers().contains_key(ACCEPT_ENCODING);
        request.headers_mut().entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
        let has_body = request.method() != Method::HEAD;
        let outcome = self.chain.execute_with_extensions(*request, extensions).await;
        let attempts = extensions.get::<Attempts>().copied();
        let count = attempts.map(|attempts| attempts.0);
        let mut response = outcome.map_err(|error| SendError::of_middleware(error, count))?;
        if let Some(attempts) = attempts {
            response.extensions_mut().insert(attempts);
        }
        match UnsupportedEncoding::of(response.headers()) {
            Some(encoding) if has_body && !decodes && !is_empty(&response) => {
                let layer = LayerError::new(encoding).with_status(Some(response.status()));
                Err(SendError::Layer(LayerError { attempts: count.unwrap_or(1), ..layer }))
            }
            _ => Ok(response),
        }
    }
}

fn is_empty(response: &reqwest::Response) -> bool {
    matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
        || response.content_length() == Some(0)
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}
