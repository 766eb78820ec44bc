//! User tokens: generated for a number of days, shown once, active once the user is saved, revocable.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use super::jwt::SigningKey;
use crate::calendar;

/// A user token as the token generator shows it, once.
///
/// The sandbox does not store the value, so it cannot be shown again. Until
/// [`Sandbox::save_user`](crate::Sandbox::save_user) the token is inactive.
#[derive(Clone)]
#[must_use = "the value is shown only once"]
pub struct GeneratedToken {
    name: String,
    value: String,
}

impl GeneratedToken {
    /// The name of the token, which [`Sandbox::revoke_user_token`](crate::Sandbox::revoke_user_token) takes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The secret itself, for an `Authorization` header.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for GeneratedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedToken").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a token or a session could not be generated, saved or revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The number of days is not between 1 and [`MAX_USER_TOKEN_DAYS`].
    Days(u32),
    /// There is no user with this name.
    UnknownUser(String),
    /// There is no token with this name. `None` if the text was far too long for a name, because it may be the token
    /// itself.
    UnknownToken(Option<String>),
    /// The text is not an open session of this sandbox. The message does not repeat it, because it may be a secret.
    UnknownSession,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => {
                write!(f, "a user token is valid for 1 to {MAX_USER_TOKEN_DAYS} days, but {days} were requested")
            }
            Self::UnknownUser(name) => write!(f, "no user is named {name:?}; add the user before its token"),
            Self::UnknownToken(name) => {
                match name {
                    Some(name) => write!(f, "no user token is named {name:?}")?,
                    None => f.write_str("this is not the name of a user token; did you pass the token itself?")?,
                }
                f.write_str("; use `GeneratedToken::name`, or `Sandbox::user_token_name` for the sandbox's own")
            }
            Self::UnknownSession => f.write_str("this sandbox has no such open session"),
        }
    }
}

impl std::error::Error for TokenError {}

impl TokenError {
    fn unknown(name: &str) -> Self {
        Self::UnknownToken((name.len() <= MAX_NAME).then(|| name.to_owned()))
    }
}

/// The longest text that is shown as a name: longer than any name, and shorter than any token.
const MAX_NAME: usize = 64;

/// Why a token was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// It is not a token of this server, or it has expired.
    Failed,
    /// It is a user token that was never saved, or was revoked.
    NotValid,
}

/// All generated user tokens. Their values are not stored, only what is needed to check them.
pub(crate) struct UserTokens {
    key: SigningKey,
    tokens: BTreeMap<String, StoredToken>,
}

struct StoredToken {
    user: String,
    created: i64,
    expires: i64,
    state: TokenState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenState {
    Unsaved,
    Active,
    Revoked,
}

impl UserTokens {
    pub(crate) fn new() -> Self {
        Self { key: SigningKey::generate(), tokens: BTreeMap::new() }
    }

    pub(crate) fn generate(&mut self, user: &str, days: u32, now: i64) -> Result<GeneratedToken, TokenError> {
        if !(1..=MAX_USER_TOKEN_DAYS).contains(&days) {
            return Err(TokenError::Days(days));
        }
        Ok(self.generate_for(user, days, now))
    }

    /// Generates a token with the longest lifetime, because tests move the clock.
    pub(crate) fn generate_longest(&mut self, user: &str, now: i64) -> GeneratedToken {
        self.generate_for(user, MAX_USER_TOKEN_DAYS, now)
    }

    fn generate_for(&mut self, user: &str, days: u32, now: i64) -> GeneratedToken {
        let name = format!("token-{:04}", self.tokens.len() + 1);
        let expires = now.saturating_add(i64::from(days) * 86_400);
        let claims = json!({
            "user_name": user,
            "type": "refresh-token",
            "iat": now,
            "exp": expires,
            "jti": name,
        });
        let value = self.key.sign(claims.as_object().unwrap_or(&Map::new()));
        let stored = StoredToken { user: user.to_owned(), created: now, expires, state: TokenState::Unsaved };
        self.tokens.insert(name.clone(), stored);
        GeneratedToken { name, value }
    }

