//! P105 to P108, P314: path templates and their parameters.

use serde_json::{Value, json};

use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::model::{Part, RawOperation as Operation};
use crate::spec::Severity;

pub(super) static TEMPLATE: Trap = Trap {
    code: "P105",
    title: "a path template that does not close its braces",
    effect: "progenitor rejects the document as `invalid operation path`, or writes a format string that does not compile",
    fix: "open and close each brace once",
    ..ERROR
};

pub(super) static UNDECLARED: Trap = Trap {
    code: "P106",
    title: "a name in a path template that no parameter declares",
    effect: "progenitor panics: `missing path name mapping`",
    fix: "declare the parameter, or correct the name",
    ..ERROR
};

pub(super) static HOMELESS: Trap = Trap {
    code: "P107",
    title: "a path parameter that the template does not name",
    effect: "progenitor panics, or writes an argument that is never sent",
    fix: "name it in the template, or remove it",
    ..ERROR
};

pub(super) static NOT_REQUIRED: Trap = Trap {
    code: "P108",
    title: "a path parameter that is not required",
    effect: "progenitor panics: `assertion failed: parameter_data.required`",
    fix: "write `required: true`, as OpenAPI requires",
    ..ERROR
};

pub(super) static DOTS: Trap = Trap {
    code: "P314",
    title: "a path parameter that may be two dots",
    effect: "dots are not encoded: `..` calls the parent path, even with DELETE and PUT",
    fix: "forbid the two names with a pattern",
    plain: Some(Severity::Warning),
    regen: None,
    defused: "the transport rejects a `..` segment",
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    for operation in &document.operations {
        let (names, whole) = names(operation.path);
        if !whole {
            let message =
                format!("the template `{}` of {} does not close its braces", operation.path, operation.label());
            found.add(&TEMPLATE, &operation.pointer, message, Fix::remove(&operation.pointer));
            continue;
        }
        let declared: Vec<&Part<'_>> = operation.parameters.iter().filter(|part| part.value["in"] == "path").collect();
        for name in names.iter().filter(|name| !declared.iter().any(|part| part.value["name"] == **name)) {
            let parameter = json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
            let fix = Fix::update(&operation.pointer, json!({ "parameters": [parameter] }));
            let at = format!("{}/parameters", operation.pointer);
            found.add(&UNDECLARED, &at, format!("`{name}` in {} is not declared", operation.path), fix);
        }
        for part in declared {
            parameter(operation, part, &names, found);
        }
    }
}

fn parameter(operation: &Operation<'_>, part: &Part<'_>, names: &[String], found: &mut Findings<'_>) {
    let name = part.value["name"].as_str().unwrap_or_default();
    if !names.iter().any(|known| known == name) {
        let message = format!("the path parameter `{name}` is not in {}", operation.path);
        return found.add(&HOMELESS, &part.mention, message, Fix::remove(&part.mention));
    }
    if part.value["required"] != true {
        let fix = Fix::update(&part.pointer, json!({ "required": true }));
        found.add(&NOT_REQUIRED, &part.pointer, format!("the path parameter `{name}` is not required"), fix);
    }
    let schema = &part.value["schema"];
    let kept = ["enum", "pattern", "format", "$ref", "oneOf", "anyOf", "allOf"];
    if schema["type"] == "string" && !kept.iter().any(|key| schema.get(key).is_some()) {
        let fix = Fix::update(format!("{}/schema", part.pointer), json!({ "pattern": NO_DOTS }));
        found.add(&DOTS, &part.pointer, format!("the path parameter `{name}` may be `..`"), fix);
    }
}

/// Any text except one dot, two dots, and the empty text.
const NO_DOTS: &str = r"^(?!\.{1,2}$).+$";

/// The names in a template, and whether its braces are balanced.
fn names(template: &str) -> (Vec<String>, bool) {
    let mut names = Vec::new();
    let mut open: Option<String> = None;
    for c in template.chars() {
        match (c, &mut open) {
            ('{', None) => open = Some(String::new()),
            ('}', Some(name)) if !name.is_empty() => names.extend(open.take()),
            ('{' | '}' | '/', Some(_)) | ('}', None) => return (names, false),
            (c, Some(name)) => name.push(c),
            _ => {}
        }
    }
    (names, open.is_none())
}

/// Whether a parameter is sent as a header under a name.
pub(super) fn is_header(parameter: &Value, names: &[&str]) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    parameter["in"] == "header" && names.iter().any(|known| name.eq_ignore_ascii_case(known))
}
