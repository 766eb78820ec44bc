use std::fmt;
use std::sync::Arc;

use bigid_api::InvalidUrl;

use crate::credential::environment::VariableError;
use crate::session::StoreError;
use crate::wire::client::HttpError;
use crate::wire::pem::PemError;

/// Why the client could not be built. The message names the setting or the variable, and never prints its value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConfigError {
    /// The base URL cannot be used.
    BaseUrl(InvalidUrl),
    /// `http` to another machine, which would send the credential unencrypted.
    PlainHttp,
    /// The base URL is `https`, but this build of the crate has no TLS. In plain text, anyone on the network path could
    /// read the credential.
    NoTls,
    /// Neither a user token nor a user name and password.
    NoCredential,
    /// The session cache belongs to another deployment, and its session is sent only there.
    OtherDeployment,
    /// The credential cannot be sent, for this reason.
    Credential(&'static str),
    /// The credential file cannot be used.
    CredentialFile(Arc<dyn std::error::Error + Send + Sync>),
    /// The value of an environment variable cannot be used.
    In {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        error: Box<ConfigError>,
    },
    /// An environment variable is missing, wrong, or mistyped.
    Variable(VariableError),
    /// The session store cannot be used.
    SessionStore(StoreError),
    /// The root certificates cannot be used.
    Certificates(PemError),
    /// The address of the proxy cannot be used, for this reason. The address is not shown, because it may contain a
    /// password.
    Proxy(String),
    /// The `User-Agent` suffix contains characters that are not valid in a header.
    UserAgent,
    /// The HTTP client could not be built.
    Http(String),
}

impl From<HttpError> for ConfigError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Certificates(error) => Self::Certificates(error),
            HttpError::Proxy(why) => Self::Proxy(why),
            HttpError::UserAgent => Self::UserAgent,
            HttpError::Build(why) => Self::Http(why),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(error) => write!(f, "the base URL cannot be used: {error}"),
            Self::PlainHttp => f.write_str(
                "the base URL is `http`, which would send the credential unencrypted; use `https`",
            ),
            Self::NoTls => f.write_str(
                "the base URL is `https`, and this build has no TLS; enable the feature `rustls` or `native-tls` of bigid-auth-ext",
            ),
            Self::NoCredential => f.write_str("no credential was set; call `user_token`, `password`, `credential` or `credential_provider`"),
            Self::OtherDeployment => f.write_str(
                "the session cache belongs to a client of another deployment: another origin, or another path before `/api/v1`; \
                 build this client with a credential of its own",
            ),
            Self::Credential(fault) => f.write_str(fault),
            Self::CredentialFile(error) => error.fmt(f),
            Self::In { variable, error } => write!(f, "{variable}: {error}"),
            Self::Variable(error) => error.fmt(f),
            Self::SessionStore(error) => error.fmt(f),
            Self::Certificates(error) => error.fmt(f),
            Self::Proxy(why) => {
                write!(f, "the address of the proxy cannot be used ({why}); it is a URL, as in http://proxy.example:3128")
            }
            Self::UserAgent => f.write_str("the user agent suffix contains characters that are not valid in a header; use printable ASCII, such as `orders/1.4`"),
            Self::Http(why) => write!(f, "the HTTP client could not be built: {why}"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BaseUrl(error) => Some(error),
            Self::Certificates(error) => error.source(),
            Self::In { error, .. } => error.source(),
            _ => None,
        }
    }
}
