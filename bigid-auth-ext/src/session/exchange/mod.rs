//! The exchange of a credential for a session: which credential, in which dialect, how often, and how failures are
//! cached.
//!
//! This file is long because the steps of one exchange are one sequence of decisions.

mod exchanger;
mod request;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;
use http::StatusCode;
use tracing::Instrument as _;

use crate::backoff::full_jitter;
use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};
use crate::credential::supervised::is_called_by;
use crate::error::{AuthError, Kind, ProviderFault};
use crate::foreign_error::ForeignError;
use crate::lock::lock;
use crate::session::classify::ExchangeFailure;
use crate::session::detector::{DialectDetector, ResolvedDialect};
use crate::session::event::{Event, EventSender};
use crate::session::failure_cache::FailureCache;
use crate::session::store::Fleet;
use crate::session::trace::span;
use crate::session::{Demand, Serial, Session, expires_at, is_access_token};

pub(crate) use exchanger::Exchanger;
use request::{ExchangeOperation, ExchangeRequest};

/// How often an exchange is attempted in one dialect if the server is unreachable or unavailable.
const MAX_ATTEMPTS: u32 = 3;

/// The limit of the pause before the second attempt; it doubles with each attempt.
const INITIAL_BACKOFF: Duration = Duration::from_millis(200);

/// The longest pause between two attempts. A server that asks for a longer one ends the exchange.
const MAX_BACKOFF: Duration = Duration::from_secs(2);

/// A user token that expires within this time is reported once a day. Two weeks cover a holiday.
const EXPIRING: Duration = Duration::from_secs(14 * 24 * 60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A source of sessions.
#[async_trait]
pub(crate) trait Exchange: Send + Sync + 'static {
    /// Returns a new session; `demand` decides which session of a store is useful.
    async fn session(&self, demand: &dyn Demand) -> Result<Session, AuthError>;

    /// The number of exchanges that sent a request.
    fn started(&self) -> u64;

    /// When the user token of the last session expires, on the wall clock, if known.
    fn user_token_expires_at(&self) -> Option<Duration> {
        None
    }

    /// Whether the caller is the provider of this exchange, which would deadlock.
    fn is_called_by_provider(&self) -> bool {
        false
    }
}

/// The policy around an [`Exchanger`].
pub(crate) struct TokenExchange {
    exchanger: Exchanger,
    provider: Arc<dyn CredentialProvider>,
    detector: Arc<DialectDetector>,
    events: EventSender,
    failures: FailureCache,
    fleet: Option<Fleet>,
    started: AtomicU64,
    /// The last token that was used without an exchange, and its number.
    provided: Mutex<Option<(Credential, Serial)>>,
    user_token_expires_at: Mutex<Option<Duration>>,
    /// When the expiry of the user token was last reported, on the clock.
    last_warned_at: Mutex<Option<Duration>>,
}

#[async_trait]
impl Exchange for TokenExchange {
    /// Gets a new session.
    ///
    /// # Errors
    /// The rejection, where one dialect is rejected and the other unknown to the server; otherwise the error of the
    /// last dialect tried.
    async fn session(&self, demand: &dyn Demand) -> Result<Session, AuthError> {
        if let Some(error) = self.failures.get(None, self.now()) {
            return Err(error);
        }
        let mut counted = false;
        let credential = self.load_credential().await;
        let credential = credential.inspect_err(|error| self.failures.insert(None, error, self.now()))?;
        let outcome = self.session_of(&credential, demand, &mut counted).await;
        if !outcome.as_ref().is_err_and(AuthError::is_rejected) {
            return outcome;
        }
        // It may have been rotated in the meantime.
        match self.load_credential().await {
            Ok(rotated) if rotated != credential => {
                let outcome = self.session_of(&rotated, demand, &mut counted).await;
                // A credential that was obtained for this exchange is never seen again, so caching its rejection is
                // useless.
                if let (Err(error), Credential::ServiceToken { .. }) = (&outcome, &rotated) {
                    self.failures.insert(None, error, self.now());
                }
                outcome
            }
            _ => outcome,
        }
    }

    fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    fn user_token_expires_at(&self) -> Option<Duration> {
        *lock(&self.user_token_expires_at)
    }

    fn is_called_by_provider(&self) -> bool {
        is_called_by(&self.provider)
    }
}

