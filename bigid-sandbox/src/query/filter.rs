//! The filter of lists: a JSON array of `{field, operator, value}`, of which all must hold.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value, json};

use super::Fields;

/// A parsed filter. An empty one matches everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FilterSet(Vec<FieldFilter>);

#[derive(Clone, Debug, PartialEq)]
struct FieldFilter {
    field: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Equal(Value),
    /// The JSON of each value, sorted, so that a long list is searched quickly.
    In(BTreeSet<String>),
    /// The value, and its lower case, with which text is compared.
    Contains(Value, Option<String>),
}

/// Why a filter is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterError {
    /// Not an array of objects with a known operator.
    Malformed,
    /// A double quote inside a value.
    DoubleQuote,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "the filter is not a JSON array of {field, operator, value} with operator equal, equals, in or contains"
            }
            Self::DoubleQuote => "a filter value must not contain a double quote",
        })
    }
}

impl FilterSet {
    pub(crate) fn parse(text: &str) -> Result<Self, FilterError> {
        let value = serde_json::from_str(text).map_err(|_| FilterError::Malformed)?;
        Self::from_json(&value)
    }

    pub(crate) fn from_json(value: &Value) -> Result<Self, FilterError> {
        let filters = value.as_array().ok_or(FilterError::Malformed)?;
        filters.iter().map(FieldFilter::from_json).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn matches(&self, row: &dyn Fields) -> bool {
        self.0.iter().all(|filter| filter.matches(row))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn to_json(&self) -> Value {
        self.0.iter().map(FieldFilter::to_json).collect()
    }
}

impl FieldFilter {
    fn from_json(value: &Value) -> Result<Self, FilterError> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let (Some(field), Some(operator), Some(wanted)) = (text("field"), text("operator"), value.get("value")) else {
            return Err(FilterError::Malformed);
        };
        if has_quote(wanted) {
            return Err(FilterError::DoubleQuote);
        }
        let condition = match operator {
            "equal" | "equals" => Condition::Equal(wanted.clone()),
            "in" => Condition::In(match wanted {
                Value::Array(items) => items.iter().map(Value::to_string).collect(),
                one => BTreeSet::from([one.to_string()]),
            }),
            "contains" => Condition::Contains(wanted.clone(), wanted.as_str().map(str::to_lowercase)),
            _ => return Err(FilterError::Malformed),
        };
        Ok(Self { field: field.to_owned(), condition })
    }

    fn to_json(&self) -> Value {
        let (operator, value) = match &self.condition {
            Condition::Equal(value) => ("equal", value.clone()),
            Condition::In(values) => {
                ("in", values.iter().map(|value| serde_json::from_str(value).unwrap_or(Value::Null)).collect())
            }
            Condition::Contains(value, _) => ("contains", value.clone()),
        };
        json!({"field": self.field, "operator": operator, "value": value})
    }

    fn matches(&self, row: &dyn Fields) -> bool {
        // A field whose own name has a dot is tried first, as a whole.
        if let Some(value) = row.field(&self.field) {
            return self.condition.holds(&value);
        }
        match self.field.split_once('.') {
            None => self.condition.holds(&ABSENT),
            Some((head, rest)) => match row.field(head) {
                Some(value) => self.condition.holds_below(&value, rest),
                None => self.condition.holds(&ABSENT),
            },
        }
    }
}

impl Condition {
    /// Follows a dotted path, through the objects in arrays; an empty array matches nothing.
    fn holds_below(&self, value: &Value, path: &str) -> bool {
        if let Value::Array(items) = value {
            return items.iter().filter(|item| item.is_object()).any(|item| self.holds_below(item, path));
        }
        let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
        match (value.get(head), rest) {
            (None, _) => self.holds(&ABSENT),
            (Some(value), None) => self.holds(value),
            (Some(value), Some(rest)) => self.holds_below(value, rest),
        }
    }

