//! The integration tests, in one program: each program is linked on its own, and that takes longer than running it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "some tests print figures")]

mod cargo;
mod checkout;
mod child;
mod command;
mod comments;
mod contract_changes;
mod corrections;
mod evidence;
mod imports;
mod interrupted;
mod links;
mod modules;
mod names;
mod pipeline;
mod property;
mod random;
mod readmes;
mod referred;
mod vocabulary;
