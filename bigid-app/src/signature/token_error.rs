use std::error::Error;
use std::fmt;

/// Why an execution is not accepted as coming from BigID.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// There is no `X-Signed-Token`.
    Missing,
    /// It is not a JSON Web Token in compact form.
    Malformed,
    /// Its algorithm is not one of RS256, RS384, RS512, ES256, ES384 and ES512. `none` and symmetric algorithms are
    /// refused.
    Algorithm,
    /// It requires an extension that this crate does not know (`crit`).
    Extension,
    /// It has no `exp`.
    NoExpiry,
    /// It has expired.
    Expired,
    /// It is not valid yet (`nbf`).
    NotYet,
    /// The key did not sign it.
    Signature,
    /// The same token was accepted before.
    Repeated,
    /// There is no key to verify it with: the request for the key failed, or its response is not a key.
    NoKey(String),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self {
            Self::Missing => "is missing",
            Self::Malformed => "is not a JSON Web Token",
            Self::Algorithm => "has an algorithm other than RS256, RS384, RS512, ES256, ES384 and ES512",
            Self::Extension => "requires an unknown extension (`crit`)",
            Self::NoExpiry => "has no exp",
            Self::Expired => "has expired; check the clocks if it is new",
            Self::NotYet => "is not valid yet; check the clocks",
            Self::Signature => "is not signed with BigID's key",
            Self::Repeated => "was used before",
            Self::NoKey(reason) => return write!(f, "X-Signed-Token cannot be verified: {reason}"),
        };
        write!(f, "X-Signed-Token {fault}")
    }
}

impl Error for TokenError {}
