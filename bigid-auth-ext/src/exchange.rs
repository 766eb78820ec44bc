//! A credential for a session, through the generated operations, on a client of its own: no authentication layer, no redirects, no
//! idle connections, an answer of bounded size.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::types::{SessionRequest, SessionResponse, TokenResponse};
use bigid_api::{BaseUrl, Client, Error, ResponseValue, Secret, Transport};
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{Extensions, HeaderValue, StatusCode};
use http_body_util::Limited;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next};

use crate::clock::Clock;
use crate::credential::Credential;
use crate::dialect::{Speech, Way};
use crate::error::{AuthError, Kind};
use crate::normalize::{Normalize, Rewritten};
use crate::session::{Session, header};

/// The largest answer that an exchange reads. The largest recorded one, of `/sessions`, has 15,808 bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// Everything that an exchange needs.
#[derive(Debug)]
pub(crate) struct TokenExchange {
    base: BaseUrl,
    http: reqwest::Client,
    credential: Credential,
    speech: Arc<Speech>,
    clock: Arc<dyn Clock>,
}

/// Why one way of exchanging gave no session.
enum Refusal {
    /// The server does not know this way, or refuses what was sent in it: the other way may be right.
    Perhaps(AuthError),
    /// The other way would end the same.
    Final(AuthError),
}

impl Refusal {
    fn into_error(self) -> AuthError {
        match self {
            Self::Perhaps(error) | Self::Final(error) => error,
        }
    }
}

impl TokenExchange {
    pub(crate) fn new(
        base: BaseUrl,
        http: reqwest::Client,
        credential: Credential,
        speech: Arc<Speech>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { base, http, credential, speech, clock }
    }

    /// Gets a new session.
    ///
    /// # Errors
    /// The refusal, where one way is refused and the other unknown to the server; otherwise what the last way ended in.
    pub(crate) async fn session(&self) -> Result<Session, AuthError> {
        match &self.credential {
            Credential::UserToken(token) => self.exchange(token).await,
            Credential::Password { username, password } => self.sign_in(username, password).await,
        }
    }

    async fn exchange(&self, user_token: &Secret) -> Result<Session, AuthError> {
        let (first, second) = self.speech.ways();
        let refused = match self.exchange_by(first, user_token).await {
            Ok(session) => return Ok(session),
            Err(Refusal::Final(error)) => return Err(error),
            Err(Refusal::Perhaps(error)) => error,
        };
        let Some(second) = second else { return Err(refused) };
        // A refusal by the first says more than whatever the second says.
        let explain = |error: AuthError| if refused.is_rejected() { refused } else { error };
        self.exchange_by(second, user_token).await.map_err(|refusal| explain(refusal.into_error()))
    }

    async fn exchange_by(&self, way: Way, user_token: &Secret) -> Result<Session, Refusal> {
        let prefix = self.speech.prefix(way);
        let header = header(user_token, prefix).map_err(|reason| Refusal::Final(self.rejected(reason, None)))?;
        let client = self.client(Some(header));
        let answer = match way {
            Way::Deployed => client.exchange_user_token().send().await,
            Way::Spec => client.refresh_access_token().send().await,
        };
        let token = |answer: TokenResponse| answer.system_token;
        let session = self.read(answer, token, prefix)?;
        self.speech.learn(way);
        Ok(session)
    }

    async fn sign_in(&self, username: &str, password: &Secret) -> Result<Session, AuthError> {
        let body = SessionRequest::builder().username(username).password(password.expose());
        let answer = self.client(None).create_session().body(body).send().await;
        let (way, _) = self.speech.ways();
        let token = |answer: SessionResponse| answer.auth_token;
        self.read(answer, token, self.speech.prefix(way)).map_err(Refusal::into_error)
    }

