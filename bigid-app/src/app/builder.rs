use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bigid_auth_ext::{BaseUrl, BigIdClient, Clock, ConfigError, Credential, SystemClock};

use super::handler::Handler;
use super::running::Running;
use super::tenant::{OnConfigure, Tenant};
use super::{App, BuildError, Inner};
use crate::asset::Asset;
use crate::credentials_key::CredentialsKey;
use crate::deployments::Deployments;
use crate::failure::Failure;
use crate::logs::Logs;
use crate::manifest::{Action, Manifest};
use crate::response::Done;
use crate::run::{Configure, Run};
use crate::signature::SignatureVerifier;

/// Builds an [`App`].
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    manifest: Manifest,
    handlers: BTreeMap<String, Handler>,
    deployments: Vec<String>,
    verifier: Verifier,
    configure: Configure,
    key: Option<CredentialsKey>,
    assets: BTreeMap<&'static str, Asset>,
    on_configure: Option<OnConfigure>,
    max_body: usize,
    clock: Arc<dyn Clock>,
}

enum Verifier {
    Undecided,
    Unsigned,
    Signed(Box<SignatureVerifier>),
}

impl App {
    /// Starts building an app with this manifest, to which [`Builder::action`] adds the actions.
    pub fn builder(manifest: Manifest) -> Builder {
        Builder {
            manifest,
            handlers: BTreeMap::new(),
            deployments: Vec::new(),
            verifier: Verifier::Undecided,
            configure: Arc::new(|builder| builder),
            key: None,
            assets: BTreeMap::new(),
            on_configure: None,
            max_body: MAX_BODY,
            clock: Arc::new(SystemClock::default()),
        }
    }
}

impl Builder {
    /// Adds an action to the manifest, and its handler.
    ///
    /// The handler runs in its own task. A panic or an error becomes a response or a report with the status ERROR. It
    /// is dropped at its next `.await` if BigID closes the connection on which it waits for an immediate action, and
    /// after the grace period of a shutdown.
    pub fn action<F, O>(mut self, action: Action, run: F) -> Self
    where
        F: Fn(Run) -> O + Send + Sync + 'static,
        O: Future<Output = Result<Done, Failure>> + Send + 'static,
    {
        self.handlers.insert(action.id().to_owned(), Handler::new(action.clone(), run));
        self.manifest = self.manifest.action(action);
        self
    }

    /// Names a deployment of BigID that the app works for, such as `https://acme.bigid.cloud`. An execution whose
    /// `bigidBaseUrl` belongs to no named deployment is refused, and nothing is sent to that URL.
    pub fn deployment(mut self, base_url: impl Into<String>) -> Self {
        self.deployments.push(base_url.into());
        self
    }

    /// Verifies the `X-Signed-Token` of each execution and of each call of `/configure`.
    pub fn signed_by(mut self, verifier: SignatureVerifier) -> Self {
        self.verifier = Verifier::Signed(Box::new(verifier));
        self
    }

    /// Accepts executions from anyone who can reach the app. For networks that only BigID can reach, and for servers
    /// that do not sign.
    pub fn dangerously_accept_unsigned(mut self) -> Self {
        self.verifier = Verifier::Unsigned;
        self
    }

    /// Customizes the clients of executions: root certificates, a proxy, timeouts. Their credential is set afterwards.
    pub fn client(
        mut self,
        configure: impl Fn(bigid_auth_ext::Builder) -> bigid_auth_ext::Builder + Send + Sync + 'static,
    ) -> Self {
        self.configure = Arc::new(configure);
        self
    }

    /// The key that decrypts credentials of data sources: the text of `APPLICATION_CREDENTIALS_KEY`.
    pub fn credentials_key(mut self, key: CredentialsKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The icon at `/assets/icon`.
    pub fn icon(mut self, icon: Asset) -> Self {
        self.assets.insert("icon", icon);
        self
    }

    /// The icon at `/assets/sideBarIcon`.
    pub fn side_bar_icon(mut self, icon: Asset) -> Self {
        self.assets.insert("sideBarIcon", icon);
        self
    }

    /// What to do when BigID sets up or deletes a tenant (`POST /configure`). Without it, the call is accepted and
    /// nothing happens.
    pub fn on_configure<F, O>(mut self, run: F) -> Self
    where
        F: Fn(Tenant) -> O + Send + Sync + 'static,
        O: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.on_configure = Some(Arc::new(move |tenant| Box::pin(run(tenant))));
        self
    }

    /// The maximum size of a request body, in bytes; [`MAX_BODY`] by default.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The clock that the grace period of a shutdown is measured on; the system's by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the app.
    ///
    /// # Errors
    /// The manifest is invalid, an action has no handler, a deployment cannot be called, there is none for an action
    /// that runs in the background, or neither `signed_by` nor `dangerously_accept_unsigned` was called.
    pub fn build(self) -> Result<App, BuildError> {
        self.manifest.validate().map_err(BuildError::Manifest)?;
        if let Some(action) = self.manifest.actions().iter().find(|action| !self.handlers.contains_key(action.id())) {
            return Err(BuildError::NoHandler(action.id().to_owned()));
        }
        let mut deployments = Deployments::default();
        for text in &self.deployments {
            let base = BaseUrl::parse(text).map_err(|error| BuildError::Deployment(ConfigError::BaseUrl(error)))?;
            deployments.add(base);
        }
        // A client is built for each, so that errors show before the first execution.
        for base in deployments.iter() {
            let builder = (self.configure)(BigIdClient::builder(base.as_str()));
            builder.credential(Credential::session("unused")).build().map_err(BuildError::Deployment)?;
        }
        if deployments.iter().next().is_none() && self.manifest.actions().iter().any(|action| !action.is_immediate()) {
            return Err(BuildError::NoDeployment);
        }
        let verifier = match self.verifier {
            Verifier::Undecided => return Err(BuildError::NoVerifier),
            Verifier::Unsigned => None,
            Verifier::Signed(verifier) => Some(*verifier),
        };
        Ok(App(Arc::new(Inner {
            manifest: self.manifest,
            handlers: self.handlers,
            deployments,
            verifier,
            configure: self.configure,
            key: self.key,
            assets: self.assets,
            on_configure: self.on_configure,
            max_body: self.max_body,
            clock: self.clock,
            logs: Logs::default(),
            running: Running::default(),
        })))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The deployments are not shown: until they are parsed, they may contain user info.
        f.debug_struct("Builder").field("actions", &self.handlers.keys()).finish_non_exhaustive()
    }
}

/// The default of [`Builder::max_body`]: 2 MiB. A command for objects lists their names.
pub const MAX_BODY: usize = 2 << 20;
