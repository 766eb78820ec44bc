use std::fmt;

/// The two authentication conventions of BigID servers.
///
/// | | exchange | header |
/// |---|---|---|
/// | `Deployed` | `GET /refresh-access-token` | the token as it is |
/// | `Spec` | `POST /refresh-access-token` | `Bearer` and the token |
///
/// Every published client and every recording uses `Deployed`; the received contract describes `Spec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Try `Deployed`, then `Spec`, and keep the one that works. The default, because it works with both kinds of
    /// server.
    #[default]
    Detect,
    /// What deployed servers accept.
    Deployed,
    /// What the received contract describes.
    Spec,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Detect => "detect",
            Self::Deployed => "deployed",
            Self::Spec => "spec",
        })
    }
}

impl std::str::FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        match text.trim().to_ascii_lowercase().as_str() {
            "detect" => Ok(Self::Detect),
            "deployed" => Ok(Self::Deployed),
            "spec" => Ok(Self::Spec),
            _ => Err(UnknownDialect),
        }
    }
}

/// The error for text other than `detect`, `deployed` and `spec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownDialect;

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dialect is one of `detect`, `deployed` and `spec`")
    }
}

impl std::error::Error for UnknownDialect {}

/// The authentication scheme: the prefix of a token in the `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// No prefix.
    Raw,
    /// `Bearer`.
    Bearer,
}
