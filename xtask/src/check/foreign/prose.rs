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
    if is_code(text) {
        found.add(&DOCTEST, &pointer, "code that rustdoc compiles", fix());
    } else if has_markup(text) {
        found.add(&MARKUP, &pointer, "text that rustdoc takes for markup", fix());
    }
}

/// Whether rustdoc finds a test in a text: a fence that names no other language, or an indented block.
fn is_code(text: &str) -> bool {
    let mut fence: Option<&str> = None;
    let mut blank = true;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|marker| trimmed.starts_with(marker));
        match (fence, marker) {
            (None, Some(marker)) => {
                let language = trimmed.trim_start_matches(['`', '~']).trim();
                if language.is_empty() || language.split([',', ' ']).any(|word| RUST.contains(&word)) {
                    return true;
                }
                fence = Some(marker);
            }
            (Some(open), Some(marker)) if open == marker => fence = None,
            (Some(_), _) => {}
            (None, None) if blank && !trimmed.is_empty() && line.len() - trimmed.len() >= 4 => return true,
            (None, None) => {}
        }
        blank = trimmed.is_empty();
    }
    false
}

/// The info strings of a fence whose content is still compiled as Rust.
const RUST: [&str; 5] = ["rust", "no_run", "should_panic", "compile_fail", "edition2021"];

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
