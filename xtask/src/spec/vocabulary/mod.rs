//! The closed vocabulary of the contract: which keys may stand at which level, and what they may hold. Anything else is an error,
//! because a key that nothing reads would promise something that nothing does.
//!
//! It is a table ([`table`]), walked along with the document. Every file is held to it before the files are merged, so that each
//! finding has its line; the applied contract is held to it again, because overlays write as well.

mod table;

mod values;

mod walk;
pub(crate) use walk::{Violation, nearest, violations};

mod describe;
pub(crate) use describe::markdown;

#[cfg(test)]
pub(crate) mod places;

#[cfg(test)]
mod tests;
