//! The table and its words.

use serde_json::{Value, json};

use super::*;

fn said(document: &Value) -> Vec<String> {
    let all = violations(document, crate::spec::Layer::Codegen, &|_| false);
    all.into_iter().map(|one| format!("{}: {}; {}", one.pointer, one.message, one.help)).collect()
}

fn with(key: &str, value: Value) -> Value {
    let mut document = json!({ "openapi": "3.0.3", "info": { "title": "t", "version": "1" } });
    document[key] = value;
    document
}

#[test]
fn a_word_that_is_close_to_a_known_one_is_asked_for() {
    let get = json!({ "/a": { "get": { "paramters": [], "x-save": true, "x-pageing": {}, "operationId": "a" } } });
    assert_eq!(
        said(&with("paths", get)),
        [
            "/paths/~1a/get/paramters: `paramters` has no place in an operation; did you mean `parameters`?",
            "/paths/~1a/get/x-pageing: `x-pageing` has no place in an operation; did you mean `x-paging`?",
            "/paths/~1a/get/x-save: `x-save` has no place in an operation; did you mean `x-safe`?",
        ]
    );
    let schema = json!({ "schemas": { "A": { "type": "object", "properties": {}, "requierd": ["a"] } } });
    assert!(said(&with("components", schema))[0].contains("did you mean `required`?"));
}

#[test]
fn a_path_key_is_what_is_sent() {
    for path in ["/a?b=1", "/a#b", "/a b", "/\u{e4}", "a", "/a//b", "/a/../b", "/a%20b", "/a\\b", "/a\"b", "/a|b"] {
        let found = said(&with("paths", json!({ path: {} })));
        assert_eq!(found.len(), 1, "{path}: {found:?}");
    }
    for path in ["/a", "/a/", "/a-b/{c}", "/a/b:{c}", "/{a_b}.json"] {
        assert!(said(&with("paths", json!({ path: {} }))).is_empty(), "{path}");
    }
}

#[test]
fn a_keyword_that_does_not_belong_to_its_type_is_not_ignored() {
    let types = ["string", "integer", "number", "boolean", "array", "object"];
    let keywords = [
        ("properties", json!({}), "object"),
        ("items", json!({}), "array"),
        ("enum", json!(["a"]), "string"),
        ("pattern", json!("a"), "string"),
        ("minItems", json!(1), "array"),
    ];
    for kind in types {
        for (key, value, home) in &keywords {
            let mut schema = json!({ "type": kind });
            schema[*key] = value.clone();
            let found = said(&with("components", json!({ "schemas": { "A": schema } })));
            assert_eq!(found.is_empty(), kind == *home, "{key} in {kind}: {found:?}");
        }
    }
}

#[test]
fn the_documentation_has_the_vocabulary() {
    let page = include_str!("../../../../docs/spec-check.md");
    assert!(
        page.contains(&markdown()),
        "put the output of `cargo xtask spec explain --vocabulary` into docs/spec-check.md"
    );
}
