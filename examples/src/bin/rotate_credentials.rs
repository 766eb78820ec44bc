//! A credential provider of your own: the user token is read from a store for every exchange, so that it can be rotated
//! at any time.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bigid_auth_ext::{BigIdClient, Credential, CredentialProvider, ProviderError, async_trait};
use tokio::sync::RwLock;

/// Stands in for a secret store.
#[derive(Clone)]
struct Vault(Arc<RwLock<String>>);

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

#[async_trait]
impl CredentialProvider for Vault {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        // An error here says why there is no token. Keep secrets out of it: errors end up in logs.
        Ok(Credential::user_token(self.0.read().await.as_str()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_, sandbox) = bigid_examples::sandbox().await?;
    let vault = Vault(Arc::new(RwLock::new(sandbox.user_token())));
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(vault.clone()).build()?;
    let mut events = client.subscribe();

    client.list_data_sources().limit(1).await?;
    println!("listed with the first token");

    // Access Management shows a new token; the store gets it, and the old one is revoked.
    let user = sandbox.username();
    let renewed = sandbox.generate_user_token(&user, 30)?;
    sandbox.save_user(&user)?;
    *vault.0.write().await = renewed.value().to_owned();
    sandbox.revoke_sessions();

    // The refused session is replaced within the call: nothing fails.
    client.list_data_sources().limit(1).await?;
    println!("listed with the second token, {} exchanges", client.exchanges());
    while let Some(event) = events.try_recv() {
        println!("event: {event:?}");
    }
    Ok(())
}
