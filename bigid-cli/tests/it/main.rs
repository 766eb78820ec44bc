//! The program itself, run against a sandbox in this process.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bigid;

mod bodies;
mod exits;
mod jobs;
mod lists;
mod logins;
mod outputs;
mod secrets;
mod sessions;
mod uses;
