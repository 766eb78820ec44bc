//! The error for text that is not a checkpoint.

use std::error::Error as StdError;
use std::fmt;

/// The text is not a checkpoint of this kind. The error does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCheckpoint(pub(super) &'static str);

impl fmt::Display for InvalidCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text is not a checkpoint: expected {}", self.0)
    }
}

impl StdError for InvalidCheckpoint {}
