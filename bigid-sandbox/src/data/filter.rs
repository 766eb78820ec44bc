//! The filter of lists: a JSON array of `{field, operator, value}`, of which all must hold.

use std::fmt;

use serde_json::Value;

use super::record::Record;

/// A parsed filter. An empty one lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FilterSet(Vec<Filter>);

#[derive(Clone, Debug, PartialEq)]
struct Filter {
    field: String,
    operator: Operator,
    value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    In,
    Contains,
}

/// Why a filter is refused.
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
                "the filter is no JSON array of {field, operator, value} with operator equal, equals, in or contains"
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
        filters.iter().map(Filter::from_json).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn matches(&self, record: &Record) -> bool {
        self.0.iter().all(|filter| filter.matches(record))
    }
}

impl Filter {
    fn from_json(value: &Value) -> Result<Self, FilterError> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let operator = match text("operator") {
            Some("equal" | "equals") => Operator::Equal,
            Some("in") => Operator::In,
            Some("contains") => Operator::Contains,
            _ => return Err(FilterError::Malformed),
        };
        let (Some(field), Some(value)) = (text("field"), value.get("value")) else {
            return Err(FilterError::Malformed);
        };
        if has_quote(value) {
            return Err(FilterError::DoubleQuote);
        }
        Ok(Self { field: field.to_owned(), operator, value: value.clone() })
    }

    fn matches(&self, record: &Record) -> bool {
        let (head, rest) = self.field.split_once('.').unwrap_or((&self.field, ""));
        // A field whose own name has a dot is tried first, as a whole.
        let whole = record.get(&self.field).is_some_and(|value| self.holds(value));
        whole || (!rest.is_empty() && record.get(head).is_some_and(|value| self.holds_below(value, rest)))
    }

    /// Follows a dotted path; an array on the way is searched.
    fn holds_below(&self, value: &Value, path: &str) -> bool {
        if let Value::Array(items) = value {
            return items.iter().any(|item| self.holds_below(item, path));
        }
        match path.split_once('.') {
            None => value.get(path).is_some_and(|value| self.holds(value)),
            Some((head, rest)) => value.get(head).is_some_and(|value| self.holds_below(value, rest)),
        }
    }

    fn holds(&self, actual: &Value) -> bool {
        match (self.operator, &self.value) {
            (Operator::Equal, wanted) => actual == wanted,
            (Operator::In, Value::Array(wanted)) => wanted.contains(actual),
            (Operator::In, wanted) => actual == wanted,
            (Operator::Contains, wanted) => match (actual, wanted) {
                (Value::String(actual), Value::String(wanted)) => {
                    actual.to_lowercase().contains(&wanted.to_lowercase())
                }
                (Value::Array(actual), wanted) => actual.contains(wanted),
                _ => false,
            },
        }
    }
}

fn has_quote(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('"'),
        Value::Array(items) => items.iter().any(has_quote),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
        assert!(!holds("absent", "equal", json!(null)));
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
