//! Schemathesis checks the sandbox against the applied contract: it responds as documented, and refuses requests
//! without a session.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::ensure;
use serde_json::Value;

use super::outcome::CheckResult;
use super::sandbox::Sandbox;
use super::served::{Behaviours, ServedOperation, is_judged, operations};
use super::{fuzz, lenient_contract, planted};

const CONTRACT: &str = "spec/bigid.openapi.json";

/// The one profile that follows the contract.
const PROFILE: &str = "spec";

pub(super) fn judge(root: &Path) -> anyhow::Result<CheckResult> {
    let contract: Value = serde_json::from_slice(&fs::read(root.join(CONTRACT))?)?;
    let sandbox = Sandbox::start(root, PROFILE)?;
    let (operations, behaviours) = (operations(&contract)?, Behaviours::read(root)?);
    let served: Vec<&ServedOperation> = operations.iter().filter(|operation| is_judged(operation)).collect();
    ensure!(served.len() + 1 == operations.len(), "the contract lacks the exchange that is not to be judged");
    let ids: Vec<&str> = served.iter().map(|operation| operation.id.as_str()).collect();
    let evident = served.iter().filter(|operation| behaviours.has(operation)).count();

    let mut faults = planted::missed(root, &sandbox, &contract)?;
    let copy = lenient_contract::of(&contract, &sandbox, &fuzz::system_token(&sandbox)?)?;
    let path = fuzz::run_folder(root)?.join("judged.json");
    fs::write(&path, copy.to_string())?;
    let report = fuzz::run(root, &sandbox, &path, &ids, Stdio::inherit())?;
    let said = ["failures", "errors"].into_iter().flat_map(|kind| report[kind].as_array().into_iter().flatten());
    faults.extend(said.map(|fault| format!("{} {} {}", fault["code"], fault["title"], fault["operations"])));
    let is_whole = report["complete"] == true && report["operations"]["tested"] == served.len();
    if !is_whole || (faults.is_empty() && report["exit_code"] != 0) {
        faults.push(format!("it ended ({}) before everything was judged", report["stop_reason"]));
    }
    faults.extend(served.iter().filter(|operation| accepted(&report, operation) == 0).map(|operation| {
        format!("{} {} was never accepted, so that only refusals were judged", operation.method, operation.path)
    }));
    Ok(CheckResult {
        referee: "schemathesis",
        version: report["schemathesis_version"].as_str().unwrap_or_default().to_owned(),
        cases: format!(
            "{} cases; {} of {} operations, {evident} of them with a behaviour of their own",
            report["test_cases"]["generated"],
            served.len(),
            operations.len()
        ),
        faults,
    })
}

/// The number of an operation's cases that the sandbox accepted.
fn accepted(report: &Value, operation: &ServedOperation) -> u64 {
    let rates = &report["valid_rates"][format!("{} {}", operation.method, operation.path)];
    rates.as_object().into_iter().flatten().filter_map(|(_, rate)| rate["accepted"].as_u64()).sum()
}
