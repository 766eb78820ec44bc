//! The client of a command.

use std::ffi::OsString;
use std::time::Duration;

use bigid_auth_ext::{BigIdClient, CallOptions, RetryPolicy};
use bigid_sandbox::Sandbox;

use crate::config::{BASE_URL, Config, SESSION_STORE, Variables};
use crate::failure::{Failure, Outcome, Reason};

/// A client, and the sandbox that it calls, which stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: BigIdClient,
    _sandbox: Option<Sandbox>,
}

/// How the command connects.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) config: Config,
    pub(crate) sandbox: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) no_retry: bool,
}

impl Target {
    pub(crate) async fn connect(&self) -> Outcome<Connection> {
        if self.sandbox {
            let sandbox = Sandbox::builder().data_sources(250).catalog_objects(1_000).start().await;
            let sandbox = sandbox.map_err(|error| Failure::new(Reason::Failed, error.to_string()))?;
            let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build()?;
            return Ok(Connection { client: self.limited(client), _sandbox: Some(sandbox) });
        }
        Ok(Connection { client: self.limited(client(self.config.client_variables()?)?), _sandbox: None })
    }

    fn limited(&self, client: BigIdClient) -> BigIdClient {
        let mut options = CallOptions::new();
        if let Some(timeout) = self.timeout {
            options = options.timeout(timeout);
        }
        if self.no_retry {
            options = options.retry(RetryPolicy::none());
        }
        client.with_options(options)
    }

    /// A client that only builds URLs and sends nothing; no credential is read.
    pub(crate) fn preview(&self) -> Outcome<BigIdClient> {
        let base_url = if self.sandbox { None } else { self.base_url()? };
        let base_url = base_url.unwrap_or_else(|| "https://your-deployment.bigid.cloud".to_owned());
        Ok(BigIdClient::builder(base_url).user_token("none").build()?)
    }

    fn base_url(&self) -> Outcome<Option<String>> {
        if let Some(url) = self.config.get(BASE_URL) {
            return Ok(Some(url.to_owned()));
        }
        Ok(self.config.profiles.get(self.config.profile_name())?.map(|profile| profile.base_url))
    }
}

/// A client from variables.
pub(crate) fn client(variables: Variables) -> Outcome<BigIdClient> {
    let store = variables.get(&OsString::from(SESSION_STORE)).and_then(|store| store.to_str());
    let is_redis =
        store.is_some_and(|store| ["redis:", "rediss:"].iter().any(|scheme| store.trim_start().starts_with(scheme)));
    if is_redis && !cfg!(feature = "redis") {
        return Err(Failure::usage(
            "BIGID_SESSION_STORE: this build of bigid has no Redis; build it with `--features redis`, or use `file`",
        ));
    }
    Ok(BigIdClient::from_vars(variables)?)
}
