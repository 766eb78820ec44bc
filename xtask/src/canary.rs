//! `cargo xtask canary`: runs the tests of bigid-auth-ext and of the examples with all log levels enabled, and searches
//! their output for secrets.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, ensure};

use crate::programs::{self, Program};
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
    for program in programs(root)? {
        let status = Command::new(&program.path)
            // The servers of `verdicts` note no secrets, and its 30,000 calls would fill half a gigabyte.
            .args(["--nocapture", "--skip", "verdicts::"])
            .env(SECRETS, &secrets)
            // Trace lines of more calls would fill gigabytes.
            .env("SOAK_CALLS", "2000")
            .env_remove(STRICT)
            .stderr(printed.try_clone()?)
            .stdout(printed.try_clone()?)
            .current_dir(&program.package)
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

/// The programs of integration tests of these packages, whose servers note their secrets.
fn programs(root: &Path) -> anyhow::Result<Vec<Program>> {
    let folders = PACKAGES.iter().map(|package| root.join(package).canonicalize()).collect::<Result<Vec<_>, _>>()?;
    let mut programs = programs::of_tests(root)?;
    programs.retain(|program| folders.contains(&program.package));
    ensure!(
        folders.iter().all(|folder| programs.iter().any(|program| program.package == *folder)),
        "a package has no tests"
    );
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
