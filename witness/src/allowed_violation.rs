//! Violations that a test makes on purpose.

use crate::violation::{Part, Violation};

/// A contract violation that a test makes on purpose, with the reason.
#[derive(Clone, Copy, Debug)]
pub struct AllowedViolation {
    /// The operationId, or the method where the contract has no such path.
    pub operation: &'static str,
    /// The part that is excused.
    pub part: Part,
    /// Why the test does this; a sentence for who reads the test.
    pub reason: &'static str,
}

impl AllowedViolation {
    pub(crate) fn covers(&self, violation: &Violation) -> bool {
        !self.reason.is_empty() && self.part == violation.part && self.operation == violation.operation
    }
}
