use std::sync::Arc;

use super::fleet::Fleet;
use super::options::StoreOptions;
use super::{SessionStore, StoreError, address};
use crate::clock::Clock;
use crate::credential::redactor::Redactor;
use crate::session::detector::DialectDetector;
use crate::session::event::EventSender;

/// How a client shares its sessions, if it does.
#[derive(Clone, Default)]
pub(crate) struct Sharing {
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    pub(crate) options: StoreOptions,
}

impl Sharing {
    /// Sets the store that `BIGID_SESSION_STORE` names.
    ///
    /// # Errors
    /// The text is invalid. The error does not repeat it, because it may contain a password.
    pub(crate) fn set_named(&mut self, text: &str) -> Result<(), StoreError> {
        self.store = Some(address::store(text)?);
        Ok(())
    }

    pub(crate) fn fleet(
        &self,
        clock: Arc<dyn Clock>,
        events: EventSender,
        detector: Arc<DialectDetector>,
        redactor: Redactor,
    ) -> Option<Fleet> {
        let store = self.store.clone()?;
        Some(Fleet::new(store, self.options.clone(), clock, events, detector, redactor))
    }
}
