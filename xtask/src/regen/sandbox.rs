//! The copy of the applied contract in `bigid-sandbox`, which serves all of its operations.

use std::fmt::Write as _;

use serde_json::{Map, Value};

pub(super) const COPY: &str = "bigid-sandbox/src/contract/applied.json";

/// The contract without its evidence, with each operation and each component on one line: half as long as the
/// contract's file, and as easy to merge.
pub(super) fn copy(contract: &Value) -> String {
    let mut text = "{".to_owned();
    let document = without_evidence(contract);
    for (index, (key, value)) in members(&document).enumerate() {
        let _ = write!(text, "{}\n{}: ", if index > 0 { "," } else { "" }, Value::from(key.as_str()));
        match key.as_str() {
            "paths" | "components" => grouped(&mut text, value),
            _ => text += &value.to_string(),
        }
    }
    text + "\n}\n"
}

/// An object of objects, with one line per inner member.
fn grouped(text: &mut String, value: &Value) {
    text.push('{');
    for (index, (group, inner)) in members(value).enumerate() {
        let _ = write!(text, "{}\n {}: {{", if index > 0 { "," } else { "" }, Value::from(group.as_str()));
        for (index, (key, value)) in members(inner).enumerate() {
            let _ = write!(text, "{}\n  {}: {value}", if index > 0 { "," } else { "" }, Value::from(key.as_str()));
        }
        text.push_str("\n }");
    }
    text.push_str("\n}");
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn without_evidence(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, _)| key.as_str() != "x-evidence");
            kept.map(|(key, value)| (key.clone(), without_evidence(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(without_evidence).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_copy_is_the_contract_without_its_evidence() {
        let contract = json!({
            "openapi": "3.0.3",
            "info": {"title": "a \"b\""},
            "paths": {"/a": {"get": {"x-evidence": 1, "responses": {"200": {"x-evidence": {}}}}, "post": {}}, "/b": {}},
            "components": {"schemas": {"A": {"type": "object"}}},
        });
        let text = copy(&contract);
        let mut expected = contract.clone();
        expected["paths"]["/a"]["get"] = json!({"responses": {"200": {}}});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        assert!(text.lines().any(|line| line.starts_with("  \"get\": {")), "{text}");
    }
}
