//! A client whose requests are validated against the contract before they are sent. It has no credential, so security
//! is not checked.

use async_trait::async_trait;
use bigid_api::{BaseUrl, Client, Transport, USER_AGENT_VALUE};
use bigid_witness::{Part, contract};
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next, Result};

/// A client of the server at a base URL, which panics at a request that the contract does not describe.
///
/// # Panics
/// If the base URL is not valid.
pub fn client(base_url: &str) -> Client {
    let http = reqwest::Client::builder().user_agent(USER_AGENT_VALUE).build().unwrap();
    let chain = ClientBuilder::new(http.clone()).with(Witnessed).build();
    Client::new(Transport::with_layers(BaseUrl::parse(base_url).unwrap(), http, chain))
}

struct Witnessed;

#[async_trait]
impl Middleware for Witnessed {
    async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        let body = request.body().map(|body| body.as_bytes().unwrap()).unwrap_or_default();
        let mut seen = http::Request::new(body);
        *seen.method_mut() = request.method().clone();
        *seen.uri_mut() = request.url().as_str().parse().unwrap();
        *seen.headers_mut() = request.headers().clone();
        contract().check(&seen, &[Part::Security]).unwrap_or_else(|wrong| panic!("{wrong}"));
        next.run(request, extensions).await
    }
}
