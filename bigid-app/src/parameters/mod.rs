//! The parameters of an execution, by name and with their types.

mod error;
pub use error::ParameterError;

mod from_parameter;
pub use from_parameter::FromParameter;

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The parameters of an execution. `Debug` shows their names only, because a value may be a secret.
///
/// BigID sends most values as strings, whatever type the manifest declares, so a number is read from `5` and from
/// `"5"`.
#[derive(Clone, Default)]
pub struct Parameters {
    kind: &'static str,
    values: Vec<(String, Value)>,
}

impl Parameters {
    pub(crate) fn new(kind: &'static str, values: Vec<(String, Value)>) -> Self {
        Self { kind, values }
    }

    /// Returns a required parameter.
    ///
    /// # Errors
    /// The parameter is missing, is `null`, occurs twice, or has another type. The error names it, and never shows its
    /// value.
    pub fn get<T: FromParameter>(&self, name: &str) -> Result<T, ParameterError> {
        self.optional(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn missing(&self, name: &str) -> ParameterError {
        ParameterError::missing(self.kind, name)
    }

    /// Returns a parameter that may be missing or `null`. An empty string counts as missing for every type but strings.
    ///
    /// # Errors
    /// The parameter occurs twice, or has another type.
    pub fn optional<T: FromParameter>(&self, name: &str) -> Result<Option<T>, ParameterError> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        match T::from_parameter(value) {
            Some(read) => Ok(Some(read)),
            None if value.as_str().is_some_and(|text| text.trim().is_empty()) => Ok(None),
            None => Err(ParameterError::mismatch(self.kind, name, T::EXPECTED, value)),
        }
    }

    /// Returns a parameter of any structure: JSON, or a string that contains JSON, as BigID sends for a parameter of
    /// type `Credential`.
    ///
    /// # Errors
    /// The parameter is missing, is `null`, occurs twice, or does not fit `T`.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ParameterError> {
        let value = self.value(name)?.ok_or_else(|| self.missing(name))?;
        // The reason is left out: serde quotes the value in it.
        let unfit = || ParameterError::mismatch(self.kind, name, "JSON of the requested structure", value);
        T::deserialize(value).or_else(|_| match value.as_str() {
            Some(text) => serde_json::from_str(text).map_err(|_| unfit()),
            None => Err(unfit()),
        })
    }

    /// Whether a parameter is present and not `null`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.values.iter().any(|(known, value)| known == name && !value.is_null())
    }

    /// The names, in the order received.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }

    fn value(&self, name: &str) -> Result<Option<&Value>, ParameterError> {
        let mut found = self.values.iter().filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(ParameterError::ambiguous(self.kind, name)),
            (first, _) => Ok(first.map(|(_, value)| value).filter(|value| !value.is_null())),
        }
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests;
