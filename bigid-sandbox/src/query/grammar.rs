//! Parsers of queries, for tests of programs that write them.

use serde_json::{Value, json};

use super::bql::{Bql, Operand, Operator};
use super::filter::FilterSet;
use super::order::Order;

/// Parses a filter in BigID's query language as the sandbox does, and returns its meaning.
///
/// An object is one condition: `{"and": [a, b]}`, `{"or": [a, b]}`, `{"not": a}`, or `{"field", "operator", "value"}`.
/// The operators are `=`, `!=`, `<`, `<=`, `>`, `>=`, `in` with an array, and `contains` with a string in lower case. A
/// point in time is `{"time": milliseconds}`; `past()` counts back from `now_ms`.
///
/// # Errors
/// Why the text is not a query, with the position of the first unexpected character. The sandbox rejects a request with
/// it with 422.
///
/// # Examples
/// ```
/// let read = bigid_sandbox::parse_bql(r#"system = "Orders" AND total_pii_count > 0"#, 0)?;
/// assert_eq!(read["and"][0]["value"], "Orders");
/// assert!(bigid_sandbox::parse_bql("system = Orders", 0).is_err());
/// # Ok::<(), String>(())
/// ```
pub fn parse_bql(text: &str, now_ms: i64) -> Result<Value, String> {
    Bql::parse(text, now_ms).map(|query| condition(&query)).map_err(|error| error.to_string())
}

/// Parses a filter that is a JSON array, and returns its conditions as `{"field", "operator", "value"}`. The operator
/// of equality is `equal`; the values of `in` are sorted.
///
/// # Errors
/// Why the text is not a filter, or that a value contains a double quote. The sandbox rejects a request with it with
/// 422.
pub fn parse_filter(text: &str) -> Result<Value, String> {
    FilterSet::parse(text).map(|filter| filter.to_json()).map_err(|error| error.to_string())
}

/// Parses a sort in any of its forms, and returns its keys as `{"field", "desc"}`, each field once.
///
/// # Errors
/// The text is JSON, but not a known form of a sort.
pub fn parse_sort(text: &str) -> Result<Value, String> {
    let order = Order::parse(&super::listing::json_or_text(text.into()));
    order.map(|order| order.to_json()).ok_or_else(|| super::ListingError::Sort.to_string())
}

fn condition(query: &Bql) -> Value {
    let compared =
        |field: &str, operator: &str, value: Value| json!({"field": field, "operator": operator, "value": value});
    match query {
        Bql::And(one, other) => json!({"and": [condition(one), condition(other)]}),
        Bql::Or(one, other) => json!({"or": [condition(one), condition(other)]}),
        Bql::Not(inner) => json!({"not": condition(inner)}),
        Bql::In { field, values } => compared(field, "in", values.iter().map(operand).collect()),
        Bql::Contains { field, text } => compared(field, "contains", text.as_str().into()),
        Bql::Compare { field, operator, value } => compared(field, symbol(*operator), operand(value)),
    }
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

fn operand(value: &Operand) -> Value {
    match value {
        Operand::Text(text) => text.as_str().into(),
        Operand::Number(number) => json!(number),
        Operand::Boolean(boolean) => json!(boolean),
        Operand::Null => Value::Null,
        Operand::Time(ms) => json!({"time": ms}),
    }
}
