//! The module `store` in a build without the feature `session-store`: nothing is shared.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use bigid_api::BaseUrl;

use super::{Demand, Session, StoreError};
use crate::clock::Clock;
use crate::credential::Credential;
use crate::credential::redactor::Redactor;
use crate::error::AuthError;
use crate::session::detector::DialectDetector;
use crate::session::event::EventSender;

#[derive(Clone, Default)]
pub(crate) struct Sharing {}

impl Sharing {
    /// # Errors
    /// Always, so that a variable that asks for a store is not ignored.
    pub(crate) fn set_named(&mut self, _: &str) -> Result<(), StoreError> {
        Err(StoreError::new("this build has no session stores; enable the feature `session-store` of bigid-auth-ext"))
    }

    pub(crate) fn fleet(
        &self,
        _: Arc<dyn Clock>,
        _: EventSender,
        _: Arc<DialectDetector>,
        _: Redactor,
    ) -> Option<Fleet> {
        None
    }
}

/// There is none.
pub(crate) struct Fleet(Infallible);

impl Fleet {
    pub(crate) async fn session_of<F>(
        &self,
        _: &BaseUrl,
        _: &Credential,
        _: &dyn Demand,
        _: impl FnOnce() -> F + Send,
    ) -> Result<Session, AuthError>
    where
        F: Future<Output = Result<Session, AuthError>> + Send,
    {
        match self.0 {}
    }
}
