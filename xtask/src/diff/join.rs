//! Joins the three columns into one list of changes.

use std::collections::{BTreeMap, BTreeSet};

use super::behaviour;
use super::change::{Change, Effect, Note};
use super::grade::Wire;
use super::kind::ChangeKind;
use super::pairs::Pairs;
use super::place::Place;
use super::surface::{self, NameSource};
use super::walk::{self, Documents};
use crate::model::{Model, Response};

/// Every change between two contracts, the most severe first.
pub(super) fn changes(pairs: &Pairs<'_>, documents: Documents<'_>) -> Vec<Change> {
    let mut changes = walk::walk(pairs, documents);
    let alone = Alone::of(pairs);
    let (old, new) = (surface::surface(&NameSource::Old(pairs)), surface::surface(&NameSource::New(pairs)));
    for (place, effect) in surface::compare(&old, &new).into_iter().filter(|(place, _)| alone.may_say(place)) {
        at(&mut changes, place).rust.push(effect);
    }
    for (place, effect) in behaviour::compare(pairs) {
        at(&mut changes, place).behaviour.push(effect);
    }
    signatures(&mut changes);
    explain(&mut changes);
    reach(pairs, &mut changes);
    let mut changes: Vec<Change> = changes.into_values().collect();
    changes.sort_by(|one, other| other.grade().cmp(&one.grade()).then_with(|| one.place.cmp(&other.place)));
    changes
}

/// Operations and schemas that only one side has: their parts are not reported separately.
struct Alone {
    operations: BTreeSet<String>,
    schemas: BTreeSet<String>,
}

impl Alone {
    fn of(pairs: &Pairs<'_>) -> Self {
        let operations = pairs.operations.iter().filter_map(|pair| match pair {
            (Some(one), None) | (None, Some(one)) => Some(one.id.clone()),
            _ => None,
        });
        let gone = pairs.old.schemas.keys().filter(|name| !pairs.new.schemas.contains_key(pairs.schema(name)));
        let come = pairs.new.schemas.keys().filter(|name| !pairs.old.schemas.contains_key(pairs.old_schema(name)));
        Self { operations: operations.collect(), schemas: gone.chain(come).cloned().collect() }
    }

    fn may_say(&self, place: &Place) -> bool {
        match place {
            Place::Operation(_) | Place::Schema(_) => true,
            _ => {
                !place.operation().is_some_and(|id| self.operations.contains(id))
                    && !place.schema().is_some_and(|name| self.schemas.contains(name))
            }
        }
    }
}

/// The change at a place. If the walk found nothing there, the change of the surrounding operation or schema.
fn at(changes: &mut BTreeMap<Place, Change>, place: Place) -> &mut Change {
    let place = if changes.contains_key(&place) {
        place
    } else {
        match (place.operation(), place.schema()) {
            (Some(id), _) => Place::Operation(id.to_owned()),
            (_, Some(name)) => Place::Schema(name.to_owned()),
            _ => place,
        }
    };
    changes.entry(place.clone()).or_insert_with(|| Change::at(place))
}

/// A method whose arguments changed is reported with the parameter or body that changed them.
fn signatures(changes: &mut BTreeMap<Place, Change>) {
    let silent: Vec<Place> =
        changes.iter().filter(|(_, change)| change.notes.is_empty()).map(|(place, _)| place.clone()).collect();
    for place in silent {
        let Some(id) = place.operation() else { continue };
        let cause = changes.iter().find(|(other, change)| {
            let is_part = matches!(other, Place::Parameter { .. } | Place::Body(_)) && other.operation() == Some(id);
            is_part && change.notes.iter().any(|note| !WORDS.contains(&note.kind))
        });
        let Some(cause) = cause.map(|(place, _)| place.clone()) else { continue };
        let Some(Change { rust, behaviour, .. }) = changes.remove(&place) else { continue };
        if let Some(change) = changes.get_mut(&cause) {
            change.rust.splice(0..0, rust);
            change.behaviour.extend(behaviour);
        }
    }
}

/// The changes that do not explain another column.
const WORDS: [ChangeKind; 4] =
    [ChangeKind::DescriptionChanged, ChangeKind::EvidenceChanged, ChangeKind::Deprecated, ChangeKind::Undeprecated];

/// A change that the walk did not see is a consequence of another change.
fn explain(changes: &mut BTreeMap<Place, Change>) {
    for change in changes.values_mut().filter(|change| change.notes.is_empty()) {
        let text = "follows from another change".to_owned();
        change.notes.push(Note { kind: ChangeKind::Consequence, text, wire: Wire::SAME });
        let same = |one: &Effect, other: &Effect| one == other;
        change.rust.dedup_by(|one, other| same(one, other));
    }
}

/// Names the operations that send or return a changed schema.
fn reach(pairs: &Pairs<'_>, changes: &mut BTreeMap<Place, Change>) {
    if !changes.keys().any(|place| place.schema().is_some()) {
        return;
    }
    let (old, new) = (travelling(pairs.old), travelling(pairs.new));
    for change in changes.values_mut() {
        let Some(name) = change.place.schema() else { continue };
        let with = |travelling: &BTreeMap<String, BTreeSet<String>>, name: &str| -> BTreeSet<String> {
            travelling.get(name).cloned().unwrap_or_default()
        };
        let before = with(&old, pairs.old_schema(name)).iter().map(|id| pairs.operation(id).to_owned()).collect();
        change.reach = with(&new, name).union(&before).cloned().collect();
    }
}

/// The ids of the operations that send or return each schema.
fn travelling(model: &Model) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in &model.operations {
        let body = operation.body.iter().map(|body| &body.ty);
        for name in model.reached(operation.responses.iter().filter_map(Response::json).chain(body)) {
            found.entry(name.to_owned()).or_default().insert(operation.id.clone());
        }
    }
    found
}
