//! Faults, scripted by tests: what goes wrong, when, and for which operations.

mod gate;
pub use gate::Gate;

mod fault;
pub use fault::{BadBody, Fault, RetryAfter};

mod named;
pub use named::UnknownFault;
pub(crate) use named::forms;

mod scripted;
pub use scripted::{InvalidScript, ScriptedFault};

mod schedule;
pub use schedule::FaultBuilder;
pub(crate) use schedule::{DueFaults, Faults};
