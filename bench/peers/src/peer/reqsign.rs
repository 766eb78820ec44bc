//! reqsign-core's signer, which caches any credential.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use http::request::Parts;
use reqsign_core::{Context, Error, ProvideCredential, Result as Signed, SignRequest, Signer, SigningCredential};

use super::{Peer, done};
use crate::source::Source;

/// A token that is used until it expires.
#[derive(Clone, Debug)]
struct Token {
    token: String,
    expiry: SystemTime,
}

impl SigningCredential for Token {
    fn is_valid(&self) -> bool {
        SystemTime::now() < self.expiry
    }
}

/// Exchanges in memory.
#[derive(Debug)]
struct InMemory(Arc<Source>);

impl ProvideCredential for InMemory {
    type Credential = Token;

    async fn provide_credential(&self, _: &Context) -> Signed<Option<Token>> {
        let token = self.0.exchange().await.map_err(|status| Error::unexpected(status.to_string()))?;
        Ok(Some(Token { token, expiry: self.0.expiry() }))
    }
}

#[derive(Debug)]
struct Bearer;

impl SignRequest for Bearer {
    type Credential = Token;

    async fn sign_request(
        &self,
        _: &Context,
        request: &mut Parts,
        token: Option<&Token>,
        _: Option<Duration>,
    ) -> Signed<()> {
        let token = token.map(|token| token.token.as_str()).unwrap_or_default();
        let mut header = HeaderValue::from_str(token).map_err(|_| Error::unexpected("not a header"))?;
        header.set_sensitive(true);
        request.headers.insert(http::header::AUTHORIZATION, header);
        Ok(())
    }
}

pub struct Reqsign(Signer<Token>);

impl Peer for Reqsign {
    const NAME: &'static str = "reqsign-core, a request signed";

    async fn new(source: Arc<Source>) -> Self {
        Self(Signer::new(Context::new(), InMemory(source), Bearer))
    }

    async fn get(&self) -> Result<(), String> {
        let mut request = http::Request::get("https://service.test/").body(()).unwrap().into_parts().0;
        done(self.0.sign(&mut request, None).await)
    }
}
