//! What a client may set a field of a data source to: a value of a kind that was recorded of it.

use serde_json::{Map, Value};

use super::fields::{FIELDS, Shape};

/// A field that holds something of another kind than any recorded one does. Fields that nobody has recorded may hold anything.
pub(crate) fn misfit(sent: &Map<String, Value>) -> Option<&str> {
    let misfit = |name: &str, value| FIELDS.iter().any(|field| field.name == name && !takes(&field.shape, value));
    sent.iter().find(|(name, value)| misfit(name, value)).map(|(name, _)| name.as_str())
}

fn takes(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::ObjectId | Shape::Name | Shape::Type | Shape::Words(_) | Shape::Iso => value.is_string(),
        Shape::Host(_) | Shape::Url(_) | Shape::Secret => value.is_string(),
        Shape::Switch => matches!(value.as_str(), Some("yes" | "no")),
        Shape::Flags(_) => value.is_boolean(),
        Shape::Numbers(_) | Shape::Millis => value.is_i64(),
        Shape::Status => value.is_object() && value.get("is_success").is_none_or(Value::is_boolean),
        Shape::Owners => all(value, Value::is_string),
        Shape::OwnersV2 => all(value, is_owner),
        // Recorded lists of this kind are empty, and nothing is known of what else they may hold.
        Shape::EmptyArray | Shape::CustomFields => value.is_array(),
        Shape::EmptyObject => value.is_object(),
        Shape::Null => true,
        Shape::Split(_, one, other) => [one, other].into_iter().any(|shape| match shape {
            // The other shape tells what it holds when it is not empty.
            Shape::EmptyArray => value.as_array().is_some_and(Vec::is_empty),
            Shape::EmptyObject => value.as_object().is_some_and(Map::is_empty),
            shape => takes(shape, value),
        }),
    }
}

fn all(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(fits))
}

fn is_owner(value: &Value) -> bool {
    let text = |name| value.get(name).is_none_or(Value::is_string);
    value.is_object() && text("email") && text("origin") && value.get("isNotified").is_none_or(Value::is_boolean)
}

#[cfg(test)]
mod tests {
    use super::super::generate;
    use super::*;
    use serde_json::json;

    #[test]
    fn every_generated_record_can_be_sent_back() {
        for record in generate(3, 100) {
            let sent: Map<String, Value> =
                record.fields().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            assert_eq!(misfit(&sent), None);
        }
    }

    #[test]
    fn another_kind_than_recorded_is_named() {
        for (name, fits, other) in [
            ("enabled", json!("no"), json!("l")),
            ("enabled", json!("yes"), json!(true)),
            ("location", json!(""), json!(null)),
            ("differential", json!(true), json!("true")),
            ("scan_num_of_objects", json!(7), json!(0.5)),
            ("tags", json!([{"tagId": "a"}]), json!({})),
            ("owners", json!(["a"]), json!([1])),
            ("owners_v2", json!([{"id": 1}]), json!([{"email": null}])),
            ("connectionStatusTest", json!({"is_success": true}), json!({"is_success": 1})),
            ("connectionStatusDeleteFindings", json!({}), json!([])),
            ("scanWindowName", json!([]), json!({})),
        ] {
            let sent = |value: Value| Map::from_iter([("other".to_owned(), json!(null)), (name.to_owned(), value)]);
            assert_eq!(misfit(&sent(fits)), None, "{name}");
            assert_eq!(misfit(&sent(other)), Some(name));
        }
    }
}
