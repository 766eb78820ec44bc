//! The columns of a table, and the text of their cells.

use std::collections::BTreeSet;

use bigid_auth_ext::bigid_api::RawJson;
use serde_json::{Map, Value};

use super::json::on_one_line;
use crate::command::{Field, Kind};
use crate::escape;
use crate::nearest::nearest;

/// The columns of a table or CSV.
pub(super) struct Columns {
    /// The paths to the members, given or chosen.
    names: Vec<String>,
    is_chosen: bool,
    declared: &'static [Field],
    missing: Missing,
}

/// The columns that were asked for, and that no record has had so far.
#[derive(Default)]
struct Missing {
    names: Vec<String>,
    /// The members of the records, which may have been meant.
    members: BTreeSet<String>,
}

/// The members that people look for first.
const FIRST: [&str; 14] = [
    "name",
    "displayName",
    "display_name",
    "caseLabel",
    "_id",
    "id",
    "type",
    "status",
    "state",
    "enabled",
    "severityLevel",
    "caseStatus",
    "location",
    "description",
];

/// The maximum number of columns that are chosen automatically.
const MOST: usize = 6;

/// The column name of a record that is not an object.
const VALUE: &str = "value";

impl Columns {
    pub(super) fn new(chosen: Option<Vec<String>>, declared: &'static [Field]) -> Self {
        let names = chosen.unwrap_or_default();
        // A record need not have a declared field.
        let unknown = names.iter().filter(|name| !declared.iter().any(|field| field.name == **name));
        let missing = Missing { names: unknown.cloned().collect(), members: BTreeSet::new() };
        Self { is_chosen: !names.is_empty(), names, declared, missing }
    }

    /// Takes note of a record that is about to be printed.
    pub(super) fn see(&mut self, record: &RawJson) {
        self.missing.names.retain(|name| at(record, name).is_none());
        if !self.missing.names.is_empty() {
            self.missing.members.extend(record.members().unwrap_or_default().into_iter().map(|(name, _)| name));
        }
    }

    /// A line for each column that was asked for and that no record had, with the name that was probably meant.
    pub(super) fn notes(&self) -> Vec<String> {
        let known = || {
            let declared = self.declared.iter().map(|field| field.name);
            self.missing.members.iter().map(String::as_str).chain(declared)
        };
        let note = |name: &String| {
            let root = name.find('.').map_or(name.as_str(), |dot| &name[..dot]);
            let near = match nearest(name, known()) {
                Some(near) => Some(near.to_owned()),
                None if known().any(|known| known == root) => None,
                None => nearest(root, known()).map(|near| format!("{near}{}", &name[root.len()..])),
            };
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            escape::line(&format!("no record has the field `{name}`{near}")).into_owned()
        };
        self.missing.names.iter().map(note).collect()
    }

    pub(super) fn default_to(&mut self, names: Vec<String>) {
        if !self.is_chosen {
            (self.names, self.is_chosen) = (names, true);
        }
    }

    pub(super) fn is_chosen(&self) -> bool {
        self.is_chosen
    }

    /// The names, escaped, because they may come from a server.
    pub(super) fn header(&self) -> Vec<String> {
        self.names.iter().map(|name| escape::line(name).into_owned()).collect()
    }

    pub(super) fn cells(&self, record: &RawJson) -> Vec<String> {
        self.names.iter().map(|name| at(record, name).map_or(String::new(), |value| cell(&value))).collect()
    }

