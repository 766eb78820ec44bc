//! The closed vocabulary of the contract: the allowed keys of each object, and their values. Anything else is an error,
//! because an unused key would promise something that nothing implements.
//!
//! It is a table ([`table`]), with which each document is compared. Every file is checked before the files are merged,
//! so that each finding has its line; the applied contract is checked again, because overlays change it.

mod table;

mod values;

mod walk;
pub(crate) use walk::{Violation, nearest, violations};

mod describe;
pub(crate) use describe::markdown;

#[cfg(test)]
pub(crate) mod test_places;

#[cfg(test)]
mod tests;
