//! P601, P602: descriptions, which become rustdoc.

use serde_json::{Value, json};

use super::super::trap::{ERROR, WARNING};
use super::super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::prose;
use crate::spec::Layer;

pub(in crate::check) static DOCTEST: Trap = Trap {
    code: "P601",
    title: "code in a description",
    effect: "a fence without a language, and text indented by four spaces, become doctests, which fail",
    fix: "mark the fence as text",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` makes every description plain",
    ..ERROR
};

pub(in crate::check) static MARKUP: Trap = Trap {
    code: "P602",
    title: "bare links, angle or square brackets in a description",
    effect: "rustdoc warns about bare URLs, unclosed HTML, and broken links",
    fix: "put links in angle brackets, and a backslash before the others",
    layer: Layer::Codegen,
    regen: None,
    defused: "`regen` makes every description plain",
    ..WARNING
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    text("/info", &document.root["info"], "description", found);
    for operation in &document.operations {
        text(&operation.pointer, operation.value, "summary", found);
        text(&operation.pointer, operation.value, "description", found);
        for part in operation.parameters.iter().chain(&operation.body) {
            text(&part.pointer, part.value, "description", found);
        }
    }
    for schema in &document.schemas {
        text(&schema.pointer, schema.value, "description", found);
    }
}

fn text(at: &str, node: &Value, key: &str, found: &mut Findings<'_>) {
    let Some(text) = node[key].as_str() else { return };
    let pointer = format!("{at}/{key}");
    let fix = || Fix::update(at, json!({ key: prose::plain(text) }));
    if prose::is_code(text) {
        found.add(&DOCTEST, &pointer, "code that rustdoc compiles", fix());
    } else if has_markup(text) {
        found.add(&MARKUP, &pointer, "text that rustdoc takes for markup", fix());
    }
}

fn has_markup(text: &str) -> bool {
    let mut code = false;
    text.split('`').any(|part| {
        code = !code;
        code && part.split(' ').any(|word| {
            let word = word.trim_start_matches(['(', '"', '\'']);
            let link = word.starts_with("http://") || word.starts_with("https://");
            let tag = word.split('<').skip(1).any(|rest| {
                rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && !rest.starts_with("http")
            });
            let bracket = word.starts_with('[') && word.contains(']') && !word.contains("](");
            link || tag && !word.contains("\\<") || bracket
        })
    })
}
