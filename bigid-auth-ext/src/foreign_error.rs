//! Errors of other crates, kept as text only: their `Debug` may print a URL with a password in it, or a header.

use std::error::Error;
use std::fmt;

use crate::credential::redactor::Redactor;

/// The messages of an error and of its sources.
#[derive(Debug)]
pub(crate) struct ForeignError(String);

impl ForeignError {
    /// The messages of an error and its sources, without registered secrets.
    pub(crate) fn of(error: &(dyn Error + 'static), redactor: &Redactor) -> Self {
        let mut words = String::new();
        for error in causes(error) {
            let more = error.to_string();
            // Some errors include their source in their own message.
            if !words.ends_with(&more) {
                words += if words.is_empty() { "" } else { ": " };
                words += &more;
            }
        }
        Self(String::from_utf8_lossy(&redactor.redact(words.as_bytes())).into_owned())
    }
}

/// The message of the innermost source. Errors about URLs or requests print these; their innermost source does not.
pub(crate) fn root_cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

impl fmt::Display for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ForeignError {}
