//! The client of this SDK: a header.

use std::sync::Arc;

use bigid_auth_ext::BigIdClient;

use super::{Peer, done};
use crate::revocation::Caller;
use crate::source::Source;

pub struct Ours(BigIdClient);

impl Peer for Ours {
    const NAME: &'static str = "the client";

    async fn new(source: Arc<Source>) -> Self {
        // A user token is exchanged at the endpoint.
        Self(BigIdClient::builder(source.url()).user_token("a-user-token").build().unwrap())
    }

    async fn get(&self) -> Result<(), String> {
        match self.0.cached_authorization() {
            Some(header) => done(Ok::<_, String>(header)),
            None => done(self.0.session().await),
        }
    }
}

impl Caller for Ours {
    async fn call(&self) -> Result<(), String> {
        done(self.0.list_data_sources().send().await)
    }
}
