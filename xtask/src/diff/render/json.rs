//! A report for tools.

use serde_json::{Value, json as object};

use crate::diff::change::{Change, Effect};
use crate::diff::grade::Grade;
use crate::diff::report::Report;

/// The whole report; `docs/contract-changes.md` describes each member.
pub(in crate::diff) fn json(report: &Report) -> String {
    let count = |grade: Grade| report.of(grade).count();
    let version = |version: Option<crate::diff::semver::Version>| version.map(|version| version.to_string());
    let report = object!({
        "old": report.old,
        "new": report.new,
        "summary": {
            "breaking": count(Grade::Breaking),
            "compatible": count(Grade::Compatible),
            "documentation": count(Grade::Same),
        },
        "semver": {
            "step": report.step,
            "old": version(report.versions.old),
            "new": version(report.versions.new),
            "demanded": version(report.versions.demanded(report.step)),
            "satisfied": report.versions.is_satisfied(report.step),
        },
        "changes": report.changes.iter().map(change).collect::<Vec<_>>(),
        "idle_overlays": report.idle,
        "warnings": report.warnings,
    });
    format!("{report:#}\n")
}

fn change(change: &Change) -> Value {
    let column = |grade: Grade, effects: &[Effect]| {
        let effects: Vec<Value> =
            effects.iter().map(|effect| object!({ "grade": effect.grade, "text": effect.text })).collect();
        object!({ "grade": grade, "effects": effects })
    };
    let notes: Vec<Value> =
        change.notes.iter().map(|note| object!({ "kind": note.kind, "text": note.text, "wire": note.wire })).collect();
    object!({
        "place": change.place.to_string(),
        "operation": change.place.operation(),
        "schema": change.place.schema(),
        "grade": change.grade(),
        "notes": notes,
        "wire": change.wire(),
        "rust": column(change.rust_grade(), &change.rust),
        "behaviour": column(change.behaviour_grade(), &change.behaviour),
        "operations": change.reach,
        "evidence": { "gained": change.gained, "lost": change.lost },
    })
}
