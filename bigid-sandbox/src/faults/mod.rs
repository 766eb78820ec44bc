//! What goes wrong, when, and for whom: scripted by tests.

mod fault;
mod gate;
mod plan;

pub use fault::{BadBody, Fault, RetryAfter};
pub use gate::Gate;
pub use plan::Script;
pub(crate) use plan::{Faults, Verdict};
