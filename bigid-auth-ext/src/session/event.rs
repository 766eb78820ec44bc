use std::time::Duration;

use tokio::sync::broadcast;

use crate::error::AuthError;
use crate::session::StoreError;
use crate::session::trace::log_event;

/// A session event, delivered through [`BigIdClient::subscribe`](crate::BigIdClient::subscribe).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A session was obtained where there was none.
    Exchanged,
    /// A session near its end was replaced while it still served.
    Refreshed,
    /// A refresh failed; the old session serves until it expires, and another refresh follows.
    RefreshFailed(AuthError),
    /// A session that another process exchanged was loaded from the session store.
    Adopted,
    /// The session store failed, or an entry of it could not be used. The client exchanges by itself; a store that
    /// failed is not used again for a while. Sent once for each such pause.
    StoreFailed(StoreError),
    /// The server refused the session, and it was dropped.
    Invalidated,
    /// A call was sent once more with a new session.
    Replayed,
    /// The user token expires soon; sent at most once a day. Generate a new one.
    CredentialExpiring {
        /// The time until it expires.
        remaining: Duration,
    },
}

/// The number of events that are queued for a slow subscriber; older ones are dropped. A session causes one event in
/// hours.
const CAPACITY: usize = 64;

/// Broadcasts events to subscribers.
#[derive(Debug, Clone)]
pub(crate) struct EventSender(broadcast::Sender<Event>);

impl Default for EventSender {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl EventSender {
    pub(crate) fn send(&self, event: Event) {
        log_event(&event);
        // An error means that there are no subscribers.
        let _ = self.0.send(event);
    }

    pub(crate) fn subscribe(&self) -> Events {
        Events(self.0.subscribe())
    }
}

/// A subscription to session events, starting with the next event.
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Event>);

impl Events {
    /// Waits for the next event; `None` once the last client of the cache is gone. Events that this subscriber was too
    /// slow for are skipped.
    ///
    /// # Cancel safety
    /// Dropping the future loses no event.
    pub async fn recv(&mut self) -> Option<Event> {
        loop {
            match self.0.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// The next event, without waiting.
    pub fn try_recv(&mut self) -> Option<Event> {
        loop {
            match self.0.try_recv() {
                Ok(event) => return Some(event),
                Err(broadcast::error::TryRecvError::Lagged(_)) => {}
                Err(_) => return None,
            }
        }
    }
}
