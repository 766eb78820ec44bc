use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bigid_api::{BaseUrl, Client, InvalidUrl, Transport, USER_AGENT_VALUE};
use reqwest::redirect::Policy;
use reqwest_middleware::ClientBuilder;

use crate::authenticate::Authenticate;
use crate::cache::Cache;
use crate::client::BigIdClient;
use crate::clock::{Clock, SystemClock};
use crate::credential::Credential;
use crate::dialect::{Dialect, HeaderPrefix, Speech};
use crate::environment::{Settings, VariableError};
use crate::event::Teller;
use crate::exchange::TokenExchange;
use crate::normalize::Normalize;
use crate::provider::CredentialProvider;
use crate::retry::{Retry, RetryPolicy};
use crate::shared::SessionCache;

/// How long a connection may take to be made. A TLS handshake across an ocean takes well below a second.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a data call may go without a byte. Slow exports send some all the time; recorded users waited 60 seconds for the first.
pub const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How long one request of an exchange may take. It is one small answer, and there may be a second try.
pub const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(15);

/// Where sessions come from.
#[derive(Clone, Debug)]
enum Source {
    Credential(Credential),
    Provider(Arc<dyn CredentialProvider>),
    Shared(SessionCache),
}

type Http = Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// Makes a [`BigIdClient`].
///
/// ```
/// use bigid_auth_ext::{BigIdClient, Dialect};
///
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
    credential: Option<Source>,
    dialect: Dialect,
    header_prefix: Option<HeaderPrefix>,
    plain_http: bool,
    retry: RetryPolicy,
    clock: Arc<dyn Clock>,
    http: Http,
}

impl BigIdClient {
    /// Begins a client for the deployment at a base URL, in any of the forms that [`BaseUrl`](bigid_api::BaseUrl) reads.
    pub fn builder(base_url: impl Into<String>) -> Builder {
        Builder::new(base_url.into())
    }

    /// A client out of the environment.
    ///
    /// | variable | |
    /// |---|---|
    /// | `BIGID_BASE_URL` | the deployment, in any of the forms that [`BaseUrl`](bigid_api::BaseUrl) reads |
    /// | `BIGID_USER_TOKEN` | a user token |
    /// | `BIGID_USERNAME`, `BIGID_PASSWORD` | instead of it, a user name and password |
    /// | `BIGID_DIALECT` | `detect` (default), `deployed` or `spec` |
    ///
    /// # Errors
    /// Whatever is missing, empty or wrong, by the variable's name; also a variable of nearly one of these names, which would
    /// otherwise be ignored in silence.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_vars(std::env::vars_os())
    }

    /// As [`from_env`](Self::from_env), out of the given variables.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_vars<K: Into<OsString>, V: Into<OsString>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ConfigError> {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        let Settings { base_url, credential, dialect } = Settings::read(variables).map_err(ConfigError::Variable)?;
        let of_credential = if matches!(credential, Credential::UserToken(_)) {
            "BIGID_USER_TOKEN"
        } else {
            "BIGID_USERNAME, BIGID_PASSWORD"
        };
        Self::builder(base_url).credential(credential).dialect(dialect).build().map_err(|error| match error {
            ConfigError::BaseUrl(_) | ConfigError::PlainHttp => {
                ConfigError::In { variable: "BIGID_BASE_URL", error: Box::new(error) }
            }
            ConfigError::Credential(_) => ConfigError::In { variable: of_credential, error: Box::new(error) },
            error => error,
        })
    }
}

impl Builder {
    fn new(base_url: String) -> Self {
        Self {
            base_url,
            base_path: None,
            credential: None,
            dialect: Dialect::default(),
            header_prefix: None,
            plain_http: false,
            retry: RetryPolicy::default(),
            clock: Arc::new(SystemClock::default()),
            http: Arc::new(|http| http),
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

    /// What sessions are had for. The last call of this and the like of it holds.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(Source::Credential(credential));
        self
    }

    /// Where the credential comes from each time an exchange wants it, so that it may be rotated.
    pub fn credential_provider(mut self, provider: impl CredentialProvider) -> Self {
        self.credential = Some(Source::Provider(Arc::new(provider)));
        self
    }

    /// Shares the session of another client of the same deployment, with its credential, dialect and clock.
    pub fn session_cache(mut self, cache: &SessionCache) -> Self {
        self.credential = Some(Source::Shared(cache.clone()));
        self
    }

    /// How the server is spoken to. [`Dialect::Detect`] by default, which is right on both kinds of servers and costs one exchange
    /// more, once, on those that speak as the received contract says.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// What stands before a token in the header, whatever the dialect says.
    pub fn header_prefix(mut self, prefix: HeaderPrefix) -> Self {
        self.header_prefix = Some(prefix);
        self
    }

    /// The path that the API is mounted under, [`DEFAULT_BASE_PATH`](bigid_api::DEFAULT_BASE_PATH) by default; `""` for servers that
    /// mount it under none.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = Some(path.into());
        self
    }

