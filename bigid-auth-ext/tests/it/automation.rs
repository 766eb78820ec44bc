//! Tasks that take more than a single call.

mod audit_log;
mod changes;
mod data_sources;
mod preflight;
mod setup;
pub use setup::Fixture;
mod waiting;
