//! System tokens and session tokens: what opens every call, for some days or hours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::jwt::Key;
use super::user::{User, unguessable_text};
use super::user_token::Rejection;

/// How a session came about; the two differ in lifetime and in nothing that a call would notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// A system token, from the exchange of a user token.
    System,
    /// A session token, from a user name and a password.
    Password,
}

/// Issues sessions and knows which of them still open a call.
pub(crate) struct Sessions {
    key: Key,
    system_lifetime: Duration,
    password_lifetime: Duration,
    form: SessionForm,
    issued: u64,
    opaque: BTreeMap<String, String>,
    revoked: BTreeSet<String>,
}

/// What the text of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionForm {
    /// A signed token that no other one equals.
    Unique,
    /// A signed token with the recorded claims and no other.
    Recorded,
    /// Text without a meaning.
    Opaque,
}

impl Sessions {
    pub(crate) fn new(system_lifetime: Duration, password_lifetime: Duration, form: SessionForm) -> Self {
        let (key, opaque, revoked) = (Key::generate(), BTreeMap::new(), BTreeSet::new());
        Self { key, system_lifetime, password_lifetime, form, issued: 0, opaque, revoked }
    }

    pub(crate) fn set_lifetime(&mut self, kind: SessionKind, lifetime: Duration) {
        match kind {
            SessionKind::System => self.system_lifetime = lifetime,
            SessionKind::Password => self.password_lifetime = lifetime,
        }
    }

    /// A token with the recorded claims. `skew` seconds are added to both of its times, as by a server whose clock
    /// is wrong; the check allows for it, as that server would.
    pub(crate) fn issue(&mut self, kind: SessionKind, user: &User, now: i64, skew: i64) -> String {
        let lifetime = match kind {
            SessionKind::System => self.system_lifetime,
            SessionKind::Password => self.password_lifetime,
        };
        let issued_at = now.saturating_add(skew);
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let mut claims = Map::new();
        claims.insert("user_name".to_owned(), user.name.as_str().into());
        claims.insert("type".to_owned(), ACCESS.into());
        claims.insert("roleIds".to_owned(), json!(user.roles));
        claims.insert("isAdmin".to_owned(), user.admin.into());
        if kind == SessionKind::System {
            claims.insert("tenantId".to_owned(), TENANT.into());
        }
        claims.insert("iat".to_owned(), issued_at.into());
        claims.insert("exp".to_owned(), issued_at.saturating_add(lifetime).into());
        self.issued += 1;
        if self.form != SessionForm::Recorded {
            claims.insert("jti".to_owned(), format!("{}/{skew}", self.issued).into());
        }
        let token = self.key.sign(&claims);
        if self.form != SessionForm::Opaque {
            return token;
        }
        let text = unguessable_text();
        self.opaque.insert(text.clone(), token);
        text
    }

    /// Whether a token opens a call: its signature, its time, its type, and that nobody revoked it.
    pub(crate) fn check(&self, token: &str, now: i64) -> Result<(), Rejection> {
        let signed = match self.form {
            SessionForm::Opaque => self.opaque.get(token).ok_or(Rejection::Failed)?,
            SessionForm::Unique | SessionForm::Recorded => token,
        };
        let claims = self.key.verify(signed).ok_or(Rejection::Failed)?;
        let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
        let skew = text("jti").and_then(|id| id.split_once('/')?.1.parse().ok()).unwrap_or(0_i64);
        let expired = claims.get("exp").and_then(Value::as_i64).is_none_or(|exp| exp <= now.saturating_add(skew));
        if expired || text("type") != Some(ACCESS) || self.revoked.contains(token) {
            return Err(Rejection::Failed);
        }
        Ok(())
    }

    /// Ends one session.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.revoked.insert(token.to_owned());
    }

    /// Ends every session: a new key signs from here on, so that nothing signed before verifies.
    pub(crate) fn revoke_all(&mut self) {
        self.key = Key::generate();
        self.opaque.clear();
        self.revoked.clear();
    }
}

/// How long a system token lives: 7 days, the difference of `exp` and `iat` in every recorded one.
pub const DEFAULT_SYSTEM_TOKEN_LIFETIME: Duration = Duration::from_secs(604_800);

/// How long a session token lives: 24 hours, the difference of `exp` and `iat` in every recorded one.
pub const DEFAULT_SESSION_LIFETIME: Duration = Duration::from_secs(86_400);

const ACCESS: &str = "access-token";
const TENANT: &str = "sandbox";

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions() -> Sessions {
        Sessions::new(DEFAULT_SYSTEM_TOKEN_LIFETIME, DEFAULT_SESSION_LIFETIME, SessionForm::Unique)
    }

    #[test]
    fn a_session_ends_with_its_lifetime_and_with_a_revocation() {
        let (mut sessions, user) = (sessions(), User::new("ada"));
        for (kind, lifetime) in [(SessionKind::System, 604_800), (SessionKind::Password, 86_400)] {
            let token = sessions.issue(kind, &user, 1_000, 0);
            assert_eq!(sessions.check(&token, 1_000 + lifetime - 1), Ok(()));
            assert_eq!(sessions.check(&token, 1_000 + lifetime), Err(Rejection::Failed));
        }
        let (one, other) =
            (sessions.issue(SessionKind::System, &user, 0, 0), sessions.issue(SessionKind::System, &user, 0, 0));
        assert_ne!(one, other, "two sessions of one second are two tokens");
        sessions.revoke(&one);
        assert!(sessions.check(&one, 0).is_err() && sessions.check(&other, 0).is_ok());
        sessions.revoke_all();
        assert!(sessions.check(&other, 0).is_err());
    }

    #[test]
    fn a_skewed_token_is_good_at_the_server_that_issued_it() {
        let (mut sessions, user) = (sessions(), User::new("ada"));
        let token = sessions.issue(SessionKind::System, &user, 1_000_000, -700_000);
        assert!(sessions.check(&token, 1_000_001).is_ok());
        assert!(sessions.check(&token, 1_000_000 + 604_800).is_err());
    }

    #[test]
    fn recorded_claims_only_means_equal_tokens_within_a_second() {
        let mut sessions = Sessions::new(Duration::from_secs(60), Duration::from_secs(60), SessionForm::Recorded);
        let user = User::new("ada");
        let mut issue = || sessions.issue(SessionKind::System, &user, 5, 0);
        assert_eq!(issue(), issue());
    }

    #[test]
    fn another_type_of_token_is_no_session() {
        let sessions = sessions();
        let claims = Map::from_iter([
            ("user_name".to_owned(), "ada".into()),
            ("type".to_owned(), "refresh-token".into()),
            ("exp".to_owned(), 100.into()),
        ]);
        assert_eq!(sessions.check(&sessions.key.sign(&claims), 0), Err(Rejection::Failed));
    }
}
