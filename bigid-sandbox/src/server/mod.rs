//! The server. It runs on its own thread, so it responds even while the test's runtime is blocked or gone.

mod shared;
pub(crate) use shared::{Route, Shared};

mod host;

mod raw;

mod stream;

#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tls")]
pub(crate) use tls::Tls;

mod nodes;
pub use nodes::Balancing;
pub(crate) use nodes::Nodes;

mod exchange;

mod body;
mod connection;

mod port;

mod listener;
pub(crate) use listener::Running;
