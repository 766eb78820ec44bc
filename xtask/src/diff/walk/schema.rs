//! Schemas, side by side.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ContractWalk;
use crate::diff::grade::{Direction, Grade, Shift, Wire};
use crate::diff::kind::ChangeKind;
use crate::diff::place::Place;
use crate::model::{Field, SchemaKind, unescape};
use crate::spec::{escape, schema_name};

/// The position of a schema in both documents.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) place: Place,
    pub(super) direction: Direction,
    pub(super) old: String,
    pub(super) new: String,
    /// The subject of a note, if it is not the place itself: `its items`.
    pub(super) part: Option<String>,
    /// The named schema whose fields and values are separate places.
    pub(super) named: Option<String>,
}

impl Slot {
    pub(super) fn new(place: Place, direction: Direction, old: String, new: String) -> Self {
        Self { place, direction, old, new, part: None, named: None }
    }

    /// A schema directly inside of this one.
    pub(super) fn below(&self, key: &str, part: &str) -> Self {
        Self {
            place: self.place.clone(),
            direction: self.direction,
            old: format!("{}/{key}", self.old),
            new: format!("{}/{key}", self.new),
            part: Some(match &self.part {
                Some(outer) => format!("{part} of {outer}"),
                None => part.to_owned(),
            }),
            named: None,
        }
    }

    /// A sentence about the schema.
    pub(super) fn said(&self, text: &str) -> String {
        match &self.part {
            Some(part) => format!("{part}: {text}"),
            None => text.to_owned(),
        }
    }
}

static NOTHING: Value = Value::Null;

/// The depth to which two schemas without a common name are compared.
const DEEPEST: usize = 8;

