//! Detects the dialect of a server from successful responses.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::dialect::{AuthScheme, Dialect};

/// The method of the exchange. With a [`AuthScheme`], it is a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResolvedDialect {
    Deployed,
    Spec,
}

impl ResolvedDialect {
    pub(crate) fn scheme(self) -> AuthScheme {
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

/// Which dialect a server speaks, learnt from authorized responses only.
#[derive(Debug)]
pub(crate) struct DialectDetector {
    dialect: Dialect,
    scheme: Option<AuthScheme>,
    learnt: AtomicU8,
}

const NOTHING: u8 = 0;
const DEPLOYED: u8 = 1;
const SPEC: u8 = 2;

impl DialectDetector {
    pub(crate) fn new(dialect: Dialect, scheme: Option<AuthScheme>) -> Self {
        Self { dialect, scheme, learnt: AtomicU8::new(NOTHING) }
    }

    /// The configured or detected dialect.
    pub(crate) fn resolved(&self) -> Option<ResolvedDialect> {
        match (self.dialect, self.learnt.load(Ordering::Acquire)) {
            (Dialect::Deployed, _) | (Dialect::Detect, DEPLOYED) => Some(ResolvedDialect::Deployed),
            (Dialect::Spec, _) | (Dialect::Detect, SPEC) => Some(ResolvedDialect::Spec),
            (Dialect::Detect, _) => None,
        }
    }

    /// The dialect in which an exchange or a call succeeded.
    #[cfg(feature = "session-store")]
    pub(crate) fn learnt(&self) -> Option<ResolvedDialect> {
        match self.learnt.load(Ordering::Acquire) {
            DEPLOYED => Some(ResolvedDialect::Deployed),
            SPEC => Some(ResolvedDialect::Spec),
            _ => None,
        }
    }

    /// The dialect to try first, and the one to try if the server does not know or rejects the first.
    pub(crate) fn candidates(&self) -> (ResolvedDialect, Option<ResolvedDialect>) {
        let first = self.resolved().unwrap_or(ResolvedDialect::Deployed);
        (first, (self.dialect == Dialect::Detect).then(|| first.other()))
    }

    /// The scheme of the `Authorization` header: the configured one, or that of the dialect.
    pub(crate) fn scheme(&self, dialect: ResolvedDialect) -> AuthScheme {
        self.scheme.unwrap_or(dialect.scheme())
    }

    /// Whether a refused session may be valid with `Bearer`, because the dialect is still unknown.
    pub(crate) fn has_untried_scheme(&self) -> bool {
        self.scheme.is_none() && self.resolved().is_none()
    }

    /// Like [`learn`](Self::learn), if nothing is known yet: a call proves less than an exchange.
    pub(crate) fn learn_if_unknown(&self, dialect: ResolvedDialect) {
        if self.learnt.load(Ordering::Acquire) == NOTHING {
            self.learn(dialect);
        }
    }

    pub(crate) fn learn(&self, dialect: ResolvedDialect) {
        let learnt = match dialect {
            ResolvedDialect::Deployed => DEPLOYED,
            ResolvedDialect::Spec => SPEC,
        };
        self.learnt.store(learnt, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_detection_has_a_second_way() {
        let ways = |dialect| DialectDetector::new(dialect, None).candidates();
        assert_eq!(ways(Dialect::Detect), (ResolvedDialect::Deployed, Some(ResolvedDialect::Spec)));
        assert_eq!(ways(Dialect::Deployed), (ResolvedDialect::Deployed, None));
        assert_eq!(ways(Dialect::Spec), (ResolvedDialect::Spec, None));
    }

    #[test]
    fn what_was_learnt_is_tried_first() {
        let detector = DialectDetector::new(Dialect::Detect, None);
        assert!(detector.has_untried_scheme());
        detector.learn(ResolvedDialect::Spec);
        assert_eq!(detector.candidates(), (ResolvedDialect::Spec, Some(ResolvedDialect::Deployed)));
        assert!(!detector.has_untried_scheme());
    }

    #[test]
    fn a_prefix_overrides_the_dialect() {
        let detector = DialectDetector::new(Dialect::Detect, Some(AuthScheme::Bearer));
        assert_eq!(detector.scheme(ResolvedDialect::Deployed), AuthScheme::Bearer);
        assert!(!detector.has_untried_scheme());
    }
}
