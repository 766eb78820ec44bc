//! The integration tests, in one program: an app behind its router, and a sandbox that plays BigID.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(missing_docs, unreachable_pub, reason = "modules of a test")]

mod common;
#[path = "../../examples/app.rs"]
mod example;
mod executions;
mod load;
mod refusals;
mod signed;
