//! Exchanges a credential for a session, through the generated operations, on a client of its own: no authentication layer, no
//! redirects, no idle connections, a response of bounded size.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::types::{ApiErrorBody, SessionRequest, SessionResponse, TokenResponse};
use bigid_api::{BaseUrl, Client, Error, Secret, Transport};
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderValue, StatusCode};
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next};
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};
use crate::credential::redactor::Redactor;
use crate::credential::supervised::{ProviderFault, is_called_by};
use crate::error::{AuthError, Kind};
use crate::foreign_error::ForeignError;
use crate::session::classify::{Refusal, classify, rejected};
use crate::session::dialect::{AuthScheme, DialectDetector, Way};
use crate::session::event::{Event, EventSender};
use crate::session::failure_cache::FailureCache;
use crate::session::trace::span;
use crate::session::{Serial, Session, expires_at, header, is_access_token};
use crate::wire::client::EXCHANGE_TIMEOUT;
use crate::wire::receive::Receive;
use crate::wire::timeout::AttemptTimeout;

/// The largest response that an exchange reads. The largest recorded one, of `/sessions`, has 15,808 bytes.
const MAX_RESPONSE: usize = 1024 * 1024;

/// One request of an exchange is short in all of its parts.
const TIMEOUT: AttemptTimeout = AttemptTimeout { headers: EXCHANGE_TIMEOUT, idle: EXCHANGE_TIMEOUT };

/// How often one form of an exchange is attempted when the server cannot be reached or is unavailable.
const MAX_ATTEMPTS: u32 = 3;

/// The bounds of the time between two attempts; a server's `Retry-After` may stretch it to [`MAX_BACKOFF`].
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(2);

/// A user token with less than this left is reported, once a day. Two weeks span a holiday.
const EXPIRING: Duration = Duration::from_secs(14 * 24 * 60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Where sessions come from.
#[async_trait]
pub(crate) trait Exchange: Send + Sync + 'static {
    async fn session(&self) -> Result<Session, AuthError>;

    /// How many exchanges sent something.
    fn started(&self) -> u64;

    /// Whether the caller is the provider of this exchange, which would wait for itself.
    fn is_called_by_provider(&self) -> bool {
        false
    }
}

/// The exchange over HTTP.
#[derive(Debug)]
pub(crate) struct TokenExchange {
    base: BaseUrl,
    http: reqwest::Client,
    provider: Arc<dyn CredentialProvider>,
    detector: Arc<DialectDetector>,
    clock: Arc<dyn Clock>,
    events: EventSender,
    failures: FailureCache,
    redactor: Redactor,
    started: AtomicU64,
    /// The token that was last used as it is, and its number.
    provided: Mutex<Option<(Credential, Serial)>>,
    /// When the end of the user token was last reported, on the clock.
    last_warned_at: Mutex<Option<Duration>>,
}

/// One request for a session.
enum Call<'a> {
    Exchange { way: Way, header: HeaderValue },
    SignIn { username: &'a str, password: &'a Secret },
}

#[async_trait]
impl Exchange for TokenExchange {
    /// Gets a new session.
    ///
    /// # Errors
    /// The rejection, where one form is rejected and the other unknown to the server; otherwise what the last form ended in.
    async fn session(&self) -> Result<Session, AuthError> {
        if let Some(error) = self.failures.get(None, self.clock.now()) {
            return Err(error);
        }
        let mut counted = false;
        let credential = self.load_credential().await;
        let credential = credential.inspect_err(|error| self.failures.insert(None, error, self.clock.now()))?;
        let outcome = self.exchange_credential(&credential, &mut counted).await;
        if !outcome.as_ref().is_err_and(AuthError::is_rejected) {
            return outcome;
        }
        // It may have been rotated a moment ago.
        match self.load_credential().await {
            Ok(rotated) if rotated != credential => self.exchange_credential(&rotated, &mut counted).await,
            _ => outcome,
        }
    }

    fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    fn is_called_by_provider(&self) -> bool {
        is_called_by(&self.provider)
    }
}

impl TokenExchange {
    pub(crate) fn new(
        base: BaseUrl,
        http: reqwest::Client,
        provider: Arc<dyn CredentialProvider>,
        detector: Arc<DialectDetector>,
        clock: Arc<dyn Clock>,
        events: EventSender,
        redactor: Redactor,
    ) -> Self {
        Self {
            base,
            http,
            provider,
            detector,
            clock,
            events,
            redactor,
            failures: FailureCache::default(),
            started: AtomicU64::new(0),
            provided: Mutex::default(),
            last_warned_at: Mutex::default(),
        }
    }