    /// Sends credentials over connections that anybody on the way can read. Without it, `http` is refused except on loopback.
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// How often calls are sent again; [`RetryPolicy::off`] for never.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The clock that sessions expire on; the system's by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Changes the HTTP clients: proxies, root certificates, timeouts. It runs twice, for data calls and for exchanges; what the
    /// SDK's safety depends on (no redirects, `https` only) is set after it.
    pub fn http(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        let before = self.http;
        self.http = Arc::new(move |http| change(before(http)));
        self
    }

    /// The client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// A base URL that cannot be used, `http` to another machine, no credential, an empty one, or one that no header can hold.
    pub fn build(self) -> Result<BigIdClient, ConfigError> {
        let base = match &self.base_path {
            Some(path) => BaseUrl::with_base_path(&self.base_url, path),
            None => BaseUrl::parse(&self.base_url),
        };
        let base = base.map_err(ConfigError::BaseUrl)?;
        let plain_http = self.plain_http || base.is_loopback();
        if !base.is_https() && !plain_http {
            return Err(ConfigError::PlainHttp);
        }
        let finish = |http: reqwest::ClientBuilder| {
            let http = http.redirect(Policy::none()).referer(false).connection_verbose(false).https_only(!plain_http);
            http.build().map_err(|error| ConfigError::Http(Arc::new(error)))
        };
        let start = || {
            let http = reqwest::Client::builder().user_agent(USER_AGENT_VALUE);
            let http = http.connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT);
            // Plain text may go to this machine, and not to a proxy on the way to it.
            if base.is_loopback() { http.no_proxy() } else { http }
        };
        let data = finish((self.http)(start()))?;
        let sessions = |provider| {
            // A pooled connection belongs to the runtime that made it, and an exchange may run on any.
            let http = finish((self.http)(start().timeout(EXCHANGE_TIMEOUT)).pool_max_idle_per_host(0))?;
            let speech = Arc::new(Speech::new(self.dialect, self.header_prefix));
            let teller = Teller::default();
            let exchange =
                TokenExchange::new(base.clone(), http, provider, speech.clone(), self.clock.clone(), teller.clone());
            Ok(SessionCache { base: base.clone(), cache: Cache::new(exchange, self.clock.clone(), teller), speech })
        };
        let sessions = match self.credential.clone().ok_or(ConfigError::NoCredential)? {
            Source::Credential(credential) => {
                if let Some(fault) = credential.fault() {
                    return Err(ConfigError::Credential(fault));
                }
                sessions(Arc::new(credential))?
            }
            Source::Provider(provider) => sessions(provider)?,
            Source::Shared(shared) if shared.base.is_same_origin(&base) => shared,
            Source::Shared(_) => return Err(ConfigError::OtherOrigin),
        };
        let authenticate = Authenticate::new(base.clone(), sessions.cache.clone(), sessions.speech.clone());
        let chain = ClientBuilder::new(data.clone())
            .with(Retry::new(self.retry, self.clock))
            .with(authenticate)
            .with(Normalize)
            .build();
        Ok(BigIdClient::new(Client::new(Transport::with_layers(base, data, chain)), sessions))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL is not shown: until it is parsed, it may hold user info.
        f.debug_struct("Builder").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// Why no client could be made. The message names the setting or the variable, and never prints its value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConfigError {
    /// The base URL cannot be used.
    BaseUrl(InvalidUrl),
    /// `http` to another machine would show the credential to everybody on the way.
    PlainHttp,
    /// Neither a user token nor a user name and password.
    NoCredential,
    /// The session cache belongs to another origin, and its session goes nowhere else.
    OtherOrigin,
    /// The credential cannot be sent; the text says why.
    Credential(&'static str),
    /// The value of an environment variable cannot be used.
    In {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        error: Box<ConfigError>,
    },
    /// An environment variable is missing, wrong, or mistyped.
    Variable(VariableError),
    /// The HTTP client could not be made.
    Http(Arc<reqwest::Error>),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(_) => f.write_str("the base URL cannot be used"),
            Self::PlainHttp => f.write_str(
                "the base URL is `http`, which would show the credential to everybody on the way; use `https`",
            ),
            Self::NoCredential => f.write_str("there is no credential: give a user token, or a user name and password"),
            Self::OtherOrigin => f.write_str("the session cache belongs to a client of another origin"),
            Self::Credential(fault) => f.write_str(fault),
            Self::In { variable, error } => write!(f, "{variable}: {error}"),
            Self::Variable(error) => error.fmt(f),
            Self::Http(_) => f.write_str("the HTTP client could not be made"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BaseUrl(error) => Some(error),
            Self::Http(error) => Some(&**error),
            Self::In { error, .. } => error.source(),
            _ => None,
        }
    }
}
