//! What the tests over real HTTP share.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::error::Error;

use bigid_sandbox::{Profile, Sandbox};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;

/// What a test returns.
pub(crate) type TestResult = Result<(), Box<dyn Error>>;

/// A client without a proxy and without redirects: what is tested is the server.
pub(crate) fn http() -> Result<Client, reqwest::Error> {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build()
}

/// A client of one sandbox.
pub(crate) struct Caller {
    pub(crate) http: Client,
    pub(crate) base: String,
    pub(crate) profile: Profile,
}

impl Caller {
    pub(crate) fn new(sandbox: &Sandbox) -> Result<Self, reqwest::Error> {
        Ok(Self { http: http()?, base: sandbox.base_url(), profile: sandbox.profile() })
    }

    /// A request with a token in the form that the profile reads.
    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let value = if self.profile == Profile::Spec { format!("Bearer {token}") } else { token.to_owned() };
        self.http.request(method, format!("{}{path}", self.base)).header("authorization", value)
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> RequestBuilder {
        self.request(Method::GET, path, token)
    }

    /// The exchange, by the profile's method.
    pub(crate) async fn exchange(&self, token: &str) -> Result<Response, reqwest::Error> {
        let method = if self.profile == Profile::Spec { Method::POST } else { Method::GET };
        self.request(method, "/refresh-access-token", token).send().await
    }

    /// A system token for a user token.
    pub(crate) async fn session(&self, token: &str) -> Result<String, Box<dyn Error>> {
        let answer: Value = self.exchange(token).await?.json().await?;
        Ok(answer["systemToken"].as_str().ok_or("no system token")?.to_owned())
    }

    /// Status and JSON of a GET.
    pub(crate) async fn json(&self, path: &str, token: &str) -> Result<(StatusCode, Value), Box<dyn Error>> {
        let response = self.get(path, token).send().await?;
        Ok((response.status(), serde_json::from_str(&response.text().await?)?))
    }
}