    async fn load_credential(&self) -> Result<Credential, AuthError> {
        let none = |error: ProviderError| {
            let kept = ForeignError::of(&*error, &self.redactor);
            AuthError::with(Kind::NoCredential, None, None, Some(kept.into()))
        };
        let credential = self.provider.credential().await.map_err(|error| match ProviderFault::of(&*error) {
            Some(fault) => AuthError::with(Kind::Provider(fault), None, None, None),
            None => none(error),
        })?;
        self.redactor.hold(credential.secret());
        credential.fault().map_or(Ok(credential), |fault| Err(none(fault.into())))
    }

    /// Tries a credential, unless its failure is cached.
    async fn exchange_credential(&self, credential: &Credential, counted: &mut bool) -> Result<Session, AuthError> {
        if let Some(error) = self.failures.get(Some(credential), self.clock.now()) {
            return Err(error);
        }
        let provided = match credential {
            Credential::Session(token) => Some(token),
            Credential::UserToken(token) => Some(token).filter(|token| is_access_token(token.expose())),
            Credential::Password { .. } => None,
        };
        if provided.is_none() && !std::mem::replace(counted, true) {
            self.started.fetch_add(1, Ordering::Relaxed);
        }
        let mut outcome = match (provided, credential) {
            (Some(token), _) | (None, Credential::Session(token)) => self.use_as_session(credential, token),
            (None, Credential::UserToken(token)) => {
                self.exchange(credential, token).instrument(span(&self.base, credential)).await
            }
            (None, Credential::Password { username, password }) => {
                self.sign_in(credential, username, password).instrument(span(&self.base, credential)).await
            }
        };
        match (&mut outcome, credential) {
            (Err(error), _) => self.failures.insert(Some(credential), error, self.clock.now()),
            (Ok(session), Credential::UserToken(token)) => self.warn_if_expiring(token, session),
            (Ok(_), _) => {}
        }
        outcome
    }

    /// A token that authorizes calls already: one that was given as a session, or an access token in place of a user token.
    fn use_as_session(&self, credential: &Credential, token: &Secret) -> Result<Session, AuthError> {
        let number = {
            let mut provided = self.provided.lock().unwrap_or_else(PoisonError::into_inner);
            match &*provided {
                Some((known, number)) if known == credential => *number,
                _ => provided.insert((credential.clone(), Serial::next())).1,
            }
        };
        let (way, _) = self.detector.ways();
        let session = Session::provided(token, number, self.detector.prefix(way), self.clock.now(), self.clock.wall());
        session.map_err(|_| AuthError::with(Kind::GivenTokenEnded, Some(StatusCode::UNAUTHORIZED), None, None))
    }

