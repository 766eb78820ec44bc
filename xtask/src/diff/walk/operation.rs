//! Operations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ContractWalk;
use crate::diff::grade::{Grade, Wire};
use crate::diff::kind::ChangeKind;
use crate::diff::place::Place;
use crate::model::{Location, Operation};

impl ContractWalk<'_, '_> {
    pub(super) fn operations(&mut self) {
        let pairs = self.pairs;
        for (old, new) in &pairs.operations {
            match (old, new) {
                (Some(old), Some(new)) => self.operation(old, new),
                (None, Some(new)) => self.added(new),
                (Some(old), None) => self.removed(old),
                (None, None) => {}
            }
        }
    }

    fn added(&mut self, operation: &Operation) {
        let place = Place::Operation(operation.id.clone());
        let text =
            format!("is new: `{} {}`{}", operation.method_upper(), operation.path.text, said(&operation.summary));
        self.note(&place, ChangeKind::OperationAdded, Wire::both(Grade::Compatible), text);
        let raw = self.raw_new(&operation.pointer);
        let sources = raw["x-evidence"]["sources"].as_array().into_iter().flatten();
        let sources: Vec<String> = sources.filter_map(|source| source.as_str().map(str::to_owned)).collect();
        self.at(&place).gained = sources;
    }

    fn removed(&mut self, operation: &Operation) {
        let place = Place::Operation(operation.id.clone());
        let text = format!("is gone: `{} {}`", operation.method_upper(), operation.path.text);
        self.note(&place, ChangeKind::OperationRemoved, Wire::both(Grade::Breaking), text);
    }

    fn operation(&mut self, old: &Operation, new: &Operation) {
        let place = Place::Operation(new.id.clone());
        let (before, after) = (self.raw_old(&old.pointer), self.raw_new(&new.pointer));
        if old.id != new.id {
            self.note(&place, ChangeKind::OperationRenamed, Wire::SAME, format!("was called `{}`", old.id));
        }
        if old.method != new.method {
            let text = format!("its method is {}, was {}", new.method_upper(), old.method_upper());
            self.note(&place, ChangeKind::MethodChanged, Wire::both(Grade::Breaking), text);
        }
        if old.path.shape() != new.path.shape() {
            let text = format!("its path is `{}`, was `{}`", new.path.text, old.path.text);
            self.note(&place, ChangeKind::PathChanged, Wire::both(Grade::Breaking), text);
        }
        if old.tag != new.tag {
            self.note(
                &place,
                ChangeKind::TagChanged,
                Wire::SAME,
                format!("is of the tag `{}`, was of `{}`", new.tag, old.tag),
            );
        }
        self.words(&place, "its summary", &before["summary"], &after["summary"]);
        self.words(&place, "its description", &before["description"], &after["description"]);
        self.evidence(&place, before, after);
        self.deprecation(&place, old.deprecated, new.deprecated);
        match (old.safe, new.safe) {
            (false, true) => self.note(&place, ChangeKind::SafeAdded, Wire::SAME, "is said to read only (`x-safe`)"),
            (true, false) => {
                self.note(&place, ChangeKind::SafeRemoved, Wire::SAME, "is no longer said to read only (`x-safe`)")
            }
            _ => {}
        }
        self.security(old, new);
        self.paging(old, new);
        for (one, other) in self.pairs.parameters(&old.parameters, &new.parameters) {
            self.parameter(new, one, other);
        }
        self.order(&place, old, new);
        self.body(old, new);
        self.responses(old, new);
    }

    /// Who may call: each alternative is a set of schemes. No alternative, or an empty one, means that no authorization
    /// is needed.
    fn security(&mut self, old: &Operation, new: &Operation) {
        let alternatives = |operation: &Operation| -> BTreeSet<BTreeSet<String>> {
            operation.security.iter().map(|schemes| schemes.iter().cloned().collect()).collect()
        };
        let (before, after) = (alternatives(old), alternatives(new));
        if before == after {
            return;
        }
        let is_open = |set: &BTreeSet<BTreeSet<String>>| set.is_empty() || set.iter().any(BTreeSet::is_empty);
        let lost = before.iter().any(|alternative| !after.contains(alternative));
        let grade = if !is_open(&after) && (is_open(&before) || lost) { Grade::Breaking } else { Grade::Compatible };
        let text = format!("is authorized by {}, was by {}", listed(&new.security), listed(&old.security));
        self.note(&Place::Security(new.id.clone()), ChangeKind::SecurityChanged, Wire::request(grade), text);
    }

    fn paging(&mut self, old: &Operation, new: &Operation) {
        let place = Place::Paging(new.id.clone());
        let none = Value::Null;
        let (before, after) = (old.paging.as_ref().unwrap_or(&none), new.paging.as_ref().unwrap_or(&none));
        if !before.is_null() && !after.is_null() {
            self.evidence(&place, before, after);
        }
        let words = |terms: &Value| {
            let mut terms = terms.clone();
            if let Some(terms) = terms.as_object_mut() {
                terms.remove("x-evidence");
            }
            terms
        };
        match (before.is_null(), after.is_null()) {
            (true, false) => self.note(&place, ChangeKind::PagingAdded, Wire::SAME, "has an `x-paging` now"),
            (false, true) => self.note(&place, ChangeKind::PagingRemoved, Wire::SAME, "has no `x-paging` any more"),
            _ if words(before) != words(after) => {
                let changed = super::document::keys(before, after);
                let changed: Vec<&str> = changed
                    .into_iter()
                    .filter(|key| *key != "x-evidence" && before.get(key) != after.get(key))
                    .collect();
                self.note(
                    &place,
                    ChangeKind::PagingChanged,
                    Wire::SAME,
                    format!("says another {}", changed.join(", ")),
                );
            }
            _ => {}
        }
    }

    /// Required arguments are in the order of the document.
    fn order(&mut self, place: &Place, old: &Operation, new: &Operation) {
        let required = |operation: &Operation| -> Vec<String> {
            let in_path = operation.path.names().map(str::to_owned);
            let others = operation.parameters.iter().filter(|one| one.location != Location::Path && one.required);
            in_path.chain(others.map(|one| one.name.clone())).collect()
        };
        let (before, after) = (required(old), required(new));
        let common = |list: &[String], of: &[String]| -> Vec<String> {
            list.iter().filter(|name| of.contains(name)).cloned().collect()
        };
        if common(&before, &after) != common(&after, &before) {
            let text = "its required parameters stand in another order";
            self.note(place, ChangeKind::ParameterOrder, Wire::SAME, text);
        }
    }
}

fn said(summary: &str) -> String {
    if summary.is_empty() { String::new() } else { format!(", {summary}") }
}

/// Alternatives as text.
fn listed(security: &[Vec<String>]) -> String {
    if security.is_empty() {
        return "nothing".to_owned();
    }
    let alternatives = security.iter().map(|schemes| {
        if schemes.is_empty() { "nothing".to_owned() } else { format!("`{}`", schemes.join("` and `")) }
    });
    alternatives.collect::<Vec<_>>().join(" or ")
}
