//! P420: properties that are sent in one direction only.

use serde_json::Value;

use super::trap::WARNING;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::spec::escape;

pub(super) static READ_ONLY: Trap = Trap {
    code: "P420",
    title: "a required property that is sent in one direction only",
    effect: "readOnly and writeOnly are ignored: a request requires what only the server knows, or a response lacks a required property",
    fix: "make the property optional",
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let (at, value) = (schema.pointer.as_str(), schema.value);
        let required: Vec<&str> =
            value["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in value["properties"].as_object().into_iter().flatten() {
            let place = format!("{at}/properties/{}", escape(name));
            let one_way = schema.in_request && property["readOnly"] == true
                || schema.in_response && property["writeOnly"] == true;
            if let Some(index) = required.iter().position(|required| required == name).filter(|_| one_way) {
                let fix = Fix::remove(format!("{at}/required/{index}"));
                found.add(&READ_ONLY, &place, format!("`{name}` is required, and sent in one direction"), fix);
            }
        }
    }
}
