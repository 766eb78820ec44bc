use std::error::Error;
use std::fmt;

use bigid_auth_ext::ConfigError;

use crate::manifest::ManifestError;

/// Why an app cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The manifest is invalid.
    Manifest(ManifestError),
    /// A deployment cannot be called: its URL is wrong, or the client refuses it.
    Deployment(ConfigError),
    /// Neither `signed_by` nor `dangerously_accept_unsigned` was called.
    NoVerifier,
    /// There is no deployment for actions that run in the background to report to.
    NoDeployment,
    /// An action of the manifest has no handler: add it with [`Builder::action`](crate::Builder::action).
    NoHandler(String),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest(error) => error.fmt(f),
            Self::Deployment(_) => f.write_str("a deployment of the app cannot be used"),
            Self::NoVerifier => f.write_str(
                "executions are not verified to come from BigID: call `signed_by`, or `dangerously_accept_unsigned`",
            ),
            Self::NoDeployment => f.write_str(
                "an action runs in the background, but there is no deployment to report to; call `deployment`",
            ),
            Self::NoHandler(action) => {
                write!(f, "the action {action:?} of the manifest has no handler; add it with `action`")
            }
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Deployment(error) => Some(error),
            Self::Manifest(_) | Self::NoVerifier | Self::NoDeployment | Self::NoHandler(_) => None,
        }
    }
}
