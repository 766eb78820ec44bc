//! Programs of the workspace, built with the features that the whole workspace has: for one package alone, cargo would
//! choose fewer, and compile most dependencies again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// A program that cargo built.
pub(crate) struct Program {
    /// The folder of its package.
    pub(crate) package: PathBuf,
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// The programs of integration tests.
pub(crate) fn of_tests(root: &Path) -> anyhow::Result<Vec<Program>> {
    built(root, &["test", "--workspace", "--tests", "--no-run"], "test")
}

/// The integration tests of a package, as a command that runs in its folder.
pub(crate) fn tests(root: &Path, package: &str, name: &str) -> anyhow::Result<Command> {
    let folder = root.join(package).canonicalize()?;
    let program = of_tests(root)?.into_iter().find(|program| program.package == folder && program.name == name);
    let mut command = Command::new(program.with_context(|| format!("{package} has no tests {name}"))?.path);
    command.current_dir(folder);
    Ok(command)
}

/// A binary, as a command that runs in the root.
pub(crate) fn binary(root: &Path, name: &str) -> anyhow::Result<Command> {
    let programs = built(root, &["build", "--workspace", "--bin", name], "bin")?;
    let program = programs.into_iter().find(|program| program.name == name);
    let mut command = Command::new(program.with_context(|| format!("there is no binary {name}"))?.path);
    command.current_dir(root);
    Ok(command)
}

fn built(root: &Path, words: &[&str], kind: &str) -> anyhow::Result<Vec<Program>> {
    let output = Command::new("cargo")
        .args(words)
        .args(["--quiet", "--message-format", "json"])
        .stderr(Stdio::inherit())
        .current_dir(root)
        .output()?;
    ensure!(output.status.success(), "cargo {} failed", words.join(" "));
    let mut programs = Vec::new();
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).context("cargo's messages are JSON")?;
        let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
        if let (Some(path), Some(name), true, Some(package)) = (
            message["executable"].as_str(),
            message["target"]["name"].as_str(),
            message["target"]["kind"][0] == kind,
            manifest.parent(),
        ) {
            programs.push(Program { package: package.to_owned(), name: name.to_owned(), path: path.into() });
        }
    }
    Ok(programs)
}
