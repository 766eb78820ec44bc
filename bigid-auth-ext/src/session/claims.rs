//! The claims of a token.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use crate::session::{DEFAULT_LIFETIME, MAX_LIFETIME};

/// Whether a token is an access token, which users sometimes paste in place of a user token.
pub(crate) fn is_access_token(token: &str) -> bool {
    claims(token).is_some_and(|claims| claims.kind == "access-token")
}

/// When a token expires, on the wall clock, according to its claims.
pub(crate) fn expires_at(token: &str) -> Option<Duration> {
    let end = seconds(&claims(token)?.exp)?;
    Duration::try_from_secs_f64(end).ok()
}

#[derive(Deserialize)]
pub(super) struct Claims {
    #[serde(default)]
    pub(super) exp: Value,
    #[serde(default)]
    iat: Value,
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    user_name: Value,
    #[serde(default, rename = "tenantId")]
    tenant_id: Value,
}

/// The user and the tenant of a token, according to its claims, which are not verified.
pub(crate) fn owner(token: &str) -> (Option<String>, Option<String>) {
    let text = |value: Value| value.as_str().map(str::to_owned);
    claims(token).map_or((None, None), |claims| (text(claims.user_name), text(claims.tenant_id)))
}

/// `exp - iat`, which eliminates the server's clock. Nothing else in the token is used. Claims that leave no lifetime,
/// such as an `iat` in milliseconds beside an `exp` in seconds, are ignored: the server has just issued the token.
pub(super) fn lifetime(token: &str) -> Duration {
    let stated = claims(token).and_then(|claims| Some(seconds(&claims.exp)? - seconds(&claims.iat)?));
    match stated {
        Some(seconds) if seconds >= 1.0 => Duration::from_secs_f64(seconds.min(MAX_LIFETIME.as_secs_f64())),
        _ => DEFAULT_LIFETIME,
    }
}

pub(super) fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&payload).ok()
}

pub(super) fn seconds(value: &Value) -> Option<f64> {
    value.as_f64().filter(|seconds| seconds.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::AuthScheme;
    use crate::session::Session;
    use crate::tests::jwt;

    #[test]
    fn a_lifetime_is_the_difference_of_two_claims() {
        for (payload, seconds) in [
            (r#"{"iat":1000,"exp":605800}"#, 604_800),
            (r#"{"iat":1000.5,"exp":1060.5}"#, 60),
            (r#"{"iat":-100,"exp":100}"#, 200),
            (r#"{"iat":0,"exp":1e300}"#, MAX_LIFETIME.as_secs()),
            (r#"{"iat":0,"exp":31536000000}"#, MAX_LIFETIME.as_secs()),
        ] {
            assert_eq!(lifetime(&jwt(payload)), Duration::from_secs(seconds), "{payload}");
        }
    }

    #[test]
    fn a_token_that_states_no_lifetime_gets_the_short_one() {
        for token in [
            "opaque",
            "a.b",
            "a.b.c.d",
            "a.!.c",
            &jwt("[]"),
            &jwt("{}"),
            &jwt(r#"{"exp":1}"#),
            &jwt(r#"{"exp":"1","iat":"0"}"#),
        ] {
            assert_eq!(lifetime(token), DEFAULT_LIFETIME, "{token}");
        }
    }

    #[test]
    fn claims_that_leave_no_lifetime_are_not_believed() {
        for payload in [
            r#"{"iat":5,"exp":5}"#,
            r#"{"iat":5,"exp":4}"#,
            r#"{"iat":5,"exp":5.9}"#,
            r#"{"iat":1e308,"exp":-1e308}"#,
            r#"{"iat":1764180000000,"exp":1764784800}"#,
        ] {
            assert_eq!(lifetime(&jwt(payload)), DEFAULT_LIFETIME, "{payload}");
            let session = Session::new(&jwt(payload).into(), AuthScheme::Raw, Duration::ZERO).unwrap();
            assert!(session.is_good(DEFAULT_LIFETIME - Duration::from_millis(1)) && !session.is_good(DEFAULT_LIFETIME));
        }
    }
}
