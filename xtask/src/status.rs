//! The keys of documented responses.

use std::fmt;

use crate::naming;

/// The status of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Code(u16),
    /// A class of statuses: 2 is `2XX`.
    Range(u16),
}

impl Status {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("XX") {
            return class.parse().ok().filter(|class| (1..=5).contains(class)).map(Self::Range);
        }
        text.parse().ok().filter(|code| text.len() == 3 && (100..=599).contains(code)).map(Self::Code)
    }

    /// The first digit.
    pub(crate) fn class(self) -> u16 {
        match self {
            Self::Code(code) => code / 100,
            Self::Range(class) => class,
        }
    }

    /// The method of a mock that sets it, which progenitor names after the reason phrase.
    pub(crate) fn mock(self) -> String {
        let reason = match self {
            Self::Code(code) => http::StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()),
            Self::Range(1) => Some("informational"),
            Self::Range(2) => Some("success"),
            Self::Range(3) => Some("redirect"),
            Self::Range(4) => Some("client error"),
            Self::Range(_) => Some("server error"),
        };
        reason.map(naming::operation).unwrap_or_default()
    }

    pub(crate) fn is_success(self) -> bool {
        self.class() == 2
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(class) => write!(f, "{class}XX"),
        }
    }
}
