//! object_store with a client secret of Azure.

use std::sync::Arc;

use object_store::azure::{AzureCredentialProvider, MicrosoftAzureBuilder};

use super::{Peer, done};
use crate::source::Source;

pub struct ObjectStore(AzureCredentialProvider);

impl Peer for ObjectStore {
    const NAME: &'static str = "object_store";

    async fn new(source: Arc<Source>) -> Self {
        let store = MicrosoftAzureBuilder::new()
            .with_account("account")
            .with_container_name("container")
            .with_client_id("client")
            .with_client_secret("secret")
            .with_tenant_id("tenant")
            .with_authority_host(source.url())
            .with_allow_http(true)
            .build()
            .unwrap();
        Self(store.credentials().clone())
    }

    async fn get(&self) -> Result<(), String> {
        done(self.0.get_credential().await)
    }
}
