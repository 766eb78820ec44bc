//! One run of Schemathesis against a running sandbox.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use super::install::folder;
use super::sandbox::Sandbox;

/// The folder for a run's output.
pub(super) fn run_folder(root: &Path) -> anyhow::Result<PathBuf> {
    let folder = folder(&root.canonicalize()?).join("schemathesis");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The report on some operations of a contract. What Schemathesis prints goes to `output`.
pub(super) fn run(
    root: &Path,
    sandbox: &Sandbox,
    contract: &Path,
    operations: &[&str],
    output: Stdio,
) -> anyhow::Result<Value> {
    let (root, folder) = (root.canonicalize()?, run_folder(root)?);
    let report = folder.join("report.json");
    let _ = fs::remove_file(&report);
    let mut command = Command::new(folder.join("../venv/bin/schemathesis"));
    command.arg("--config-file").arg(root.join("referees/schemathesis.toml"));
    command.arg("run").arg(contract).args(["--url", &sandbox.base_url, "--no-color"]);
    command.args(["--report", "json", "--report-json-path", "report.json"]);
    for operation in operations {
        command.args(["--include-operation-id", operation]);
    }
    command
        .env("USER_TOKEN", &sandbox.user_token)
        .env("SERVICE_TOKEN", &sandbox.service_token)
        .env("SYSTEM_TOKEN", system_token(sandbox)?)
        .env("SANDBOX_USERNAME", &sandbox.username)
        .env("SANDBOX_PASSWORD", &sandbox.password)
        // Requests to this machine bypass every proxy.
        .envs([("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")])
        .current_dir(&folder)
        .stdout(output)
        .status()
        .context("cannot start Schemathesis")?;
    let report = fs::read(&report).context("Schemathesis ended without a report")?;
    serde_json::from_slice(&report).context("Schemathesis's report is not JSON")
}

/// A session from an exchange as the contract describes it.
pub(super) fn system_token(sandbox: &Sandbox) -> anyhow::Result<String> {
    let (status, body) = sandbox.send("POST", "/refresh-access-token", &format!("Bearer {}", sandbox.user_token))?;
    let response: Value =
        serde_json::from_str(&body).with_context(|| format!("the exchange responded with {status}"))?;
    Ok(response["systemToken"].as_str().context("the exchange gave no system token")?.to_owned())
}
