//! Each rule of overlays, one by one.

use super::*;
use serde_json::json;

/// Applies one action, written as YAML below its target.
fn apply(document: Value, target: &str, action: &str) -> Result<Value, String> {
    let text = format!(
        "overlay: 1.1.0\ninfo: {{}}\nx-applies-to: contract\nactions:\n- target: {target}\n  description: why\n  x-evidence: {{sources: [J1], independent: 1}}\n  {action}\n"
    );
    let source = Source::parse("o.yaml", text.into_bytes()).map_err(|error| error.to_string())?;
    let mut document = document;
    let overlay = Overlay::read(&source).map_err(|error| error.to_string())?;
    overlay.apply(&mut document, &source).map_err(|error| error.to_string())?;
    Ok(document)
}

#[test]
fn updates_merge_objects_extend_arrays_and_replace_plain_values() {
    let document = json!({"a": {"b": 1, "c": [1]}, "d": "x"});
    assert_eq!(
        apply(document.clone(), "$.a", "update: {b: 2, c: [2], e: {}}").unwrap()["a"],
        json!({"b": 2, "c": [1, 2], "e": {}})
    );
    assert_eq!(apply(document.clone(), "$.d", "update: y").unwrap()["d"], "y");
    assert_eq!(apply(document, "$.a.c", "update: 2").unwrap()["a"]["c"], json!([1, 2]));
}

#[test]
fn removals_keep_their_neighbours() {
    let document = json!({"a": [0, 1, 2, 3], "b/c": 1});
    assert_eq!(apply(document.clone(), "$.a[?@ < 3]", "remove: true").unwrap()["a"], json!([3]));
    assert_eq!(apply(document, "$['b/c']", "remove: true").unwrap(), json!({"a": [0, 1, 2, 3]}));
}

#[test]
fn a_copy_takes_one_node() {
    let document = json!({"a": {"x": 1}, "b": {}});
    assert_eq!(apply(document.clone(), "$.b", "copy: $.a").unwrap()["b"], json!({"x": 1}));
    assert!(apply(document, "$.b", "copy: $.*").unwrap_err().contains("selects 2"));
}

#[test]
fn an_overlay_cannot_rot() {
    let document = json!({"a": {"b": 1}});
    for (target, action, said) in [
        ("$.x", "update: 1", "matches nothing"),
        ("$.a.b", "update: 1", "changes nothing"),
        ("$.a.b", "update: {c: 1}", "replaces a number by a mapping"),
        ("$.a", "update: {b: [1]}", "replaces a number by a list at #/a/b"),
        ("$.a[", "update: 1", "not a JSONPath"),
        ("$", "remove: true", "cannot be removed"),
        ("$.a", "remove: false", "one of update"),
    ] {
        let text = apply(document.clone(), target, action).unwrap_err();
        assert!(text.contains(said) && text.contains("o.yaml:5"), "{target} {action}: {text}");
    }
}

#[test]
fn an_action_says_why() {
    let text =
        "overlay: 1.1.0\ninfo: {}\nx-applies-to: contract\nactions:\n- {target: $.a, description: why, update: 2}\n";
    let source = Source::parse("o.yaml", text.into()).unwrap();
    assert!(Overlay::read(&source).err().unwrap().to_string().contains("x-evidence"));
}
