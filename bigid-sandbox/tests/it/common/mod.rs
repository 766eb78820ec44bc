//! Helpers of the tests over real HTTP.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeSet;
use std::error::Error;

use bigid_sandbox::{Profile, Sandbox};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;

/// The return type of tests.
pub(crate) type TestResult = Result<(), Box<dyn Error>>;

/// A client without a proxy and without redirects, because only the server is tested.
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
        let response: Value = self.exchange(token).await?.json().await?;
        Ok(response["systemToken"].as_str().ok_or("no system token")?.to_owned())
    }

    /// Status and JSON of a GET.
    pub(crate) async fn json(&self, path: &str, token: &str) -> Result<(StatusCode, Value), Box<dyn Error>> {
        let response = self.get(path, token).send().await?;
        Ok((response.status(), serde_json::from_str(&response.text().await?)?))
    }
}

/// A sandbox, a client of it, and a session.
pub(crate) struct Signed {
    pub(crate) sandbox: Sandbox,
    pub(crate) caller: Caller,
    pub(crate) session: String,
}

impl Signed {
    pub(crate) async fn with(count: usize) -> Result<Self, Box<dyn Error>> {
        Self::to(Sandbox::builder().data_sources(count).start().await?).await
    }

    pub(crate) async fn to(sandbox: Sandbox) -> Result<Self, Box<dyn Error>> {
        let caller = Caller::new(&sandbox)?;
        let session = caller.session(&sandbox.user_token()).await?;
        Ok(Self { sandbox, caller, session })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<(u16, Value), Box<dyn Error>> {
        let (status, body) = self.caller.json(path, &self.session).await?;
        Ok((status.as_u16(), body))
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Result<(u16, Value), Box<dyn Error>> {
        let response = self.caller.request(method, path, &self.session).json(body).send().await?;
        Ok((response.status().as_u16(), serde_json::from_str(&response.text().await?)?))
    }

    pub(crate) async fn page(&self, query: &str) -> Result<(Vec<Value>, Value), Box<dyn Error>> {
        let (status, body) = self.get(&format!("/ds-connections?{query}")).await?;
        assert_eq!(status, 200, "{body}");
        let records = body["data"]["ds_connections"].as_array().cloned().unwrap_or_default();
        Ok((records, body["data"]["totalCount"].clone()))
    }

    pub(crate) async fn filtered(&self, filter: Value) -> Result<BTreeSet<String>, Box<dyn Error>> {
        let filter = utf8_percent_encode(&filter.to_string(), NON_ALPHANUMERIC).to_string();
        let (records, total) = self.page(&format!("filter={filter}")).await?;
        assert_eq!(total, records.len());
        Ok(records.iter().map(name).collect())
    }
}

pub(crate) fn name(record: &Value) -> String {
    record["name"].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn by_name(name: &str) -> String {
    format!("/ds_connections/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}
