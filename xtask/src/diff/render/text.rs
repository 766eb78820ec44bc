//! A report for a terminal.

use super::{effects, reach, sentence};
use crate::diff::change::Change;
use crate::diff::grade::Grade;
use crate::diff::report::Report;

/// Everything, a few lines for each change.
pub(in crate::diff) fn text(report: &Report) -> String {
    let mut text = format!("{} to {}: {}\n", report.old, report.new, report.summary());
    for change in &report.changes {
        text += &format!("\n{:<11} {}: {}\n", change.grade().text(), change.place, sentence(change));
        for (label, said) in columns(change) {
            text += &format!("            {label}: {said}\n");
        }
    }
    if !report.idle.is_empty() {
        text += "\noverlays that say nothing any more:\n";
        report.idle.iter().for_each(|line| text += &format!("  {line}\n"));
    }
    if !report.warnings.is_empty() {
        text.push('\n');
        report.warnings.iter().for_each(|line| text += &format!("warning: {line}\n"));
    }
    text + &format!("\n{}\n", report.versions.text(report.step))
}

fn columns(change: &Change) -> Vec<(&'static str, String)> {
    let mut columns = Vec::new();
    let wire = change.wire();
    if wire.worst() > Grade::Same {
        let reach = reach(change).map(|reach| format!(" ({reach})")).unwrap_or_default();
        columns.push(("wire", format!("{}{reach}", wire.text())));
    }
    if !change.rust.is_empty() {
        columns.push(("Rust", format!("{}: {}", change.rust_grade().text(), effects(&change.rust))));
    }
    if !change.behaviour.is_empty() {
        columns.push(("behaviour", format!("{}: {}", change.behaviour_grade().text(), effects(&change.behaviour))));
    }
    columns
}

/// How many changes `regen` names before it leaves the rest to the command.
const NAMED: usize = 8;

/// A few lines: one for each of the most severe changes.
pub(in crate::diff) fn brief(report: &Report) -> String {
    let mut text = format!("the contract changed: {}\n", report.summary());
    let mut named = report.changes.iter().filter(|change| !change.is_documentation());
    for change in named.by_ref().take(NAMED) {
        let mut broken = Vec::new();
        let wire = change.wire();
        for (name, grade) in [
            ("requests", wire.request),
            ("responses", wire.response),
            ("Rust", change.rust_grade()),
            ("behaviour", change.behaviour_grade()),
        ] {
            if grade == Grade::Breaking {
                broken.push(name);
            }
        }
        let broken = if broken.is_empty() { String::new() } else { format!(" (breaks {})", broken.join(", ")) };
        text += &format!("  {}: {}{broken}\n", change.place, sentence(change));
    }
    let more = named.count();
    if more > 0 {
        text += &format!("  and {more} more: cargo xtask spec diff HEAD spec\n");
    }
    text + &format!("  {}", report.versions.text(report.step))
}
