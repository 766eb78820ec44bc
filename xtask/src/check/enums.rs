//! P403 to P405, P415, P506: enumerations.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use unicode_ident::is_xid_continue;

use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::naming;
use crate::spec::{Layer, Severity};

pub(super) static COLLIDING: Trap = Trap {
    code: "P403",
    title: "enum values that become one Rust name",
    effect: "progenitor panics: `Failed to make unique variant names`",
    fix: "remove the enum: the value is kept as a string",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static MIXED: Trap = Trap {
    code: "P404",
    title: "an enum without a type, with values of several types",
    effect: "progenitor panics: `multiple implied types for an un-typed enum`",
    fix: "remove the enum",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static WRONG_KIND: Trap = Trap {
    code: "P405",
    title: "an enum value that is not of the schema's type",
    effect: "progenitor rejects the document: `value does not conform to the given schema`",
    fix: "correct the values, or remove the enum",
    ..ERROR
};

pub(super) static CLOSED: Trap = Trap {
    code: "P415",
    title: "a closed enum in a response",
    effect: "decoding of the whole response fails on a value that the server adds later",
    fix: "allow any string in addition to the known values",
    layer: Layer::Codegen,
    plain: Some(Severity::Warning),
    regen: None,
    defused: "`regen` makes every enum of a response open",
};

pub(super) static UNRECOGNIZED: Trap = Trap {
    code: "P506",
    title: "an enum of a response with the value that open enums need",
    effect: "open enums keep unknown text in a variant `Unrecognized`, which would occur twice: `regen` stops",
    fix: "remove the value: it is kept as a string, like every unknown one",
    layer: Layer::Codegen,
    plain: None,
    defused: "progenitor alone has no open enums",
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for schema in &document.schemas {
        let Some(values) = schema.value["enum"].as_array() else { continue };
        let at = schema.pointer.as_str();
        let remove = || Fix::remove(format!("{at}/enum"));
        let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        match schema.value["type"].as_str() {
            None if kinds(values) > 1 => found.add(&MIXED, at, "an enum of values of several kinds", remove()),
            None if schema.value["nullable"] == true => {
                found.add(&WRONG_KIND, at, "a nullable enum without type, which progenitor takes for null", remove());
            }
            Some(kind) if kind != "boolean" && values.iter().any(|value| !fits(schema.value, kind, value)) => {
                found.add(&WRONG_KIND, at, format!("an enum value that is not of the type {kind}"), remove());
            }
            None | Some("string") => {
                if let Some((one, other)) = collision(&texts) {
                    let duplicates = duplicate_indices(values);
                    let distinct: Vec<&str> = texts.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
                    let fix = match collision(&distinct) {
                        None => duplicates
                            .iter()
                            .rev()
                            .fold(Fix::default(), |fix, index| fix.and_remove(format!("{at}/enum/{index}"))),
                        Some(_) => remove(),
                    };
                    found.add(&COLLIDING, at, format!("`{one}` and `{other}` become one Rust name"), fix);
                }
            }
            _ => {}
        }
        if schema.in_response && !texts.is_empty() && !is_open(document, at) {
            let mut open = json!({ "oneOf": [{ "type": "string", "enum": texts }, { "type": "string" }] });
            let mut fix = remove().and_remove_key(schema.value, at, "type");
            if schema.value["nullable"] == true {
                fix = fix.and_remove(format!("{at}/nullable"));
                open["nullable"] = true.into();
            }
            found.add(&CLOSED, at, "a response holds a closed enum", fix.and_update(at, open));
            if let Some(index) =
                values.iter().position(|value| value.as_str().map(naming::pascal).as_deref() == Some("Unrecognized"))
            {
                let fix = Fix::remove(format!("{at}/enum/{index}"));
                found.add(&UNRECOGNIZED, at, "a value that becomes `Unrecognized`", fix);
            }
        }
    }
}

/// Whether an enum is in a oneOf that also accepts any text.
fn is_open(document: &Document<'_>, at: &str) -> bool {
    let alternatives =
        at.rsplit_once("/oneOf/").and_then(|(parent, _)| document.root.pointer(parent)?["oneOf"].as_array());
    alternatives.is_some_and(|list| list.iter().any(|other| *other == json!({ "type": "string" })))
}

fn kinds(values: &[Value]) -> usize {
    let kinds: BTreeSet<u8> = values
        .iter()
        .filter(|value| !value.is_null())
        .map(|value| match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::String(_) => 3,
            Value::Array(_) => 4,
            Value::Object(_) => 5,
        })
        .collect();
    kinds.len()
}

fn fits(schema: &Value, kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string() || value.is_null(),
        "integer" => value.is_i64() || value.is_null() && schema["nullable"] == true,
        "number" => value.is_number() || value.is_null() && schema["nullable"] == true,
        "array" => value.is_array() || value.is_null() && schema["nullable"] == true,
        "object" => value.is_object() || value.is_null() && schema["nullable"] == true,
        _ => true,
    }
}

fn duplicate_indices(values: &[Value]) -> Vec<usize> {
    (0..values.len()).filter(|index| values[..*index].contains(&values[*index])).collect()
}

/// Two values to which progenitor gives the same name: it tries twice, the second time with an X for each character
/// that it drops.
fn collision<'a>(texts: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let first = |name: fn(&str) -> String| {
        let mut seen = std::collections::BTreeMap::new();
        texts.iter().find_map(|text| seen.insert(name(text), *text).map(|other| (other, *text)))
    };
    first(naming::pascal)?;
    first(|text| naming::pascal(&text.replace(|c: char| c == '_' || !is_xid_continue(c), "X")))
}
