//! Redocly lints the contract: no errors, no warnings, and each problem in the received document must be fixed by a
//! correction.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use super::install::{folder, npm_version};
use super::outcome::CheckResult;

const APPLIED: &str = "spec/bigid.openapi.json";
const UPSTREAM: &str = "spec/upstream/bigid-authentication.openapi.yaml";

/// The rules that the received document breaks, and the target of the correction that fixes each.
const EXPECTED: [(&str, &str); 1] = [("security-defined", "$.paths['/sessions'].post")];

pub(super) fn judge(root: &Path) -> anyhow::Result<CheckResult> {
    let mut faults: Vec<String> =
        broken(root, APPLIED)?.into_iter().map(|(rule, message)| format!("{APPLIED}: {rule}: {message}")).collect();
    let upstream = broken(root, UPSTREAM)?;
    let overlay: Value = serde_yaml::from_slice(&std::fs::read(root.join("spec/overlays/10-corrections.yaml"))?)?;
    let actions = overlay["actions"].as_array().context("10-corrections.yaml has no actions")?;
    for (rule, target) in EXPECTED {
        if !upstream.iter().any(|(broken, _)| broken == rule) {
            faults.push(format!("{UPSTREAM} keeps to {rule} now: the correction of {target} has expired"));
        }
        if !actions.iter().any(|action| action["target"] == target) {
            faults.push(format!("no correction of {target} explains why {UPSTREAM} breaks {rule}"));
        }
    }
    let unexplained = upstream.into_iter().filter(|(rule, _)| EXPECTED.iter().all(|(expected, _)| expected != rule));
    faults
        .extend(unexplained.map(|(rule, message)| format!("{UPSTREAM}: {rule}: {message}, which no correction fixes")));
    let contract: Value = serde_json::from_slice(&std::fs::read(root.join(APPLIED))?)?;
    let operations = contract["paths"].as_object().into_iter().flatten().filter_map(|(_, item)| item.as_object());
    let operations = operations.map(serde_json::Map::len).sum::<usize>();
    Ok(CheckResult {
        referee: "redocly",
        version: npm_version(root, "@redocly/cli")?,
        cases: format!("{operations} operations; {} expected failure", EXPECTED.len()),
        faults,
    })
}

/// Each rule that a document breaks, and where or how.
fn broken(root: &Path, document: &str) -> anyhow::Result<Vec<(String, String)>> {
    let output = Command::new("node")
        .arg(folder(root).join("node_modules/@redocly/cli/bin/cli.js"))
        .args(["lint", document, "--config", "referees/redocly.yaml", "--format", "json", "--max-problems", "1000"])
        .envs([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")])
        .current_dir(root)
        .output()
        .context("cannot start node")?;
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).with_context(said)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let problems = report["problems"].as_array().with_context(said)?;
    Ok(problems.iter().map(|problem| (text(&problem["ruleId"]), text(&problem["message"]))).collect())
}