impl TokenExchange {
    pub(crate) fn new(
        exchanger: Exchanger,
        provider: Arc<dyn CredentialProvider>,
        detector: Arc<DialectDetector>,
        events: EventSender,
    ) -> Self {
        Self {
            exchanger,
            provider,
            detector,
            events,
            failures: FailureCache::default(),
            fleet: None,
            started: AtomicU64::new(0),
            provided: Mutex::default(),
            user_token_expires_at: Mutex::default(),
            last_warned_at: Mutex::default(),
        }
    }

    /// Shares the sessions with other processes, if there is a fleet.
    pub(crate) fn shared_by(self, fleet: Option<Fleet>) -> Self {
        Self { fleet, ..self }
    }

    fn now(&self) -> Duration {
        self.exchanger.clock().now()
    }

    async fn load_credential(&self) -> Result<Credential, AuthError> {
        let none = |error: ProviderError| {
            let kept = ForeignError::of(&*error, self.exchanger.redactor());
            AuthError::with(Kind::NoCredential, None, None, Some(kept.into()))
        };
        let credential = self.provider.credential().await.map_err(|error| match ProviderFault::of(&*error) {
            Some(fault) => AuthError::with(Kind::Provider(fault), None, None, None),
            None => none(error),
        })?;
        self.exchanger.redactor().register(credential.secret());
        credential.fault().map_or(Ok(credential), |fault| Err(none(fault.into())))
    }

    /// The session of a credential, from the store or from an exchange, unless its failure is cached.
    async fn session_of(
        &self,
        credential: &Credential,
        demand: &dyn Demand,
        counted: &mut bool,
    ) -> Result<Session, AuthError> {
        if let Some(error) = self.failures.get(Some(credential), self.now()) {
            return Err(error);
        }
        let provided = match credential {
            Credential::Session(token) => Some(token),
            Credential::UserToken(token) => Some(token).filter(|token| is_access_token(token.expose())),
            Credential::Password { .. } | Credential::ServiceToken { .. } => None,
        };
        let mut outcome = match (provided, &self.fleet) {
            (Some(token), _) => self.use_as_session(credential, token),
            (None, Some(fleet)) => {
                fleet
                    .session_of(self.exchanger.base(), credential, demand, || {
                        self.exchange_credential(credential, counted)
                    })
                    .await
            }
            (None, None) => self.exchange_credential(credential, counted).await,
        };
        if outcome.is_ok() {
            *lock(&self.user_token_expires_at) = match credential {
                Credential::UserToken(token) if provided.is_none() => expires_at(token.expose()),
                _ => None,
            };
        }
        match (&mut outcome, credential) {
            (Err(error), _) => self.failures.insert(Some(credential), error, self.now()),
            (Ok(session), Credential::UserToken(token)) => self.warn_if_expiring(token, session),
            (Ok(_), _) => {}
        }
        outcome
    }

    /// Exchanges a credential, according to its kind.
    async fn exchange_credential(&self, credential: &Credential, counted: &mut bool) -> Result<Session, AuthError> {
        if !std::mem::replace(counted, true) {
            self.started.fetch_add(1, Ordering::Relaxed);
        }
        let span = span(self.exchanger.base(), credential);
        match credential {
            Credential::UserToken(token) => self.exchange_user_token(credential, token).instrument(span).await,
            Credential::Password { username, password } => {
                self.sign_in(credential, username, password).instrument(span).await
            }
            Credential::ServiceToken { token, tenant } => {
                self.exchange_service_token(credential, token, tenant.as_deref()).instrument(span).await
            }
            Credential::Session(token) => self.use_as_session(credential, token),
        }
    }

    /// Uses a token that already authorizes calls: a supplied session, or an access token in place of a user token.
    fn use_as_session(&self, credential: &Credential, token: &Secret) -> Result<Session, AuthError> {
        let number = {
            let mut provided = lock(&self.provided);
            match &*provided {
                Some((known, number)) if known == credential => *number,
                _ => provided.insert((credential.clone(), Serial::next())).1,
            }
        };
        let (dialect, _) = self.detector.candidates();
        let wall = self.exchanger.clock().wall();
        let session = Session::provided(token, number, self.detector.scheme(dialect), self.now(), wall);
        session.map_err(|_| AuthError::with(Kind::AccessTokenExpired, Some(StatusCode::UNAUTHORIZED), None, None))
    }

