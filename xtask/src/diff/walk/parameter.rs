//! Requests: parameters and the body.

use super::ContractWalk;
use super::schema::Slot;
use crate::diff::grade::{Direction, Grade, Wire};
use crate::diff::kind::ChangeKind;
use crate::diff::place::Place;
use crate::model::{Body, Location, Operation, Parameter};
use crate::spec::escape;

impl ContractWalk<'_, '_> {
    pub(super) fn parameter(&mut self, of: &Operation, old: Option<&Parameter>, new: Option<&Parameter>) {
        match (old, new) {
            (None, Some(new)) => {
                let place = Place::parameter(&of.id, new.location, &new.name);
                let (grade, text) =
                    if new.required { (Grade::Breaking, "is new and required") } else { (Grade::Compatible, "is new") };
                self.note(&place, ChangeKind::ParameterAdded, Wire::request(grade), text);
            }
            (Some(old), None) => {
                let place = Place::parameter(&of.id, old.location, &old.name);
                self.note(&place, ChangeKind::ParameterRemoved, Wire::request(Grade::Breaking), "is gone");
            }
            (Some(old), Some(new)) => self.both(of, old, new),
            (None, None) => {}
        }
    }

    fn both(&mut self, of: &Operation, old: &Parameter, new: &Parameter) {
        let place = Place::parameter(&of.id, new.location, &new.name);
        let (before, after) = (self.raw_old(&old.pointer), self.raw_new(&new.pointer));
        if old.name != new.name {
            // The name of a path parameter is never sent.
            let grade = if new.location == Location::Path { Grade::Same } else { Grade::Breaking };
            let text = format!("was called `{}`", old.name);
            self.note(&place, ChangeKind::ParameterRenamed, Wire::request(grade), text);
        }
        if old.location != new.location {
            let text = format!("is sent in the {}, was in the {}", new.location.name(), old.location.name());
            self.note(&place, ChangeKind::ParameterMoved, Wire::request(Grade::Breaking), text);
        }
        match (old.required, new.required) {
            (false, true) => {
                self.note(&place, ChangeKind::ParameterRequired, Wire::request(Grade::Breaking), "became required");
            }
            (true, false) => {
                self.note(&place, ChangeKind::ParameterOptional, Wire::request(Grade::Compatible), "became optional");
            }
            _ => {}
        }
        self.words(&place, "its description", &before["description"], &after["description"]);
        self.evidence(&place, before, after);
        self.deprecation(&place, old.deprecated, new.deprecated);
        let slot =
            Slot::new(place, Direction::REQUEST, format!("{}/schema", old.pointer), format!("{}/schema", new.pointer));
        self.slot(&slot);
    }

    pub(super) fn body(&mut self, old: &Operation, new: &Operation) {
        let place = Place::Body(new.id.clone());
        self.form(old, new);
        match (&old.body, &new.body) {
            (None, Some(body)) if old.upload.is_none() => {
                let (grade, text) = if body.required {
                    (Grade::Breaking, "is new and required")
                } else {
                    (Grade::Compatible, "is new")
                };
                self.note(&place, ChangeKind::BodyAdded, Wire::request(grade), text);
            }
            (Some(_), None) if new.upload.is_none() => {
                self.note(&place, ChangeKind::BodyRemoved, Wire::request(Grade::Breaking), "is gone")
            }
            (Some(before), Some(after)) => {
                match (before.required, after.required) {
                    (false, true) => {
                        self.note(&place, ChangeKind::BodyRequired, Wire::request(Grade::Breaking), "became required");
                    }
                    (true, false) => {
                        self.note(
                            &place,
                            ChangeKind::BodyOptional,
                            Wire::request(Grade::Compatible),
                            "became optional",
                        );
                    }
                    _ => {}
                }
                if before.encoding != after.encoding {
                    let text =
                        format!("is sent as {}, was {}", after.encoding.media_type(), before.encoding.media_type());
                    self.note(&place, ChangeKind::ContentChanged, Wire::request(Grade::Breaking), text);
                }
                let (one, other) = (self.raw_old(&before.pointer), self.raw_new(&after.pointer));
                self.words(&place, "its description", &one["description"], &other["description"]);
                let schema =
                    |body: &Body| format!("{}/content/{}/schema", body.pointer, escape(body.encoding.media_type()));
                self.slot(&Slot::new(place, Direction::REQUEST, schema(before), schema(after)));
            }
            _ => {}
        }
    }

    /// A body that is a file.
    fn form(&mut self, old: &Operation, new: &Operation) {
        let place = Place::Body(new.id.clone());
        let breaking = Wire::request(Grade::Breaking);
        match (&old.upload, &new.upload) {
            (None, None) => {}
            (None, Some(_)) if old.body.is_none() => {
                self.note(&place, ChangeKind::BodyAdded, breaking, "is new and required")
            }
            (Some(_), None) if new.body.is_none() => self.note(&place, ChangeKind::BodyRemoved, breaking, "is gone"),
            (None, Some(_)) => self.note(&place, ChangeKind::ContentChanged, breaking, "is a file, and was none"),
            (Some(_), None) => self.note(&place, ChangeKind::ContentChanged, breaking, "was a file, and is none"),
            (Some(before), Some(after)) => {
                if before.part != after.part {
                    let text = format!("its part is called `{}`, was `{}`", after.part, before.part);
                    self.note(&place, ChangeKind::ContentChanged, breaking, text);
                }
                let body = |walk: &Self, operation: &Operation, is_old: bool| {
                    let at = format!("{}/requestBody", operation.pointer);
                    let value = if is_old { walk.raw_old(&at) } else { walk.raw_new(&at) };
                    value["$ref"].as_str().map_or(at, |target| target.trim_start_matches('#').to_owned())
                };
                let (one, other) = (body(self, old, true), body(self, new, false));
                let (before_text, after_text) =
                    (&self.raw_old(&one)["description"], &self.raw_new(&other)["description"]);
                self.words(&place, "its description", before_text, after_text);
                let schema = |pointer: &str| format!("{pointer}/content/multipart~1form-data/schema");
                let file = |pointer: &str, part: &str| format!("{}/properties/{}", schema(pointer), escape(part));
                let form = Slot::new(place.clone(), Direction::REQUEST, schema(&one), schema(&other));
                self.said_of(&form);
                self.slot(&Slot::new(place, Direction::REQUEST, file(&one, &before.part), file(&other, &after.part)));
            }
        }
    }
}
