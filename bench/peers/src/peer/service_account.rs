//! gcp_auth and yup-oauth2 with a service account.

use std::sync::Arc;

use gcp_auth::{CustomServiceAccount, TokenProvider as _};
use serde_json::{Value, json};
use yup_oauth2::authenticator::DefaultAuthenticator;
use yup_oauth2::{ServiceAccountAuthenticator, ServiceAccountKey};

use super::{Peer, done};
use crate::key::PEM;
use crate::source::Source;

const SCOPES: [&str; 1] = ["scope"];

fn account(source: &Source) -> Value {
    json!({
        "type": "service_account", "project_id": "project", "private_key": *PEM, "client_email": "a@service.test",
        "token_uri": format!("{}/token", source.url()),
    })
}

pub struct GcpAuth(CustomServiceAccount);

impl Peer for GcpAuth {
    const NAME: &'static str = "gcp_auth";

    async fn new(source: Arc<Source>) -> Self {
        Self(CustomServiceAccount::from_json(&account(&source).to_string()).unwrap())
    }

    async fn get(&self) -> Result<(), String> {
        done(self.0.token(&SCOPES).await)
    }
}

pub struct Yup(DefaultAuthenticator);

impl Peer for Yup {
    const NAME: &'static str = "yup-oauth2";

    async fn new(source: Arc<Source>) -> Self {
        let key: ServiceAccountKey = serde_json::from_value(account(&source)).unwrap();
        Self(ServiceAccountAuthenticator::builder(key).build().await.unwrap())
    }

    async fn get(&self) -> Result<(), String> {
        done(self.0.token(&SCOPES).await)
    }
}
