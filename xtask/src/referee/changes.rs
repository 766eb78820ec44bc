//! Redocly rates the changes with which `spec diff` is tested: both must agree on which are breaking on the wire, or a
//! reason is recorded.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::install::{folder, npm_version};
use super::outcome::CheckResult;
use crate::diff::cases::{self, ChangeCase, Expected};

/// The table of all cases, in the documentation.
const PAGE: &str = "docs/contract-changes-cases.md";

pub(super) fn judge(root: &Path) -> anyhow::Result<CheckResult> {
    let cases = cases::all();
    let ours = cases::judged(&cases)?;
    let theirs = rated(root, &cases)?;
    let mut faults = Vec::new();
    for ((case, (got, _)), impact) in cases.iter().zip(&ours).zip(&theirs) {
        let agree = is_breaking(got) == (impact == "major");
        match (agree, cases::reason(case)) {
            (false, None) => {
                faults.push(format!("{}: Redocly says {impact}, and spec diff {}", case.name, got.wire.text()))
            }
            (true, Some(reason)) => {
                faults.push(format!("{}: both agree, so this reason can be removed: {reason}", case.name))
            }
            _ => {}
        }
        if case.expected != *got {
            faults.push(format!("{}: spec diff says {got:?}, {:?} is expected", case.name, case.expected));
        }
    }
    let table = table(&cases, &ours, &theirs);
    if std::fs::read_to_string(root.join(PAGE)).unwrap_or_default() != table {
        std::fs::write(root.join("target/contract-changes-cases.md"), &table)?;
        faults.push(format!("{PAGE} is not what was found; target/contract-changes-cases.md is"));
    }
    let same = cases.iter().filter(|case| cases::reason(case).is_none()).count();
    Ok(CheckResult {
        referee: "redocly diff",
        version: npm_version(root, "@redocly/cli")?,
        cases: format!("{} changes; {same} rated alike, {} not, with a reason", cases.len(), cases.len() - same),
        faults,
    })
}

fn is_breaking(expected: &Expected) -> bool {
    expected.wire.worst() == crate::diff::Grade::Breaking
}

/// The most severe impact that Redocly assigns to each case.
fn rated(root: &Path, cases: &[ChangeCase]) -> anyhow::Result<Vec<String>> {
    let folder_of_documents = tempfile::tempdir()?;
    let (old, new) = cases::documents(cases);
    for (name, document) in [("old.json", &old), ("new.json", &new)] {
        std::fs::write(folder_of_documents.path().join(name), document.to_string())?;
    }
    let output = Command::new("node")
        .arg(folder(root).join("node_modules/@redocly/cli/bin/cli.js"))
        .args(["diff", "old.json", "new.json", "--format", "json", "--fail-on", "none"])
        .envs([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")])
        .current_dir(folder_of_documents.path())
        .output()
        .context("cannot start node")?;
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).with_context(said)?;
    let changes = report["changes"].as_array().with_context(said)?;
    let rank: BTreeMap<&str, usize> = [("patch", 1), ("minor", 2), ("major", 3)].into();
    let mut rated = Vec::new();
    for case in cases {
        let mentions = |change: &&Value| {
            let text = |key: &str| change[key]["pointer"].as_str().unwrap_or_default();
            [change["path"].as_str().unwrap_or_default(), text("base"), text("revision")]
                .iter()
                .any(|pointer| cases::is_at(case, pointer))
        };
        let impacts = changes.iter().filter(mentions).filter_map(|change| change["impact"].as_str());
        let worst = impacts.max_by_key(|impact| rank.get(impact).copied().unwrap_or_default());
        rated.push(worst.unwrap_or("nothing").to_owned());
    }
    ensure!(rated.iter().any(|impact| impact == "major"), "Redocly rated no change at all: {}", said());
    Ok(rated)
}

fn table(cases: &[ChangeCase], ours: &[(Expected, String)], theirs: &[String]) -> String {
    let mut text = String::from(
        "# Changes of a contract, judged\n\n\
         Each row is one change that `cargo xtask spec diff` is tested with: what it says in each column, which is what is expected, and how\n\
         Redocly rates the same change. `cargo xtask referee diff` makes this table and fails where it is no longer true.\n\n\
         | change | wire | Rust | behaviour | Redocly | |\n|---|---|---|---|---|---|\n",
    );
    for ((case, (got, _)), impact) in cases.iter().zip(ours).zip(theirs) {
        text += &format!(
            "| {} | {} | {} | {} | {impact} | {} |\n",
            case.name,
            got.wire.text(),
            got.rust.text(),
            got.behaviour.text(),
            cases::reason(case).unwrap_or_default(),
        );
    }
    text
}
