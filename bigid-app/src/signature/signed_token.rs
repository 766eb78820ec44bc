use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{PublicKey, TokenError, public_key};

/// A token that was signed with BigID's key and has not expired.
///
/// It is not known which claims other than `exp` BigID sets, or what binds the token to the body of the request. Check
/// what you know about your deployment. `Debug` shows the names of the claims only.
#[derive(Clone, PartialEq)]
pub struct SignedToken {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl SignedToken {
    /// The header.
    #[must_use]
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// When it expires, as the time since 1970.
    #[must_use]
    pub fn expires(&self) -> Duration {
        seconds(&self.claims, "exp").unwrap_or_default()
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.claims.keys()).finish()
    }
}

/// A token that is well-formed and has not expired, but whose signature has not been verified.
pub(super) struct Unverified<'a> {
    token: SignedToken,
    algorithm: &'static dyn aws_lc_rs::signature::VerificationAlgorithm,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Checks everything that can be checked without a key, so that only a plausible token costs a request for the key.
    pub(super) fn parse(text: &'a str, now: Duration) -> Result<Self, TokenError> {
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header = object(header)?;
        let algorithm = header.get("alg").and_then(Value::as_str).and_then(public_key::algorithm);
        let algorithm = algorithm.ok_or(TokenError::Algorithm)?;
        if header.contains_key("crit") {
            return Err(TokenError::Extension);
        }
        let claims = object(claims)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
        let expires = seconds(&claims, "exp").ok_or(TokenError::NoExpiry)?;
        if expires <= now {
            return Err(TokenError::Expired);
        }
        if claims.contains_key("nbf") && seconds(&claims, "nbf").is_none_or(|begin| begin > now) {
            return Err(TokenError::NotYet);
        }
        Ok(Self { token: SignedToken { header, claims }, algorithm, signed, signature })
    }

    /// The signed part: the token without its signature.
    pub(super) fn signed(&self) -> &'a str {
        self.signed
    }

    pub(super) fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(self.algorithm, self.signed.as_bytes(), &self.signature)
    }

    pub(super) fn into_verified(self) -> SignedToken {
        self.token
    }
}

fn object(part: &str) -> Result<Map<String, Value>, TokenError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

/// A time, which may have a fraction.
fn seconds(claims: &Map<String, Value>, name: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(claims.get(name)?.as_f64()?).ok()
}
