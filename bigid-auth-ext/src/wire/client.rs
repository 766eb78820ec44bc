//! The HTTP clients: the caller's options, and the settings that override them.

use std::sync::Arc;
use std::time::Duration;

use bigid_api::USER_AGENT_VALUE;
use http::HeaderValue;
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;

use crate::foreign_error::root_cause;
use crate::wire::pem::{Pem, PemError};
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::wire::tls::SharedTls;

/// The connect timeout. A TLS handshake across an ocean takes well below a second.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long each attempt of a data call may wait for the response headers. Recorded users waited 60 seconds.
pub const HEADERS_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a body may take for each [`MIN_PROGRESS`](crate::MIN_PROGRESS) bytes. Slow exports send some all the time.
pub const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a connection may be idle before it is closed: less than the shortest keep-alive in common use, the five
/// seconds of Node's servers, so few requests use a connection that the server or a load balancer is about to drop.
///
/// A request on a dropped connection is sent on another one only if none of its bytes were sent, which hyper knows;
/// otherwise, only calls that are safe to repeat are retried (see [`RetryPolicy`](crate::RetryPolicy)).
pub const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// How long one request of an exchange may take. The response is small, and there may be a second attempt.
pub const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(15);

/// Why an HTTP client cannot be built. No message contains an address or a password.
#[derive(Debug)]
pub(crate) enum HttpError {
    Certificates(PemError),
    Proxy(String),
    UserAgent,
    Build(String),
}

type Customize = Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

/// Roots that are trusted in addition to those of the operating system, or instead of them.
#[derive(Debug, Clone)]
pub(crate) enum Roots {
    Add(Pem),
    Replace(Pem),
}

#[derive(Clone)]
pub(crate) struct HttpConfig {
    pub(crate) connect_timeout: Duration,
    pub(crate) roots: Vec<Roots>,
    pub(crate) any_certificate: bool,
    pub(crate) proxy: Option<String>,
    pub(crate) user_agent_suffix: Option<String>,
    /// The caller's own changes.
    pub(crate) customize: Option<Customize>,
    /// The TLS configuration shared with other clients, unless an option above or `customize` needs another.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    shared_tls: Option<SharedTls>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            roots: Vec::new(),
            any_certificate: false,
            proxy: None,
            user_agent_suffix: None,
            customize: None,
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            shared_tls: None,
        }
    }
}

impl HttpConfig {
    /// Shares the TLS configuration of other clients unless an option needs another. It is kept as long as these
    /// options.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn share_tls(&mut self) {
        let is_plain = self.customize.is_none() && self.roots.is_empty() && !self.any_certificate;
        self.shared_tls = if is_plain { SharedTls::get() } else { None };
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    pub(crate) fn share_tls(&mut self) {}

    /// A client for data calls.
    pub(crate) fn data(&self, is_loopback: bool, plain_http: bool) -> Result<reqwest::Client, HttpError> {
        apply_policy(self.customized(self.base_builder(is_loopback)?), plain_http)
    }

    /// A client for exchanges. A pooled connection belongs to the runtime that opened it, and an exchange may run on
    /// any runtime.
    pub(crate) fn exchange(&self, is_loopback: bool, plain_http: bool) -> Result<reqwest::Client, HttpError> {
        let http = self.customized(self.base_builder(is_loopback)?.timeout(EXCHANGE_TIMEOUT));
        apply_policy(http.pool_max_idle_per_host(0), plain_http)
    }

    fn customized(&self, http: ClientBuilder) -> ClientBuilder {
        match &self.customize {
            Some(customize) => customize(http),
            None => http,
        }
    }

    fn base_builder(&self, is_loopback: bool) -> Result<ClientBuilder, HttpError> {
        let agent = match &self.user_agent_suffix {
            Some(suffix) => format!("{USER_AGENT_VALUE} {suffix}"),
            None => USER_AGENT_VALUE.to_owned(),
        };
        let agent = HeaderValue::try_from(agent).map_err(|_| HttpError::UserAgent)?;
        let http = reqwest::Client::builder()
            .user_agent(agent)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT);
        let http = self.apply_roots(http)?;
        match &self.proxy {
            // Plain text may be sent to this machine, but not through a proxy.
            _ if is_loopback => Ok(http.no_proxy()),
            Some(proxy) => {
                let proxy = reqwest::Proxy::all(proxy.as_str());
                Ok(http.proxy(proxy.map_err(|error| HttpError::Proxy(root_cause(&error)))?))
            }
            None => Ok(http),
        }
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn apply_roots(&self, mut http: ClientBuilder) -> Result<ClientBuilder, HttpError> {
        if let Some(tls) = &self.shared_tls {
            // reqwest keeps a copy of each request, in case a server refuses it as only HTTP/2 can. This configuration
            // does not offer HTTP/2.
            return Ok(tls.apply(http).retry(reqwest::retry::never().max_retries_per_request(0)));
        }
        for roots in &self.roots {
            http = match roots {
                Roots::Add(pem) => http.tls_certs_merge(pem.certificates().map_err(HttpError::Certificates)?),
                Roots::Replace(pem) => http.tls_certs_only(pem.certificates().map_err(HttpError::Certificates)?),
            };
        }
        Ok(http.tls_danger_accept_invalid_certs(self.any_certificate))
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    fn apply_roots(&self, http: ClientBuilder) -> Result<ClientBuilder, HttpError> {
        for Roots::Add(pem) | Roots::Replace(pem) in &self.roots {
            pem.read().map_err(HttpError::Certificates)?;
        }
        Ok(http)
    }
}

/// The settings that the SDK's safety depends on. Without redirects, no `Referer` is ever sent.
fn apply_policy(http: ClientBuilder, plain_http: bool) -> Result<reqwest::Client, HttpError> {
    let http = http.redirect(Policy::none()).connection_verbose(false).https_only(!plain_http);
    http.build().map_err(|error| HttpError::Build(root_cause(&error)))
}
