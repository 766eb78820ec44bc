#![doc = include_str!("../README.md")]

// Each module imports only from those above it; `xtask/tests/it/imports.rs` checks it.

mod parameters;
pub use parameters::{FromParameter, ParameterError, Parameters};

mod manifest;
pub use manifest::{Action, Category, Kind, License, Manifest, ManifestError, Parameter};

mod execution;
pub use execution::{Execution, ExecutionError};

mod response;
pub use response::{Done, ExecutionResponse, Part, Status};

mod failure;
pub use failure::Failure;

mod logs;
pub use logs::{Logs, MAX_LINE, MAX_LINES};

mod asset;
pub use asset::Asset;

mod credentials_key;
pub use credentials_key::{CredentialsKey, DecryptError};

mod deployments;
pub use deployments::Deployments;

mod signature;
pub use signature::{
    KEY_RETRY, MAX_KEY_BYTES, PublicKey, PublicKeyError, REFRESH_INTERVAL, SignatureVerifier, SignedToken, TokenError,
};

mod run;
pub use run::{Credentials, REPORT_TIMEOUT, Run, RunError, Storage};

mod app;
pub use app::{App, BuildError, Builder, MAX_BODY, REPORT_WINDOW, Reply, Shutdown, Stopped, Tenant};

#[cfg(feature = "axum")]
mod router;
#[cfg(feature = "axum")]
pub use router::DRAIN;

pub use bigid_auth_ext;

// What actions take and return, so that one dependency serves most apps.
#[doc(no_inline)]
pub use bigid_auth_ext::{BigIdClient, FormFile, Secret, types::AppNotification};