    /// Chooses a few columns for a table: those that people look for first, then the declared ones, among those with
    /// plain values.
    pub(super) fn choose(&mut self, records: &[RawJson], width: Option<usize>) {
        if self.is_chosen {
            return;
        }
        self.is_chosen = true;
        let all = members(records);
        let plain = |name: &str| {
            let values = records.iter().filter_map(|record| record.get(name));
            let (mut some, mut nested) = (false, false);
            for value in values.filter(|value| !value.is_null()) {
                some = true;
                nested |= value.as_str().starts_with(['{', '[']);
            }
            some && !nested
        };
        let is_declared =
            |name: &str| self.declared.iter().any(|field| field.name == name && field.kind != Kind::Secret);
        let mut ranked: Vec<&String> = all.iter().filter(|name| plain(name)).collect();
        ranked.sort_by_key(|name| {
            let first = FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len());
            (first, !is_declared(name))
        });
        let most = width.map_or(MOST, |width| (width / 16).clamp(2, MOST));
        for name in ranked {
            // A column that repeats another one adds nothing.
            let repeats = |other: &String| records.iter().all(|record| record.get(name) == record.get(other));
            if self.names.len() < most && !(records.len() > 1 && self.names.iter().any(repeats)) {
                self.names.push(name.clone());
            }
        }
        if self.names.is_empty() {
            self.names = if all.is_empty() { vec![VALUE.to_owned()] } else { all.into_iter().take(most).collect() };
        }
    }

    /// Chooses all columns, in order of first occurrence.
    pub(super) fn choose_all(&mut self, records: &[RawJson]) {
        if !self.is_chosen {
            self.is_chosen = true;
            self.names = members(records);
            if self.names.is_empty() {
                self.names.push(VALUE.to_owned());
            }
        }
    }

    /// The record with only the chosen members, for JSON.
    pub(super) fn projected(&self, record: RawJson) -> RawJson {
        if !self.is_chosen {
            return record;
        }
        let member = |name: &String| {
            let value = at(&record, name);
            format!("{}:{}", Value::from(name.as_str()), value.as_ref().map_or("null", RawJson::as_str))
        };
        let text = self.names.iter().map(member).collect::<Vec<_>>().join(",");
        format!("{{{text}}}").parse().unwrap_or_else(|_| (&Value::Object(Map::new())).into())
    }
}

/// The names of the members of all records, in order of first occurrence.
fn members(records: &[RawJson]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (name, _) in records.iter().filter_map(RawJson::members).flatten() {
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

/// The value at a path: the full name of a member, or names and indices separated by dots.
fn at(json: &RawJson, way: &str) -> Option<RawJson> {
    if let Some(value) = json.get(way) {
        return Some(value);
    }
    if way == VALUE && json.members().is_none() {
        return Some(json.clone());
    }
    // The longest name first, because a name may contain a dot.
    let dots = way.rmatch_indices('.').map(|(at, _)| at);
    dots.into_iter()
        .find_map(|dot| {
            let (name, rest) = (&way[..dot], &way[dot + 1..]);
            let inner = match json.elements() {
                Some(elements) => elements.into_iter().nth(name.parse().ok()?)?,
                None => json.get(name)?,
            };
            at(&inner, rest)
        })
        .or_else(|| json.elements()?.into_iter().nth(way.parse().ok()?))
}

/// A value as the text of a cell.
pub(super) fn cell(value: &RawJson) -> String {
    if value.is_null() {
        return String::new();
    }
    match value.to_value() {
        Some(Value::String(text)) => escape::line(&text).into_owned(),
        _ => escape::line(&on_one_line(value.as_str())).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_through_objects_arrays_and_names_with_dots() {
        let json: RawJson = r#"{"a": {"b": [{"c": 7}, 8]}, "x.y": 1, "x": {"y.z": {"w": 2}}}"#.parse().unwrap();
        for (way, expected) in
            [("a.b.0.c", "7"), ("a.b.1", "8"), ("x.y", "1"), ("x.y.z.w", "2"), ("a.b", r#"[{"c": 7}, 8]"#)]
        {
            assert_eq!(at(&json, way).unwrap().as_str(), expected, "{way}");
        }
        for way in ["", ".", "a.", "a.b.2", "a.b.x", "q", "a..b", "x.z"] {
            assert!(at(&json, way).is_none(), "{way}");
        }
    }

    #[test]
    fn a_cell_is_one_line_that_no_terminal_obeys() {
        for (json, expected) in [
            (r#""plain""#, "plain"),
            (r#""a\nb""#, "a\\nb"),
            ("\"\\u001b[2J\"", "\\u{1b}[2J"),
            ("\"\u{9b}2J\"", "\\u{9b}2J"),
            ("null", ""),
            ("1e400", "1e400"),
            ("{\"a\":\n [1]}", "{\"a\":[1]}"),
        ] {
            assert_eq!(cell(&json.parse().unwrap()), expected);
        }
    }
}
