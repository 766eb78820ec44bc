//! The integration tests, in one program, because linking a program takes longer than running it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(missing_docs, unreachable_pub, reason = "modules of a test")]

mod checkout;
mod common;
mod common_methods;
mod contract;
mod documented;
mod domains_contract;
mod errors;
mod examples;
mod exports;
mod lossless;
mod paging;
mod request;
mod run_time;
mod samples;
mod watched;
