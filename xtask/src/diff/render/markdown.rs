//! A report as an entry of the changelog.

use std::collections::BTreeSet;

use super::{effects, reach, sentence};
use crate::diff::change::Change;
use crate::diff::grade::Grade;
use crate::diff::kind::ChangeKind;
use crate::diff::report::Report;

/// The sections that go below a version of CHANGELOG.md.
pub(in crate::diff) fn markdown(report: &Report) -> String {
    if report.changes.is_empty() {
        return "The contract did not change.\n".to_owned();
    }
    let mut text = String::new();
    let is_new = |change: &&Change| change.notes.iter().any(|note| NEW.contains(&note.kind));
    let compatible: Vec<&Change> = report.of(Grade::Compatible).collect();
    section(&mut text, "Changed (breaking)", report.of(Grade::Breaking));
    section(&mut text, "Added", compatible.iter().copied().filter(is_new));
    section(&mut text, "Changed", compatible.iter().copied().filter(|change| !is_new(change)));
    let mut last = Vec::new();
    let words = report
        .of(Grade::Same)
        .filter(|change| change.notes.iter().any(|note| note.kind != ChangeKind::EvidenceChanged));
    let words: Vec<String> = words.map(|change| change.place.to_string()).collect();
    if !words.is_empty() {
        last.push(format!("Documentation of {}", some(&words)));
    }
    for (label, sources) in
        [("gained", sources(report, |change| &change.gained)), ("lost", sources(report, |change| &change.lost))]
    {
        if !sources.is_empty() {
            last.push(format!("Evidence {label}: {}", sources.join(", ")));
        }
    }
    last.extend(report.idle.iter().map(|line| format!("No longer needed: {line}")));
    last.extend(report.warnings.iter().cloned());
    if !last.is_empty() {
        text += "### Contract\n\n";
        last.iter().for_each(|line| text += &format!("- {line}.\n"));
        text.push('\n');
    }
    text + &format!("<!-- {} -->\n", report.versions.text(report.step))
}

/// What was added.
const NEW: [ChangeKind; 8] = [
    ChangeKind::OperationAdded,
    ChangeKind::ParameterAdded,
    ChangeKind::BodyAdded,
    ChangeKind::ResponseAdded,
    ChangeKind::SchemaAdded,
    ChangeKind::FieldAdded,
    ChangeKind::ValueAdded,
    ChangeKind::PagingAdded,
];

fn section<'c>(text: &mut String, title: &str, changes: impl Iterator<Item = &'c Change>) {
    let items: Vec<String> = changes.map(item).collect();
    if !items.is_empty() {
        *text += &format!("### {title}\n\n{}\n", items.concat());
    }
}

fn item(change: &Change) -> String {
    let mut said = format!("- {}: {}.", change.place, sentence(change));
    let wire = change.wire();
    if wire.worst() > Grade::Same {
        let reach = reach(change).map(|reach| format!(", {reach}")).unwrap_or_default();
        said += &format!(" Wire: {}{reach}.", wire.text());
    }
    if !change.rust.is_empty() {
        said += &format!(" Rust: {}.", effects(&change.rust));
    }
    if !change.behaviour.is_empty() {
        said += &format!(" Behaviour: {}.", effects(&change.behaviour));
    }
    if !change.gained.is_empty() && change.notes.iter().any(|note| note.kind == ChangeKind::OperationAdded) {
        said += &format!(" Known to {}.", change.gained.join(", "));
    }
    said + "\n"
}

/// Each source, with the number of places where it was added or removed.
fn sources<'r>(report: &'r Report, of: impl Fn(&'r Change) -> &'r Vec<String>) -> Vec<String> {
    let mentioned: Vec<&String> = report.changes.iter().flat_map(of).collect();
    let names: BTreeSet<&String> = mentioned.iter().copied().collect();
    let count = |name: &String| mentioned.iter().filter(|other| **other == name).count();
    names
        .into_iter()
        .map(|name| match count(name) {
            1 => format!("{name} (1 place)"),
            many => format!("{name} ({many} places)"),
        })
        .collect()
}

fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}
