//! azure_identity's client secret, and azure_core's policy that puts a token into requests.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::http::headers::{AUTHORIZATION, Headers};
use azure_core::http::policies::auth::BearerTokenAuthorizationPolicy;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{AsyncRawResponse, ClientOptions, Context, HttpClient, Method, Request, StatusCode, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use serde_json::json;

use super::{Peer, done};
use crate::revocation::Caller;
use crate::source::Source;

const SCOPES: [&str; 1] = ["scope"];

/// Exchanges in memory.
#[derive(Debug)]
struct InMemory(Arc<Source>);

#[async_trait]
impl TokenCredential for InMemory {
    async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        let refused =
            |status: u16| azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, status.to_string());
        Ok(AccessToken::new(self.0.exchange().await.map_err(refused)?, self.0.expiry().into()))
    }
}

/// It only sends to HTTPS, so the endpoint is called in memory.
#[async_trait]
impl HttpClient for InMemory {
    async fn execute_request(&self, _: &Request) -> azure_core::Result<AsyncRawResponse> {
        let (status, body) = match self.0.exchange().await {
            Ok(token) => {
                (200, json!({"access_token": token, "expires_in": self.0.lifetime().as_secs(), "token_type": "Bearer"}))
            }
            Err(status) => (status, json!({"error": "invalid_grant", "error_description": "refused"})),
        };
        Ok(AsyncRawResponse::from_bytes(StatusCode::from(status), Headers::new(), body.to_string()))
    }
}

pub struct Entra(Arc<ClientSecretCredential>);

impl Peer for Entra {
    const NAME: &'static str = "azure_identity";

    async fn new(source: Arc<Source>) -> Self {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = "https://login.test".to_owned();
        let client_options = ClientOptions {
            transport: Some(Transport::new(Arc::new(InMemory(source)))),
            cloud: Some(Arc::new(CloudConfiguration::Custom(cloud))),
            ..ClientOptions::default()
        };
        let options = Some(ClientSecretCredentialOptions { client_options });
        Self(ClientSecretCredential::new("tenant", "client".to_owned(), Secret::new("secret"), options).unwrap())
    }

    async fn get(&self) -> Result<(), String> {
        done(self.0.get_token(&SCOPES, None).await)
    }
}

/// The end of a pipeline: an empty response.
#[derive(Debug)]
struct Sent;

/// The end of a pipeline whose service knows which token was revoked.
#[derive(Debug)]
struct Service(Arc<Source>);

#[async_trait]
impl Policy for Service {
    async fn send(&self, _: &Context, request: &mut Request, _: &[Arc<dyn Policy>]) -> PolicyResult {
        let authorization = request.headers().get_optional_str(&AUTHORIZATION).unwrap_or_default();
        let status = self.0.request(authorization).await;
        Ok(AsyncRawResponse::from_bytes(StatusCode::from(status), Headers::new(), ""))
    }
}

#[async_trait]
impl Policy for Sent {
    async fn send(&self, _: &Context, _: &mut Request, _: &[Arc<dyn Policy>]) -> PolicyResult {
        Ok(AsyncRawResponse::from_bytes(StatusCode::Ok, Headers::new(), ""))
    }
}

pub struct Bearer {
    policy: BearerTokenAuthorizationPolicy,
    next: [Arc<dyn Policy>; 1],
    service: [Arc<dyn Policy>; 1],
}

impl Bearer {
    async fn send(&self, next: &[Arc<dyn Policy>]) -> PolicyResult {
        let mut request = Request::new("https://service.test/".parse().unwrap(), Method::Get);
        self.policy.send(&Context::new(), &mut request, next).await
    }
}

impl Peer for Bearer {
    const NAME: &'static str = "azure_core, a request through the bearer policy";

    async fn new(source: Arc<Source>) -> Self {
        let policy = BearerTokenAuthorizationPolicy::new(Arc::new(InMemory(source.clone())), SCOPES);
        Self { policy, next: [Arc::new(Sent)], service: [Arc::new(Service(source))] }
    }

    async fn get(&self) -> Result<(), String> {
        done(self.send(&self.next).await)
    }
}

impl Caller for Bearer {
    async fn call(&self) -> Result<(), String> {
        for _ in 0..2 {
            if self.send(&self.service).await.map_err(|error| error.to_string())?.status() == StatusCode::Ok {
                return Ok(());
            }
        }
        Err("401 twice".to_owned())
    }
}