    fn holds(&self, actual: &Value) -> bool {
        match self {
            Self::Equal(wanted) => actual == wanted,
            Self::In(wanted) => wanted.contains(&actual.to_string()),
            Self::Contains(wanted, lower) => match (actual, lower) {
                (Value::String(actual), Some(lower)) => actual.to_lowercase().contains(lower.as_str()),
                (Value::Array(actual), _) => actual.contains(wanted),
                _ => false,
            },
        }
    }
}

/// To a filter, a missing field is null, as it is to the database behind the server.
const ABSENT: Value = Value::Null;

fn has_quote(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('"'),
        Value::Array(items) => items.iter().any(has_quote),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;

    fn record() -> Record {
        let object = json!({
            "name": "Orders North", "archived": false, "security_tier": "1", "tags": ["gdpr"],
            "connectionStatusTest": {"is_success": true},
            "custom_fields": [{"field_name": "a"}, {"field_name": "b"}],
        });
        Record::from_object(object.as_object().unwrap())
    }

    fn holds(field: &str, operator: &str, value: Value) -> bool {
        let filter = json!([{"field": field, "operator": operator, "value": value}]).to_string();
        FilterSet::parse(&filter).unwrap().matches(&record())
    }

    #[test]
    fn each_operator_does_what_its_name_says() {
        assert!(holds("name", "equal", json!("Orders North")) && holds("name", "equals", json!("Orders North")));
        assert!(!holds("name", "equal", json!("orders north")));
        assert!(holds("name", "in", json!(["x", "Orders North"])) && !holds("name", "in", json!([])));
        assert!(holds("name", "contains", json!("north")) && !holds("name", "contains", json!("south")));
        assert!(holds("tags", "contains", json!("gdpr")));
        assert!(holds("archived", "equal", json!(false)) && !holds("archived", "equal", json!("false")));
    }

    #[test]
    fn null_matches_what_is_absent_at_every_depth() {
        let object = json!({
            "null": null, "false": false, "text": "x", "object": {"null": null, "deep": {"x": 1}},
            "empty": [], "array": [{"a": 1}, {"b": null}], "full": [{"a": 1}], "texts": ["a"],
        });
        let record = Record::from_object(object.as_object().unwrap());
        for (field, is_null) in [
            ("absent", true),
            ("null", true),
            ("false", false),
            ("text", false),
            ("absent.deeper", true),
            ("text.deeper", true),
            ("object", false),
            ("object.null", true),
            ("object.absent", true),
            ("object.absent.deeper", true),
            ("object.deep.x", false),
            ("object.deep.y", true),
            ("empty", false),
            ("empty.a", false),
            ("array.a", true),
            ("full.a", false),
            ("texts.a", false),
        ] {
            for (operator, value) in
                [("equal", json!(null)), ("equals", json!(null)), ("in", json!([null])), ("in", json!([7, null]))]
            {
                let filter = json!([{"field": field, "operator": operator, "value": value}]);
                assert_eq!(FilterSet::from_json(&filter).unwrap().matches(&record), is_null, "{filter}");
            }
            for (operator, value) in [("equal", json!("null")), ("in", json!(["null", 7])), ("contains", json!(null))] {
                let filter = json!([{"field": field, "operator": operator, "value": value}]);
                assert!(!FilterSet::from_json(&filter).unwrap().matches(&record), "{filter}");
            }
        }
        let open = json!([{"field": "absent", "operator": "in", "value": [false, null]}]);
        assert!(FilterSet::from_json(&open).unwrap().matches(&record));
    }

    #[test]
    fn a_dotted_field_looks_inside() {
        assert!(holds("connectionStatusTest.is_success", "equal", json!(true)));
        assert!(holds("custom_fields.field_name", "in", json!(["b"])));
        assert!(!holds("custom_fields.field_name.deeper", "equal", json!("b")));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "",
            "{}",
            "name = 'x'",
            r#"[1]"#,
            r#"[{"field":"a","operator":"like","value":1}]"#,
            r#"[{"field":"a","operator":"in"}]"#,
        ] {
            assert_eq!(FilterSet::parse(text), Err(FilterError::Malformed), "{text}");
        }
        let quoted = json!([{"field": "name", "operator": "in", "value": ["a\"b"]}]).to_string();
        assert_eq!(FilterSet::parse(&quoted), Err(FilterError::DoubleQuote));
        assert_eq!(FilterSet::parse("[]").map(|all| all.matches(&record())), Ok(true));
    }
}
