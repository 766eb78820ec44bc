//! Which documented security scheme a request uses.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;

use crate::operation::Operation;

/// The scheme of the contract that the request uses; `none` for an operation without one.
///
/// # Errors
/// The rule that is broken.
pub(crate) fn satisfied<'o>(operation: &'o Operation, headers: &HeaderMap, target: &str) -> Result<&'o str, String> {
    let sent: Vec<_> = headers.get_all(AUTHORIZATION).iter().collect();
    if operation.security.is_empty() {
        return if sent.is_empty() {
            Ok(NONE)
        } else {
            Err("a credential is sent to an operation that takes none".to_owned())
        };
    }
    let wanted: Vec<&str> = operation.security.iter().map(|scheme| scheme.name.as_str()).collect();
    let unmet = |what: &str| format!("{what}; the contract requires {}", wanted.join(" or "));
    let [value] = sent.as_slice() else {
        return Err(unmet(if sent.is_empty() { "no credential is sent" } else { "several credentials are sent" }));
    };
    let value = value.to_str().map_err(|_| unmet("the credential is not text"))?;
    let (bearer, token) = match value.split_once(' ') {
        Some((word, token)) if word.eq_ignore_ascii_case("bearer") => (true, token.trim_start()),
        Some(_) => return Err(unmet("the credential has another scheme than Bearer")),
        None => (false, value),
    };
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(unmet("the credential is empty or several words"));
    }
    // A text shorter than any token may be in a URL by chance.
    if token.len() > 6 && target.contains(token) {
        return Err("the credential is in the URL as well".to_owned());
    }
    let scheme = operation.security.iter().find(|scheme| scheme.bearer == bearer);
    let scheme = scheme.ok_or_else(|| unmet(if bearer { "the token follows Bearer" } else { "the token is bare" }))?;
    let wants_session = wanted.contains(&SESSION);
    match kind(token).as_deref() {
        Some("refresh-token") if wants_session => Err("a user token is sent where a session belongs".to_owned()),
        Some("access-token") if !wants_session => Err("a session is sent where a user token belongs".to_owned()),
        _ => Ok(&scheme.name),
    }
}

/// The `type` claim of a token that has one.
fn kind(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["type"].as_str().map(str::to_owned)
}

/// The scheme of a session. An operation without it requires a user token, with or without an auth scheme.
const SESSION: &str = "SystemToken";

/// The name for operations without a security scheme.
const NONE: &str = "none";
