//! Why an action failed.

use std::error::Error;
use std::fmt;

/// Why an action failed, as shown to the user of BigID.
///
/// Every error converts into it, so that `?` works in an action. The message is that of the error and its sources. The
/// token of the execution is removed from it; keep other secrets out of your errors.
pub struct Failure(String);

impl Failure {
    /// A failure with a message of your own.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    pub(crate) fn message(&self) -> &str {
        &self.0
    }
}

/// `Failure` is not an `Error`, because then it could not implement `From` for every error.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Some errors repeat their source.
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            source = error.source();
        }
        Self(message)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Failure").field(&self.0).finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
