//! Contract violations, described without values.

use std::fmt;

/// The part of a request or response that a rule concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// The path and method: no operation has them.
    Operation,
    /// A parameter of the path or the query.
    Parameter,
    /// The content type.
    MediaType,
    /// The body.
    Body,
    /// The `Authorization` header.
    Security,
    /// The status.
    Status,
}

/// One disagreement between what was sent and the contract.
///
/// It names the operation, the place and the rule. A value is never part of it: it may be a token, and this is printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The operationId, or the method where no operation was found.
    pub operation: String,
    /// The part that the rule concerns.
    pub part: Part,
    /// Where: a status, a parameter's name, a JSON pointer. Empty where there is only one place.
    pub place: String,
    /// The rule that was broken.
    pub rule: String,
}

impl Violation {
    pub(crate) fn new(operation: &str, part: Part, place: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { operation: operation.to_owned(), part, place: place.into(), rule: rule.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.rule)
    }
}