    /// Reports the end of a user token while it is near, and refreshes no later than the next report is due.
    fn warn_if_expiring(&self, user_token: &Secret, session: &mut Session) {
        let Some(end) = expires_at(user_token.expose()) else { return };
        let remaining = end.saturating_sub(self.clock.wall());
        let now = self.clock.now();
        if remaining >= EXPIRING {
            session.refresh_no_later_than(now.saturating_add(remaining - EXPIRING));
            return;
        }
        session.refresh_no_later_than(now + DAY);
        let mut last = self.last_warned_at.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| now.saturating_sub(last) >= DAY) {
            *last = Some(now);
            self.events.send(Event::CredentialExpiring { remaining });
        }
    }

    async fn exchange(&self, credential: &Credential, user_token: &Secret) -> Result<Session, AuthError> {
        let (first, second) = self.detector.ways();
        let refused = match self.exchange_by(first, credential, user_token).await {
            Ok(session) => return Ok(session),
            Err(Refusal::Final(error)) => return Err(error),
            Err(Refusal::Perhaps(error)) => error,
        };
        let Some(second) = second else { return Err(refused) };
        // What the first form is told of the credential says more than an error in the second, which the server may not know, unless that error says
        // that the server cannot tell at present.
        let explain = |error: AuthError| {
            let (first, second) = (refused.attempts(), error.attempts());
            if refused.is_answered() && !is_temporary(&error) { refused.after(second) } else { error.after(first) }
        };
        self.exchange_by(second, credential, user_token).await.map_err(|refusal| explain(refusal.into_error()))
    }

    async fn exchange_by(&self, way: Way, credential: &Credential, user_token: &Secret) -> Result<Session, Refusal> {
        let prefix = self.detector.prefix(way);
        let header = header(user_token, prefix).map_err(|reason| Refusal::Final(rejected(credential, reason, None)))?;
        let session = self.exchange_with_retries(&Call::Exchange { way, header }, prefix, credential).await?;
        self.detector.learn(way);
        Ok(session)
    }

    async fn sign_in(&self, credential: &Credential, username: &str, password: &Secret) -> Result<Session, AuthError> {
        let (way, _) = self.detector.ways();
        let call = Call::SignIn { username, password };
        self.exchange_with_retries(&call, self.detector.prefix(way), credential).await.map_err(Refusal::into_error)
    }

    /// Retries transient failures up to [`MAX_ATTEMPTS`] times with full jitter.
    async fn exchange_with_retries(
        &self,
        call: &Call<'_>,
        prefix: AuthScheme,
        credential: &Credential,
    ) -> Result<Session, Refusal> {
        let mut attempt = 1;
        loop {
            match self.exchange_once(call, prefix, credential).await {
                Err(Refusal::Final(error)) if error.is_transient() && attempt < MAX_ATTEMPTS => {
                    let longest = INITIAL_BACKOFF.saturating_mul(1 << attempt).min(MAX_BACKOFF);
                    let asked = error.retry_after().unwrap_or_default();
                    if asked > MAX_BACKOFF {
                        return Err(Refusal::Final(error.after(attempt)));
                    }
                    self.clock.sleep(longest.mul_f64(fastrand::f64()).max(asked)).await;
                    attempt += 1;
                }
                outcome => return outcome.map_err(|refusal| refusal.after(attempt)),
            }
        }
    }

    async fn exchange_once(
        &self,
        call: &Call<'_>,
        prefix: AuthScheme,
        credential: &Credential,
    ) -> Result<Session, Refusal> {
        match call {
            Call::Exchange { way, header } => {
                let client = self.client(Some(header.clone()));
                let answer = match way {
                    Way::Deployed => client.exchange_user_token().with_response().await,
                    Way::Spec => client.refresh_access_token().with_response().await,
                };
                self.read(answer, |answer: TokenResponse| answer.system_token, prefix, credential)
            }
            Call::SignIn { username, password } => {
                let body = SessionRequest::new(*username, password.expose());
                let answer = self.client(None).create_session(body).with_response().await;
                self.read(answer, |answer: SessionResponse| answer.auth_token, prefix, credential)
            }
        }
    }

    fn client(&self, header: Option<HeaderValue>) -> Client {
        let chain = ClientBuilder::new(self.http.clone())
            .with(SetAuthorization { header })
            .with(Receive::new(TIMEOUT, self.redactor.clone()).at_most(MAX_RESPONSE))
            .build();
        Client::new(Transport::with_layers(self.base.clone(), self.http.clone(), chain))
    }

    /// The session in an answer, or what the answer says instead.
    fn read<T>(
        &self,
        answer: Result<bigid_api::Response<T>, Error<ApiErrorBody>>,
        token: impl FnOnce(T) -> Option<Secret>,
        prefix: AuthScheme,
        credential: &Credential,
    ) -> Result<Session, Refusal> {
        let unexpected = |what: &str, status| {
            Refusal::Final(AuthError::with(Kind::Unexpected(what.to_owned()), Some(status), None, None))
        };
        match answer {
            Ok(answer) => {
                let status = answer.status();
                let token = token(answer.into_inner())
                    .ok_or_else(|| unexpected("the server's answer holds no token", status))?;
                self.redactor.hold(&token);
                Session::new(&token, prefix, self.clock.now())
                    .map_err(|reason| unexpected(&format!("of the server's answer, {reason}"), status))
            }
            Err(error) => Err(classify(error, credential, self.clock.wall())),
        }
    }
}

/// Whether a failure says nothing about what was asked: no response, or one that a later request may get a better one than. A 500 or 501
/// is what some servers send for a method that they do not know.
fn is_temporary(error: &AuthError) -> bool {
    let unknown = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::NOT_IMPLEMENTED];
    error.is_transient() && error.status().is_none_or(|status| !unknown.contains(&status))
}

/// Attaches the user token.
#[derive(Debug)]
struct SetAuthorization {
    header: Option<HeaderValue>,
}

#[async_trait]
impl Middleware for SetAuthorization {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        if let Some(header) = &self.header {
            request.headers_mut().insert(AUTHORIZATION, header.clone());
        }
        next.run(request, extensions).await
    }
}
