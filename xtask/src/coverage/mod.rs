//! `cargo xtask spec coverage`: which cells of the contract a test exercised and asserted on.
//!
//! The test is `bigid-auth-ext/tests/it/coverage.rs`. The cells are read from the contract here, by code other than the
//! test's: a cell that only one of the two knows is an error.

mod cell;

mod figures;

mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use lexopt::Arg;
use serde_json::{Value, json};

use crate::spec::CONTRACT;
use crate::{command_line, programs};
use cell::{Cell, documented};
use figures::Figures;

/// What the command does besides comparing.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Print,
    Check,
    Write,
}

/// Runs the test and shows the table; `--json` for tools, `--check` compares with the committed figures, `--write`
/// accepts new ones.
///
/// # Errors
/// The test failed, or coverage has decreased.
pub(crate) fn run(root: &Path, words: &[&str]) -> anyhow::Result<ExitCode> {
    let (json, then) = match arguments(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            return Ok(command_line::refuse(&error, "cargo xtask spec coverage [--check | --write] [--json]"));
        }
    };
    let contract = std::fs::read_to_string(root.join("spec").join(CONTRACT)).context("the applied contract")?;
    let contract: Value = serde_json::from_str(&contract).context("the applied contract")?;
    let documented = documented(&contract);
    let exercised = exercised(root)?;
    let unknown: Vec<String> =
        exercised.iter().filter(|cell| !documented.contains_key(*cell)).map(ToString::to_string).collect();
    ensure!(unknown.is_empty(), "the test has cells that the contract does not have:\n  {}", unknown.join("\n  "));

    let figures = Figures::of(&documented, &exercised);
    let shown = if json {
        let cells = documented.iter().map(|(cell, domain)| cell.json(domain, exercised.contains(cell)));
        format!("{:#}\n", json!({ "figures": figures, "cells": cells.collect::<Vec<_>>() }))
    } else {
        let matrix = if then == Then::Print { table::matrix(&documented, &exercised) } else { String::new() };
        format!("{matrix}{}{figures}\n", table::summary(&documented, &exercised))
    };
    // A reader may close the pipe early.
    let _ = std::io::stdout().write_all(shown.as_bytes());
    let path = root.join("spec").join(FIGURES);
    match then {
        Then::Print => {}
        Then::Write => std::fs::write(&path, figures.text()?).with_context(|| format!("spec/{FIGURES}"))?,
        Then::Check => {
            let before = std::fs::read(&path).with_context(|| format!("spec/{FIGURES}"))?;
            let before: Figures = serde_json::from_slice(&before).with_context(|| format!("spec/{FIGURES}"))?;
            if let Some(fall) = figures.fall_from(&before) {
                bail!("{fall}\nif this is intended, accept it with `cargo xtask spec coverage --write`");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn arguments(words: &[&str]) -> Result<(bool, Then), lexopt::Error> {
    let (mut json, mut then) = (false, Then::Print);
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => json = true,
            Arg::Long("check") => then = Then::Check,
            Arg::Long("write") => then = Then::Write,
            other => return Err(other.unexpected()),
        }
    }
    Ok((json, then))
}

/// Runs the test, which writes its cells into a file.
fn exercised(root: &Path) -> anyhow::Result<BTreeSet<Cell>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("cells.json");
    let mut tests = programs::tests(root, "bigid-auth-ext", "it")?;
    let output = tests.args(["--quiet", "coverage::"]).env("CONTRACT_COVERAGE", &path).output()?;
    if !output.status.success() {
        eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("the test of coverage failed");
    }
    let cells = std::fs::read(&path).context("the test wrote no cells")?;
    Ok(serde_json::from_slice(&cells)?)
}

/// The committed figures, in `spec/`.
const FIGURES: &str = "coverage.json";
