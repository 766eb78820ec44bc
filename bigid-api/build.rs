//! Refuses to build a client that is not what the checkout's `spec/` says. A packaged crate has no build script.
//!
//! The verdict is by content. When it is asked for is up to cargo, which goes by modification times;
//! `tests/it/checkout.rs` asks every time.
#![allow(missing_docs, clippy::print_stdout, reason = "a build script prints instructions to cargo")]

#[path = "../xtask/src/spec/fingerprint.rs"]
mod fingerprint;
#[allow(dead_code, reason = "xtask writes the manifest, and this script only compares it")]
#[path = "../xtask/src/spec/manifest.rs"]
mod manifest;

use std::path::Path;

fn main() {
    for folder in [
        "../spec",
        "src/generated",
        "../contract-harness/src/generated",
        "../bigid-cli/src/generated",
        "../bigid-sandbox/src/contract",
    ] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let root = Path::new("..");
    // The contract exists only in a checkout; a copy of this folder alone has nothing to compare with.
    if !root.join("spec").join(fingerprint::CONTRACT).exists() {
        return;
    }
    let differences = manifest::differences(root);
    for difference in &differences {
        println!("cargo::error={difference}");
    }
    if !differences.is_empty() {
        println!("cargo::error=the generated client is not what spec/ says: run `cargo xtask regen`");
    }
}
