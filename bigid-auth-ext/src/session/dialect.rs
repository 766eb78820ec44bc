use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

/// The two ways in which a BigID server is spoken to.
///
/// | | exchange | header |
/// |---|---|---|
/// | `Deployed` | `GET /refresh-access-token` | the token as it is |
/// | `Spec` | `POST /refresh-access-token` | `Bearer` and the token |
///
/// Every published client and every recording speaks `Deployed`; the received contract describes `Spec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Try `Deployed`, then `Spec`, and remember which of them was authorized. The default, because it is right on both.
    #[default]
    Detect,
    /// As deployed servers are seen to speak.
    Deployed,
    /// As the received contract says.
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

/// A word that is none of `detect`, `deployed` and `spec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownDialect;

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dialect is one of `detect`, `deployed` and `spec`")
    }
}

impl std::error::Error for UnknownDialect {}

/// What stands before a token in the Authorization header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// Nothing.
    Raw,
    /// The word `Bearer`.
    Bearer,
}

/// The method of the exchange. With a [`AuthScheme`], it is a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Deployed,
    Spec,
}

impl Way {
    pub(crate) fn prefix(self) -> AuthScheme {
        match self {
            Self::Deployed => AuthScheme::Raw,
            Self::Spec => AuthScheme::Bearer,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Deployed => Self::Spec,
            Self::Spec => Self::Deployed,
        }
    }
}

/// What is known of a server, learnt from authorized answers only.
#[derive(Debug)]
pub(crate) struct DialectDetector {
    dialect: Dialect,
    prefix: Option<AuthScheme>,
    learnt: AtomicU8,
}

const NOTHING: u8 = 0;
const DEPLOYED: u8 = 1;
const SPEC: u8 = 2;

impl DialectDetector {
    pub(crate) fn new(dialect: Dialect, prefix: Option<AuthScheme>) -> Self {
        Self { dialect, prefix, learnt: AtomicU8::new(NOTHING) }
    }

    /// The way that the server is known to take: set by the caller, or learnt.
    pub(crate) fn known(&self) -> Option<Way> {
        match (self.dialect, self.learnt.load(Ordering::Acquire)) {
            (Dialect::Deployed, _) | (Dialect::Detect, DEPLOYED) => Some(Way::Deployed),
            (Dialect::Spec, _) | (Dialect::Detect, SPEC) => Some(Way::Spec),
            (Dialect::Detect, _) => None,
        }
    }

    /// The way to try first, and the one to try when the first is not understood or refused.
    pub(crate) fn ways(&self) -> (Way, Option<Way>) {
        let first = self.known().unwrap_or(Way::Deployed);
        (first, (self.dialect == Dialect::Detect).then(|| first.other()))
    }

    /// What to put before a token: as the caller says, else as is known, else nothing.
    pub(crate) fn prefix(&self, way: Way) -> AuthScheme {
        self.prefix.unwrap_or(way.prefix())
    }

    /// Whether a session that the server refuses may be good behind `Bearer`: nothing is known yet, and no exchange has taught it.
    pub(crate) fn has_untried_prefix(&self) -> bool {
        self.prefix.is_none() && self.known().is_none()
    }

    /// As [`learn`](Self::learn), where nothing is known yet: what a call teaches is less than what an exchange does.
    pub(crate) fn learn_if_unknown(&self, way: Way) {
        if self.learnt.load(Ordering::Acquire) == NOTHING {
            self.learn(way);
        }
    }

    pub(crate) fn learn(&self, way: Way) {
        let learnt = match way {
            Way::Deployed => DEPLOYED,
            Way::Spec => SPEC,
        };
        self.learnt.store(learnt, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_detection_has_a_second_way() {
        let ways = |dialect| DialectDetector::new(dialect, None).ways();
        assert_eq!(ways(Dialect::Detect), (Way::Deployed, Some(Way::Spec)));
        assert_eq!(ways(Dialect::Deployed), (Way::Deployed, None));
        assert_eq!(ways(Dialect::Spec), (Way::Spec, None));
    }

    #[test]
    fn what_was_learnt_is_tried_first() {
        let detector = DialectDetector::new(Dialect::Detect, None);
        assert!(detector.has_untried_prefix());
        detector.learn(Way::Spec);
        assert_eq!(detector.ways(), (Way::Spec, Some(Way::Deployed)));
        assert!(!detector.has_untried_prefix());
    }

    #[test]
    fn a_prefix_overrides_the_dialect() {
        let detector = DialectDetector::new(Dialect::Detect, Some(AuthScheme::Bearer));
        assert_eq!(detector.prefix(Way::Deployed), AuthScheme::Bearer);
        assert!(!detector.has_untried_prefix());
    }
}
