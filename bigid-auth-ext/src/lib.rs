//! The BigID client that services use: [`BigIdClient`] wraps the generated [`bigid_api::Client`] so that nobody has to think about
//! tokens.
//!
//! BigID hands out a *user token*, which lives for up to 999 days and authorizes nothing but one call: its exchange for a *system
//! token*, which lives for days and authorizes every other call. A service that does this by hand has to know when a token ends, to
//! renew it once and not a thousand times, and to see that a server which answers "200 OK" has just refused it. This crate does:
//!
//! - **One exchange.** However many calls wait for a session, one exchange runs, and its success or failure answers all of them.
//! - **Renewal without waiting.** A session near its end is refreshed in the background; the old one serves until it truly expires.
//! - **One replay.** A call whose session is refused is sent once more with a new one, if its body can be sent twice. Only the
//!   session that was refused is dropped.
//! - **Bounded retry.** What may pass is sent again where that is safe, with jitter, `Retry-After`, caps, and a shared budget.
//! - **Honest answers.** A refusal under HTTP 200, or a gateway's page of HTML, becomes the status that it means.
//! - **Two dialects.** Deployed servers and the received contract disagree on how tokens travel. [`Dialect::Detect`] finds out.
//! - **No leaks.** A credential goes to the configured deployment, over `https`, and nowhere else: not into logs, errors, or redirects.
//!
//! ```no_run
//! use bigid_auth_ext::BigIdClient;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = BigIdClient::from_env()?;
//! let page = client.list_data_sources().limit(100).await?;
//! for source in page.data.into_iter().flat_map(|data| data.ds_connections.unwrap_or_default()) {
//!     println!("{}", source.name.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the roots of the operating system |
//! | `native-tls` | no | TLS by the operating system's own library |
//!
//! With neither, only servers on loopback, or `http` on purpose, can be called: `build` refuses an `https` base URL.

// Each module imports only from those above it; `xtask/tests/imports.rs` checks it.

mod backoff;

mod clock;
pub use clock::{Clock, ManualClock, SystemClock};

mod dialect;
pub use dialect::{AuthScheme, Dialect, UnknownDialect};

mod error;
pub use error::AuthError;

mod bounded_file;

mod lock;

mod credential;
pub use credential::{
    Credential, CredentialProvider, EnvironmentCredential, FileCredential, PROVIDER_TIMEOUT, ProviderError,
    VariableError,
};

mod foreign_error;

mod wire;
pub use wire::{
    CONNECT_TIMEOUT, EXCHANGE_TIMEOUT, HEADERS_TIMEOUT, MAX_HELD_BODY, MIN_PROGRESS, POOL_IDLE_TIMEOUT, Pem, PemError,
    READ_TIMEOUT,
};

mod session;
pub use session::{
    CacheStats, DEFAULT_LEASE_WAIT, DEFAULT_LIFETIME, DEFAULT_STORE_TIMEOUT, Entry, EntryName, Event, Events,
    FileStore, Lease, MAX_LIFETIME, MAX_REFRESH_WINDOW, MemoryStore, NewEntry, Saved, SealingKey, Session,
    SessionCache, SessionStore, StoreError, StoreOptions, WhenLeased,
};

mod layers;

mod config_error;
pub use config_error::ConfigError;

mod client;
pub use client::BigIdClient;

mod builder;
pub use builder::Builder;

#[cfg(feature = "blocking")]
pub mod blocking;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, clippy::panic, reason = "an invariant that does not hold ends the test")]
pub mod tests;

pub use async_trait::async_trait;
pub use bigid_api;

// What calls take and return, so that one dependency and one path serve most programs.
#[doc(no_inline)]
pub use bigid_api::{
    BaseUrl, ByteStream, CallOptions, ConnectionFault, Error, Extra, INITIAL_BACKOFF, Incomplete, List, ListProgress,
    MAX_ATTEMPTS, MAX_BACKOFF, MAX_ELAPSED, MAX_RETRY_AFTER, Page, Pages, Progress, Records, Response, RetryPolicy,
    Secret, WriteError, domains, http, operations, reqwest, reqwest_middleware, types,
};

/// The programs of the READMEs, compiled.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../README.md")]
    struct Workspace;

    #[doc = include_str!("../README.md")]
    struct Crate;
}