    /// Reports that a user token expires soon, and schedules the refresh no later than the next report.
    fn warn_if_expiring(&self, user_token: &Secret, session: &mut Session) {
        let Some(end) = expires_at(user_token.expose()) else { return };
        let remaining = end.saturating_sub(self.exchanger.clock().wall());
        let now = self.now();
        if remaining >= EXPIRING {
            session.refresh_no_later_than(now.saturating_add(remaining - EXPIRING));
            return;
        }
        session.refresh_no_later_than(now + DAY);
        let mut last = lock(&self.last_warned_at);
        if last.is_none_or(|last| now.saturating_sub(last) >= DAY) {
            *last = Some(now);
            self.events.send(Event::CredentialExpiring { remaining });
        }
    }

    async fn exchange_user_token(&self, credential: &Credential, token: &Secret) -> Result<Session, AuthError> {
        let (first, second) = self.detector.candidates();
        let refused = match self.exchange_in(first, credential, token).await {
            Ok(session) => return Ok(session),
            Err(ExchangeFailure::Terminal(error)) => return Err(error),
            Err(ExchangeFailure::TryOtherDialect(error)) => error,
        };
        let Some(second) = second else { return Err(refused) };
        // A message about the credential in the first dialect is more informative than an error in the second, which
        // the server may not know, unless that error is temporary.
        let explain = |error: AuthError| {
            let (first, second) = (refused.attempts(), error.attempts());
            if refused.is_refusal() && !is_temporary(&error) { refused.after(second) } else { error.after(first) }
        };
        self.exchange_in(second, credential, token).await.map_err(|failure| explain(failure.into_error()))
    }

    async fn exchange_in(
        &self,
        dialect: ResolvedDialect,
        credential: &Credential,
        token: &Secret,
    ) -> Result<Session, ExchangeFailure> {
        let scheme = self.detector.scheme(dialect);
        let request = ExchangeRequest::of_user_token(credential, token, dialect, scheme)?;
        let session = self.exchange_with_retries(&request).await?;
        self.detector.learn(dialect);
        Ok(session)
    }

    async fn sign_in(&self, credential: &Credential, username: &str, password: &Secret) -> Result<Session, AuthError> {
        let (dialect, _) = self.detector.candidates();
        let operation = ExchangeOperation::Password { username, password };
        let request = ExchangeRequest { credential, operation, scheme: self.detector.scheme(dialect) };
        self.exchange_with_retries(&request).await.map_err(ExchangeFailure::into_error)
    }

    /// The exchange of a hosted app, which is the same in every dialect.
    async fn exchange_service_token(
        &self,
        credential: &Credential,
        token: &Secret,
        tenant: Option<&str>,
    ) -> Result<Session, AuthError> {
        let (dialect, _) = self.detector.candidates();
        let request = ExchangeRequest::of_service_token(credential, token, tenant, self.detector.scheme(dialect));
        let outcome = match request {
            Ok(request) => self.exchange_with_retries(&request).await,
            Err(failure) => Err(failure),
        };
        outcome.map_err(ExchangeFailure::into_error)
    }

    /// Retries transient failures, at most [`MAX_ATTEMPTS`] attempts in all.
    async fn exchange_with_retries(&self, request: &ExchangeRequest<'_>) -> Result<Session, ExchangeFailure> {
        let mut attempt = 1;
        loop {
            match self.exchanger.send(request).await {
                Err(ExchangeFailure::Terminal(error)) if error.is_transient() && attempt < MAX_ATTEMPTS => {
                    let asked = error.retry_after().unwrap_or_default();
                    if asked > MAX_BACKOFF {
                        return Err(ExchangeFailure::Terminal(error.after(attempt)));
                    }
                    let pause = full_jitter(attempt, INITIAL_BACKOFF, MAX_BACKOFF).max(asked);
                    self.exchanger.clock().sleep(pause).await;
                    attempt += 1;
                }
                outcome => return outcome.map_err(|failure| failure.after(attempt)),
            }
        }
    }
}

/// Whether a failure says nothing about the credential: no response, or one that a later request may improve on. Some
/// servers send 500 or 501 for an unknown method.
fn is_temporary(error: &AuthError) -> bool {
    let unknown = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::NOT_IMPLEMENTED];
    error.is_transient() && error.status().is_none_or(|status| !unknown.contains(&status))
}
