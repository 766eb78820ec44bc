use std::fmt;

use super::{DIALECT, PASSWORD, USER_TOKEN, USER_TOKEN_FILE, USERNAME};

/// An error about a `BIGID_*` variable. It names the variable, and never shows its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VariableError {
    /// The variable is required, but not set.
    Missing {
        /// The variable.
        name: &'static str,
        /// What to set it to.
        why: &'static str,
    },
    /// The variable is set, but empty.
    Empty(&'static str),
    /// The value is not UTF-8.
    NotText(&'static str),
    /// The variable takes a path, and its value is the content of such a file.
    NotAPath(&'static str),
    /// `BIGID_DIALECT` is not a dialect.
    Dialect,
    /// More than one of `BIGID_USER_TOKEN`, `BIGID_USER_TOKEN_FILE`, and `BIGID_USERNAME` with `BIGID_PASSWORD` is set.
    Both,
    /// An unknown variable whose name is a typo or an alias of a known one that is not set.
    Mistyped {
        /// The name of the variable.
        name: String,
        /// The name that was probably meant.
        meant: &'static str,
    },
}

impl fmt::Display for VariableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, why } => write!(f, "{name} is not set; set it to {why}"),
            Self::Empty(name) => write!(f, "{name} is set, but empty"),
            Self::NotText(name) => write!(f, "{name} is not UTF-8"),
            Self::NotAPath(name) => {
                write!(
                    f,
                    "{name} is PEM text, and takes the path of a file; write the text to a file, and set it to that path"
                )
            }
            Self::Dialect => write!(f, "{DIALECT} must be one of `detect`, `deployed` and `spec`"),
            Self::Both => write!(
                f,
                "more than one of {USER_TOKEN}, {USER_TOKEN_FILE}, and {USERNAME} with {PASSWORD} is set; set one credential only"
            ),
            Self::Mistyped { name, meant } => write!(f, "unknown variable {name}; did you mean {meant}?"),
        }
    }
}

impl std::error::Error for VariableError {}
