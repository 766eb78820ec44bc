//! The credential of an app that BigID hosts for many tenants.

use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use bigid_api::{BaseUrl, Secret};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use url::form_urlencoded;

use crate::config_error::ConfigError;
use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};
use crate::foreign_error::root_cause;
use crate::wire::client::{HttpConfig, HttpError};

/// The largest response of an identity provider that is read; a token has a few KiB.
const MAX_RESPONSE: usize = 64 * 1024;

/// The audience that BigID's own client asks for.
const AUDIENCE: &str = "bigid-api-v1";

/// Gets a service token by the grant `client_credentials`, before each exchange.
///
/// Only apps that BigID hosts for many tenants have a client of BigID's identity provider. The token is exchanged for a session of one
/// tenant (`POST /token-exchange`); a program makes one client for each tenant, and [`list_app_tenants`] lists them. That exchange and
/// this grant are known from BigID's own Java client of 2023 alone, which reads `AUTH0_DOMAIN`, `CLIENT_ID` and `CLIENT_SECRET`.
///
/// The grant is one request of at most [`EXCHANGE_TIMEOUT`](crate::EXCHANGE_TIMEOUT) and
/// [`PROVIDER_TIMEOUT`](crate::PROVIDER_TIMEOUT), without redirects. Its errors name the status and the error code of RFC 6749, and
/// nothing else of the response. Sessions of service tokens are not kept in a [`SessionStore`](crate::SessionStore).
///
/// ```
/// use bigid_auth_ext::{BigIdClient, HostedCredential, Secret};
///
/// # if cfg!(not(any(feature = "rustls", feature = "native-tls"))) {
/// #     return Ok(()); // `https` is refused.
/// # }
/// let secret = Secret::from("from-the-environment".to_owned());
/// let app = HostedCredential::new("https://identity.example", "the-client", secret)?.tenant("acme");
/// let client = BigIdClient::builder("https://hosted.bigid.example").credential_provider(app).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`list_app_tenants`]: bigid_api::Client::list_app_tenants
#[derive(Clone)]
pub struct HostedCredential {
    identity: BaseUrl,
    client_id: String,
    client_secret: Secret,
    audience: String,
    tenant: Option<String>,
    http: HttpConfig,
}

impl HostedCredential {
    /// The client of an identity provider, whose token endpoint is at `/oauth/token` below the address.
    ///
    /// # Errors
    /// An address that [`BaseUrl`] refuses, or one that is neither `https` nor on this machine, to which the secret would be sent in
    /// plain text.
    pub fn new(
        identity_provider: impl AsRef<str>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Result<Self, ConfigError> {
        let identity = BaseUrl::with_base_path(identity_provider.as_ref(), "").map_err(ConfigError::BaseUrl)?;
        if !identity.is_https() && !identity.is_loopback() {
            return Err(ConfigError::PlainHttp);
        }
        let (client_id, client_secret) = (client_id.into(), client_secret.into());
        let (audience, http) = (AUDIENCE.to_owned(), HttpConfig::default());
        Ok(Self { identity, client_id, client_secret, audience, tenant: None, http })
    }

    /// The tenant to get sessions of, by its key. Without it, sessions are of the token's own tenant.
    #[must_use]
    pub fn tenant(mut self, key: impl Into<String>) -> Self {
        self.tenant = Some(key.into());
        self
    }

    /// The audience to ask for; `bigid-api-v1` by default.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// Changes the HTTP client that asks the identity provider: a proxy, root certificates. It is made for each grant, and follows no
    /// redirect whatever is changed.
    #[must_use]
    pub fn http(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.customize = Some(std::sync::Arc::new(change));
        self
    }

    async fn grant(&self) -> Result<Secret, GrantError> {
        let is_loopback = self.identity.is_loopback();
        let http = self.http.exchange(is_loopback, is_loopback).map_err(GrantError::Http)?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.expose())
            .append_pair("audience", &self.audience)
            .finish();
        let request = http
            .post(format!("{}/oauth/token", self.identity.as_str()))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .body(form);
        let failed = |error: reqwest::Error| GrantError::Connection(root_cause(&error));
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(failed)? {
            if body.len() + piece.len() > MAX_RESPONSE {
                return Err(GrantError::TooLong(status));
            }
            body.extend_from_slice(&piece);
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        match body["access_token"].as_str().filter(|token| status.is_success() && !token.is_empty()) {
            Some(token) => Ok(Secret::from(token.to_owned())),
            None if status.is_success() => Err(GrantError::NoToken(status)),
            None => Err(GrantError::Refused(status, error_code(&body))),
        }
    }
}

/// The error code, if it is one of RFC 6749: another text of the server may hold a secret.
fn error_code(body: &Value) -> Option<&'static str> {
    const CODES: [&str; 7] = [
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    ];
    CODES.into_iter().find(|code| body["error"] == **code)
}

#[async_trait]
impl CredentialProvider for HostedCredential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        Ok(Credential::ServiceToken { token: self.grant().await?, tenant: self.tenant.clone() })
    }
}

/// Shows the address and the tenant alone: the client's identifier is not a secret, but does not belong in logs.
impl fmt::Debug for HostedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostedCredential")
            .field("identity_provider", &self.identity.as_str())
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// Why the identity provider gave no token.
#[derive(Debug)]
enum GrantError {
    Http(HttpError),
    Connection(String),
    Refused(StatusCode, Option<&'static str>),
    NoToken(StatusCode),
    TooLong(StatusCode),
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the identity provider gave no service token: ")?;
        match self {
            Self::Http(error) => write!(f, "the HTTP client cannot be built: {error:?}"),
            Self::Connection(cause) => f.write_str(cause),
            Self::Refused(status, Some(code)) => write!(f, "it responded {} ({code})", status.as_u16()),
            Self::Refused(status, None) => write!(f, "it responded {}", status.as_u16()),
            Self::NoToken(status) => write!(f, "its response ({}) has no access_token", status.as_u16()),
            Self::TooLong(status) => {
                write!(f, "its response ({}) is longer than {} KiB", status.as_u16(), MAX_RESPONSE / 1024)
            }
        }
    }
}

impl Error for GrantError {}