    /// Activates the tokens that were generated since the last save of this user.
    pub(crate) fn save(&mut self, user: &str) {
        for stored in
            self.tokens.values_mut().filter(|stored| stored.user == user && stored.state == TokenState::Unsaved)
        {
            stored.state = TokenState::Active;
        }
    }

    pub(crate) fn revoke(&mut self, name: &str) -> Result<(), TokenError> {
        let stored = self.tokens.get_mut(name).ok_or_else(|| TokenError::unknown(name))?;
        stored.state = TokenState::Revoked;
        Ok(())
    }

    /// The active tokens of a user as its record shows them, with empty values.
    pub(crate) fn records_of(&self, user: &str) -> Vec<Value> {
        let of_user =
            self.tokens.iter().filter(|(_, stored)| stored.user == user && stored.state == TokenState::Active);
        let date = |seconds: i64| calendar::iso(seconds.saturating_mul(1_000));
        let record = |(name, stored): (&String, &StoredToken)| {
            json!({
                "tokenName": name,
                "creationDate": date(stored.created),
                "expirationDate": date(stored.expires),
                "value": "",
            })
        };
        of_user.map(record).collect()
    }

    /// The user of a token.
    pub(crate) fn check(&self, token: &str, now: i64) -> Result<String, Rejection> {
        let claims = self.key.verify(token).ok_or(Rejection::Failed)?;
        if claims.get("exp").and_then(Value::as_i64).is_none_or(|expires| expires <= now) {
            return Err(Rejection::Failed);
        }
        let name = claims.get("jti").and_then(Value::as_str).unwrap_or_default();
        match self.tokens.get(name) {
            Some(StoredToken { user, state: TokenState::Active, .. }) => Ok(user.clone()),
            _ => Err(Rejection::NotValid),
        }
    }
}

/// The longest lifetime of a user token, in days: the limit of the token generator, and the span of one recorded user's
/// token.
pub const MAX_USER_TOKEN_DAYS: u32 = 999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_inactive_until_its_user_is_saved_and_after_its_revocation() {
        let mut tokens = UserTokens::new();
        let token = tokens.generate("ada", 30, 0).unwrap();
        assert_eq!(tokens.check(token.value(), 1), Err(Rejection::NotValid));
        tokens.save("grace");
        assert_eq!(tokens.check(token.value(), 1), Err(Rejection::NotValid));
        tokens.save("ada");
        assert_eq!(tokens.check(token.value(), 1), Ok("ada".to_owned()));
        assert_eq!(tokens.revoke(token.name()), Ok(()));
        assert_eq!(tokens.revoke("guess"), Err(TokenError::UnknownToken(Some("guess".to_owned()))));
        tokens.save("ada");
        assert_eq!(tokens.check(token.value(), 1), Err(Rejection::NotValid));
    }

    #[test]
    fn a_token_lives_its_days_and_not_a_second_more() {
        let mut tokens = UserTokens::new();
        let token = tokens.generate("ada", 999, 1_000).unwrap();
        tokens.save("ada");
        let end = 1_000 + 999 * 86_400;
        assert!(tokens.check(token.value(), end - 1).is_ok());
        assert_eq!(tokens.check(token.value(), end), Err(Rejection::Failed));
    }

    #[test]
    fn only_1_to_999_days_are_granted() {
        let mut tokens = UserTokens::new();
        for days in [0, 1_000, u32::MAX] {
            let refused = tokens.generate("ada", days, 0).map_err(|error| error.to_string());
            let expected = format!("a user token is valid for 1 to 999 days, but {days} were requested");
            assert_eq!(refused.err(), Some(expected));
        }
        assert!(tokens.generate("ada", 1, 0).is_ok());
    }

    #[test]
    fn the_value_is_in_no_debug_output() {
        let token = UserTokens::new().generate("ada", 1, 0).unwrap();
        assert_eq!(format!("{token:?}"), r#"GeneratedToken { name: "token-0001", .. }"#);
    }
}
