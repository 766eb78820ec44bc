//! System tokens and session tokens, which authorize every call for days or hours.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::jwt::SigningKey;
use super::replication::{Lag, Occasion, Replication};
use super::user::{User, random_hex};
use super::user_token::{Rejection, TokenError};

/// The kind of a session. The two kinds differ only in their lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// A system token, from the exchange of a user token.
    System,
    /// A session token, from a user name and a password.
    Password,
}

/// Issues sessions, and decides which of them still authorize a call, and at which node.
pub(crate) struct Sessions {
    key: SigningKey,
    /// Keys that were retired by a revocation that some nodes may not have learnt about yet.
    retired: Vec<(SigningKey, Occasion)>,
    system_lifetime: Duration,
    password_lifetime: Duration,
    form: SessionForm,
    issued: u64,
    opaque: BTreeMap<String, String>,
    /// The clock skew of a token in seconds, if it has one.
    skews: BTreeMap<String, i64>,
    replication: Replication,
}

/// The format of session tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionForm {
    /// A signed token with only the recorded claims.
    Recorded,
    /// The same with a `jti`, which makes it unique.
    Unique,
    /// An opaque token.
    Opaque,
}

impl Sessions {
    pub(crate) fn new(system_lifetime: Duration, password_lifetime: Duration, form: SessionForm, lag: Lag) -> Self {
        Self {
            key: SigningKey::generate(),
            retired: Vec::new(),
            system_lifetime,
            password_lifetime,
            form,
            issued: 0,
            opaque: BTreeMap::new(),
            skews: BTreeMap::new(),
            replication: Replication::new(lag),
        }
    }

    pub(crate) fn set_lifetime(&mut self, kind: SessionKind, lifetime: Duration) {
        match kind {
            SessionKind::System => self.system_lifetime = lifetime,
            SessionKind::Password => self.password_lifetime = lifetime,
        }
    }

    /// Issues a token with the recorded claims. `skew` seconds are added to both of its times, as by a server with a
    /// wrong clock; the check allows for it, as that server would.
    pub(crate) fn issue(&mut self, kind: SessionKind, user: &User, occasion: Occasion, skew: i64) -> String {
        self.issue_in(OWN_TENANT, kind, user, occasion, skew)
    }

    /// The same for one of the [`TENANTS`].
    pub(crate) fn issue_in(
        &mut self,
        tenant: &str,
        kind: SessionKind,
        user: &User,
        occasion: Occasion,
        skew: i64,
    ) -> String {
        let lifetime = match kind {
            SessionKind::System => self.system_lifetime,
            SessionKind::Password => self.password_lifetime,
        };
        let issued_at = occasion.seconds().saturating_add(skew);
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let mut claims = Map::new();
        claims.insert("user_name".to_owned(), user.name.as_str().into());
        claims.insert("type".to_owned(), ACCESS.into());
        claims.insert("roleIds".to_owned(), json!(user.roles));
        claims.insert("isAdmin".to_owned(), user.admin.into());
        if kind == SessionKind::System {
            claims.insert("tenantId".to_owned(), tenant.into());
        }
        claims.insert("iat".to_owned(), issued_at.into());
        claims.insert("exp".to_owned(), issued_at.saturating_add(lifetime).into());
        self.issued += 1;
        if self.form == SessionForm::Unique {
            claims.insert("jti".to_owned(), self.issued.to_string().into());
        }
        let mut token = self.key.sign(&claims);
        if self.form == SessionForm::Opaque {
            let text = random_hex();
            self.opaque.insert(text.clone(), std::mem::replace(&mut token, text));
        }
        match skew {
            0 => self.skews.remove(&token),
            _ => self.skews.insert(token.clone(), skew),
        };
        self.replication.issued(&token, occasion);
        token
    }

