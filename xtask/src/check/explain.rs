//! The explanation of one trap, with an example that is checked and fixed on the fly.

use std::fmt::Write as _;

use serde_json::Value;
use similar::TextDiff;

use super::{Pipeline, Row, TRAPS, run};
use crate::spec::{Diagnostic, Diagnostics, Overlay, Severity, Source};

/// The findings about a row's example, in the pipeline for which it is a trap.
pub(super) fn findings(row: &Row, source: &Source) -> Vec<Diagnostic> {
    findings_of(&source.value, row, &|pointer, message| source.finding(pointer, message))
}

fn findings_of(root: &Value, row: &Row, locate: &(dyn Fn(&str, String) -> Diagnostic + Sync)) -> Vec<Diagnostic> {
    let pipeline = if row.trap.plain.is_some() { Pipeline::Plain } else { Pipeline::Regen };
    run(root, pipeline, locate).iter().filter(|finding| finding.kind() == row.trap.code).cloned().collect()
}

/// The document of a row, and its name in this repository.
pub(super) fn example(row: &Row) -> Result<Source, Diagnostic> {
    Source::parse(&format!("xtask/tests/traps/{}.yaml", row.trap.code), row.example.as_bytes().to_vec())
}

/// Applies pasted actions.
pub(super) fn paste(document: &Value, actions: &str) -> Result<Value, Diagnostics> {
    let overlay = format!("overlay: 1.1.0\ninfo: {{}}\nx-applies-to: codegen\nactions:\n{actions}");
    let source = Source::parse("pasted.yaml", overlay.into_bytes())?;
    let mut fixed = document.clone();
    Overlay::read(&source)?.apply(&mut fixed, &source)?;
    Ok(fixed)
}

pub(super) fn story(row: &Row) -> anyhow::Result<String> {
    let trap = row.trap;
    let mut text =
        format!("{}: {}\n\nWhat happens: {}.\nHow it is fixed: {}.\n", trap.code, trap.title, trap.effect, trap.fix);
    writeln!(text, "For progenitor alone: {}. For `regen`: {}.", grade(trap.plain), grade(trap.regen))?;
    if !trap.defused.is_empty() {
        writeln!(text, "Why not everywhere: {}.", trap.defused)?;
    }
    writeln!(text, "\nA document that is caught in it:\n\n{}", indented(row.example))?;
    let source = example(row)?;
    let found = findings(row, &source);
    for finding in &found {
        writeln!(text, "{finding}\n")?;
    }
    let actions = found.first().and_then(Diagnostic::actions_text);
    let fixed = match (row.fixed, actions) {
        (Some(fixed), _) => serde_yaml::from_str(fixed)?,
        (None, Some(actions)) => paste(&source.value, actions)?,
        (None, None) => return Ok(text),
    };
    let (before, after) = (serde_yaml::to_string(&source.value)?, serde_yaml::to_string(&fixed)?);
    let diff =
        TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).header("caught", "fixed").to_string();
    writeln!(text, "Fixed:\n\n{}", indented(&diff))?;
    Ok(text)
}

fn grade(severity: Option<Severity>) -> String {
    severity.map_or("no trap".into(), |severity| format!("{severity}"))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") }).collect()
}

/// Every code with its title.
pub(super) fn list() -> String {
    TRAPS.iter().map(|row| format!("{}  {}\n", row.trap.code, row.trap.title)).collect()
}

/// The table of docs/spec-check.md; a test compares the two.
pub(super) fn table() -> String {
    let mut text = String::from(
        "| code | what the document does | what happens | alone | `regen` | how it is fixed |\n|---|---|---|---|---|---|\n",
    );
    for Row { trap, .. } in TRAPS {
        let cells = [trap.code, trap.title, trap.effect, &grade(trap.plain), &grade(trap.regen), trap.fix];
        text += &format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    text
}
