//! Masks secrets in responses, unless `--show-secrets` was given.

use bigid_auth_ext::bigid_api::RawJson;
use serde_json::Value;

/// The replacement of a secret: the mask that BigID itself shows.
const MASK: &str = "\"******\"";

/// The value with the members of these names masked, at any depth, except `null` and empty strings.
pub(crate) fn masked(json: RawJson, names: &[&str]) -> RawJson {
    // A name may contain escapes, so its absence from the text proves nothing if there are escapes.
    let may_hold = json.as_str().contains('\\') || names.iter().any(|name| json.as_str().contains(name));
    if names.is_empty() || !may_hold {
        return json;
    }
    written(&json, names).parse().unwrap_or(json)
}

fn written(json: &RawJson, names: &[&str]) -> String {
    if let Some(elements) = json.elements() {
        let elements: Vec<String> = elements.iter().map(|element| written(element, names)).collect();
        return format!("[{}]", elements.join(","));
    }
    let Some(members) = json.members() else { return json.as_str().to_owned() };
    let member = |(name, value): &(String, RawJson)| {
        let is_secret = names.contains(&name.as_str()) && !matches!(value.as_str(), "null" | "\"\"");
        let value = if is_secret { MASK.to_owned() } else { written(value, names) };
        format!("{}:{value}", Value::from(name.as_str()))
    };
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_wherever_it_is_and_however_its_name_is_written() {
        let json: RawJson =
            r#"{"a": [{"pass": "hunter2"}, {"p\u0061ss": {"x": "hunter2"}}], "pass": null, "n": 1e400, "pass2": "x"}"#
                .parse()
                .unwrap();
        let masked = masked(json, &["pass"]);
        assert!(!masked.as_str().contains("hunter2"));
        assert_eq!(masked.as_str(), r#"{"a":[{"pass":"******"},{"pass":"******"}],"pass":null,"n":1e400,"pass2":"x"}"#);
    }
}
