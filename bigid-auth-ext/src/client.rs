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
/// It derefs to the generated [`Client`]: every operation is a method. Each call is authorized by a session that is exchanged when it
/// is first needed, kept, renewed before it expires, and replaced when the server refuses it. A clone is cheap and shares the session.
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
/// A session works for every BigID API. For endpoints that this crate does not cover, use [`request`](bigid_api::Client::request),
/// through the same layers.
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

    /// This client, with calls that send every member of a body, even one that is a mask of asterisks.
    ///
    /// Without it, a call leaves masks out: BigID shows `******` in place of each secret, and no recording shows what it does with its own
    /// mask where a secret belongs.
    #[must_use]
    pub fn sending_masks(&self) -> Self {
        Self { api: Client::new(self.api.transport().with_extension(SendMasks)), ..self.clone() }
    }

    /// What waits run on.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The session that calls are authorized with; an exchange, if there is none.
    ///
    /// # Errors
    /// The reason why there is no session. [`AuthError`] says what may help.
    ///
    /// # Cancel safety
    /// Dropping the future leaves an exchange running for the other callers that wait for it.
    pub async fn session(&self) -> Result<Arc<Session>, AuthError> {
        match self.cached_session() {
            Some(session) => {
                self.sessions.cache.count_hit();
                Ok(session)
            }
            None => self.sessions.cache.session().await,
        }
    }

    /// Compiled in this crate, so that in another one a hit is the only place that loads the session, and the load is inlined there.
    #[inline(never)]
    fn cached_session(&self) -> Option<Arc<Session>> {
        self.sessions.cache.cached()
    }

    /// The header of the cached session, ready to be sent and marked as sensitive; `None` where a call would have to wait.
    ///
    /// It does not wait, and before a refresh is due it neither locks nor, from a thread's second call on, allocates. Within a tokio
    /// runtime it starts a refresh that is due; outside of one it returns the old session until that expires. Use it for requests that
    /// are not made with this client; calls made with the client are authorized already. It is not counted as a hit.
    #[must_use]
    #[inline]
    pub fn cached_authorization(&self) -> Option<HeaderValue> {
        self.sessions.cache.hit_header()
    }

    /// This client with other options for its calls. It is cheap, and shares the session, the connections and the retries' budget.
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

    /// The cache of this client's session, for another client of the same deployment to share.
    #[must_use]
    pub fn session_cache(&self) -> &SessionCache {
        &self.sessions
    }

    /// The number of exchanges that sent a request. A healthy client makes one, and one more per lifetime of a session. Cached failures
    /// and sessions that were supplied as they are do not count.
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
