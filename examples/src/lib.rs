//! Where the examples run: against the deployment that the environment names, or against a sandbox in this process.
#![allow(clippy::print_stderr, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::BigIdClient;
use bigid_sandbox::Sandbox;

/// Several pages, so that paging shows.
const DATA_SOURCES: usize = 250;

/// A client of the deployment that `BIGID_*` variables name, or of a sandbox if none is set. The sandbox stops when it
/// is dropped.
///
/// # Errors
/// A variable that is missing or wrong ([`bigid_auth_ext::ConfigError`]), or a sandbox that cannot start.
pub async fn connect() -> Result<(BigIdClient, Option<Sandbox>), Box<dyn Error>> {
    if std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("BIGID_")) {
        return Ok((BigIdClient::from_env()?, None));
    }
    eprintln!("no BIGID_* variable is set: using a sandbox in this process");
    let (client, sandbox) = sandbox().await?;
    Ok((client, Some(sandbox)))
}

/// A sandbox and its client, for examples that change data or need faults.
///
/// # Errors
/// A sandbox that cannot start.
pub async fn sandbox() -> Result<(BigIdClient, Sandbox), Box<dyn Error>> {
    let sandbox = Sandbox::builder().data_sources(DATA_SOURCES).catalog_objects(1_000).start().await?;
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build()?;
    Ok((client, sandbox))
}

/// The recipes of the cookbook, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/cookbook.md")]
mod cookbook {}

/// The tests of docs/service-tests.md, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/service-tests.md")]
mod service_tests {}
