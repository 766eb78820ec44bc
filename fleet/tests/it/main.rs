//! Tests with real processes, in one program.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test fails by panicking, and prints"
)]

mod kills;
mod process;
mod scenarios;
