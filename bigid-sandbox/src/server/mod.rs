//! The server: a thread of its own, so that it answers whatever the test's runtime is doing, or is gone.

mod connection;
mod exchange;
mod host;
mod listener;
mod port;
mod raw;
mod shared;

pub(crate) use listener::Running;
pub(crate) use shared::{Route, Shared, locked};
