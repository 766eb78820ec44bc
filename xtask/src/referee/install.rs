//! Installs the referees into `target/referees/`: exact versions, from lock files with hashes, never system-wide.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::skipped::STRICT;

/// The files that pin the versions. A change of one of them causes a new installation.
const LOCKS: [&str; 3] = ["package.json", "package-lock.json", "requirements.txt"];

/// Installs the packages in the lock files, unless they are installed.
pub(super) fn install(root: &Path) -> anyhow::Result<()> {
    let (from, to) = (root.join("referees"), folder(root));
    if is_installed(root) {
        println!("the referees are installed");
        return Ok(());
    }
    fs::create_dir_all(&to)?;
    for lock in LOCKS {
        fs::copy(from.join(lock), to.join(lock)).with_context(|| format!("referees/{lock} cannot be copied"))?;
    }
    println!(
        "installing into target/referees: Prism, Redocly, playwright-core and axe-core by npm, Schemathesis by pip"
    );
    // No package may run an install script: the only one that has one sends statistics.
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    succeed(
        Command::new("npm").args(npm).current_dir(&to),
        "npm, which Prism, Redocly and the console's walk need: Node.js 20.19 or newer",
    )?;
    let python = "python3, which Schemathesis needs: Python 3.11 or newer, with venv";
    succeed(Command::new("python3").args(["-m", "venv", "--clear", "venv"]).current_dir(&to), python)?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", "requirements.txt"];
    succeed(Command::new(to.join("venv/bin/python")).args(pip).current_dir(&to), python)?;
    fs::write(to.join("stamp"), fingerprint(root)?)?;
    Ok(())
}

/// Whether exactly the packages in the lock files are installed.
pub(super) fn is_installed(root: &Path) -> bool {
    let stamp = fs::read_to_string(folder(root).join("stamp")).unwrap_or_default();
    fingerprint(root).is_ok_and(|fingerprint| fingerprint == stamp)
}

/// Whether the referees are installed; if not, the run fails if it requires them.
pub(crate) fn are_ready(root: &Path) -> anyhow::Result<bool> {
    if is_installed(root) {
        return Ok(true);
    }
    let missing = "the referees are not installed (cargo xtask referee install)";
    if std::env::var_os(STRICT).is_some() {
        bail!("{missing}, and {STRICT} is set");
    }
    crate::skipped::step(&root.join("target"), "referees", missing);
    println!("skipped: {missing}");
    Ok(false)
}

/// Where they are.
pub(super) fn folder(root: &Path) -> PathBuf {
    root.join("target/referees")
}

/// The version of an installed npm package.
pub(super) fn npm_version(root: &Path, package: &str) -> anyhow::Result<String> {
    let manifest = folder(root).join("node_modules").join(package).join("package.json");
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(manifest)?)?;
    manifest["version"].as_str().map(str::to_owned).with_context(|| format!("{package} has no version"))
}

fn fingerprint(root: &Path) -> anyhow::Result<String> {
    let mut hash = hmac_sha256::Hash::new();
    for lock in LOCKS {
        let path = root.join("referees").join(lock);
        hash.update(fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn succeed(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot start {what}"))?;
    ensure!(status.success(), "{} failed; it is {what}", command.get_program().to_string_lossy());
    Ok(())
}
