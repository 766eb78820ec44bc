use std::fmt;

use async_trait::async_trait;

use crate::credential::Credential;
use crate::credential::environment;

/// The error type of a provider. Its text must not contain secrets: the texts of the error and its sources, and nothing
/// else of it, become the source of an [`AuthError`](crate::AuthError).
pub type ProviderError = Box<dyn std::error::Error + Send + Sync>;

/// A source of credentials.
///
/// It is called before every exchange, and once more when a credential is refused, which picks up a rotated one.
/// A [`Credential`] is a provider of itself; [`EnvironmentCredential`] and [`FileCredential`](crate::FileCredential)
/// read theirs. A custom provider takes two lines:
///
/// ```
/// use bigid_auth_ext::{BigIdClient, Credential, CredentialProvider, ProviderError, async_trait};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// # async fn read_from_vault() -> Result<String, ProviderError> { Ok("a-user-token".into()) }
/// #[async_trait]
/// impl CredentialProvider for Vault {
///     async fn credential(&self) -> Result<Credential, ProviderError> {
///         Ok(Credential::user_token(read_from_vault().await?))
///     }
/// }
///
/// # if cfg!(not(any(feature = "rustls", feature = "native-tls"))) {
/// #     return Ok(()); // `https` is refused.
/// # }
/// let client = BigIdClient::builder("https://acme.bigid.cloud").credential_provider(Vault).build()?;
/// # Ok::<(), bigid_auth_ext::ConfigError>(())
/// ```
#[async_trait]
pub trait CredentialProvider: fmt::Debug + Send + Sync + 'static {
    /// Returns the current credential.
    ///
    /// It runs on a thread for blocking work and is limited to [`PROVIDER_TIMEOUT`](crate::PROVIDER_TIMEOUT); calls
    /// wait meanwhile. It must not call the client that it belongs to. If it does not return in time, panics, or calls
    /// its own client, the exchange fails with an error that says so.
    ///
    /// # Errors
    /// The reason why there is no credential. The exchange fails with it, and the next call tries again.
    async fn credential(&self) -> Result<Credential, ProviderError>;
}

#[async_trait]
impl CredentialProvider for Credential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        Ok(self.clone())
    }
}

/// Reads `BIGID_USER_TOKEN`, or `BIGID_USERNAME` and `BIGID_PASSWORD`, before each exchange.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvironmentCredential;

#[async_trait]
impl CredentialProvider for EnvironmentCredential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        Ok(environment::credential(std::env::vars_os())?)
    }
}
