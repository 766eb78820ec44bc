//! Each key of the vocabulary, and what the walk reports if it is added, removed or changed.
//!
//! The table cannot become stale: `tests` compares it with the vocabulary, and tries every row at every place of a
//! complete contract.

mod fixture;

mod table;

#[cfg(test)]
mod tests;

use super::kind::ChangeKind;

/// How one kind of edit is reported.
#[derive(Clone, Copy, Debug)]
pub(super) enum Claim {
    /// Each such edit is reported as one of these.
    Told(&'static [ChangeKind]),
    /// No such edit is reported, for this reason.
    Waived(&'static str),
    /// Some edits are reported as one of these; the others are not reported, for this reason.
    Partly(&'static [ChangeKind], &'static str),
    /// Every such edit is rejected before the comparison, for this reason.
    Refused(&'static str),
}

/// The claims on one key.
pub(super) struct ClaimRow {
    /// The object, as the vocabulary calls it; `schema` stands for every schema that is not a reference.
    pub(super) object: &'static str,
    pub(super) key: &'static str,
    pub(super) added: Claim,
    pub(super) removed: Claim,
    pub(super) changed: Claim,
}
