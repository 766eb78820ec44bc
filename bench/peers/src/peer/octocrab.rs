//! octocrab with the token of an installed app.

use std::sync::Arc;

use jsonwebtoken::EncodingKey;

use super::{Peer, done};
use crate::key::PEM;
use crate::source::Source;

pub struct Octocrab(octocrab::Octocrab);

impl Peer for Octocrab {
    const NAME: &'static str = "octocrab";

    async fn new(source: Arc<Source>) -> Self {
        let app = octocrab::Octocrab::builder()
            .base_uri(source.url())
            .unwrap()
            .app(1.into(), EncodingKey::from_rsa_pem(PEM.as_bytes()).unwrap())
            .build()
            .unwrap();
        Self(app.installation(1.into()).unwrap())
    }

    async fn get(&self) -> Result<(), String> {
        done(self.0.installation_token().await)
    }
}
