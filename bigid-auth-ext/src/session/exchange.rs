//! A credential for a session, through the generated operations, on a client of its own: no authentication layer, no redirects, no
//! idle connections, an answer of bounded size.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::types::{Failure, SessionRequest};
use bigid_api::{Answer, BaseUrl, Client, Error, Secret, Transport};
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderValue, StatusCode};
use http_body_util::Limited;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next};

use crate::clock::Clock;
use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};
use crate::credential::redactor::Redactor;
use crate::error::{AuthError, Kind};
use crate::session::classify::{Refusal, classify, rejected};
use crate::session::dialect::{AuthScheme, DialectDetector, Way};
use crate::session::event::{Event, EventSender};
use crate::session::failure_cache::FailureCache;
use crate::session::{Session, end_of, header, is_access_token};
use crate::wire::normalize::Normalize;

/// The largest answer that an exchange reads. The largest recorded one, of `/sessions`, has 15,808 bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// How often one way of an exchange is tried when the server cannot be reached or says "not now".
const TRIES: u32 = 3;

/// The bounds of the time between two tries; a server's `Retry-After` may stretch it to [`MAX_BACKOFF`].
const PAUSE: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(2);

/// A user token with less than this left is told of, once a day. Two weeks span a holiday.
const EXPIRING: Duration = Duration::from_secs(14 * 24 * 60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Where sessions come from.
#[async_trait]
pub(crate) trait Exchange: Send + Sync + 'static {
    async fn session(&self) -> Result<Session, AuthError>;
}

/// The exchange over HTTP.
#[derive(Debug)]
pub(crate) struct TokenExchange {
    base: BaseUrl,
    http: reqwest::Client,
    provider: Arc<dyn CredentialProvider>,
    speech: Arc<DialectDetector>,
    clock: Arc<dyn Clock>,
    teller: EventSender,
    memory: FailureCache,
    held: Redactor,
    /// When the end of the user token was last told of, on the clock.
    told: Mutex<Option<Duration>>,
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
    /// The refusal, where one way is refused and the other unknown to the server; otherwise what the last way ended in.
    async fn session(&self) -> Result<Session, AuthError> {
        if let Some(error) = self.memory.recall(None, self.clock.now()) {
            return Err(error);
        }
        let credential = self.ask().await.inspect_err(|error| self.memory.keep(None, error, self.clock.now()))?;
        let outcome = self.with(&credential).await;
        if !outcome.as_ref().is_err_and(AuthError::is_rejected) {
            return outcome;
        }
        // It may have been rotated a moment ago.
        match self.ask().await {
            Ok(rotated) if rotated != credential => self.with(&rotated).await,
            _ => outcome,
        }
    }
}

impl TokenExchange {
    pub(crate) fn new(
        base: BaseUrl,
        http: reqwest::Client,
        provider: Arc<dyn CredentialProvider>,
        speech: Arc<DialectDetector>,
        clock: Arc<dyn Clock>,
        teller: EventSender,
        held: Redactor,
    ) -> Self {
        Self {
            base,
            http,
            provider,
            speech,
            clock,
            teller,
            held,
            memory: FailureCache::default(),
            told: Mutex::default(),
        }
    }

    async fn ask(&self) -> Result<Credential, AuthError> {
        let none = |error: ProviderError| AuthError::with(Kind::NoCredential, None, None, Some(error));
        let credential = self.provider.credential().await.map_err(none)?;
        self.held.hold(credential.secret());
        credential.fault().map_or(Ok(credential), |fault| Err(none(fault.into())))
    }

    /// Tries a credential, unless it failed a moment ago.
    async fn with(&self, credential: &Credential) -> Result<Session, AuthError> {
        if let Some(error) = self.memory.recall(Some(credential), self.clock.now()) {
            return Err(error);
        }
        let mut outcome = match credential {
            Credential::UserToken(token) if is_access_token(token.expose()) => self.take(token),
            Credential::UserToken(token) => self.exchange(credential, token).await,
            Credential::Password { username, password } => self.sign_in(credential, username, password).await,
        };
        match (&mut outcome, credential) {
            (Err(error), _) => self.memory.keep(Some(credential), error, self.clock.now()),
            (Ok(session), Credential::UserToken(token)) => {
                self.memory.forget();
                self.tell_of_its_end(token, session);
            }
            (Ok(_), _) => self.memory.forget(),
        }
        outcome
    }

    /// An access token where a user token is expected is a session already.
    fn take(&self, token: &Secret) -> Result<Session, AuthError> {
        let (way, _) = self.speech.ways();
        let session = Session::given(token, self.speech.prefix(way), self.clock.now(), self.clock.wall());
        session.map_err(|_| AuthError::with(Kind::GivenTokenEnded, Some(StatusCode::UNAUTHORIZED), None, None))
    }

