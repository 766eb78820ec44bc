//! An app: its manifest, the handlers of its actions, and its configuration.

mod build_error;
pub use build_error::BuildError;

mod builder;
pub use builder::{Builder, MAX_BODY};

mod handler;

mod running;

mod execute;
pub use execute::Reply;

mod supervise;

mod shutdown;
pub use shutdown::{REPORT_WINDOW, Shutdown, Stopped};

mod tenant;
pub use tenant::Tenant;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bigid_auth_ext::Clock;

use crate::asset::Asset;
use crate::credentials_key::CredentialsKey;
use crate::deployments::Deployments;
use crate::logs::Logs;
use crate::manifest::Manifest;
use crate::run::Configure;
use crate::signature::SignatureVerifier;
use handler::Handler;
use running::Running;
use tenant::OnConfigure;

/// A BigID app. It is independent of web frameworks: pass the body of a request to [`execute`](Self::execute), or use
/// the router of the feature `axum`. Clones share one app.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    manifest: Manifest,
    handlers: BTreeMap<String, Handler>,
    deployments: Deployments,
    verifier: Option<SignatureVerifier>,
    configure: Configure,
    key: Option<CredentialsKey>,
    assets: BTreeMap<&'static str, Asset>,
    on_configure: Option<OnConfigure>,
    max_body: usize,
    clock: Arc<dyn Clock>,
    logs: Logs,
    running: Running,
}

impl App {
    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// The lines that `GET /logs` shows.
    #[must_use]
    pub fn logs(&self) -> &Logs {
        &self.0.logs
    }

    /// The icon at `/assets/icon` or `/assets/sideBarIcon`, by its last segment.
    #[must_use]
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.0.assets.get(name)
    }

    /// The maximum size of a request body, in bytes.
    #[must_use]
    pub fn max_body(&self) -> usize {
        self.0.max_body
    }

    /// The number of running executions.
    #[must_use]
    pub fn running(&self) -> usize {
        self.0.running.count()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("actions", &self.0.handlers.keys()).finish_non_exhaustive()
    }
}
