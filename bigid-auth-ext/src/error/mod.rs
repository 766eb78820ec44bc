//! Why there is no session.

mod display;
mod provider_fault;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bigid_api::ConnectionFault;
use http::StatusCode;

pub(crate) use provider_fault::ProviderFault;

/// Why there is no session.
///
/// [`BigIdClient::session`](crate::BigIdClient::session) returns it, and every error of a generated call that an
/// exchange caused has it in its `source` chain, where [`AuthError::of`] finds it. All calls that waited for the same
/// exchange share it, and it is cheap to clone. Neither `Display` nor `Debug` shows a credential or a token.
///
/// ```no_run
/// # async fn call(client: &bigid_auth_ext::BigIdClient) {
/// use bigid_auth_ext::AuthError;
///
/// if let Err(error) = client.list_data_sources().send().await {
///     match AuthError::of(&error) {
///         Some(auth) if auth.is_rejected() => eprintln!("ask for a new user token: {auth}"),
///         Some(auth) if auth.is_transient() => eprintln!("later: {auth}"),
///         _ => eprintln!("{error}"),
///     }
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct AuthError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    /// The server's message and error code, without secrets.
    message: Option<String>,
    code: Option<String>,
    /// The number of requests of the exchange.
    attempts: u32,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The server rejects the credential.
    Rejected { credential: &'static str, message: String },
    /// An access token was supplied instead of a user token, and it is no longer valid.
    AccessTokenExpired,
    /// The provider returned an error in place of a credential.
    NoCredential,
    /// The provider did not return.
    Provider(ProviderFault),
    /// The caller is outside a tokio runtime.
    NoRuntime,
    /// A blocking call could not be made.
    #[cfg(feature = "blocking")]
    Blocking,
    /// No response.
    Unreachable,
    /// No response, and none before a setting is changed.
    CannotConnect,
    /// A response that asks to try again later.
    Unavailable,
    /// A response that refuses the call for a reason other than the credential.
    Refused,
    /// A truncated response.
    Interrupted,
    /// A response that is neither a session nor a rejection.
    Unexpected(String),
    /// A redirect, with its target origin if known.
    Redirected(Option<String>),
    /// Several exchanges in a row were dropped with their runtime.
    Abandoned,
    /// Another process has been exchanging for too long.
    #[cfg_attr(not(feature = "session-store"), allow(dead_code, reason = "only a session store has leases"))]
    Leased,
}

impl AuthError {
    /// The authentication failure behind an error, if there is one.
    #[must_use]
    pub fn of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
            .find_map(|error| error.downcast_ref())
    }

    /// Whether the server rejected the credential (unknown, revoked or expired); trying again with it will fail again.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        matches!(self.0.kind, Kind::Rejected { .. } | Kind::AccessTokenExpired)
    }

    /// Whether the same exchange may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Unreachable
                | Kind::Unavailable
                | Kind::Interrupted
                | Kind::Abandoned
                | Kind::Leased
                | Kind::Provider(ProviderFault::TimedOut(_))
        )
    }

    /// Whether the server never responded.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self.0.kind, Kind::Unreachable | Kind::CannotConnect)
    }

    /// The reason why no connection was made, if it is more specific than a network that is down: TLS, a proxy, or the
    /// host name.
    #[must_use]
    pub fn connection_fault(&self) -> Option<ConnectionFault> {
        self.0.source.as_ref().filter(|_| self.is_unreachable()).and_then(|source| ConnectionFault::of(&**source))
    }

    /// The server's message: one line without control characters and without the credential.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Rejected { message, .. } => Some(message.as_str()).filter(|message| !message.is_empty()),
            _ => self.0.message.as_deref(),
        }
    }

    /// The server's own code for the failure, where the response to the exchange has one.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Whether the same exchange may succeed later; another name for [`is_transient`](Self::is_transient), as on every
    /// error.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.is_transient()
    }

    /// The number of requests that the exchange made; 0 if there was no credential to send.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The status of the response to the exchange, after normalisation.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's `Retry-After`, if any.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(crate) fn with(
        kind: Kind,
        status: Option<StatusCode>,
        retry_after: Option<Duration>,
        source: Option<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let source = source.map(Arc::from);
        Self(Arc::new(Inner { kind, status, retry_after, message: None, code: None, attempts: 0, source }))
    }

    /// The same failure with the server's message.
    pub(crate) fn saying(self, message: Option<&str>, code: Option<&str>) -> Self {
        self.change(|inner| (inner.message, inner.code) = (message.map(str::to_owned), code.map(str::to_owned)))
    }

    /// The same failure, with `requests` added to its count.
    pub(crate) fn after(self, requests: u32) -> Self {
        self.change(|inner| inner.attempts = inner.attempts.saturating_add(requests))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn provider_fault(&self) -> Option<ProviderFault> {
        match self.0.kind {
            Kind::Provider(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether the response is about the credential, rather than about an endpoint that the server does not know.
    pub(crate) fn is_refusal(&self) -> bool {
        self.is_rejected() || matches!(self.0.kind, Kind::Refused)
    }

    /// The server's message for a rejection, which becomes the response to the refused call.
    pub(crate) fn rejection(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Rejected { message, .. } => Some(message),
            Kind::AccessTokenExpired => Some("the access token is not valid"),
            _ => None,
        }
    }
}

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
