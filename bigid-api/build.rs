//! Refuses to build a client that is older than the checkout's `spec/`. A packaged crate has no build script.
#![allow(missing_docs, clippy::print_stdout)]

#[path = "../xtask/src/spec/fingerprint.rs"]
mod fingerprint;

use std::fs;
use std::path::Path;

const GENERATED: &str = "src/generated/operations.rs";

fn main() {
    println!("cargo::rerun-if-changed=../spec");
    println!("cargo::rerun-if-changed={GENERATED}");
    let spec = Path::new("../spec");
    // The contract stands for a checkout; a copy of this folder alone has nothing to be compared with.
    if spec.join(fingerprint::CONTRACT).exists() && !is_fresh(spec) {
        println!("cargo::error=the client is older than spec/: run `cargo xtask regen`");
    }
}

fn is_fresh(spec: &Path) -> bool {
    let Ok(mut files) = fingerprint::inputs(spec) else { return false };
    files.push((fingerprint::CONTRACT.to_owned(), spec.join(fingerprint::CONTRACT)));
    files.sort();
    let mut read = Vec::new();
    for (name, path) in &files {
        let Ok(bytes) = fs::read(path) else { return false };
        read.push((name.as_str(), bytes));
    }
    let fingerprint = fingerprint::fingerprint(read.iter().map(|(name, bytes)| (*name, bytes.as_slice())));
    fs::read_to_string(GENERATED).is_ok_and(|code| code.contains(&format!("fingerprint: \"{fingerprint}\"")))
}
