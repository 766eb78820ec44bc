//! A credential provider that has no credential.

use bigid_auth_ext::{Credential, CredentialProvider, ProviderError, async_trait};

/// Fails each time with the same words.
#[derive(Debug)]
pub struct SealedVault;

#[async_trait]
impl CredentialProvider for SealedVault {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        Err("the vault is sealed".into())
    }
}
