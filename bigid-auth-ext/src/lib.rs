#![doc = include_str!("../README.md")]

// Each module imports only from those above it; `xtask/tests/it/imports.rs` checks it.

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
    CacheStats, DEFAULT_LIFETIME, Event, Events, MAX_LIFETIME, MAX_REFRESH_WINDOW, Session, SessionCache, StoreError,
};

#[cfg(feature = "session-store")]
pub use session::{
    DEFAULT_LEASE_WAIT, DEFAULT_STORE_TIMEOUT, Entry, EntryName, FileStore, Lease, MemoryStore, NewEntry, Saved,
    SealingKey, SessionStore, StoreOptions, WhenLeased,
};

#[cfg(feature = "redis")]
pub use session::{REDIS_LEASE, RedisStore};

mod layers;

mod config_error;
pub use config_error::ConfigError;

mod hosted;
pub use hosted::HostedCredential;

mod client;
pub use client::BigIdClient;

mod builder;
pub use builder::Builder;

pub mod automation;

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
    BaseUrl, ByteStream, CallOptions, ConnectionFault, Error, Extra, FormFile, INITIAL_BACKOFF, Incomplete, List,
    ListProgress, MAX_ATTEMPTS, MAX_BACKOFF, MAX_ELAPSED, MAX_RETRY_AFTER, OptionalExt, Page, Pages, Progress, Records,
    Response, RetryPolicy, Secret, WriteError, domains, http, operations, reqwest, reqwest_middleware, types,
};

/// The program of the workspace's README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