    /// Checks whether a token authorizes a call: its signature, time, type, and what the node knows about it.
    pub(crate) fn check(&self, token: &str, at: Occasion) -> Result<(), Rejection> {
        let signed = match self.form {
            SessionForm::Opaque => self.opaque.get(token).ok_or(Rejection::Failed)?,
            SessionForm::Unique | SessionForm::Recorded => token,
        };
        let claims = self.verify(signed, at).ok_or(Rejection::Failed)?;
        let now = at.seconds().saturating_add(self.skews.get(token).copied().unwrap_or(0));
        let expired = claims.get("exp").and_then(Value::as_i64).is_none_or(|exp| exp <= now);
        let is_access = claims.get("type").and_then(Value::as_str) == Some(ACCESS);
        if expired || !is_access || !self.replication.is_open(token, at) {
            return Err(Rejection::Failed);
        }
        Ok(())
    }

    /// A token as the identity provider of a hosted app would issue it: valid for 24 hours, and only for an exchange.
    pub(crate) fn issue_service_token(&self, now: i64) -> String {
        let claims = [
            ("type".to_owned(), SERVICE.into()),
            ("aud".to_owned(), "bigid-api-v1".into()),
            ("tenantId".to_owned(), OWN_TENANT.into()),
            ("iat".to_owned(), now.into()),
            ("exp".to_owned(), now.saturating_add(24 * 60 * 60).into()),
        ];
        self.key.sign(&Map::from_iter(claims))
    }

    /// Checks a service token: its signature, type and expiry.
    pub(crate) fn check_service_token(&self, token: &str, at: Occasion) -> Result<(), Rejection> {
        let claims = self.verify(token, at).ok_or(Rejection::Failed)?;
        let is_current = claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > at.seconds());
        let is_service = claims.get("type").and_then(Value::as_str) == Some(SERVICE);
        if is_current && is_service { Ok(()) } else { Err(Rejection::Failed) }
    }

    /// Ends one session. If an equal token is issued again, it is valid again.
    pub(crate) fn revoke(&mut self, token: &str, occasion: Occasion) -> Result<(), TokenError> {
        // Other nodes may not know the session yet; the node that revokes it does.
        let known = Occasion { node: None, ..occasion };
        self.check(token, known).map_err(|_| TokenError::UnknownSession)?;
        self.replication.revoked(token, occasion);
        Ok(())
    }

    /// Ends every session: a new key signs from here on, so earlier signatures are invalid.
    pub(crate) fn revoke_all(&mut self, occasion: Occasion) {
        let key = std::mem::replace(&mut self.key, SigningKey::generate());
        let lag = self.replication.lag();
        self.retired.retain(|(_, retired)| lag.is_revocation_spreading(*retired, occasion.unix_millis));
        if lag.is_revocation_spreading(occasion, occasion.unix_millis) {
            self.retired.push((key, occasion));
        } else {
            self.opaque.clear();
        }
    }

    /// The claims of a token that was signed with the current key, or with one whose retirement the node does not know
    /// yet.
    fn verify(&self, signed: &str, at: Occasion) -> Option<Map<String, Value>> {
        let lag = self.replication.lag();
        let retired = self.retired.iter().filter(|(_, end)| !lag.knows_revocation(*end, at)).map(|(key, _)| key);
        std::iter::once(&self.key).chain(retired).find_map(|key| key.verify(signed))
    }
}

/// How long a system token lives: 7 days, the difference of `exp` and `iat` in every recorded one.
pub const DEFAULT_SYSTEM_TOKEN_LIFETIME: Duration = Duration::from_secs(604_800);

/// How long a session token lives: 24 hours, the difference of `exp` and `iat` in every recorded one.
pub const DEFAULT_SESSION_LIFETIME: Duration = Duration::from_secs(86_400);

const ACCESS: &str = "access-token";
const SERVICE: &str = "service-token";

/// The tenant of sessions, unless another one was requested.
pub(crate) const OWN_TENANT: &str = "sandbox";

/// The tenants of a hosted app: key, host name, company.
pub(crate) const TENANTS: [(&str, &str, &str); 2] =
    [(OWN_TENANT, "sandbox.bigid.example", "Sandbox"), ("neighbour", "neighbour.bigid.example", "Neighbour")];

#[cfg(test)]
mod tests;