impl<'a> ContractWalk<'_, 'a> {
    pub(super) fn raw_old(&self, pointer: &str) -> &'a Value {
        self.documents.old.pointer(pointer).unwrap_or(&NOTHING)
    }

    pub(super) fn raw_new(&self, pointer: &str) -> &'a Value {
        self.documents.new.pointer(pointer).unwrap_or(&NOTHING)
    }

    /// Every schema with a name.
    pub(super) fn schemas(&mut self) {
        let pairs = self.pairs;
        for (name, schema) in &pairs.new.schemas {
            let old_name = pairs.old_schema(name);
            let place = Place::Schema(name.clone());
            let Some(old) = pairs.old.schemas.get(old_name) else {
                self.note(&place, ChangeKind::SchemaAdded, Wire::SAME, "is new");
                continue;
            };
            if old_name != name {
                self.note(&place, ChangeKind::SchemaRenamed, Wire::SAME, format!("was called `{old_name}`"));
            }
            let mut slot = Slot::new(
                place,
                self.direction(&old.pointer, &schema.pointer),
                old.pointer.clone(),
                schema.pointer.clone(),
            );
            slot.named = Some(name.clone());
            self.said_of(&slot);
            self.plain(&slot);
        }
        for name in pairs.old.schemas.keys() {
            if !pairs.new.schemas.contains_key(pairs.schema(name)) {
                self.note(&Place::Schema(name.clone()), ChangeKind::SchemaRemoved, Wire::SAME, "is gone");
            }
        }
    }

    fn direction(&self, old: &str, new: &str) -> Direction {
        let (old, new) = (self.directions.0.get(old), self.directions.1.get(new));
        let either = |which: fn(&Direction) -> bool| old.is_some_and(which) || new.is_some_and(which);
        Direction { request: either(|one| one.request), response: either(|one| one.response) }
    }

    /// The schema in a slot: its description there and, unless it is named, its content.
    pub(super) fn slot(&mut self, slot: &Slot) {
        let (before, after) = (self.raw_old(&slot.old), self.raw_new(&slot.new));
        let old = name(before, &slot.old, &self.hoisted.0);
        let new = name(after, &slot.new, &self.hoisted.1);
        // The description of an inline schema is compared at its own place.
        let is_here = |schema: &Value, name: &Option<String>| name.is_some() && schema.get("$ref").is_none();
        if !(is_here(before, &old) && is_here(after, &new)) {
            self.said_of(slot);
        }
        match (&old, &new) {
            (None, None) => self.plain(slot),
            (Some(one), Some(other)) if self.pairs.schema(one) == other => {}
            _ => self.replaced(slot, old, new),
        }
    }

    /// Two schemas that are not paired: their contents decide the effect on the wire.
    fn replaced(&mut self, slot: &Slot, old: Option<String>, new: Option<String>) {
        let kept = std::mem::take(&mut self.changes);
        let mut open = vec![(self.followed(slot), 0)];
        let mut seen = BTreeSet::new();
        while let Some((inner, depth)) = open.pop() {
            if depth < DEEPEST && seen.insert((inner.old.clone(), inner.new.clone())) {
                let deeper = self.one_level(&inner);
                open.extend(deeper.into_iter().map(|slot| (self.followed(&slot), depth + 1)));
            }
        }
        let found = std::mem::replace(&mut self.changes, kept);
        let notes: Vec<_> = found.into_values().flat_map(|change| change.notes).collect();
        let wire = notes.iter().fold(Wire::SAME, |wire, note| wire.and(note.wire));
        let called = |name: Option<String>| name.map_or("one without a name".to_owned(), |name| format!("`{name}`"));
        let mut text = slot.said(&format!("its schema is {}, was {}", called(new), called(old)));
        let worst: Vec<&str> = notes
            .iter()
            .filter(|note| note.wire.worst() == wire.worst() && wire.worst() != Grade::Same)
            .map(|note| note.text.as_str())
            .take(3)
            .collect();
        if !worst.is_empty() {
            text += &format!(" ({})", worst.join("; "));
        }
        self.note(&slot.place, ChangeKind::SchemaReplaced, wire, text);
    }

    /// The slot after following references.
    fn followed(&self, slot: &Slot) -> Slot {
        let mut slot = slot.clone();
        let follow = |document: &Value, pointer: &mut String| {
            for _ in 0..DEEPEST {
                match document.pointer(pointer).and_then(|schema| schema["$ref"].as_str()) {
                    Some(target) => *pointer = target.trim_start_matches('#').to_owned(),
                    None => break,
                }
            }
        };
        follow(self.documents.old, &mut slot.old);
        follow(self.documents.new, &mut slot.new);
        slot
    }

    /// Compares the contents of two schemas; returns the schemas inside them, with or without references.
    fn one_level(&mut self, slot: &Slot) -> Vec<Slot> {
        let (before, after) = (self.raw_old(&slot.old), self.raw_new(&slot.new));
        if self.kind(slot, before, after) {
            return Vec::new();
        }
        self.scalars(slot, before, after);
        let mut inner = Vec::new();
        for key in ["items", "additionalProperties"] {
            if before[key].is_object() && after[key].is_object() {
                inner.push(slot.below(key, "what is in it"));
            }
        }
        let properties = (self.properties(before), self.properties(after));
        let required = |schema: &Value, name: &str| {
            schema["required"].as_array().is_some_and(|list| list.iter().any(|one| one == name))
        };
        for wire in super::document::keys(properties.0, properties.1) {
            let (one, other) = (properties.0.get(wire), properties.1.get(wire));
            let mut at = slot.below(&format!("properties/{}", escape(wire)), &format!("`{wire}`"));
            at.place = slot.place.clone();
            self.field_wire(&at, one.is_some(), other.is_some(), required(before, wire), required(after, wire));
            if one.is_some() && other.is_some() {
                inner.push(at);
            }
        }
        inner
    }

    fn properties(&self, schema: &'a Value) -> &'a Value {
        schema.get("properties").unwrap_or(&NOTHING)
    }

    /// Compares two unnamed schemas and their contents.
    pub(super) fn plain(&mut self, slot: &Slot) {
        let (before, after) = (self.raw_old(&slot.old), self.raw_new(&slot.new));
        if self.kind(slot, before, after) {
            return;
        }
        self.scalars(slot, before, after);
        if before.get("items").is_some() && after.get("items").is_some() {
            self.slot(&slot.below("items", "its items"));
        }
        let has_properties = |schema: &Value| schema["properties"].as_object().is_some_and(|fields| !fields.is_empty());
        match (has_properties(before), has_properties(after)) {
            (false, false) if before["type"] == "object" => self.values(slot, before, after),
            (false, false) => {}
            _ => self.record(slot),
        }
    }

    /// The values of an object without properties.
    fn values(&mut self, slot: &Slot, old: &Value, new: &Value) {
        let any = |schema: &Value| !schema["additionalProperties"].is_object();
        match (any(old), any(new)) {
            (true, true) => {}
            (false, false) => self.slot(&slot.below("additionalProperties", "its values")),
            (is_wider, _) => {
                let (shift, text) = if is_wider {
                    (Shift::Narrowed, "its values are of one type now")
                } else {
                    (Shift::Widened, "its values may be any JSON now")
                };
                self.note(&slot.place, ChangeKind::TypeChanged, shift.wire(slot.direction), slot.said(text));
            }
        }
    }

    fn record(&mut self, slot: &Slot) {
        let Some(name) = slot.named.clone() else { return };
        let fields = |kind: Option<&'a SchemaKind>| -> &'a [Field] {
            match kind {
                Some(SchemaKind::Record(record)) => &record.fields,
                _ => &[],
            }
        };
        let pairs = self.pairs;
        let old = fields(pairs.old.schemas.get(pairs.old_schema(&name)).map(|schema| &schema.kind));
        let new = fields(pairs.new.schemas.get(&name).map(|schema| &schema.kind));
        for (before, after) in pairs.fields(old, new) {
            let Some(wire) = after.or(before).map(|field| field.wire.as_str()) else { continue };
            let pointer = |field: Option<&Field>| field.map(|field| field.pointer.clone()).unwrap_or_default();
            let at = Slot::new(Place::field(&name, wire), slot.direction, pointer(before), pointer(after));
            let required = |field: Option<&Field>| field.is_some_and(|field| field.required);
            self.field_wire(&at, before.is_some(), after.is_some(), required(before), required(after));
            let (Some(before), Some(after)) = (before, after) else { continue };
            if before.wire != after.wire {
                let text = format!("was called `{}`", before.wire);
                self.note(&at.place, ChangeKind::FieldRenamed, Shift::Altered.wire(slot.direction), text);
            }
            self.slot(&at);
        }
    }

    /// Whether a field exists, and whether it is required.
    fn field_wire(&mut self, at: &Slot, was: bool, is: bool, was_required: bool, is_required: bool) {
        let direction = at.direction;
        let (kind, wire, text) = match (was, is) {
            (false, true) if is_required => {
                (ChangeKind::FieldAdded, Shift::Narrowed.wire(direction), "is new and required")
            }
            (false, true) => (ChangeKind::FieldAdded, Shift::Added.wire(direction), "is new"),
            (true, false) => (ChangeKind::FieldRemoved, Shift::Altered.wire(direction), "is gone"),
            (true, true) if !was_required && is_required => {
                (ChangeKind::FieldRequired, Shift::Narrowed.wire(direction), "became required")
            }
            (true, true) if was_required && !is_required => {
                (ChangeKind::FieldOptional, Shift::Widened.wire(direction), "became optional")
            }
            _ => return,
        };
        self.note(&at.place, kind, wire, at.said(text));
    }
}

/// The name of a schema: that of its reference, or the one that the generator gives it.
fn name(schema: &Value, pointer: &str, hoisted: &std::collections::BTreeMap<String, String>) -> Option<String> {
    match schema["$ref"].as_str() {
        Some(target) => schema_name(target).map(unescape),
        None => hoisted.get(pointer).cloned(),
    }
}
