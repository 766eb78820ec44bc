//! Builds a client. This file is long because each setter has its documentation.

mod from_env;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bigid_api::{BaseUrl, Client, Transport};
use reqwest_middleware::Middleware;

use crate::client::BigIdClient;
use crate::clock::{AnyClock, Clock, SystemClock};
use crate::config_error::ConfigError;
use crate::credential::Credential;
use crate::credential::provider::CredentialProvider;
use crate::credential::redactor::Redactor;
use crate::credential::supervised::Supervised;
use crate::dialect::{AuthScheme, Dialect};
use crate::layers::{self, Stack};
use crate::session::SessionCache;
use crate::session::cache::Cache;
use crate::session::detector::DialectDetector;
use crate::session::event::EventSender;
use crate::session::exchange::{Exchanger, TokenExchange};
use crate::session::store::Sharing;
#[cfg(feature = "session-store")]
use crate::session::{SessionStore, StoreOptions};
use crate::wire::client::{HEADERS_TIMEOUT, HttpConfig, READ_TIMEOUT, Roots};
use crate::wire::pem::Pem;
use crate::wire::runtimes::PerRuntime;
use crate::wire::timeout::AttemptTimeout;
use bigid_api::RetryPolicy;

/// Whether connections can be encrypted. Without TLS, reqwest would send an `https` request to a proxy in plain text.
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// The source of sessions.
#[derive(Clone, Debug)]
enum SessionSource {
    Credential(Credential),
    Provider(Arc<dyn CredentialProvider>),
    Shared(SessionCache),
}

/// Builds a [`BigIdClient`].
///
/// ```
/// use bigid_auth_ext::{BigIdClient, Dialect};
///
/// # if cfg!(not(any(feature = "rustls", feature = "native-tls"))) {
/// #     return Ok(()); // `https` is refused.
/// # }
/// let client = BigIdClient::builder("https://acme.bigid.cloud")
///     .user_token("the-token-that-access-management-showed-once")
///     .dialect(Dialect::Deployed)
///     .http(|http| http.connect_timeout(std::time::Duration::from_secs(3)))
///     .build()?;
/// # Ok::<(), bigid_auth_ext::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    base_url: String,
    base_path: Option<String>,
    credential: Option<SessionSource>,
    dialect: Dialect,
    auth_scheme: Option<AuthScheme>,
    plain_http: bool,
    retry: RetryPolicy,
    clock: AnyClock,
    timeouts: AttemptTimeout,
    deadline: Option<Duration>,
    layers: Vec<Arc<dyn Middleware>>,
    http: HttpConfig,
    sharing: Sharing,
}

impl BigIdClient {
    /// Starts building a client for the deployment at a base URL, in any of the forms that
    /// [`BaseUrl`](bigid_api::BaseUrl) reads.
    pub fn builder(base_url: impl Into<String>) -> Builder {
        Builder::new(base_url.into())
    }
}

impl Builder {
    fn new(base_url: String) -> Self {
        Self {
            base_url,
            base_path: None,
            credential: None,
            dialect: Dialect::default(),
            auth_scheme: None,
            plain_http: false,
            retry: RetryPolicy::default(),
            clock: AnyClock::System(SystemClock::default()),
            timeouts: AttemptTimeout { headers: HEADERS_TIMEOUT, idle: READ_TIMEOUT },
            deadline: None,
            layers: Vec::new(),
            http: HttpConfig::default(),
            sharing: Sharing::default(),
        }
    }

    /// The long-lived token that Access Management shows once. Save the user there, or the token stays inactive.
    pub fn user_token(self, token: impl Into<String>) -> Self {
        self.credential(Credential::user_token(token))
    }

    /// A user name and password. Only on-premises deployments take them.
    pub fn password(self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.credential(Credential::password(username, password))
    }

