//! Credentials, and where they come from.

pub(crate) mod environment;
pub use environment::VariableError;

pub(crate) mod provider;
pub use provider::{CredentialProvider, EnvironmentCredential, ProviderError};

pub(crate) mod file;
pub use file::FileCredential;

pub(crate) mod redactor;

pub(crate) mod supervised;
pub use supervised::PROVIDER_TIMEOUT;

use std::fmt;

use bigid_api::Secret;

use redactor::Redactor;

/// A credential that is exchanged for a session.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// A long-lived user token from Access Management, exchanged for a system token.
    UserToken(Secret),
    /// A user name and password, for on-premises deployments; the cloud does not accept them.
    Password {
        /// The user name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token of BigID's identity provider, exchanged for a session of one tenant. Only apps that BigID hosts for many
    /// tenants have one; [`HostedCredential`](crate::HostedCredential) gets it.
    ServiceToken {
        /// The token.
        token: Secret,
        /// The key of the tenant; `None` for the token's own.
        tenant: Option<String>,
    },
    /// A session that was issued elsewhere: a token of any form that authorizes calls.
    ///
    /// It is used as it is, never exchanged and never renewed. Once it has expired, or the server has refused it, calls
    /// fail with an [`AuthError`](crate::AuthError) that says so, unless the provider returns another one. A static
    /// credential never does.
    Session(Secret),
}

impl Credential {
    /// A user token.
    pub fn user_token(token: impl Into<String>) -> Self {
        Self::UserToken(Secret::from(token.into()))
    }

    /// A user name and password.
    pub fn password(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self::Password { username: username.into(), password: Secret::from(password.into()) }
    }

    /// A token of BigID's identity provider, for the token's own tenant.
    pub fn service_token(token: impl Into<String>) -> Self {
        Self::ServiceToken { token: Secret::from(token.into()), tenant: None }
    }

    /// A token of BigID's identity provider, for one of the tenants that it is valid for.
    pub fn service_token_of(tenant: impl Into<String>, token: impl Into<String>) -> Self {
        Self::ServiceToken { token: Secret::from(token.into()), tenant: Some(tenant.into()) }
    }

    /// A session that was issued elsewhere. It is used as it is.
    pub fn session(token: impl Into<String>) -> Self {
        Self::Session(Secret::from(token.into()))
    }

    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Self::UserToken(secret) | Self::Session(secret) => secret,
            Self::ServiceToken { token: secret, .. } | Self::Password { password: secret, .. } => secret,
        }
    }

    /// Its name in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::UserToken(_) => "user token",
            Self::Password { .. } => "user name and password",
            Self::ServiceToken { .. } => "service token",
            Self::Session(_) => "session",
        }
    }

    /// Why it cannot be sent, if so. No part of it is repeated.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let sendable = |text: &str| text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
        match self {
            Self::UserToken(token) if token.is_empty() => Some("the user token is empty"),
            Self::UserToken(token) if !sendable(token.expose()) => Some(
                "the user token contains white space or another character that is not valid in a token; copy it again, whole and on one line",
            ),
            Self::ServiceToken { token, .. } if token.is_empty() => Some("the service token is empty"),
            Self::ServiceToken { token, .. } if !sendable(token.expose()) => Some(
                "the service token contains white space or another character that is not valid in a token; pass the token alone, without `Bearer`",
            ),
            Self::ServiceToken { tenant: Some(tenant), .. } if tenant.is_empty() => {
                Some("the key of the tenant is empty")
            }
            Self::Session(token) if token.is_empty() => Some("the session is empty"),
            Self::Session(token) if !sendable(token.expose()) => Some(
                "the session contains white space or another character that is not valid in a token; pass the token alone, without `Bearer`",
            ),
            Self::Password { username, .. } if username.is_empty() => Some("the user name is empty"),
            Self::Password { password, .. } if password.is_empty() => Some("the password is empty"),
            _ => None,
        }
    }

    /// A server's message without this credential, on one line and shortened.
    pub(crate) fn redact(&self, text: &str) -> String {
        let redactor = Redactor::default();
        redactor.register(self.secret());
        // First, because dropped characters may separate two parts of the secret.
        let text: String = text.chars().filter(|character| !character.is_control()).collect();
        String::from_utf8_lossy(&redactor.redact(text.as_bytes())).chars().take(MAX_EXCERPT).collect()
    }
}

/// The maximum length, in characters, of server text that becomes a message: the start of a body that is not JSON, and
/// a rejection (the longest recorded one has 79). Below `bigid-api`'s limit for the messages of error bodies, which
/// therefore never shortens it again.
pub(crate) const MAX_EXCERPT: usize = 200;

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserToken(secret) => f.debug_tuple("UserToken").field(secret).finish(),
            Self::Session(secret) => f.debug_tuple("Session").field(secret).finish(),
            Self::ServiceToken { token, tenant } => {
                f.debug_struct("ServiceToken").field("token", token).field("tenant", tenant).finish()
            }
            Self::Password { username, password } => {
                f.debug_struct("Password").field("username", username).field("password", password).finish()
            }
        }
    }
}
