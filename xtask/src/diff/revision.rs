//! A git revision as a folder.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// Writes `spec/` and `Cargo.toml` of a revision into a folder. Neither the index nor the work tree of the checkout is
/// touched.
///
/// # Errors
/// A revision that git does not know, or that has no `spec/`.
pub(super) fn export(root: &Path, revision: &str, to: &Path) -> anyhow::Result<()> {
    let commit =
        git(root, to, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])
            .with_context(|| {
                format!("`{revision}` is neither a file, nor a folder, nor a revision of this checkout")
            })?;
    let commit = commit.trim();
    git(root, to, &["read-tree", "--prefix=spec/", &format!("{commit}:spec")])
        .with_context(|| format!("the revision `{revision}` has no spec/"))?;
    git(root, to, &["checkout-index", "--all", "--quiet", &format!("--prefix={}/", to.display())])?;
    if let Ok(manifest) = git(root, to, &["show", &format!("{commit}:Cargo.toml")]) {
        std::fs::write(to.join("Cargo.toml"), manifest)?;
    }
    Ok(())
}

/// Runs git with a separate index.
pub(super) fn git(root: &Path, to: &Path, words: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git")
        .args(words)
        .env("GIT_INDEX_FILE", to.join(".index"))
        .current_dir(root)
        .output()
        .context("cannot start git")?;
    let said = String::from_utf8_lossy(&output.stderr);
    // With `--quiet`, git says nothing.
    let why = if said.trim().is_empty() { output.status.to_string() } else { said.trim().to_owned() };
    ensure!(output.status.success(), "git {}: {why}", words.first().unwrap_or(&""));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
