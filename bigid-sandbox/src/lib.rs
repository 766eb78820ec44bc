//! A BigID to develop and test against.
//!
//! Real HTTP on a loopback port: user tokens, their exchange, sessions, data sources with paging.

mod api;
mod auth;
mod builder;
mod calendar;
mod clock;
mod data;
mod faults;
mod journal;
mod operation;
mod profile;
mod random;
mod sandbox;
mod server;
mod state;
mod wire;

pub use auth::{
    DEFAULT_SESSION_LIFETIME, DEFAULT_SYSTEM_TOKEN_LIFETIME, GeneratedToken, MAX_USER_TOKEN_DAYS, TokenError, User,
};
pub use builder::{Builder, DEFAULT_DATA_SOURCES, DEFAULT_JOURNAL_CAPACITY, DEFAULT_SEED};
pub use clock::Clock;
pub use faults::{BadBody, Fault, Gate, RetryAfter, Script};
pub use operation::Operation;
pub use profile::{Profile, UnknownProfile};
pub use sandbox::{Sandbox, StartError};
pub use wire::{Answer, Received};
