//! Sends one request of an exchange over HTTP, and interprets the response.

use std::sync::Arc;

use bigid_api::types::{
    ApiErrorBody, ExchangeServiceTokenRequest, ExchangeServiceTokenResponse, SessionRequest, SessionResponse,
    TokenResponse,
};
use bigid_api::{BaseUrl, Client, Error, Response, Secret, Transport};
use http::StatusCode;
use http::header::AUTHORIZATION;
use reqwest_middleware::ClientBuilder;

use super::request::{ExchangeOperation, ExchangeRequest};
use crate::clock::Clock;
use crate::credential::redactor::Redactor;
use crate::error::{AuthError, Kind};
use crate::session::Session;
use crate::session::classify::{ExchangeFailure, classify};
use crate::session::detector::ResolvedDialect;
use crate::wire::client::EXCHANGE_TIMEOUT;
use crate::wire::receive::Receive;
use crate::wire::timeout::AttemptTimeout;

/// The largest response that an exchange reads. The largest recorded one, of `/sessions`, has 15,808 bytes.
const MAX_RESPONSE: usize = 1024 * 1024;

/// The longest token that is accepted, which is longer than any header that servers accept.
const MAX_TOKEN: usize = 64 * 1024;

/// The timeouts of one request, which are short.
const TIMEOUT: AttemptTimeout = AttemptTimeout { headers: EXCHANGE_TIMEOUT, idle: EXCHANGE_TIMEOUT };

/// Sends requests for sessions: through the generated operations, without retries, redirects or an authentication
/// layer.
pub(crate) struct Exchanger {
    client: Client,
    redactor: Redactor,
    clock: Arc<dyn Clock>,
}

impl Exchanger {
    pub(crate) fn new(base: BaseUrl, http: reqwest::Client, redactor: Redactor, clock: Arc<dyn Clock>) -> Self {
        let receive = Receive::new(TIMEOUT, redactor.clone(), clock.clone()).at_most(MAX_RESPONSE);
        let chain = ClientBuilder::new(http.clone()).with(receive).build();
        Self { client: Client::new(Transport::with_layers(base, http, chain)), redactor, clock }
    }

    pub(super) fn base(&self) -> &BaseUrl {
        self.client.transport().base()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Sends one request.
    pub(super) async fn send(&self, request: &ExchangeRequest<'_>) -> Result<Session, ExchangeFailure> {
        let client = &self.client;
        match &request.operation {
            ExchangeOperation::UserToken { dialect, authorization } => {
                let authorization = authorization.clone();
                let response = match dialect {
                    ResolvedDialect::Deployed => {
                        client.exchange_user_token().header(AUTHORIZATION, authorization).with_response().await
                    }
                    ResolvedDialect::Spec => {
                        client.refresh_access_token().header(AUTHORIZATION, authorization).with_response().await
                    }
                };
                self.read(request, response, |body: TokenResponse| body.system_token)
            }
            ExchangeOperation::ServiceToken { authorization, tenant } => {
                let mut exchange = client.exchange_service_token().header(AUTHORIZATION, authorization.clone());
                if let Some(tenant) = tenant {
                    exchange = exchange.body(ExchangeServiceTokenRequest::new().tenant_id(*tenant));
                }
                let response = exchange.with_response().await;
                self.read(request, response, |body: ExchangeServiceTokenResponse| body.data)
            }
            ExchangeOperation::Password { username, password } => {
                let body = SessionRequest::new(*username, password.expose());
                let response = client.create_session(body).with_response().await;
                self.read(request, response, |body: SessionResponse| body.auth_token)
            }
        }
    }

    /// The session in a response, or the reason why there is none.
    fn read<T>(
        &self,
        request: &ExchangeRequest<'_>,
        response: Result<Response<T>, Error<ApiErrorBody>>,
        token: impl FnOnce(T) -> Option<Secret>,
    ) -> Result<Session, ExchangeFailure> {
        let response = response.map_err(|error| classify(error, request.credential, self.clock.wall()))?;
        let status = response.status();
        let token = token(response.into_inner())
            .ok_or_else(|| unexpected("the response to the exchange contains no token", status))?;
        if token.expose().len() > MAX_TOKEN {
            let what = format!("the token in the response to the exchange is longer than {} KiB", MAX_TOKEN / 1024);
            return Err(unexpected(&what, status));
        }
        self.redactor.register(&token);
        Session::new(&token, request.scheme, self.clock.now())
            .map_err(|reason| unexpected(&format!("the response to the exchange is unusable: {reason}"), status))
    }
}

fn unexpected(what: &str, status: StatusCode) -> ExchangeFailure {
    ExchangeFailure::Terminal(AuthError::with(Kind::Unexpected(what.to_owned()), Some(status), None, None))
}
