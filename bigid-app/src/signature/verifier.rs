use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bigid_auth_ext::{BigIdClient, Clock, SystemClock};

use super::replays::Replays;
use super::signed_token::Unverified;
use super::{PublicKey, SignedToken, TokenError};

/// Verifies the `X-Signed-Token` of executions.
///
/// A token must be signed with RS256, RS384, RS512, ES256, ES384 or ES512 by BigID's key, must have an `exp` in the
/// future, and must not have been accepted before: the same header and claims are refused until `exp`. This is all that
/// replay protection can mean, because it is not known what binds a token to one request, or whether BigID uses the
/// same token for several executions. If yours does, its second execution is refused;
/// [`allow_repeats`](Self::allow_repeats) accepts it, along with anyone else who has seen the token.
///
/// None of this was tested with a BigID server. Only the name of the header, the path of the key, and the claim `exp`
/// are known.
pub struct SignatureVerifier {
    source: Source,
    clock: Arc<dyn Clock>,
    /// `None` if repeated tokens are accepted.
    replays: Option<Mutex<Replays>>,
}

enum Source {
    Fixed(PublicKey),
    Fetched(Box<KeyOfBigId>),
}

/// The key from `GET /tpa/public-key` of the client's deployment, never from a URL in a request.
struct KeyOfBigId {
    client: BigIdClient,
    key: RwLock<Option<PublicKey>>,
    request: tokio::sync::Mutex<Request>,
}

struct Request {
    /// When the key was last requested, on the monotonic clock.
    asked: Option<Duration>,
    failure: String,
}

impl SignatureVerifier {
    /// Verifies with a known key.
    #[must_use]
    pub fn with_key(key: PublicKey) -> Self {
        Self::new(Source::Fixed(key))
    }

    /// Verifies with the key of a client's deployment. The client is the app's own, with its own credential.
    ///
    /// The key is requested when the first plausible token arrives, and again when a plausible token is not signed with
    /// it and [`REFRESH_INTERVAL`] has passed, because BigID may have a new one.
    #[must_use]
    pub fn fetching(client: BigIdClient) -> Self {
        let request = Request { asked: None, failure: "the request for the key was cancelled".to_owned() };
        let request = tokio::sync::Mutex::new(request);
        Self::new(Source::Fetched(Box::new(KeyOfBigId { client, key: RwLock::default(), request })))
    }

    fn new(source: Source) -> Self {
        Self { source, clock: Arc::new(SystemClock::default()), replays: Some(Mutex::default()) }
    }

    /// The clock that `exp` is compared with; the system's by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Accepts a token any number of times until it expires. Anyone who has seen one can then start executions with it.
    #[must_use]
    pub fn allow_repeats(mut self) -> Self {
        self.replays = None;
        self
    }

    /// Verifies the value of `X-Signed-Token`, if there is one.
    ///
    /// # Errors
    /// The reason why the token is not accepted.
    ///
    /// # Cancel safety
    /// If the future is dropped, no token is accepted, and a request for the key is cancelled.
    pub async fn verify(&self, token: Option<&str>) -> Result<SignedToken, TokenError> {
        let text = token.ok_or(TokenError::Missing)?.trim();
        let unverified = Unverified::parse(text, self.clock.wall())?;
        match &self.source {
            Source::Fixed(key) if unverified.is_signed_by(key) => {}
            Source::Fixed(_) => return Err(TokenError::Signature),
            Source::Fetched(key) => key.verify(&unverified, &*self.clock).await?,
        }
        let (signed, now) = (unverified.signed(), self.clock.wall());
        let token = unverified.into_verified();
        let is_new = self.replays.as_ref().is_none_or(|replays| {
            replays.lock().unwrap_or_else(PoisonError::into_inner).accept(signed, token.expires(), now)
        });
        if is_new { Ok(token) } else { Err(TokenError::Repeated) }
    }
}

impl KeyOfBigId {
    async fn verify(&self, token: &Unverified<'_>, clock: &dyn Clock) -> Result<(), TokenError> {
        // Before the lock, so that no caller with a valid token waits for a request that another caused.
        if self.verdict(token) == Some(true) {
            return Ok(());
        }
        let mut request = self.request.lock().await;
        let interval = if self.verdict(token).is_some() { REFRESH_INTERVAL } else { KEY_RETRY };
        let now = clock.now();
        if request.asked.is_none_or(|asked| now >= asked.saturating_add(interval)) {
            request.asked = Some(now);
            match fetch(&self.client).await {
                Ok(key) => *self.key.write().unwrap_or_else(PoisonError::into_inner) = Some(key),
                Err(reason) => request.failure = reason,
            }
        }
        match self.verdict(token) {
            Some(true) => Ok(()),
            Some(false) => Err(TokenError::Signature),
            None => Err(TokenError::NoKey(request.failure.clone())),
        }
    }

    /// Whether the key signed the token; `None` without a key.
    fn verdict(&self, token: &Unverified<'_>) -> Option<bool> {
        let key = self.key.read().unwrap_or_else(PoisonError::into_inner);
        key.as_ref().map(|key| token.is_signed_by(key))
    }
}

async fn fetch(client: &BigIdClient) -> Result<PublicKey, String> {
    let mut bytes = Vec::new();
    let mut stream = client.get_app_public_key().await.map_err(|error| error.to_string())?;
    while let Some(piece) = stream.try_next().await.map_err(|error| error.to_string())? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_KEY_BYTES {
            return Err(format!("the response to the request for the key is larger than {MAX_KEY_BYTES} bytes"));
        }
    }
    PublicKey::parse(&bytes).map_err(|error| format!("the response to the request for the key is {error}"))
}

impl fmt::Debug for SignatureVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureVerifier").finish_non_exhaustive()
    }
}

/// How long a key is kept after it failed to verify a plausible token. Anyone can make a plausible token, which must
/// not cause a request to BigID each time.
pub const REFRESH_INTERVAL: Duration = Duration::from_secs(300);

/// How long an app without a key waits before it requests one again. Short, because it refuses every execution
/// meanwhile.
pub const KEY_RETRY: Duration = Duration::from_secs(5);

/// The maximum size of the response with the key: 64 KiB. The PEM of an 8192-bit RSA key has 1.4 KiB.
pub const MAX_KEY_BYTES: usize = 64 << 10;