    /// The credential to exchange for sessions. The last credential setter called wins.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(SessionSource::Credential(credential));
        self
    }

    /// The provider that is asked for the credential before every exchange, which allows rotation.
    pub fn credential_provider(mut self, provider: impl CredentialProvider) -> Self {
        self.credential = Some(SessionSource::Provider(Arc::new(provider)));
        self
    }

    /// Shares the session of another client of the same deployment, with its credential, dialect and clock.
    pub fn session_cache(mut self, cache: &SessionCache) -> Self {
        self.credential = Some(SessionSource::Shared(cache.clone()));
        self
    }

    /// Shares sessions with every process that uses the same store, base URL and credential: together they exchange
    /// about once per lifetime. See [`SessionStore`]. With [`session_cache`](Self::session_cache), the store is the one
    /// of that cache.
    #[cfg(feature = "session-store")]
    pub fn session_store(mut self, store: impl SessionStore) -> Self {
        self.sharing.store = Some(Arc::new(store));
        self
    }

    /// How the session store is used.
    #[cfg(feature = "session-store")]
    pub fn session_store_options(mut self, options: StoreOptions) -> Self {
        self.sharing.options = options;
        self
    }

    /// The dialect to use. The default, [`Dialect::Detect`], works with both kinds of server, at the cost of one extra
    /// exchange on servers that follow the received contract.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Overrides the authentication scheme of the `Authorization` header.
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.auth_scheme = Some(scheme);
        self
    }

    /// The path that the API is mounted under, [`DEFAULT_BASE_PATH`](bigid_api::DEFAULT_BASE_PATH) by default; `""` for
    /// servers that mount it at the root.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = Some(path.into());
        self
    }

    /// Allows credentials to be sent over unencrypted connections, which anyone on the network path can read. Without
    /// this, `http` is refused except on loopback.
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// When and how often calls are retried; [`RetryPolicy::none`] turns retries off.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The clock that sessions expire on, and that retries and waits sleep on; the system's by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = AnyClock::Injected(Arc::new(clock));
        self
    }

    /// The timeout for making a connection; [`CONNECT_TIMEOUT`](crate::CONNECT_TIMEOUT) by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// How long each attempt may wait for the response headers; [`HEADERS_TIMEOUT`] by default. A timed-out attempt may
    /// be retried.
    pub fn headers_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.headers = timeout;
        self
    }

    /// How long a body may take to bring [`MIN_PROGRESS`](crate::MIN_PROGRESS) bytes, or to end; [`READ_TIMEOUT`] by
    /// default. Waits for slow pieces add up until that many bytes have arrived. Time in which the body is not read
    /// does not count.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// How long a whole call may take, with its exchange, its attempts and the waits between them. It does not apply to
    /// operations that return a stream, and for [`request`](bigid_api::Client::request) it ends with the headers.
    ///
    /// There is none by default: a page of 10,000 records may take minutes, and the other timeouts end every call that
    /// stalls.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.deadline = Some(timeout);
        self
    }

    /// Trusts these root certificates as well as those of the operating system. `BIGID_CA_BUNDLE` names a file of them.
    pub fn add_root_certificates(mut self, pem: Pem) -> Self {
        self.http.roots.push(Roots::Add(pem));
        self
    }

    /// Trusts these root certificates and no others.
    pub fn replace_root_certificates(mut self, pem: Pem) -> Self {
        self.http.roots.push(Roots::Replace(pem));
        self
    }

    /// Accepts every certificate: anyone on the network path can read every credential and every response. For test
    /// environments only.
    pub fn dangerously_accept_any_certificate(mut self) -> Self {
        self.http.any_certificate = true;
        self
    }

    /// The proxy for every request, as a URL that may contain a user name and a password. The default is the proxy of
    /// the environment (`HTTPS_PROXY`, `NO_PROXY`). Requests to loopback never use a proxy.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// A suffix for the `User-Agent` that names your service, such as `orders/1.4`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.http.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Adds middleware between retries and authentication. Middleware that is added later runs closer to the network.
    ///
    /// It runs once per attempt, sees responses with normalized statuses, and never sees a credential. Exchanges do not
    /// pass through it. A `reqwest_middleware::Error::Reqwest` that it returns may be retried; any other error it
    /// returns is final.
    pub fn layer(mut self, layer: impl Middleware) -> Self {
        self.layers.push(Arc::new(layer));
        self
    }

    /// Customizes the HTTP clients beyond the setters here. It runs for the client of exchanges and for that of data
    /// calls, of which each tokio runtime has its own; what the SDK's safety depends on (no redirects, `https` only) is
    /// set after it.
    ///
    /// Clients without this, without root certificates of their own and with certificates that are checked share one
    /// TLS configuration per process, which offers HTTP/1.1. A client that calls this has its own, made as reqwest
    /// makes it: one for exchanges and one for each runtime, each of which loads the operating system's root
    /// certificates.
    pub fn http(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.customize = Some(match self.http.customize {
            Some(before) => Arc::new(move |http| change(before(http))),
            None => Arc::new(change),
        });
        self
    }

    /// Builds the client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// The base URL is not usable, is `http` to another machine, or is `https` in a build without TLS; or the
    /// credential is missing, empty, or not valid in a header.
    pub fn build(mut self) -> Result<BigIdClient, ConfigError> {
        let base = self.base()?;
        let (is_loopback, plain_http) = (base.is_loopback(), self.allows_plain_http(&base));
        self.http.share_tls();
        let data = self.http.data(is_loopback, plain_http)?;
        let sessions = self.sessions(&base)?;
        let clock = self.clock.to_dyn();
        let stack = Stack {
            base: base.clone(),
            clock: clock.clone(),
            deadline: self.deadline,
            retry: self.retry,
            user: self.layers,
            timeout: self.timeouts,
            runtimes: PerRuntime::new(data.clone(), move || self.http.data(is_loopback, plain_http).ok()),
        };
        let chain = layers::build(stack, &sessions, data.clone());
        Ok(BigIdClient::new(Client::new(Transport::with_layers(base, data, chain)), sessions, clock))
    }

    /// The base URL, if credentials can be sent to it safely.
    fn base(&self) -> Result<BaseUrl, ConfigError> {
        let base = match &self.base_path {
            Some(path) => BaseUrl::with_base_path(&self.base_url, path),
            None => BaseUrl::parse(&self.base_url),
        };
        let base = base.map_err(ConfigError::BaseUrl)?;
        if !base.is_https() && !self.allows_plain_http(&base) {
            return Err(ConfigError::PlainHttp);
        }
        if base.is_https() && !HAS_TLS {
            return Err(ConfigError::NoTls);
        }
        Ok(base)
    }

    fn allows_plain_http(&self, base: &BaseUrl) -> bool {
        self.plain_http || base.is_loopback()
    }

    /// The session cache of the client: its own, or a shared one.
    fn sessions(&self, base: &BaseUrl) -> Result<SessionCache, ConfigError> {
        let provider: Arc<dyn CredentialProvider> = match &self.credential {
            None => return Err(ConfigError::NoCredential),
            Some(SessionSource::Shared(shared)) if shared.base.is_same_deployment(base) => return Ok(shared.clone()),
            Some(SessionSource::Shared(_)) => return Err(ConfigError::OtherDeployment),
            Some(SessionSource::Provider(provider)) => Arc::new(Supervised::new(provider.clone())),
            Some(SessionSource::Credential(credential)) => match credential.fault() {
                Some(fault) => return Err(ConfigError::Credential(fault)),
                None => Arc::new(credential.clone()),
            },
        };
        let http = self.http.exchange(base.is_loopback(), self.allows_plain_http(base))?;
        let detector = Arc::new(DialectDetector::new(self.dialect, self.auth_scheme));
        let (events, redactor) = (EventSender::default(), Redactor::default());
        let exchanger = Exchanger::new(base.clone(), http, redactor.clone(), self.clock.to_dyn());
        let exchange = TokenExchange::new(exchanger, provider, detector.clone(), events.clone());
        let fleet = self.sharing.fleet(self.clock.to_dyn(), events.clone(), detector.clone(), redactor.clone());
        let cache = Cache::on(exchange.shared_by(fleet), self.clock.clone(), events);
        Ok(SessionCache { base: base.clone(), cache, detector, redactor })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL is not shown: until it is parsed, it may hold user info.
        f.debug_struct("Builder").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}
