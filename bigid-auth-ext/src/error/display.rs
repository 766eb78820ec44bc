//! The texts of authentication errors.

use std::fmt;

use super::{AuthError, Kind};

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.0.status.and_then(|status| status.canonical_reason());
        let said = |f: &mut fmt::Formatter<'_>| match self.message().filter(|message| reason != Some(message)) {
            Some(message) => write!(f, " (it said: {message})"),
            None => Ok(()),
        };
        match &self.0.kind {
            Kind::Rejected { credential, .. } => {
                write!(f, "BigID refused the {credential}")?;
                said(f)?;
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
            Kind::AccessTokenExpired => f.write_str(
                "the session token that was supplied is no longer valid, and the client cannot renew it; \
                 supply a new one, or generate a user token in Access Management, from which sessions are renewed",
            ),
            Kind::NoCredential => {
                f.write_str("no session: the credential provider failed")?;
                self.0.source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
            Kind::Provider(fault) => write!(f, "no session: {fault}"),
            Kind::NoRuntime => f.write_str("no session: an exchange needs a tokio runtime; call from within one"),
            #[cfg(feature = "blocking")]
            Kind::Blocking => {
                f.write_str("no session")?;
                self.0.source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
            // The source names the server, the reason and the remedy.
            Kind::Unreachable | Kind::CannotConnect => match &self.0.source {
                Some(source) => write!(f, "no session: {source}"),
                None => f.write_str("no session: BigID could not be reached; check the base URL, the network and the proxy"),
            },
            Kind::Unavailable | Kind::Refused => {
                match self.0.status {
                    Some(status) => write!(f, "no session: the exchange failed with {status}")?,
                    None => f.write_str("no session: BigID is not available")?,
                }
                said(f)?;
                if self.is_transient() { f.write_str("; try again later") } else { Ok(()) }
            }
            Kind::Interrupted => f.write_str("no session: the response to the exchange was cut off; try again later"),
            Kind::Unexpected(what) => {
                write!(f, "no session: {what}")?;
                said(f)?;
                f.write_str("; check that the base URL (BIGID_BASE_URL) is that of a BigID deployment")
            }
            Kind::Redirected(to) => {
                f.write_str("no session: the server redirects the exchange")?;
                if let Some(to) = to {
                    write!(f, " to {to}")?;
                }
                f.write_str(
                    ", and a credential is never sent elsewhere; set the base URL (BIGID_BASE_URL) to the address of the API, \
                     past any single sign-on",
                )
            }
            Kind::Leased => f.write_str(
                "no session: another process holds the lease of the session store and has not finished its exchange; try again later",
            ),
            Kind::Abandoned => f.write_str("no session: several exchanges in a row were dropped with their runtime, or stuck on one that is not being driven; keep the tokio runtime that makes the calls running"),
        }
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthError")
            .field("kind", &self.0.kind)
            .field("status", &self.0.status)
            .field("retry_after", &self.0.retry_after)
            .field("message", &self.0.message)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}
