//! The xtask program, run as its users and its generator run it.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// How the run of progenitor ended.
#[derive(Debug)]
pub(crate) enum GeneratorOutcome {
    /// With code: positional, and with builders.
    Wrote([String; 2]),
    /// With an error.
    Refused(String),
    /// With a panic.
    Panicked(String),
    /// With the death of the process.
    Aborted,
}

/// Runs progenitor on a document, in a separate process, without any check.
pub(crate) fn generate(document: &str) -> GeneratorOutcome {
    let output = run(&["generate-plain-from-stdin"], document);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => {
            let code: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            GeneratorOutcome::Wrote(["positional", "builder"].map(|key| code[key].as_str().unwrap().to_owned()))
        }
        Some(_) if said.contains("panicked at") => GeneratorOutcome::Panicked(said),
        Some(_) => GeneratorOutcome::Refused(said),
        None => GeneratorOutcome::Aborted,
    }
}

/// Every code that there is.
pub(crate) fn codes() -> Vec<String> {
    let output = run(&["spec", "explain"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| Some(line.split_once("  ")?.0.to_owned())).collect()
}

pub(crate) fn run(words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(words)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A child that reads nothing closes its end, which is not an error of the test.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}
