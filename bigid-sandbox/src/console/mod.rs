//! A page for the browser, served by the sandbox itself under `/console`: the tutorial, every operation, what clients
//! send, and faults.
//!
//! Nothing outside this folder knows about the page. The server hands over requests below `/console`, and shows every
//! other request and its response to [`Console::hold`] and [`Console::note`]. The page calls BigID's API as any client
//! does.

mod body;
pub(crate) use body::ConsoleBody;

mod page;

mod guard;

mod hub;

mod shown;

mod objections;

mod log;

mod breakpoints;

mod snippet;

mod reach;
pub(crate) use reach::Reach;

mod state;

mod control;

mod route;

use std::sync::OnceLock;

use breakpoints::Breakpoints;
use hub::Hub;
use log::Log;

use crate::faults::Fault;
use crate::observer::Observed;
use crate::wire::ReceivedRequest;

/// The console of one sandbox.
#[derive(Default)]
pub(crate) struct Console {
    /// The port that `Host` must name; unset until the sandbox listens.
    port: OnceLock<u16>,
    hub: Hub,
    log: Log,
    breakpoints: Breakpoints,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Serves the page from now on, at this port.
    pub(crate) fn open_at(&self, port: u16) {
        // The port of a sandbox never changes.
        let _ = self.port.set(port);
    }

    /// Whether the console serves this path.
    pub(crate) fn serves(path: &str) -> bool {
        path.strip_prefix("/console").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Holds a request as long as a breakpoint requires, and returns the response that replaces the sandbox's, if any.
    ///
    /// # Cancel safety
    /// Dropped early, because the client is gone or the sandbox stops, the request is no longer held.
    pub(crate) async fn hold(&self, request: &ReceivedRequest) -> Option<Fault> {
        self.breakpoints.hold(request, &self.hub).await
    }

    /// Records a request and its response, and notifies the open pages.
    pub(crate) fn note(&self, observed: &Observed<'_>) {
        let line = self.log.add(observed);
        self.hub.publish("exchange", &line);
    }
}
