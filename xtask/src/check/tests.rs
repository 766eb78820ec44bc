//! Every example is caught, and every pasted action fixes it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::explain::{example, findings, paste, table};
use super::{Pipeline, Row, TRAPS, document, run};
use crate::naming::{RESERVED, RESERVED_FIELDS};
use crate::spec::{Applied, Diagnostic, Diagnostics, Severity, Source};

fn codes(row: &Row, value: &Value) -> Vec<(&'static str, Severity)> {
    let pipeline = if row.trap.plain.is_some() { Pipeline::Plain } else { Pipeline::Regen };
    let locate = |pointer: &str, message: String| Diagnostic::new(message).pointer(pointer);
    run(value, pipeline, &locate).iter().map(|finding| (finding.kind(), finding.severity())).collect()
}

fn errors(codes: &[(&'static str, Severity)]) -> Vec<&'static str> {
    codes.iter().filter(|(_, severity)| *severity == Severity::Error).map(|(code, _)| *code).collect()
}

#[test]
fn every_code_is_used_once_and_the_table_is_in_order() {
    let codes: Vec<&str> = TRAPS.iter().map(|row| row.trap.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_by_key(|code| (code.starts_with('W'), *code));
    sorted.dedup();
    assert_eq!(codes, sorted);
}

#[test]
fn every_example_is_caught_with_its_line_and_in_no_other_error() {
    for row in TRAPS {
        let source = example(row).unwrap();
        let found = findings(row, &source);
        assert!(!found.is_empty(), "{} is not caught", row.trap.code);
        let text = found[0].to_string();
        assert!(text.contains(&format!("tests/traps/{}.yaml:", row.trap.code)), "{text}");
        let all = codes(row, &source.value);
        assert!(errors(&all).iter().all(|code| *code == row.trap.code), "{}: {all:?}", row.trap.code);
    }
}

#[test]
fn what_is_pasted_takes_the_finding_away_and_brings_no_other_error() {
    let mut failures: Vec<String> = Vec::new();
    for row in TRAPS {
        let source = example(row).unwrap();
        let fixed = match row.fixed {
            Some(fixed) => serde_yaml::from_str(fixed).unwrap(),
            None => findings(row, &source).iter().fold(source.value.clone(), |document, finding| {
                let actions = finding.actions_text().unwrap_or_else(|| panic!("{}: nothing to paste", row.trap.code));
                paste(&document, actions).unwrap_or_else(|error| panic!("{}: {error}\n{actions}", row.trap.code))
            }),
        };
        let left = codes(row, &fixed);
        if left.iter().any(|(code, severity)| *code == row.trap.code || *severity == Severity::Error) {
            failures.push(format!("{} leaves {left:?} in\n{fixed}", row.trap.code));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn the_documentation_has_the_table() {
    let page = include_str!("../../../docs/spec-check.md");
    assert!(page.contains(&table()), "put the output of `cargo xtask spec explain --table` into docs/spec-check.md");
}

#[test]
fn the_contract_is_clean_and_each_rule_of_the_codegen_overlay_is_missed() {
    let applied = Applied::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).unwrap();
    assert_eq!(super::applied(&applied).to_string(), "");
    let without = run(&applied.contract, Pipeline::Regen, &|_, message| Diagnostic::new(message));
    let codes: BTreeSet<&str> = without.iter().map(Diagnostic::kind).collect();
    assert_eq!(codes, BTreeSet::from(["P112"]));
}

/// Values of every kind, and some that resemble another kind.
fn garbage() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1.5),
        json!(""),
        json!("#/components/schemas/A"),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({ "$ref": 1 }),
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/paths" }),
        json!({ "$ref": "#/components/schemas/A" }),
        json!({ "": { "": "" } }),
    ]
}

/// A document that uses every keyword.
fn full() -> Value {
    let schema = json!({
        "type": "object", "format": "x", "nullable": true, "required": ["a"], "enum": ["a", 1], "default": {}, "description": "d",
        "pattern": "x", "minLength": 1, "minimum": 1, "exclusiveMinimum": true, "minItems": 1, "x-rust-name": "n",
        "properties": { "a": { "type": "string" }, "b": { "$ref": "#/components/schemas/A" } },
        "items": { "type": "string" }, "additionalProperties": {}, "not": {}, "discriminator": { "propertyName": "a" },
        "allOf": [{ "$ref": "#/components/schemas/A" }, {}], "anyOf": [{ "type": "string" }, {}], "oneOf": [{}],
    });
    let to = json!({ "$ref": "#/components/schemas/A" });
    let media = json!({ "application/json": { "schema": to, "encoding": { "a": {} } }, "text/csv": {} });
    json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1", "description": "d" }, "security": [{}],
        "paths": { "/a/{b}": {
            "parameters": [{ "name": "b", "in": "path", "required": true, "schema": to }],
            "get": {
                "operationId": "a", "summary": "s", "description": "d", "security": [],
                "parameters": [{ "name": "c", "in": "query", "explode": false, "style": "form", "schema": to, "content": media }],
                "requestBody": { "required": true, "description": "d", "content": media },
                "responses": { "200": { "description": "d", "content": media }, "4XX": { "$ref": "#/components/responses/A" } },
            },
        } },
        "components": { "schemas": { "A": schema }, "responses": { "A": { "description": "d", "content": media } } },
    })
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => {
            object
                .iter()
                .for_each(|(key, inner)| pointers(inner, &format!("{at}/{}", crate::spec::escape(key)), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, inner)| pointers(inner, &format!("{at}/{index}"), found))
        }
        _ => {}
    }
}

