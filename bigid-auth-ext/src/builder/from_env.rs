//! A client from environment variables.

use std::ffi::OsString;

use crate::client::BigIdClient;
use crate::config_error::ConfigError;
use crate::credential::environment::{CredentialSource, Settings};
use crate::credential::file::FileCredential;
use crate::wire::pem::Pem;

impl BigIdClient {
    /// Builds a client that is configured by environment variables.
    ///
    /// | variable | |
    /// |---|---|
    /// | `BIGID_BASE_URL` | the deployment, in any of the forms that [`BaseUrl`](bigid_api::BaseUrl) reads |
    /// | `BIGID_USER_TOKEN` | a user token |
    /// | `BIGID_USER_TOKEN_FILE` | instead of it, the file that holds it, as [`FileCredential`](crate::FileCredential) reads it |
    /// | `BIGID_USERNAME`, `BIGID_PASSWORD` | instead of both, a user name and password |
    /// | `BIGID_CA_BUNDLE` | a PEM file of root certificates, trusted as well as those of the operating system |
    /// | `BIGID_DIALECT` | `detect` (default), `deployed` or `spec` |
    /// | `BIGID_SESSION_STORE` | `file`, `file:/folder` or `redis://..`: shares sessions with other processes (features `session-store` and `redis`) |
    ///
    /// Files are read immediately, which reports problems early. A file may be a pipe, as in `<(..)`; this thread then
    /// waits for it for at most ten seconds. Reading a regular file takes as long as the file system does.
    ///
    /// # Errors
    /// Names the variable that is missing, empty or wrong. A variable whose name is nearly one of these is an error
    /// too, because it would otherwise be ignored silently.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_vars(std::env::vars_os())
    }

    /// The same as [`from_env`](Self::from_env), from the given variables.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_vars<K: Into<OsString>, V: Into<OsString>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ConfigError> {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        let settings = Settings::read(variables).map_err(ConfigError::Variable)?;
        let of_credential = settings.credential.variable();
        let in_variable = |variable, error| ConfigError::In { variable, error: Box::new(error) };
        let mut builder = Self::builder(settings.base_url).dialect(settings.dialect);
        builder = match settings.credential {
            CredentialSource::Inline(credential) => builder.credential(credential),
            CredentialSource::File(path) => {
                let file = FileCredential::new(path);
                file.check().map_err(|error| in_variable(of_credential, ConfigError::CredentialFile(error.into())))?;
                builder.credential_provider(file)
            }
        };
        if let Some(path) = settings.ca_bundle {
            builder = builder.add_root_certificates(Pem::file(path));
        }
        if let Some(text) = settings.session_store {
            let store = builder.sharing.set_named(text.expose());
            store.map_err(|error| in_variable("BIGID_SESSION_STORE", ConfigError::SessionStore(error)))?;
        }
        builder.build().map_err(|error| match error {
            ConfigError::BaseUrl(_) | ConfigError::PlainHttp | ConfigError::NoTls => {
                in_variable("BIGID_BASE_URL", error)
            }
            ConfigError::Credential(_) => in_variable(of_credential, error),
            ConfigError::Certificates(_) => in_variable("BIGID_CA_BUNDLE", error),
            error => error,
        })
    }
}
