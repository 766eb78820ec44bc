//! A process that saves until it is killed.

use std::time::Duration;

use bigid_auth_ext::{
    BigIdClient, Entry, EntryName, FileStore, Lease, NewEntry, Saved, SessionStore, StoreError, StoreOptions,
    async_trait,
};

/// A folder store whose client never finds a session, and saves new ones without end.
#[derive(Debug)]
struct Churn(FileStore);

#[async_trait]
impl SessionStore for Churn {
    async fn load(&self, _: &EntryName) -> Result<Option<Entry>, StoreError> {
        Ok(None)
    }

    async fn save(&self, name: &EntryName, mut entry: NewEntry<'_>) -> Result<Saved, StoreError> {
        let mut has_begun = false;
        loop {
            entry.replaces = self.0.load(name).await?.map_or(0, |entry| entry.generation);
            let saved = self.0.save(name, entry).await?;
            if saved == Saved::Stored && !std::mem::replace(&mut has_begun, true) {
                println!("saving");
            }
        }
    }

    async fn try_lease(&self, name: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError> {
        self.0.try_lease(name).await
    }
}

pub(crate) async fn churn(folder: &str) -> Result<(), Box<dyn std::error::Error>> {
    let (url, token) = (std::env::var("BIGID_BASE_URL")?, std::env::var("BIGID_USER_TOKEN")?);
    let client = BigIdClient::builder(url).user_token(token).session_store(Churn(FileStore::at(folder)));
    // Reading the root certificates takes longer than everything else.
    let client = client.session_store_options(StoreOptions::default().timeout(Duration::from_secs(10)));
    let client = client.http(|http| http.tls_certs_only([])).build()?;
    client.session().await?;
    Err("nobody has killed this process".into())
}