/// A panic of the checks themselves is reported as a finding without code.
fn survives(value: &Value, pipeline: Pipeline) {
    let found = run(value, pipeline, &|pointer, message| Diagnostic::new(message).pointer(pointer));
    assert!(found.iter().all(|finding| finding.kind() != "others"), "{found}\n{value:#}");
}

const BOTH: [Pipeline; 2] = [Pipeline::Plain, Pipeline::Regen];

#[test]
fn any_value_in_any_place_gives_findings() {
    let full = full();
    let mut places = Vec::new();
    pointers(&full, "", &mut places);
    for (row, place) in places.iter().enumerate() {
        for (column, value) in garbage().into_iter().enumerate() {
            let mut broken = full.clone();
            *broken.pointer_mut(place).unwrap() = value;
            survives(&broken, BOTH[(row + column) % 2]);
        }
    }
}

#[test]
fn the_deepest_document_that_can_be_loaded_is_checked() {
    for (open, close) in [("{items: ", "}"), ("{allOf: [", "]}"), ("{properties: {a: ", "}}"), ("{not: ", "}")] {
        for depth in [20, 40, 61, 122, 5_000] {
            let schema = format!("{}{{type: string}}{}", open.repeat(depth), close.repeat(depth));
            let text = format!(
                "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents: {{schemas: {{A: {schema}}}}}\n"
            );
            match Source::parse("deep.yaml", text.into_bytes()) {
                Ok(source) => BOTH.into_iter().for_each(|pipeline| survives(&source.value, pipeline)),
                Err(error) => assert!(error.to_string().contains("recursion limit"), "{error}"),
            }
        }
    }
}

#[test]
fn circles_of_references_end() {
    let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let part = |section: &str, name: &str| json!({ "$ref": format!("#/components/{section}/{name}") });
    let circles = json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
        "paths": { "/a": { "$ref": "#/paths/~1a", "get": {
            "operationId": "a", "parameters": [part("parameters", "A")], "requestBody": part("requestBodies", "A"),
            "responses": { "200": part("responses", "A"), "400": { "description": "", "content": { "application/json": { "schema": to("A") } } } },
        } } },
        "components": {
            "schemas": { "A": to("B"), "B": to("A"), "C": { "allOf": [to("C"), { "anyOf": [to("D")] }] },
                "D": { "properties": { "c": to("C"), "d": { "items": to("D") } }, "default": { "d": [{}] } } },
            "parameters": { "A": part("parameters", "B"), "B": part("parameters", "A") },
            "requestBodies": { "A": part("requestBodies", "A") }, "responses": { "A": part("responses", "A") },
        },
    });
    BOTH.into_iter().for_each(|pipeline| survives(&circles, pipeline));
}

#[test]
fn what_is_no_document_is_a_finding() {
    for text in [
        "",
        "- 1\n",
        "x",
        "openapi: 3\n",
        "swagger: '2.0'\n",
        "{}",
        "openapi: 3.0.3\n",
        "openapi: 3.0.3\npaths: []\ninfo: 1\n",
    ] {
        let source = Source::parse("x.yaml", text.as_bytes().to_vec()).unwrap();
        assert!(document(&source).count(Severity::Error) > 0, "{text}");
    }
}

