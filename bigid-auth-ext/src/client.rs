use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bigid_api::Client;
use http::HeaderValue;

use crate::clock::Clock;
use crate::dialect::Dialect;
use crate::error::AuthError;
use crate::layers::masks::SendMasks;
use crate::session::Session;
use crate::session::SessionCache;
use crate::session::detector::ResolvedDialect;
use crate::session::event::Events;
use bigid_api::CallOptions;

/// A BigID client that manages its session.
///
/// It derefs to the generated [`Client`]: every operation is a method. Each call is authorized by a session that is
/// exchanged when it is first needed, kept, renewed before it expires, and replaced when the server refuses it. A clone
/// is cheap and shares the session.
///
/// ```no_run
/// use bigid_auth_ext::BigIdClient;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let client = BigIdClient::builder("https://acme.bigid.cloud").user_token("...").build()?;
/// let page = client.list_data_sources().limit(10).send().await?;
/// println!("{page:?}");
/// # Ok(())
/// # }
/// ```
///
/// A session works for every BigID API. For endpoints that this crate does not cover, use
/// [`request`](bigid_api::Client::request), through the same layers.
#[derive(Clone)]
pub struct BigIdClient {
    api: Client,
    sessions: SessionCache,
    clock: Arc<dyn Clock>,
}

impl BigIdClient {
    pub(crate) fn new(api: Client, sessions: SessionCache, clock: Arc<dyn Clock>) -> Self {
        Self { api, sessions, clock }
    }

    /// Returns a client that sends every member of a body, even a mask of asterisks.
    ///
    /// By default, calls leave masks out: BigID shows `******` in place of each secret, and it is unknown what it does
    /// when it receives this mask as a secret.
    #[must_use]
    pub fn sending_masks(&self) -> Self {
        Self { api: Client::new(self.api.transport().with_extension(SendMasks)), ..self.clone() }
    }

    /// The clock that waits run on.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Returns the session that calls are authorized with, after an exchange if there is none.
    ///
    /// # Errors
    /// The reason why there is no session; the message of [`AuthError`] says what to do.
    ///
    /// # Cancel safety
    /// Dropping the future does not stop an exchange, which other callers may be waiting for.
    pub async fn session(&self) -> Result<Arc<Session>, AuthError> {
        match self.cached_session() {
            Some(session) => {
                self.sessions.cache.count_hit();
                Ok(session)
            }
            None => self.sessions.cache.session().await,
        }
    }

    /// Compiled in this crate, so that a hit is the only place in another crate that loads the session, and the load is
    /// inlined there.
    #[inline(never)]
    fn cached_session(&self) -> Option<Arc<Session>> {
        self.sessions.cache.cached()
    }

    /// Returns the header of the cached session, marked as sensitive, or `None` if a call would have to wait for a
    /// session.
    ///
    /// It never waits. Until a refresh is due it takes no lock and, from a thread's second call on, does not allocate.
    /// Within a tokio runtime it starts a refresh that is due; outside of one it returns the old session until it
    /// expires. Use it for requests that are made without this client; calls through the client are already authorized.
    /// It does not count as a hit.
    #[must_use]
    #[inline]
    pub fn cached_authorization(&self) -> Option<HeaderValue> {
        self.sessions.cache.hit_header()
    }

    /// Returns a client with other options for its calls. It is cheap, and shares the session, the connections and the
    /// retry budget.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        let transport = self.api.transport().with_extension(options);
        Self { api: Client::new(transport), ..self.clone() }
    }

    /// Subscribes to session events.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.sessions.cache.events().subscribe()
    }

    /// Returns the session cache, to share it with another client of the same deployment.
    #[must_use]
    pub fn session_cache(&self) -> &SessionCache {
        &self.sessions
    }

    /// The number of exchanges that sent a request. A healthy client makes one, and one more per lifetime of a session.
    /// Cached failures and supplied sessions do not count.
    #[must_use]
    pub fn exchanges(&self) -> u64 {
        self.sessions.stats().exchanges
    }

    /// The configured or detected dialect; `None` until it is detected.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        self.sessions.detector.resolved().map(|dialect| match dialect {
            ResolvedDialect::Deployed => Dialect::Deployed,
            ResolvedDialect::Spec => Dialect::Spec,
        })
    }
}

impl Deref for BigIdClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.api
    }
}

impl fmt::Debug for BigIdClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BigIdClient")
            .field("base", &self.api.transport().base().as_str())
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}