    fn client(&self, header: Option<HeaderValue>) -> Client {
        let chain = ClientBuilder::new(self.http.clone()).with(Carry { header }).with(Normalize).with(Bound).build();
        Client::new(Transport::with_layers(self.base.clone(), self.http.clone(), chain))
    }

    /// The session in an answer, or what the answer says instead.
    fn read<T>(
        &self,
        answer: Result<ResponseValue<T>, Error<bigid_api::types::Failure>>,
        token: impl FnOnce(T) -> Option<Secret>,
        prefix: crate::HeaderPrefix,
    ) -> Result<Session, Refusal> {
        let unexpected = |what: &str, status| {
            Refusal::Final(AuthError::with(Kind::Unexpected(what.to_owned()), Some(status), None, None))
        };
        match answer {
            Ok(answer) => {
                let status = answer.status();
                let token = token(answer.into_inner())
                    .ok_or_else(|| unexpected("the server's answer holds no token", status))?;
                Session::new(token, prefix, self.clock.now())
                    .map_err(|reason| unexpected(&format!("of the server's answer, {reason}"), status))
            }
            Err(error) => Err(self.classify(error)),
        }
    }

    fn classify(&self, error: Error<bigid_api::types::Failure>) -> Refusal {
        let status = error.status();
        let retry_after = error.headers().and_then(|headers| headers.get(RETRY_AFTER)).and_then(delay);
        if let (Some(status), Error::ErrorResponse(answer)) = (status, &error)
            && status == StatusCode::UNAUTHORIZED
        {
            let message = answer.message.as_deref().unwrap_or_default();
            return Refusal::Perhaps(self.rejected(message, Some(status)));
        }
        let source = |error: Error<bigid_api::types::Failure>| -> Option<Box<dyn std::error::Error + Send + Sync>> {
            Some(error.into_untyped().into())
        };
        if let Error::UnexpectedResponse(response) = &error
            && response
                .extensions()
                .get::<Rewritten>()
                .is_some_and(|rewritten| rewritten.page && rewritten.original.is_success())
        {
            let what = "the server answers with a web page where the exchange should be".to_owned();
            return Refusal::Perhaps(AuthError::with(Kind::Unexpected(what), status, None, None));
        }
        match status.map(|status| status.as_u16()) {
            _ if error.is_retryable() && status.is_none() => {
                Refusal::Final(AuthError::with(Kind::Unreachable, None, None, source(error)))
            }
            Some(300..=399) => Refusal::Final(AuthError::with(Kind::Redirected, status, None, source(error))),
            // What a server says to a method or a header that it does not know.
            Some(404 | 405 | 415) => {
                let what = "the server knows no exchange under this base URL".to_owned();
                Refusal::Perhaps(AuthError::with(Kind::Unexpected(what), status, None, source(error)))
            }
            Some(401 | 403) => Refusal::Perhaps(self.rejected("", status)),
            Some(408 | 429 | 500..=599) => {
                Refusal::Final(AuthError::with(Kind::Unavailable, status, retry_after, source(error)))
            }
            Some(code) if error.is_retryable() => {
                let what = format!("the answer to the exchange ({code}) broke off");
                Refusal::Final(AuthError::with(Kind::Unavailable, status, None, Some(what.into())))
            }
            Some(code) => {
                let what = format!("the exchange was answered with {code} and something that is no session");
                Refusal::Final(AuthError::with(Kind::Unexpected(what), status, None, source(error)))
            }
            None => {
                let what = "the exchange could not be made".to_owned();
                Refusal::Final(AuthError::with(Kind::Unexpected(what), None, None, source(error)))
            }
        }
    }

    fn rejected(&self, message: &str, status: Option<StatusCode>) -> AuthError {
        let kind = Kind::Rejected { credential: self.credential.kind(), message: self.credential.scrub(message) };
        AuthError::with(kind, status, None, None)
    }
}

/// `Retry-After` as a number of seconds.
fn delay(value: &HeaderValue) -> Option<Duration> {
    value.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
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
