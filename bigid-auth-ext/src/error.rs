use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::credential::supervised::ProviderFault;

/// Why there is no session.
///
/// [`BigIdClient::session`](crate::BigIdClient::session) returns it, and every error of a generated call that an exchange caused has
/// it in its `source` chain, where [`AuthError::of`] finds it. It is shared by all calls that waited for the same exchange, and
/// cheap to clone. No message, and no `Debug`, holds a credential or a token.
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

struct Inner {
    kind: Kind,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The server knows the credential and does not take it, or does not know it.
    Rejected { credential: &'static str, message: String },
    /// An access token was given where a user token is expected, and it is good no more.
    GivenTokenEnded,
    /// The provider has no credential.
    NoCredential,
    /// The provider did not return.
    Provider(ProviderFault),
    /// There is no runtime to make an exchange on.
    NoRuntime,
    /// No answer.
    Unreachable,
    /// An answer that says "not now".
    Unavailable { message: String },
    /// An answer that says no to the call, and nothing of the credential.
    Answered { message: String },
    /// An answer that broke off.
    Interrupted,
    /// An answer that is neither a session nor a refusal.
    Unexpected(String),
    /// An answer that leads elsewhere, to this origin if it says so.
    Redirected(Option<String>),
    /// One exchange after another ended without a word.
    Abandoned,
}

impl AuthError {
    /// The authentication failure behind an error, if there is one.
    #[must_use]
    pub fn of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
            .find_map(|error| error.downcast_ref())
    }

    /// Whether the credential is good no more. Another try with the same credential will end the same.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        matches!(self.0.kind, Kind::Rejected { .. } | Kind::GivenTokenEnded)
    }

    /// Whether the same exchange may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Unreachable
                | Kind::Unavailable { .. }
                | Kind::Interrupted
                | Kind::Abandoned
                | Kind::Provider(ProviderFault::TimedOut)
        )
    }

    /// Whether no answer was had at all.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        self.0.kind == Kind::Unreachable
    }

    /// The status of the exchange's answer, after normalisation.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// How long the server asked to be left alone.
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
        Self(Arc::new(Inner { kind, status, retry_after, source }))
    }

    pub(crate) fn provider_fault(&self) -> Option<ProviderFault> {
        match self.0.kind {
            Kind::Provider(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether the server said something about the call of the credential, rather than that it knows no such call.
    pub(crate) fn is_answered(&self) -> bool {
        self.is_rejected() || matches!(self.0.kind, Kind::Answered { .. })
    }

    fn write_answer(&self, f: &mut fmt::Formatter<'_>, message: &str) -> fmt::Result {
        let status = self.0.status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        write!(f, "no session: BigID answered {status} to the exchange")?;
        if message.is_empty() { Ok(()) } else { write!(f, " (it said: {message})") }
    }

    /// What the server said when it refused, for the answer that a refused call gets.
    pub(crate) fn rejection(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Rejected { message, .. } => Some(message),
            Kind::GivenTokenEnded => Some("the access token is not valid"),
            _ => None,
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Rejected { credential, message } => {
                write!(f, "BigID refused the {credential}")?;
                if !message.is_empty() {
                    write!(f, " (it said: {message})")?;
                }
                match *credential {
                    "user token" => f.write_str(
                        "; check in Access Management that the token exists, that the user was saved after it was generated, \
                         and that it is neither revoked nor expired",
                    ),
                    "user name and password" => f.write_str(
                        "; check both, and note that BigID's cloud takes no passwords: generate a user token there",
                    ),
                    _ => Ok(()),
                }
            }
            Kind::GivenTokenEnded => f.write_str(
                "the session token that was supplied is no longer valid, and the client cannot renew it; \
                 supply a new one, or generate a user token in Access Management, from which sessions are renewed",
            ),
            Kind::NoCredential => f.write_str("no session: the credential provider has no credential"),
            Kind::Provider(fault) => write!(f, "no session: {fault}"),
            Kind::NoRuntime => f.write_str("no session: an exchange needs a tokio runtime; call from within one"),
            Kind::Unreachable => f.write_str("no session: BigID could not be reached; check the base URL, the network and the proxy"),
            Kind::Unavailable { message } => {
                self.write_answer(f, message)?;
                f.write_str("; it may succeed later")
            }
            Kind::Answered { message } => self.write_answer(f, message),
            Kind::Interrupted => f.write_str("no session: the answer to the exchange broke off; it may succeed later"),
            Kind::Unexpected(what) => {
                write!(f, "no session: {what}; check that the base URL is that of a BigID deployment")
            }
            Kind::Redirected(to) => {
                f.write_str("no session: the server redirects the exchange, and a credential is never sent elsewhere; set the base URL to where it leads")?;
                to.as_ref().map_or(Ok(()), |to| write!(f, " ({to})"))
            }
            Kind::Abandoned => f.write_str("no session: several exchanges in a row were dropped with their runtime, or stuck on one that nobody drives"),
        }
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthError")
            .field("kind", &self.0.kind)
            .field("status", &self.0.status)
            .field("retry_after", &self.0.retry_after)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
