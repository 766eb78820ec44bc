//! The demo and the examples as a person runs them: what they print on which stream, and what they exit with.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod console;
#[rustfmt::skip]
#[allow(clippy::all, clippy::print_stdout, reason = "this is the text that the console writes")]
mod console_calls;
#[rustfmt::skip]
#[allow(dead_code, clippy::print_stdout, reason = "it is compiled only")]
mod console_program;
#[rustfmt::skip]
#[allow(dead_code, clippy::print_stdout, reason = "it is compiled only")]
mod console_tutorial;
mod demo;
mod examples;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// Runs a program with these variables and none of the caller's own.
async fn run(program: &Path, words: &[impl AsRef<OsStr>], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BIGID_")) {
        command.env_remove(name);
    }
    command.args(words).envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    for (name, value) in variables {
        if name.ends_with("TOKEN") || name.ends_with("PASSWORD") {
            let streams = [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream).into_owned());
            assert!(!streams.concat().contains(value), "{name} was printed: {streams:?}");
        }
    }
    output
}

fn text(stream: &[u8]) -> String {
    String::from_utf8(stream.to_vec()).unwrap()
}
