//! Events for the open pages.

use std::sync::Mutex;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::lock::lock;

/// The listening pages.
#[derive(Default)]
pub(super) struct Hub(Mutex<Vec<mpsc::Sender<Bytes>>>);

impl Hub {
    /// A new listener; `None` if there are too many.
    pub(super) fn subscribe(&self) -> Option<mpsc::Receiver<Bytes>> {
        let (sender, events) = mpsc::channel(MAX_WAITING);
        // The first event confirms the subscription and sets the reconnection time.
        let _ = sender.try_send(Bytes::from_static(b"retry: 1000\n\n"));
        let mut listeners = lock(&self.0);
        listeners.retain(|listener| !listener.is_closed());
        if listeners.len() >= MAX_LISTENERS {
            return None;
        }
        listeners.push(sender);
        Some(events)
    }

    /// Sends an event. A page that does not read is dropped: its browser reconnects, and requests what it missed.
    pub(super) fn publish(&self, name: &str, data: &Value) {
        // This JSON contains no line breaks, so an event has three lines.
        let event = Bytes::from(format!("event: {name}\ndata: {data}\n\n"));
        lock(&self.0).retain(|listener| listener.try_send(event.clone()).is_ok());
    }

    /// Announces that something changed that the pages show.
    pub(super) fn changed(&self) {
        self.publish("changed", &Value::Null);
    }
}

/// The maximum number of listening pages.
const MAX_LISTENERS: usize = 16;

/// The maximum number of events that are queued for a page.
const MAX_WAITING: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_that_does_not_read_is_dropped_and_so_is_one_too_many() {
        let hub = Hub::default();
        let mut all: Vec<_> = (0..MAX_LISTENERS).map(|_| hub.subscribe().unwrap()).collect();
        assert!(hub.subscribe().is_none());
        drop(all.pop());
        let mut reading = hub.subscribe().unwrap();
        for _ in 0..MAX_WAITING {
            assert!(reading.try_recv().is_ok());
            hub.changed();
        }
        assert_eq!(lock(&hub.0).len(), 1);
        assert_eq!(reading.try_recv().unwrap(), "event: changed\ndata: null\n\n");
    }
}
