//! Documents of other people, and what progenitor alone makes of them. Not part of CI: `cargo xtask foreign` runs
//! these.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "some tests print figures")]

#[path = "../it/cargo/mod.rs"]
mod cargo;
#[path = "../it/child/mod.rs"]
mod child;
mod corpus;
mod effects;
