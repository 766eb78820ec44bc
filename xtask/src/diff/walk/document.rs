//! The parts of a contract other than its operations and schemas.

use serde_json::{Map, Value};

use super::ContractWalk;
use crate::diff::grade::{Grade, Wire};
use crate::diff::kind::ChangeKind;
use crate::diff::place::Place;

static NOTHING: Value = Value::Null;

impl ContractWalk<'_, '_> {
    pub(super) fn document(&mut self) {
        let (old, new) = (self.documents.old, self.documents.new);
        self.info(&old["info"], &new["info"]);
        self.servers(&old["servers"], &new["servers"]);
        self.tags(&old["tags"], &new["tags"]);
        self.schemes(&old["components"]["securitySchemes"], &new["components"]["securitySchemes"]);
    }

    /// The title, the version, the contact and the like.
    fn info(&mut self, old: &Value, new: &Value) {
        for key in keys(old, new) {
            if old[key] != new[key] {
                self.note(&Place::Document, ChangeKind::InfoChanged, Wire::SAME, format!("its `{key}` changed"));
            }
        }
    }

    /// The user configures the client's address; the contract's server is only a template for users to look up.
    fn servers(&mut self, old: &Value, new: &Value) {
        let (old, new) = (by(old, "url"), by(new, "url"));
        let place = Place::Document;
        for (url, server) in &new {
            match old.iter().find(|(other, _)| other == url) {
                None => {
                    self.note(
                        &place,
                        ChangeKind::ServerAdded,
                        Wire::both(Grade::Compatible),
                        format!("the server {url} is new"),
                    );
                }
                Some((_, before)) if before != server => {
                    self.note(
                        &place,
                        ChangeKind::ServerChanged,
                        Wire::SAME,
                        format!("the server {url} is described in another way"),
                    );
                }
                Some(_) => {}
            }
        }
        for (url, _) in old.iter().filter(|(url, _)| !new.iter().any(|(other, _)| other == url)) {
            self.note(
                &place,
                ChangeKind::ServerRemoved,
                Wire::both(Grade::Breaking),
                format!("the server {url} is gone"),
            );
        }
    }

    fn tags(&mut self, old: &Value, new: &Value) {
        let (old, new) = (by(old, "name"), by(new, "name"));
        for (name, tag) in &new {
            let place = Place::Tag((*name).to_owned());
            match old.iter().find(|(other, _)| other == name) {
                None => self.note(&place, ChangeKind::TagAdded, Wire::SAME, "is new"),
                Some((_, before)) => self.words(&place, "its description", &before["description"], &tag["description"]),
            }
        }
        for (name, _) in old.iter().filter(|(name, _)| !new.iter().any(|(other, _)| other == name)) {
            self.note(&Place::Tag((*name).to_owned()), ChangeKind::TagRemoved, Wire::SAME, "is gone");
        }
    }

    fn schemes(&mut self, old: &Value, new: &Value) {
        for name in keys(old, new) {
            let place = Place::Scheme(name.to_owned());
            match (old.get(name), new.get(name)) {
                (None, _) => self.note(&place, ChangeKind::SchemeAdded, Wire::SAME, "is new"),
                // The operations that it authorized report their own changes.
                (_, None) => self.note(&place, ChangeKind::SchemeRemoved, Wire::SAME, "is gone"),
                (Some(before), Some(after)) => self.scheme(&place, before, after),
            }
        }
    }

    fn scheme(&mut self, place: &Place, old: &Value, new: &Value) {
        self.words(place, "its description", &old["description"], &new["description"]);
        self.words(place, "its `bearerFormat`", &old["bearerFormat"], &new["bearerFormat"]);
        self.evidence(place, old, new);
        for key in ["type", "in", "name", "scheme"] {
            let (before, after) = (&old[key], &new[key]);
            if before != after {
                let text = format!("its `{key}` is {after}, was {before}");
                self.note(place, ChangeKind::SchemeChanged, Wire::request(Grade::Breaking), text);
            }
        }
    }
}

/// The keys of two objects.
pub(super) fn keys<'v>(old: &'v Value, new: &'v Value) -> Vec<&'v str> {
    let of = |value: &'v Value| value.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    let mut keys: Vec<&str> = of(old).chain(of(new)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The items of a list, each with its name.
fn by<'v>(list: &'v Value, key: &str) -> Vec<(&'v str, &'v Value)> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| (item.get(key).unwrap_or(&NOTHING).as_str().unwrap_or_default(), item)).collect()
}