/// What `regen` would find in a record with some properties, read by an operation with some parameters.
fn of_names(properties: &[&str], parameters: &[&str]) -> (Value, Diagnostics) {
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|name| ((*name).to_owned(), json!({ "type": "string", "description": "It." }))).collect();
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "description": "It.", "schema": { "type": "string" } }))
        .collect();
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } });
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "Things", "version": "1" },
        "paths": { "/things": { "get": {
            "operationId": "listThings", "summary": "List Things", "security": [], "parameters": parameters,
            "responses": { "200": { "description": "Done.", "content": content }, "400": { "description": "No.", "content": content } },
        } } },
        "components": { "schemas": { "Thing": { "type": "object", "properties": properties } } },
    });
    let found = run(&document, Pipeline::Regen, &|pointer, message| Diagnostic::new(message).pointer(pointer));
    (document, found)
}

#[test]
fn two_names_that_a_suffix_makes_one_are_refused_and_the_fix_separates_them() {
    let suffixed = |names: &[&str], suffix: &str| {
        names.iter().map(|name| ((*name).to_owned(), format!("{name}{suffix}"))).collect::<Vec<_>>()
    };
    let keywords = suffixed(&["type", "match", "self"], "_");
    for (one, other) in [suffixed(&RESERVED_FIELDS, "_field"), keywords.clone()].concat() {
        for alone in [&one, &other] {
            assert_eq!(of_names(&[alone], &[]).1.to_string(), "");
        }
        for pair in [[one.as_str(), &other], [&other, &one]] {
            let third = format!("{other}_2");
            for names in [
                pair.to_vec(),
                [pair.as_slice(), &[&third]].concat(),
                [pair.as_slice(), &[&format!("_{other}")]].concat(),
            ] {
                let (document, found) = of_names(&names, &[]);
                assert!(found.iter().count() > 0 && found.iter().all(|one| one.kind() == "P112"), "{names:?}: {found}");
                let fixed = found.iter().fold(document, |document, one| {
                    assert!(
                        one.pointer_text().is_some_and(|at| at.starts_with("/components/schemas/Thing/properties/")),
                        "{one}"
                    );
                    assert!(one.actions_text().is_some_and(|actions| actions.contains("x-rust-name")), "{one}");
                    paste(&document, one.actions_text().unwrap()).unwrap()
                });
                let left = run(&fixed, Pipeline::Regen, &|pointer, message| Diagnostic::new(message).pointer(pointer));
                assert_eq!(left.to_string(), "", "{names:?}");
            }
        }
    }
    for (one, other) in [suffixed(&RESERVED, "_param"), keywords].concat() {
        for alone in [&one, &other] {
            assert_eq!(of_names(&[], &[alone]).1.to_string(), "");
        }
        for pair in [[one.as_str(), &other], [&other, &one]] {
            let found = of_names(&[], &pair).1;
            assert!(found.iter().any(|one| one.kind() == "P110"), "{pair:?}: {found}");
        }
    }
}

#[test]
fn a_name_whose_letters_are_not_ascii_is_a_warning_wherever_it_stands() {
    for (name, is_warned) in
        [("name", false), ("Größe", true), ("名前", true), ("ªb", true), ("№ of", false), ("a-→b", false)]
    {
        let (mut document, _) = of_names(&[name], &[name]);
        document["components"]["schemas"][name] = json!({ "type": "string", "enum": [name] });
        document["paths"]["/things"]["get"]["operationId"] = format!("list{name}").into();
        let found = run(&document, Pipeline::Regen, &|pointer, message| Diagnostic::new(message).pointer(pointer));
        let warned = found.iter().filter(|one| one.kind() == "W704" && one.severity() == Severity::Warning);
        let places: BTreeSet<&str> = warned.filter_map(Diagnostic::pointer_text).collect();
        let schema = format!("/components/schemas/{name}");
        let (values, property) = (format!("{schema}/enum"), format!("/components/schemas/Thing/properties/{name}"));
        let all = [property.as_str(), &schema, &values, "/paths/~1things/get", "/paths/~1things/get/parameters/0"];
        assert_eq!(places, BTreeSet::from_iter(all.into_iter().filter(|_| is_warned)), "{name}: {found}");
    }
}
