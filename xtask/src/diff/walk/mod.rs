//! The walk through two contracts: what changed, where, and its effect on the wire.
//!
//! The model pairs the parts; the document has the keywords that the model omits because no code is generated from
//! them. `claims_tests` lists each key of the vocabulary with the rule that compares it here.

mod document;

mod operation;

mod parameter;

mod response;

mod schema;

mod keywords;

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{Change, Note};
use super::grade::{Direction, Wire};
use super::kind::ChangeKind;
use super::pairs::Pairs;
use super::place::Place;
use crate::model::{Document, Model};

/// The two documents that two models were read from.
#[derive(Clone, Copy)]
pub(super) struct Documents<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
}

/// Compares all parts.
pub(super) fn walk(pairs: &Pairs<'_>, documents: Documents<'_>) -> BTreeMap<Place, Change> {
    let mut walk = ContractWalk {
        pairs,
        documents,
        changes: BTreeMap::new(),
        hoisted: (names(pairs.old), names(pairs.new)),
        directions: (directions(documents.old), directions(documents.new)),
    };
    walk.document();
    walk.operations();
    walk.schemas();
    walk.changes
}

pub(super) struct ContractWalk<'p, 'a> {
    pairs: &'p Pairs<'a>,
    documents: Documents<'a>,
    changes: BTreeMap<Place, Change>,
    /// The name of each unnamed schema, by its pointer.
    hoisted: (BTreeMap<String, String>, BTreeMap<String, String>),
    /// The directions in which each schema is sent, by its pointer.
    directions: (BTreeMap<String, Direction>, BTreeMap<String, Direction>),
}

fn names(model: &Model) -> BTreeMap<String, String> {
    model.schemas.iter().map(|(name, schema)| (schema.pointer.clone(), name.clone())).collect()
}

fn directions(document: &Value) -> BTreeMap<String, Direction> {
    let schemas = Document::new(document).schemas;
    let direction =
        |one: &crate::model::RawSchema<'_>| Direction { request: one.in_request, response: one.in_response };
    schemas.iter().map(|schema| (schema.pointer.clone(), direction(schema))).collect()
}

impl ContractWalk<'_, '_> {
    fn at(&mut self, place: &Place) -> &mut Change {
        self.changes.entry(place.clone()).or_insert_with(|| Change::at(place.clone()))
    }

    fn note(&mut self, place: &Place, kind: ChangeKind, wire: Wire, text: impl Into<String>) {
        let text = text.into();
        self.at(place).notes.push(Note { kind, text, wire });
    }

    /// Notes a change of descriptions.
    fn words(&mut self, place: &Place, what: &str, old: &Value, new: &Value) {
        if old != new {
            let done = match (old.is_null(), new.is_null()) {
                (true, _) => "is new",
                (_, true) => "is gone",
                _ => "changed",
            };
            self.note(place, ChangeKind::DescriptionChanged, Wire::SAME, format!("{what} {done}"));
        }
    }

    /// Notes the sources that were added to or removed from the evidence of a place.
    fn evidence(&mut self, place: &Place, old: &Value, new: &Value) {
        let (old, new) = (&old["x-evidence"], &new["x-evidence"]);
        if old == new {
            return;
        }
        let sources = |evidence: &Value| -> Vec<String> {
            let list = evidence["sources"].as_array().into_iter().flatten();
            list.filter_map(|source| source.as_str().map(str::to_owned)).collect()
        };
        let (before, after) = (sources(old), sources(new));
        let missing = |from: &[String], of: &[String]| -> Vec<String> {
            of.iter().filter(|source| !from.contains(source)).cloned().collect()
        };
        let (gained, lost) = (missing(&before, &after), missing(&after, &before));
        let mut said = Vec::new();
        if !gained.is_empty() {
            said.push(format!("gained {}", gained.join(", ")));
        }
        if !lost.is_empty() {
            said.push(format!("lost {}", lost.join(", ")));
        }
        if said.is_empty() {
            said.push("is counted in another way".to_owned());
        }
        let change = self.at(place);
        change.gained.extend(gained);
        change.lost.extend(lost);
        self.note(place, ChangeKind::EvidenceChanged, Wire::SAME, format!("evidence {}", said.join(" and ")));
    }

    /// Notes that a part is deprecated, or no longer is.
    fn deprecation(&mut self, place: &Place, old: bool, new: bool) {
        use super::change::Effect;
        use super::grade::Grade;
        match (old, new) {
            (false, true) => {
                self.note(place, ChangeKind::Deprecated, Wire::SAME, "is deprecated");
                self.at(place).rust.push(Effect::new(Grade::Compatible, "using it warns"));
            }
            (true, false) => {
                self.note(place, ChangeKind::Undeprecated, Wire::SAME, "is no longer deprecated");
                self.at(place).rust.push(Effect::new(Grade::Compatible, "using it does not warn any more"));
            }
            _ => {}
        }
    }
}
