//! Responses.

use super::ContractWalk;
use super::schema::Slot;
use crate::diff::grade::{Direction, Grade, Wire};
use crate::diff::kind::ChangeKind;
use crate::diff::place::Place;
use crate::model::{Content, Operation, Response};

impl ContractWalk<'_, '_> {
    pub(super) fn responses(&mut self, old: &Operation, new: &Operation) {
        for after in &new.responses {
            match old.responses.iter().find(|before| before.status == after.status) {
                Some(before) => self.response(new, before, after),
                None => {
                    let place = Place::response(&new.id, after.status);
                    self.note(
                        &place,
                        ChangeKind::ResponseAdded,
                        Wire::response(Grade::Compatible),
                        "is documented now",
                    );
                }
            }
        }
        for before in old.responses.iter().filter(|one| !new.responses.iter().any(|other| other.status == one.status)) {
            let place = Place::response(&new.id, before.status);
            self.note(
                &place,
                ChangeKind::ResponseRemoved,
                Wire::response(Grade::Breaking),
                "is not documented any more",
            );
        }
        self.successes(old, new);
    }

    /// All successes of an operation have the same type, even if their statuses differ.
    fn successes(&mut self, old: &Operation, new: &Operation) {
        let has_same_status = new.successes().any(|one| old.successes().any(|other| one.status == other.status));
        if let (Some(before), Some(after), false) = (old.successes().next(), new.successes().next(), has_same_status) {
            self.content(&Place::Output(new.id.clone()), before, after);
        }
    }

    fn response(&mut self, of: &Operation, old: &Response, new: &Response) {
        let place = Place::response(&of.id, new.status);
        let (before, after) = (self.raw_old(&old.pointer), self.raw_new(&new.pointer));
        self.words(&place, "its description", &before["description"], &after["description"]);
        let is_first = of.successes().next().is_some_and(|first| first.status == new.status);
        if is_first || !new.status.is_success() {
            let place = if is_first { Place::Output(of.id.clone()) } else { place };
            self.content(&place, old, new);
        } else {
            self.content(&place, old, new);
        }
    }

    fn content(&mut self, place: &Place, old: &Response, new: &Response) {
        if let (Content::Json(_), Content::Json(_)) = (&old.content, &new.content) {
            let schema = |pointer: &str| format!("{pointer}/content/application~1json/schema");
            self.slot(&Slot::new(place.clone(), Direction::RESPONSE, schema(&old.pointer), schema(&new.pointer)));
        } else if old.content != new.content {
            let grade = if old.content == Content::Empty { Grade::Compatible } else { Grade::Breaking };
            let text = format!("holds {}, was {}", shown(&new.content), shown(&old.content));
            self.note(place, ChangeKind::ContentChanged, Wire::response(grade), text);
        }
    }
}

fn shown(content: &Content) -> String {
    match content {
        Content::Empty => "nothing".to_owned(),
        Content::Json(_) => "JSON".to_owned(),
        Content::Raw { media_type } => format!("bytes of {media_type}"),
    }
}
