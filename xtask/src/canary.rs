//! `cargo xtask canary`: runs the tests of bigid-auth-ext and of the examples with all log levels enabled, and searches
//! their output for secrets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::skipped::STRICT;

/// The file to which the tests write the secrets that they use, one per line. If it is set, they log everything.
const SECRETS: &str = "CANARY_SECRETS";

/// The folders of the packages whose tests run.
const PACKAGES: [&str; 2] = ["bigid-auth-ext", "examples"];

/// Shorter secrets occur in any text by chance.
const SHORTEST: usize = 8;

/// Runs the tests and searches their output.
pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let folder = root.join("target/canary");
    fs::create_dir_all(&folder)?;
    let (secrets, output) = (folder.join("secrets"), folder.join("output"));
    fs::write(&secrets, "")?;
    let printed = fs::File::create(&output)?;
    for (package, program) in programs(root)? {
        let status = Command::new(&program)
            // The servers of `verdicts` note no secrets, and its 30,000 calls would fill half a gigabyte.
            .args(["--nocapture", "--skip", "verdicts::"])
            .env(SECRETS, &secrets)
            // Trace lines of more calls would fill gigabytes.
            .env("SOAK_CALLS", "2000")
            .env_remove(STRICT)
            .stderr(printed.try_clone()?)
            .stdout(printed.try_clone()?)
            .current_dir(root.join(package))
            .status()?;
        ensure!(status.success(), "the tests failed; see {}", output.display());
    }
    let secrets = fs::read_to_string(&secrets).context("the tests left no secrets")?;
    let marks = marks(&secrets);
    let printed = fs::read(&output)?;
    let printed = String::from_utf8_lossy(&printed);
    ensure!(marks.len() > 100 && printed.contains("TRACE"), "the tests did not log, or used no secrets");
    let found = words(&printed).filter(|word| marks.contains(*word)).count();
    println!("{} bytes printed, {} marks, found {found} times", printed.len(), marks.len());
    ensure!(found == 0, "secrets were printed; see {}", output.display());
    Ok(ExitCode::SUCCESS)
}

/// The programs of integration tests of these packages, whose servers note their secrets. They are built as for the
/// whole workspace: for two packages alone, cargo would rebuild most crates with fewer features.
fn programs(root: &Path) -> anyhow::Result<Vec<(&'static str, PathBuf)>> {
    let output = Command::new("cargo")
        .args(["test", "--workspace", "--tests", "--no-run", "--quiet", "--message-format", "json"])
        .stderr(Stdio::inherit())
        .current_dir(root)
        .output()?;
    ensure!(output.status.success(), "the tests do not build");
    let root = root.canonicalize()?;
    let mut programs = Vec::new();
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).context("cargo's messages are JSON")?;
        let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
        let package = PACKAGES.into_iter().find(|package| manifest == root.join(package).join("Cargo.toml"));
        let is_integration = message["target"]["kind"][0] == "test";
        if let (Some(package), Some(program), true) = (package, message["executable"].as_str(), is_integration) {
            programs.push((package, PathBuf::from(program)));
        }
    }
    ensure!(PACKAGES.iter().all(|package| programs.iter().any(|(of, _)| of == package)), "a package has no tests");
    Ok(programs)
}

/// The secrets, and each segment of those that are tokens.
fn marks(secrets: &str) -> BTreeSet<&str> {
    words(secrets).filter(|word| word.len() >= SHORTEST).collect()
}

/// The longest runs of characters that occur in tokens and passwords.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-' && character != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_of_a_token_is_found_wherever_it_stands() {
        let marks = marks("Bearer aaaaaaaa.bbbbbbbb.cccccccc\n");
        let found = |text| words(text).filter(|word| marks.contains(*word)).count();
        assert_eq!(found("header: \"x.bbbbbbbb\""), 1);
        assert_eq!(found("aaaaaaaa cccccccc"), 2);
        assert_eq!(found("aaaaaaaab Bearer"), 0);
    }
}
