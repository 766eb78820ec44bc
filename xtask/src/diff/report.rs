//! Two contracts, compared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Change;
use super::grade::Grade;
use super::join;
use super::pairs::Pairs;
use super::semver::{Step, Versions};
use super::side::Side;
use super::walk::Documents;
use crate::model::Model;
use crate::spec::Diagnostic;

/// The result of a comparison.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) old: String,
    pub(crate) new: String,
    /// The most severe first.
    pub(crate) changes: Vec<Change>,
    pub(crate) step: Step,
    pub(crate) versions: Versions,
    /// The parts of the older side's overlays that no longer match anything in the newer side's documents.
    pub(crate) idle: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Report {
    pub(crate) fn new(old: &Side, new: &Side) -> Self {
        Self {
            versions: Versions { old: old.version, new: new.version },
            idle: idle(old, new),
            warnings: old.warnings.iter().chain(&new.warnings).cloned().collect(),
            ..Self::between(old, &new.name, &new.codegen, &new.model)
        }
    }

    /// The same for a newer contract that has already been read.
    pub(super) fn between(old: &Side, name: &str, codegen: &Value, model: &Model) -> Self {
        let pairs = Pairs::new(&old.model, model);
        let changes = join::changes(&pairs, Documents { old: &old.codegen, new: codegen });
        Self {
            old: old.name.clone(),
            new: name.to_owned(),
            step: Step::of(&changes),
            changes,
            versions: Versions { old: None, new: None },
            idle: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(crate) fn of(&self, grade: Grade) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.grade() == grade)
    }

    pub(crate) fn is_breaking(&self) -> bool {
        self.of(Grade::Breaking).next().is_some()
    }

    /// `2 breaking, 1 compatible, 3 of words alone`.
    pub(crate) fn summary(&self) -> String {
        if self.changes.is_empty() {
            return "nothing changed".to_owned();
        }
        let counts = [
            (Grade::Breaking, "breaking"),
            (Grade::Compatible, "compatible"),
            (Grade::Same, "in documentation and evidence only"),
        ];
        let counts = counts.into_iter().map(|(grade, name)| (self.of(grade).count(), name));
        counts
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn idle(old: &Side, new: &Side) -> Vec<String> {
    let (Some(before), Some(after)) = (&old.layers, &new.layers) else { return Vec::new() };
    let found = |documents: &Value| before.idle(documents).unwrap_or_default();
    let was: BTreeSet<String> = found(&before.documents).iter().map(Diagnostic::identity).collect();
    let now = found(&after.documents);
    now.iter().filter(|one| !was.contains(&one.identity())).map(Diagnostic::line_text).collect()
}