    /// Tells of the end of a user token while it is near, and lets no session stand between that and the next time.
    fn tell_of_its_end(&self, user_token: &Secret, session: &mut Session) {
        let Some(end) = end_of(user_token.expose()) else { return };
        let remaining = end.saturating_sub(self.clock.wall());
        let now = self.clock.now();
        if remaining >= EXPIRING {
            session.refresh_no_later_than(now.saturating_add(remaining - EXPIRING));
            return;
        }
        session.refresh_no_later_than(now + DAY);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|told| now.saturating_sub(told) >= DAY) {
            *told = Some(now);
            tracing::warn!(
                remaining_hours = remaining.as_secs() / 3600,
                "the BigID user token comes to its end; generate a new one"
            );
            self.teller.tell(Event::CredentialExpiring { remaining });
        }
    }

    async fn exchange(&self, credential: &Credential, user_token: &Secret) -> Result<Session, AuthError> {
        let (first, second) = self.speech.ways();
        let refused = match self.exchange_by(first, credential, user_token).await {
            Ok(session) => return Ok(session),
            Err(Refusal::Final(error)) => return Err(error),
            Err(Refusal::Perhaps(error)) => error,
        };
        let Some(second) = second else { return Err(refused) };
        // A refusal by the first says more than "not found" by the second, and less than "not now".
        let explain = |error: AuthError| if refused.is_rejected() && !error.is_transient() { refused } else { error };
        self.exchange_by(second, credential, user_token).await.map_err(|refusal| explain(refusal.into_error()))
    }

    async fn exchange_by(&self, way: Way, credential: &Credential, user_token: &Secret) -> Result<Session, Refusal> {
        let prefix = self.speech.prefix(way);
        let header = header(user_token, prefix).map_err(|reason| Refusal::Final(rejected(credential, reason, None)))?;
        let session = self.patiently(&Call::Exchange { way, header }, prefix, credential).await?;
        self.speech.learn(way);
        Ok(session)
    }

    async fn sign_in(&self, credential: &Credential, username: &str, password: &Secret) -> Result<Session, AuthError> {
        let (way, _) = self.speech.ways();
        let call = Call::SignIn { username, password };
        self.patiently(&call, self.speech.prefix(way), credential).await.map_err(Refusal::into_error)
    }

    /// Tries again what may pass, a few times, with full jitter between.
    async fn patiently(
        &self,
        call: &Call<'_>,
        prefix: AuthScheme,
        credential: &Credential,
    ) -> Result<Session, Refusal> {
        let mut tries = 1;
        loop {
            match self.once(call, prefix, credential).await {
                Err(Refusal::Final(error)) if error.is_transient() && tries < TRIES => {
                    let longest = PAUSE.saturating_mul(1 << tries).min(MAX_BACKOFF);
                    let asked = error.retry_after().unwrap_or_default();
                    if asked > MAX_BACKOFF {
                        return Err(Refusal::Final(error));
                    }
                    self.clock.sleep(longest.mul_f64(fastrand::f64()).max(asked)).await;
                    tries += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn once(&self, call: &Call<'_>, prefix: AuthScheme, credential: &Credential) -> Result<Session, Refusal> {
        match call {
            Call::Exchange { way, header } => {
                let client = self.client(Some(header.clone()));
                let answer = match way {
                    Way::Deployed => client.exchange_user_token().send().await,
                    Way::Spec => client.refresh_access_token().send().await,
                };
                self.read(answer, |answer| answer.system_token, prefix, credential)
            }
            Call::SignIn { username, password } => {
                let body = SessionRequest::builder().username(*username).password(password.expose());
                let answer = self.client(None).create_session().body(body).send().await;
                self.read(answer, |answer| answer.auth_token, prefix, credential)
            }
        }
    }

    fn client(&self, header: Option<HeaderValue>) -> Client {
        let chain = ClientBuilder::new(self.http.clone())
            .with(Carry { header })
            .with(Normalize::new(self.held.clone()))
            .with(Bound)
            .build();
        Client::new(Transport::with_layers(self.base.clone(), self.http.clone(), chain))
    }

    /// The session in an answer, or what the answer says instead.
    fn read<T>(
        &self,
        answer: Result<Answer<T>, Error<Failure>>,
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
                self.held.hold(&token);
                Session::new(&token, prefix, self.clock.now())
                    .map_err(|reason| unexpected(&format!("of the server's answer, {reason}"), status))
            }
            Err(error) => Err(classify(error, credential, self.clock.wall())),
        }
    }
}

/// Carries the user token.
#[derive(Debug)]
struct Carry {
    header: Option<HeaderValue>,
}

#[async_trait]
impl Middleware for Carry {
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

/// Ends an answer that goes on for too long.
#[derive(Debug)]
struct Bound;

#[async_trait]
impl Middleware for Bound {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let response: http::Response<reqwest::Body> = next.run(request, extensions).await?.into();
        Ok(response.map(|body| reqwest::Body::wrap(Limited::new(body, MAX_ANSWER))).into())
    }
}
