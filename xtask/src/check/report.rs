//! Findings as text for people, or as JSON for tools.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::spec::{Diagnostics, Severity};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text {
        /// Whether the text goes to a terminal that shows colours.
        paint: bool,
    },
    Json,
}

/// The number of findings of one kind that a person is shown; a tool gets all.
const SHOWN: usize = 3;

#[derive(Serialize)]
struct JsonReport<'a> {
    errors: usize,
    warnings: usize,
    findings: &'a Diagnostics,
}

pub(super) fn print(findings: &Diagnostics, format: Format) -> anyhow::Result<String> {
    let (errors, warnings) = (findings.count(Severity::Error), findings.count(Severity::Warning));
    let Format::Text { paint } = format else {
        return Ok(serde_json::to_string_pretty(&JsonReport { errors, warnings, findings })? + "\n");
    };
    let mut text = String::new();
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter() {
        let count = shown.entry(finding.kind()).or_default();
        *count += 1;
        if *count <= SHOWN {
            writeln!(text, "{}\n", finding.text(paint))?;
        }
    }
    for (code, count) in shown.into_iter().filter(|(_, count)| *count > SHOWN) {
        writeln!(text, "... and {} more of {code} (`--format json` lists them all)", count - SHOWN)?;
    }
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    writeln!(text, "{}, {}", plural(errors, "error"), plural(warnings, "warning"))?;
    Ok(text)
}
