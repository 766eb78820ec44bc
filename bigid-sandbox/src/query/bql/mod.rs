//! BigID's query language, as far as clients use it: comparisons, `IN`, `CONTAINS`, `AND`, `OR`, `NOT`, parentheses,
//! strings with escapes, `past()` and `to_date()`.

mod parser;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::Fields;
use crate::calendar;

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bql {
    And(Box<Bql>, Box<Bql>),
    Or(Box<Bql>, Box<Bql>),
    Not(Box<Bql>),
    Compare { field: String, operator: Operator, value: Operand },
    In { field: String, values: Vec<Operand> },
    Contains { field: String, text: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Text(String),
    Number(f64),
    Boolean(bool),
    Null,
    /// A point in time, in milliseconds since 1970.
    Time(i64),
}

/// Why text is not a query, with the position of the first unexpected character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BqlError {
    at: usize,
    expected: &'static str,
}

impl fmt::Display for BqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the filter is not a query: {} expected at character {}", self.expected, self.at + 1)
    }
}

impl Bql {
    /// Parses a query; `past()` counts back from `now_ms`.
    pub(crate) fn parse(text: &str, now_ms: i64) -> Result<Self, BqlError> {
        parser::parse(text, now_ms)
    }

    pub(crate) fn matches(&self, row: &dyn Fields) -> bool {
        match self {
            Self::And(one, other) => one.matches(row) && other.matches(row),
            Self::Or(one, other) => one.matches(row) || other.matches(row),
            Self::Not(inner) => !inner.matches(row),
            Self::Compare { field, operator, value } => compare(&value_of(row, field), *operator, value),
            Self::In { field, values } => {
                let actual = value_of(row, field);
                values.iter().any(|value| compare(&actual, Operator::Equal, value))
            }
            Self::Contains { field, text } => contains(&value_of(row, field), text),
        }
    }
}

fn value_of<'r>(row: &'r dyn Fields, field: &str) -> Cow<'r, Value> {
    row.at(field).unwrap_or(Cow::Owned(Value::Null))
}

/// A condition holds for an array if it holds for one of its items; `!=` holds if no item equals the value.
fn compare(actual: &Value, operator: Operator, wanted: &Operand) -> bool {
    if operator == Operator::NotEqual {
        return !compare(actual, Operator::Equal, wanted);
    }
    if let Value::Array(items) = actual {
        return items.iter().any(|item| compare(item, operator, wanted));
    }
    let ordering = match (actual, wanted) {
        (Value::String(actual), Operand::Text(wanted)) => Some(actual.as_str().cmp(wanted)),
        (Value::String(actual), Operand::Time(wanted)) => calendar::parse_iso(actual).map(|actual| actual.cmp(wanted)),
        (Value::Number(actual), Operand::Time(wanted)) => actual.as_i64().map(|actual| actual.cmp(wanted)),
        (Value::Number(actual), Operand::Number(wanted)) => actual.as_f64().and_then(|one| one.partial_cmp(wanted)),
        (Value::String(actual), Operand::Number(wanted)) => {
            actual.parse::<f64>().ok().and_then(|one| one.partial_cmp(wanted))
        }
        (Value::Number(actual), Operand::Text(wanted)) => {
            actual.as_f64().zip(wanted.parse::<f64>().ok()).and_then(|(one, other)| one.partial_cmp(&other))
        }
        (Value::Bool(actual), Operand::Boolean(wanted)) => Some(actual.cmp(wanted)),
        (Value::Bool(actual), Operand::Text(wanted)) => wanted.parse::<bool>().ok().map(|wanted| actual.cmp(&wanted)),
        (Value::String(actual), Operand::Boolean(wanted)) => {
            actual.parse::<bool>().ok().map(|actual| actual.cmp(wanted))
        }
        (Value::Null, Operand::Null) => Some(std::cmp::Ordering::Equal),
        _ => None,
    };
    ordering.is_some_and(|ordering| match operator {
        Operator::Equal | Operator::NotEqual => ordering.is_eq(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
    })
}

fn contains(actual: &Value, text: &str) -> bool {
    match actual {
        Value::String(actual) => actual.to_lowercase().contains(text),
        Value::Array(items) => items.iter().any(|item| contains(item, text)),
        _ => false,
    }
}
