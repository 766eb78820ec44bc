//! What the SDK costs. `cargo xtask bench` runs this; BENCHMARKS.md says what each row means.
//!
//! Instructions are counted by callgrind: a program that makes some calls, against the same program with more of them,
//! so that what is left is the calls. The server is another process. Times are medians of rounds in which the rows take
//! turns, so that a machine that is now quick and now slow is so for all of them; read their ratios. Allocations are
//! counted by another program, `allocations`, because an allocator that counts is itself a part of what each allocation
//! costs; those of other SDKs by dhat.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails ends")]
#![allow(missing_docs, reason = "two programs of this package use it, and nobody else")]

pub mod allocations;
pub mod budget;
pub mod call;
pub mod construct;
pub mod hit;
pub mod list;
#[cfg(feature = "plain")]
mod plain;
pub mod server;
pub mod table;
pub mod timing;
#[cfg(feature = "tls")]
mod tls;
pub mod valgrind;
