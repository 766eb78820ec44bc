//! HTTP below the session: the clients, and how every response is received.

pub(crate) mod client;
pub use client::{CONNECT_TIMEOUT, EXCHANGE_TIMEOUT, HEADERS_TIMEOUT, POOL_IDLE_TIMEOUT, READ_TIMEOUT};

pub(crate) mod pem;
pub use pem::{Pem, PemError};

#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;

pub(crate) mod handling;

pub(crate) mod runtimes;

pub(crate) mod receive;
pub use receive::MAX_HELD_BODY;

pub(crate) mod timeout;
pub use timeout::MIN_PROGRESS;

mod body;
pub(crate) use body::TooLong;
#[cfg(any(test, fuzzing))]
pub(crate) use body::with_url;

mod preview;

pub(crate) mod envelope;

mod page;

pub(crate) mod message;

mod verdict;
