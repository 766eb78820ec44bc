//! Prism checks the client, in a test of `bigid-auth-ext`, because it needs the client.

use std::path::Path;
use std::process::Stdio;

use super::install::npm_version;
use super::outcome::CheckResult;
use crate::programs;
use crate::skipped::STRICT;

pub(super) fn judge(root: &Path) -> anyhow::Result<CheckResult> {
    let output = programs::tests(root, "bigid-auth-ext", "it")?
        .args(["--quiet", "--nocapture", "prism::"])
        .env(STRICT, "1")
        .stderr(Stdio::inherit())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let judged = said.split("prism judged ").skip(1).filter_map(|rest| rest.split(' ').next()?.parse::<usize>().ok());
    let judged: usize = judged.sum();
    let expected = said.matches("prism found an expected failure").count();
    let mut faults = Vec::new();
    if !output.status.success() {
        print!("{said}");
        faults.push("cargo test --package bigid-auth-ext --test it prism:: failed; its output is above".to_owned());
    } else if judged == 0 || expected == 0 {
        faults.push("the tests passed without a response that Prism judged".to_owned());
    }
    Ok(CheckResult {
        referee: "prism",
        version: npm_version(root, "@stoplight/prism-cli")?,
        cases: format!("{judged} responses; {expected} expected failures"),
        faults,
    })
}
