//! Schemathesis judges the sandbox by the applied contract: whatever it is sent, it answers as documented, and to nobody without a session.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::install::folder;
use super::sandbox::Sandbox;
use super::verdict::Verdict;

const CONTRACT: &str = "spec/bigid.openapi.json";

/// The one profile that speaks as the contract says.
const PROFILE: &str = "spec";

/// One operation of the contract.
struct Operation {
    id: String,
    method: String,
    path: String,
}

pub(super) fn judge(root: &Path) -> anyhow::Result<Verdict> {
    let sandbox = Sandbox::start(root, PROFILE)?;
    let operations = operations(root)?;
    let mut served = Vec::new();
    for operation in &operations {
        if is_served(&sandbox, operation)? {
            served.push(operation);
        }
    }
    ensure!(!served.is_empty(), "the sandbox serves no operation of the contract");

    let run = folder(root).join("schemathesis");
    fs::create_dir_all(&run)?;
    let report = run.join("report.json");
    let _ = fs::remove_file(&report);
    let absolute = root.canonicalize()?;
    let mut command = Command::new(absolute.join("target/referees/venv/bin/schemathesis"));
    command.arg("--config-file").arg(absolute.join("referees/schemathesis.toml"));
    command.arg("run").arg(absolute.join(CONTRACT)).args(["--url", &sandbox.base_url, "--no-color"]);
    command.args(["--report", "json", "--report-json-path", "report.json"]);
    for operation in &served {
        command.args(["--include-operation-id", &operation.id]);
    }
    let status = command
        .env("USER_TOKEN", &sandbox.user_token)
        .env("SYSTEM_TOKEN", system_token(&sandbox)?)
        .env("SANDBOX_USERNAME", &sandbox.username)
        .env("SANDBOX_PASSWORD", &sandbox.password)
        // What goes to this machine goes past every proxy.
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .current_dir(&run)
        .status()?;
    let report: Value = serde_json::from_slice(&fs::read(&report).context("Schemathesis wrote no report")?)?;

    let mut faults: Vec<String> = ["failures", "errors"]
        .into_iter()
        .flat_map(|kind| report[kind].as_array().into_iter().flatten())
        .map(|fault| format!("{} {}", fault["operation"].as_str().unwrap_or_default(), fault["title"]))
        .collect();
    if faults.is_empty() && !(status.success() && report["complete"] == true) {
        faults.push(format!("it ended with {status} before everything was judged"));
    }
    faults.extend(served.iter().filter(|operation| accepted(&report, operation) == 0).map(|operation| {
        format!("{} {} was never accepted, so that only refusals were judged", operation.method, operation.path)
    }));
    Ok(Verdict {
        referee: "schemathesis",
        version: report["schemathesis_version"].as_str().unwrap_or_default().to_owned(),
        cases: format!(
            "{} cases; {} of {} operations",
            report["test_cases"]["generated"],
            served.len(),
            operations.len()
        ),
        faults,
    })
}

fn operations(root: &Path) -> anyhow::Result<Vec<Operation>> {
    let contract: Value = serde_json::from_slice(&fs::read(root.join(CONTRACT))?)?;
    let items = contract["paths"].as_object().context("the contract has no paths")?;
    let described = items.iter().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().filter_map(move |(method, operation)| {
            let id = operation["operationId"].as_str()?.to_owned();
            Some(Operation { id, method: method.to_uppercase(), path: path.clone() })
        })
    });
    Ok(described.collect())
}

/// Whether the sandbox knows the path; without a session it asks for one, and changes nothing.
fn is_served(sandbox: &Sandbox, operation: &Operation) -> anyhow::Result<bool> {
    let path = operation.path.replace(['{', '}'], "");
    Ok(sandbox.send(&operation.method, &path, "none")?.0 != 404)
}

fn system_token(sandbox: &Sandbox) -> anyhow::Result<String> {
    let (status, body) = sandbox.send("POST", "/refresh-access-token", &format!("Bearer {}", sandbox.user_token))?;
    let answer: Value = serde_json::from_str(&body).with_context(|| format!("the exchange answered {status}"))?;
    Ok(answer["systemToken"].as_str().context("the exchange gave no system token")?.to_owned())
}

/// How many of an operation's cases the sandbox took.
fn accepted(report: &Value, operation: &Operation) -> u64 {
    let rates = &report["valid_rates"][format!("{} {}", operation.method, operation.path)];
    rates.as_object().into_iter().flatten().filter_map(|(_, rate)| rate["accepted"].as_u64()).sum()
}
