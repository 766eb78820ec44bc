//! google-cloud-auth with the metadata server of a machine.

use std::sync::Arc;

use google_cloud_auth::credentials::mds::Builder;
use google_cloud_auth::credentials::{CacheableResource, Credentials, EntityTag};
use http::Extensions;
use tokio::sync::OnceCell;

use super::{Peer, done};
use crate::source::Source;

pub struct Google(Credentials);

impl Peer for Google {
    const NAME: &'static str = "google-cloud-auth";

    async fn new(source: Arc<Source>) -> Self {
        Self(Builder::default().with_endpoint(source.url()).build().unwrap())
    }

    async fn get(&self) -> Result<(), String> {
        done(self.0.headers(Extensions::new()).await)
    }
}

/// A caller that keeps the headers, and only asks whether they are still good.
pub struct GoogleUnchanged {
    credentials: Credentials,
    tag: OnceCell<EntityTag>,
}

impl Peer for GoogleUnchanged {
    const NAME: &'static str = "google-cloud-auth, the caller has the headers";

    async fn new(source: Arc<Source>) -> Self {
        Self { credentials: Google::new(source).await.0, tag: OnceCell::new() }
    }

    async fn get(&self) -> Result<(), String> {
        let mut extensions = Extensions::new();
        if let Some(tag) = self.tag.get() {
            extensions.insert(tag.clone());
        }
        let headers = self.credentials.headers(extensions).await;
        if let Ok(CacheableResource::New { entity_tag, .. }) = &headers {
            let _ = self.tag.set(entity_tag.clone());
        }
        done(headers)
    }
}
