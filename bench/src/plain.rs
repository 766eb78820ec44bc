//! Plain progenitor's client of the contract's list of data sources, made by `cargo xtask bench`.
#![allow(warnings, clippy::all)]

include!(concat!(env!("CARGO_MANIFEST_DIR"), "/target/plain.rs"));
