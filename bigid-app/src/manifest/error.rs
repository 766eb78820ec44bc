use std::error::Error;
use std::fmt;

/// The error for a manifest that BigID would reject, or that is ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    place: String,
    fault: &'static str,
}

impl ManifestError {
    pub(crate) fn new(place: impl Into<String>, fault: &'static str) -> Self {
        Self { place: place.into(), fault }
    }

    /// The field, such as `actions[0].action_id`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the manifest is invalid: {} {}", self.place, self.fault)
    }
}

impl Error for ManifestError {}

pub(super) fn filled(place: &str, text: &str) -> Result<(), ManifestError> {
    if text.trim().is_empty() { Err(ManifestError::new(place, "is empty")) } else { Ok(()) }
}
