//! The integration tests, in one program, because linking a program takes longer than running it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "some tests print figures, or why they were skipped")]
#![allow(missing_docs, unreachable_pub, reason = "modules of a test")]

mod automation;
mod blocking;
mod bodies;
mod connection_faults;
mod coverage;
mod domains;
mod errors;
mod exchange_rules;
mod faults;
mod filters;
mod first_lines;
mod hosted;
mod idle_connections;
mod nodes;
mod options;
mod prism;
mod provided_sessions;
mod providers;
mod raw;
mod renewal;
mod replay;
mod retry;
mod retry_rules;
mod runtimes;
mod sealed_vault;
mod session_scope;
mod session_store;
mod sessions;
mod slept;
mod transport;
mod unread_bodies;
mod upstream;
mod use_cases;
mod verdicts;
mod watched;
