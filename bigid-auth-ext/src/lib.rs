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
//! - **No leaks.** A credential goes to the configured origin, over `https`, and nowhere else: not into logs, errors, or redirects.
//!
//! ```no_run
//! use bigid_auth_ext::BigIdClient;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = BigIdClient::from_env()?;
//! let page = client.list_data_sources().limit(100).send().await?.into_inner();
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

mod error;
pub use error::AuthError;

mod clock;
pub use clock::{Clock, ManualClock, SystemClock};

mod credential;
pub use credential::Credential;

mod dialect;
pub use dialect::{Dialect, HeaderPrefix, UnknownDialect};

mod environment;
pub use environment::VariableError;

mod provider;
pub use provider::{CredentialProvider, EnvironmentCredential, FileCredential, ProviderError};

mod session;
pub use session::{MAX_LIFETIME, MAX_REFRESH_WINDOW, OPAQUE_LIFETIME, Session};

mod event;
pub use event::{Event, Events};

mod held;

mod resumed;

mod options;
pub use options::CallOptions;

mod patience;

mod normalize;

mod whole;
pub use whole::MAX_WHOLE;

mod retry_after;

mod retry;
pub use retry::{FIRST_PAUSE, MAX_ATTEMPTS, MAX_ELAPSED, MAX_PAUSE, MAX_RETRY_AFTER, RetryPolicy};

mod memory;

mod classify;

mod exchange;

mod counter;

mod platform;

mod cache;

mod shared;
pub use shared::{Counts, SessionCache};

mod attempt;

mod stubborn;

mod authenticate;

mod deadline;

mod trace;

mod client;
pub use client::BigIdClient;

mod pem;
pub use pem::{Pem, PemError};

mod config_error;
pub use config_error::ConfigError;

mod http_client;
pub use http_client::{CONNECT_TIMEOUT, EXCHANGE_TIMEOUT, HEADERS_TIMEOUT, READ_TIMEOUT};

mod builder;
pub use builder::Builder;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, clippy::panic, reason = "an invariant that does not hold ends the test")]
pub mod invariants;

pub use async_trait::async_trait;
pub use bigid_api;

/// The programs of the READMEs, compiled.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../README.md")]
    struct Workspace;

    #[doc = include_str!("../README.md")]
    struct Crate;
}
