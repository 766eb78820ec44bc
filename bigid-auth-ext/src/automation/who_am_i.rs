//! `whoami`: the user, permissions and lifetimes behind a client, which is the first thing that support asks for.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use bigid_api::{Error, LayerError};

use crate::client::BigIdClient;
use crate::dialect::Dialect;
use crate::session::owner;

/// The user of a client's session, its permissions, and its lifetime. `Display` is a summary of a few lines, without
/// secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WhoAmI {
    /// The deployment.
    pub base_url: String,
    /// The user, from the session's token; `None` if the token cannot be read.
    pub user: Option<String>,
    /// The tenant; only newer tokens name it.
    pub tenant: Option<String>,
    /// The permissions that are granted; `None` if the server lacks the endpoint or does not allow the call.
    pub permissions: Option<BTreeSet<String>>,
    /// Whether all data sources are visible; `None` as for `permissions`.
    pub is_root_scope: Option<bool>,
    /// The remaining lifetime of the session. It is renewed before it ends.
    pub session_expires_in: Duration,
    /// The remaining lifetime of the user token, which nothing renews; `None` if the token does not state it, or the
    /// credential is of another kind.
    pub user_token_expires_in: Option<Duration>,
    /// The dialect that the server speaks; `None` while that is not known.
    pub dialect: Option<Dialect>,
}

impl BigIdClient {
    /// Checks the credential and describes it, with one exchange if there is no session yet, and one call.
    ///
    /// # Errors
    /// Fails if there is no session ([`AuthError::of`](crate::AuthError::of)), or if the server could not be reached. A
    /// server that does not report permissions is not an error.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request, which only reads.
    #[inline]
    pub async fn whoami(&self) -> Result<WhoAmI, Error> {
        let granted = match self.get_user_permissions().await {
            Ok(granted) => Some(granted),
            Err(error)
                if error.is_not_found() || matches!(error.status().map(|s| s.as_u16()), Some(403 | 405 | 501)) =>
            {
                None
            }
            Err(error) => return Err(error.into_untyped()),
        };
        let session = self.session().await.map_err(|error| Error::Layer(LayerError::new(error)))?;
        let (user, tenant) = session.token().map_or((None, None), |token| owner(token.expose()));
        let (is_root_scope, permissions) = match granted {
            Some(granted) => (granted.is_root_scope, granted.user_permissions),
            None => (None, None),
        };
        let permissions =
            permissions.map(|all| all.into_iter().filter(|(_, granted)| *granted).map(|(name, _)| name).collect());
        let expires_at = self.session_cache().cache.user_token_expires_at();
        Ok(WhoAmI {
            base_url: self.transport().base().as_str().to_owned(),
            user,
            tenant,
            permissions,
            is_root_scope,
            session_expires_in: session.ends_at().saturating_sub(self.clock().now()),
            user_token_expires_in: expires_at.map(|end| end.saturating_sub(self.clock().wall())),
            dialect: self.dialect(),
        })
    }
}

impl WhoAmI {
    /// Whether a permission such as `permission.catalog.read` is granted; `None` if the server does not report
    /// permissions.
    #[must_use]
    pub fn may(&self, permission: &str) -> Option<bool> {
        self.permissions.as_ref().map(|granted| granted.contains(permission))
    }
}

impl fmt::Display for WhoAmI {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        writeln!(f, "deployment: {}", self.base_url)?;
        writeln!(f, "user:       {}", text(&self.user))?;
        writeln!(f, "tenant:     {}", text(&self.tenant))?;
        match &self.permissions {
            Some(granted) => write!(f, "may:        {} permissions", granted.len())?,
            None => write!(f, "may:        unknown")?,
        }
        writeln!(f, "{}", if self.is_root_scope == Some(true) { ", root scope" } else { "" })?;
        writeln!(f, "session:    {} left", span(self.session_expires_in))?;
        writeln!(
            f,
            "user token: {}",
            self.user_token_expires_in.map_or("unknown".to_owned(), |left| span(left) + " left")
        )?;
        write!(
            f,
            "dialect:    {}",
            self.dialect.map_or("not detected".to_owned(), |dialect| format!("{dialect:?}").to_lowercase())
        )
    }
}

/// In the largest unit that fits.
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= 2 * 86_400 => format!("{} days", seconds / 86_400),
        seconds if seconds >= 2 * 3_600 => format!("{} hours", seconds / 3_600),
        seconds => format!("{} minutes", seconds / 60),
    }
}
