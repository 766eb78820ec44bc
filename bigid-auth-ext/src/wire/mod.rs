//! HTTP below the session: the clients, their timeouts, and responses made honest.

pub(crate) mod body;

pub(crate) mod client;
pub use client::{CONNECT_TIMEOUT, EXCHANGE_TIMEOUT, HEADERS_TIMEOUT, POOL_IDLE_TIMEOUT, READ_TIMEOUT};

pub(crate) mod normalize;

pub(crate) mod pem;
pub use pem::{Pem, PemError};

pub(crate) mod retry_after;
pub(crate) mod runtimes;

pub(crate) mod timeout;
