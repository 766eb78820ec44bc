//! rustc says which changes of a contract break a program: what compiled against the client of the older contract does,
//! or does not, against that of the newer one. `spec diff` predicts the same in its Rust column.

mod program;

mod workspace;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::ensure;

use super::outcome::CheckResult;
use crate::diff::cases::{self, ChangeCase, Fragment};
use crate::diff::{Grade, Side};
use workspace::Workspace;

pub(super) fn judge(root: &Path) -> anyhow::Result<CheckResult> {
    let cases = cases::all();
    let essences: Vec<(Fragment, Fragment)> = cases.iter().map(ChangeCase::essence).collect();
    let old = cases::document(essences.iter().map(|(old, _)| old));
    let new = cases::document(essences.iter().map(|(_, new)| new));
    let mut programs = Vec::new();
    for (case, (old, _)) in cases.iter().zip(&essences) {
        let side = Side::of(&case.name, cases::document([old].into_iter()))?;
        programs.push((case.key.clone(), program::using(&side.model)));
    }
    let uses: usize = programs.iter().map(|(_, program)| program.matches("\npub ").count()).sum();
    let broken = Workspace::new(root, "old", &old, &programs)?.broken()?;
    ensure!(broken.is_empty(), "programs that their own client does not compile: {broken:?}");
    // Written only now: with a shared target folder, cargo treats two workspaces as one and compares the age of their
    // files.
    let after = Workspace::new(root, "new", &new, &programs)?;
    let broken = after.broken()?;
    Ok(CheckResult {
        referee: "rustc",
        version: version()?,
        cases: format!("{} changes, {uses} uses of the client; {} do not compile any more", cases.len(), broken.len()),
        faults: faults(&cases, &broken),
    })
}

fn faults(cases: &[ChangeCase], broken: &BTreeSet<String>) -> Vec<String> {
    let wrong = cases.iter().filter(|case| broken.contains(&case.key) != (case.expected.rust == Grade::Breaking));
    let told = wrong.map(|case| {
        let does = if broken.contains(&case.key) { "does not compile any more" } else { "still compiles" };
        format!("{} ({}): what used it {does}, and `spec diff` says {:?}", case.name, case.key, case.expected.rust)
    });
    told.collect()
}

fn version() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split(' ').nth(1).unwrap_or_default().to_owned())
}
