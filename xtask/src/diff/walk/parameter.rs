//! What a request is made of: parameters and the body.

use super::Walk;
use super::schema::Slot;
use crate::diff::grade::{Direction, Grade, Wire};
use crate::diff::kind::Kind;
use crate::diff::place::Place;
use crate::model::{Location, Operation, Parameter};

impl Walk<'_, '_> {
    pub(super) fn parameter(&mut self, of: &Operation, old: Option<&Parameter>, new: Option<&Parameter>) {
        match (old, new) {
            (None, Some(new)) => {
                let place = Place::parameter(&of.id, new.location, &new.name);
                let (grade, text) =
                    if new.required { (Grade::Breaking, "is new and required") } else { (Grade::Compatible, "is new") };
                self.note(&place, Kind::ParameterAdded, Wire::request(grade), text);
            }
            (Some(old), None) => {
                let place = Place::parameter(&of.id, old.location, &old.name);
                self.note(&place, Kind::ParameterRemoved, Wire::request(Grade::Breaking), "is gone");
            }
            (Some(old), Some(new)) => self.both(of, old, new),
            (None, None) => {}
        }
    }

    fn both(&mut self, of: &Operation, old: &Parameter, new: &Parameter) {
        let place = Place::parameter(&of.id, new.location, &new.name);
        let (before, after) = (self.raw_old(&old.pointer), self.raw_new(&new.pointer));
        if old.name != new.name {
            // A name in a path's template is never sent.
            let grade = if new.location == Location::Path { Grade::Same } else { Grade::Breaking };
            let text = format!("was called `{}`", old.name);
            self.note(&place, Kind::ParameterRenamed, Wire::request(grade), text);
        }
        match (old.required, new.required) {
            (false, true) => {
                self.note(&place, Kind::ParameterRequired, Wire::request(Grade::Breaking), "became required");
            }
            (true, false) => {
                self.note(&place, Kind::ParameterOptional, Wire::request(Grade::Compatible), "became optional");
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
        match (&old.body, &new.body) {
            (None, Some(body)) => {
                let (grade, text) = if body.required {
                    (Grade::Breaking, "is new and required")
                } else {
                    (Grade::Compatible, "is new")
                };
                self.note(&place, Kind::BodyAdded, Wire::request(grade), text);
            }
            (Some(_), None) => self.note(&place, Kind::BodyRemoved, Wire::request(Grade::Breaking), "is gone"),
            (Some(before), Some(after)) => {
                match (before.required, after.required) {
                    (false, true) => {
                        self.note(&place, Kind::BodyRequired, Wire::request(Grade::Breaking), "became required");
                    }
                    (true, false) => {
                        self.note(&place, Kind::BodyOptional, Wire::request(Grade::Compatible), "became optional");
                    }
                    _ => {}
                }
                let (one, other) = (self.raw_old(&before.pointer), self.raw_new(&after.pointer));
                self.words(&place, "its description", &one["description"], &other["description"]);
                let schema = |pointer: &str| format!("{pointer}/content/application~1json/schema");
                self.slot(&Slot::new(place, Direction::REQUEST, schema(&before.pointer), schema(&after.pointer)));
            }
            (None, None) => {}
        }
    }
}
