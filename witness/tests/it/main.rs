//! The integration tests, in one program: each program is linked on its own, and that takes longer than running it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod every_operation;
mod planted;
mod sandbox;
