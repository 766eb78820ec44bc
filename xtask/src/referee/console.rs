//! Chromium tests the sandbox's console: `referees/console.mjs` uses it as a person would, and axe-core audits each
//! view.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::install::folder;
use super::outcome::CheckResult;
use super::sandbox::Sandbox;
use crate::skipped::{self, STRICT};

pub(super) fn judge(root: &Path) -> anyhow::Result<CheckResult> {
    walk(root, &[])
}

/// The same, and writes the screenshots of the documentation.
pub(super) fn take_pictures(root: &Path) -> anyhow::Result<CheckResult> {
    walk(root, &["--screenshots", "docs/images"])
}

fn walk(root: &Path, more: &[&str]) -> anyhow::Result<CheckResult> {
    let Some(chromium) = chromium() else {
        let missing = "Chromium is not installed (apt-get install chromium), and CHROMIUM names none";
        if std::env::var_os(STRICT).is_some() {
            bail!("{missing}; {STRICT} is set");
        }
        skipped::step(&root.join("target"), "console", missing);
        return Ok(outcome("-".to_owned(), format!("skipped: {missing}"), Vec::new()));
    };
    let sandbox = Sandbox::start_with(root, "deployed-6x", &["--console"])?;
    let url = sandbox.base_url.strip_suffix("/api/v1").context("the sandbox has another base URL")?;
    let output = Command::new("node")
        .arg("referees/console.mjs")
        .args(["--url", url, "--token", &sandbox.user_token, "--modules"])
        .arg(folder(root))
        .args(more)
        .env("CHROMIUM", chromium)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start node, which drives Chromium")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let report = said.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok());
    let report = report.context("console.mjs ended without a report; its output is above")?;
    let count = |name: &str| report[name].as_u64().unwrap_or_default();
    let mut faults: Vec<String> = report["faults"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|fault| fault.as_str().unwrap_or("?").to_owned())
        .collect();
    if count("steps") == 0 || count("audits") == 0 {
        faults.push("nothing was walked or audited".to_owned());
    }
    let cases = format!(
        "{} steps, {} audits, {} requests, {} s",
        count("steps"),
        count("audits"),
        count("requests"),
        report["seconds"]
    );
    let version = report["version"].as_str().unwrap_or_default();
    Ok(outcome(version.split('.').next().unwrap_or_default().to_owned(), cases, faults))
}

fn outcome(version: String, cases: String, faults: Vec<String>) -> CheckResult {
    CheckResult { referee: "console", version, cases, faults }
}

/// The browser: the path in `CHROMIUM`, or one of the usual paths.
fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.is_file())
}
