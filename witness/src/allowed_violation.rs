//! Violations that a test makes on purpose.

use crate::violation::{Part, Violation};

/// A contract violation that a test makes on purpose, with the reason.
#[derive(Clone, Copy, Debug)]
pub struct AllowedViolation {
    /// The operationId, or the method where the contract has no such path.
    pub operation: &'static str,
    /// The part that may be violated.
    pub part: Part,
    /// Why the test does this, as a sentence. Without a reason, nothing is allowed.
    pub reason: &'static str,
}

impl AllowedViolation {
    pub(crate) fn covers(&self, violation: &Violation) -> bool {
        !self.reason.is_empty() && self.part == violation.part && self.operation == violation.operation
    }
}
