//! State shared by the server's thread and the test's handle.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard};

use http::Method;
use tokio::sync::watch;

use super::nodes::Nodes;
use crate::console::{Console, Reach};
use crate::faults::Faults;
use crate::journal::Journal;
use crate::lock::lock;
use crate::observer::{Objections, Observer};
use crate::state::State;
use crate::wire::{ReceivedRequest, ResponseTemplate};

pub(crate) struct Shared {
    pub(crate) journal: Arc<Journal>,
    pub(crate) faults: Faults,
    pub(crate) nodes: Nodes,
    pub(crate) loopback_only: bool,
    pub(crate) accepted: AtomicU64,
    pub(crate) open: watch::Sender<usize>,
    pub(crate) panics: Mutex<Vec<String>>,
    pub(crate) observer: Observer,
    pub(crate) objections: Objections,
    /// The page for the browser, if it is served.
    pub(crate) console: Option<Console>,
    pub(crate) routes: Mutex<Vec<Route>>,
    pub(crate) state: Mutex<State>,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<super::tls::Tls>,
}

/// A route that a test added.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) needs_session: bool,
    pub(crate) handler: Arc<dyn Fn(&ReceivedRequest) -> ResponseTemplate + Send + Sync>,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The sandbox, as its console sees it.
    pub(super) fn reach(&self) -> Reach<'_> {
        Reach { state: &self.state, faults: &self.faults, scheme: self.scheme() }
    }

    /// The scheme of its addresses.
    pub(crate) fn scheme(&self) -> &'static str {
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return "https";
        }
        "http"
    }

    pub(crate) fn route(&self, method: &Method, path: &str) -> Option<Route> {
        let routes = lock(&self.routes);
        // The latest one wins, so that a test can replace it.
        routes.iter().rev().find(|route| route.method == *method && route.path == path).cloned()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}
