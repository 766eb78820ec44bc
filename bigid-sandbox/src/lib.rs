#![doc = include_str!("../README.md")]

/// The crate `http`, whose methods, statuses and headers this API uses.
pub use http;

mod clock;
pub use clock::Clock;

mod digits;

mod calendar;
mod lock;
mod random;

mod profile;
pub use profile::{Profile, UnknownProfile};

mod contract;

/// The applied contract that the sandbox serves: OpenAPI 3.0 as JSON, without the evidence of each fact.
#[must_use]
pub fn openapi() -> &'static str {
    contract::TEXT
}

mod operation;
pub use operation::OperationName;

mod auth;
pub use auth::{
    DEFAULT_SESSION_LIFETIME, DEFAULT_SYSTEM_TOKEN_LIFETIME, GeneratedToken, MAX_USER_TOKEN_DAYS, TokenError, User,
};

mod wire;
pub use wire::{ReceivedRequest, ResponseTemplate};

mod record;

mod query;
pub use query::{parse_bql, parse_filter, parse_sort};

mod data;

mod play;

mod world;

mod state;

mod journal;

mod api;
pub use api::Evidence;

mod faults;
pub use faults::{BadBody, Fault, FaultBuilder, Gate, InvalidScript, RetryAfter, ScriptedFault, UnknownFault};

mod observer;
pub use observer::{Deviation, Observed};

mod console;

mod server;
pub use server::Balancing;

mod builder;
pub use builder::{
    Builder, DEFAULT_CASES, DEFAULT_CATALOG_OBJECTS, DEFAULT_DATA_SOURCES, DEFAULT_JOURNAL_BYTES,
    DEFAULT_JOURNAL_CAPACITY, DEFAULT_RECORDS, DEFAULT_SEED,
};

mod sandbox;
pub use sandbox::{Entity, Sandbox, StartError};

/// The sandbox as the BigID server of an app: see [`Sandbox::register_app`].
#[cfg(feature = "apps")]
pub mod apps {
    pub use crate::sandbox::{App, Attachment, Execute, Executed, Execution};
}

#[doc = include_str!("../EVIDENCE.md")]
pub mod evidence {}
