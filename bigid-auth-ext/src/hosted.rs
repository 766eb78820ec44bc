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

/// The size limit for a response of the identity provider; a token has a few KiB.
const MAX_RESPONSE: usize = 64 * 1024;

/// The audience that BigID's own client requests.
const AUDIENCE: &str = "bigid-api-v1";

/// Gets a service token with the grant `client_credentials` before each exchange.
///
/// Only apps that BigID hosts for many tenants are registered with BigID's identity provider. The token is exchanged
/// for a session of one tenant (`POST /token-exchange`); a program creates one client for each tenant, and
/// [`list_app_tenants`] lists them. The exchange and the grant are known only from BigID's own Java client of 2023,
/// which reads `AUTH0_DOMAIN`, `CLIENT_ID` and `CLIENT_SECRET`.
///
/// The grant is one request of at most [`EXCHANGE_TIMEOUT`](crate::EXCHANGE_TIMEOUT) and
/// [`PROVIDER_TIMEOUT`](crate::PROVIDER_TIMEOUT), without redirects. Its errors contain the status and the error code
/// of RFC 6749, and nothing else of the response. Sessions of service tokens are not stored in a
/// session store.
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
    /// A credential from the identity provider at this address, whose token endpoint is `/oauth/token` below it.
    ///
    /// # Errors
    /// The address is one that [`BaseUrl`] refuses, or is neither `https` nor loopback, so that the secret would be
    /// sent unencrypted.
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

    /// Sets the key of the tenant to get sessions for. Defaults to the token's own tenant.
    #[must_use]
    pub fn tenant(mut self, key: impl Into<String>) -> Self {
        self.tenant = Some(key.into());
        self
    }

    /// Sets the audience to request; `bigid-api-v1` by default.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// Customizes the HTTP client for the identity provider, for example its proxy or root certificates. A new client
    /// is built for each grant, and it never follows redirects.
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

/// The error code, if it is one of RFC 6749: any other text of the server may contain a secret.
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

/// Shows only the address and the tenant: the client's id is not a secret, but does not belong in logs.
impl fmt::Debug for HostedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostedCredential")
            .field("identity_provider", &self.identity.as_str())
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// Why the identity provider returned no token.
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
        f.write_str("the identity provider returned no service token: ")?;
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
