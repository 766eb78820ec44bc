//! One request for a list: what to leave out, in which order, from where, and how much.

use std::cmp::Ordering;

use serde_json::Value;

use super::filter::{FilterError, FilterSet};
use super::record::Record;
use crate::wire::Query;

/// What a client asked of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listing {
    pub(crate) filter: FilterSet,
    pub(crate) order: Vec<Order>,
    pub(crate) fields: Vec<String>,
    pub(crate) page: Page,
}

/// One field to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    field: String,
    descending: bool,
}

/// Which part of the list. Without a limit, or with a limit of 0, it is all the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) skip: usize,
    pub(crate) limit: usize,
}

impl Listing {
    /// From a query string.
    pub(crate) fn from_query(query: &Query) -> Result<Self, FilterError> {
        let text = |name| query.get(name).filter(|value| !value.is_empty());
        Ok(Self {
            filter: text("filter").map(FilterSet::parse).transpose()?.unwrap_or_default(),
            order: text("sort").map(|sort| Order::parse(&json_or_text(sort))).unwrap_or_default(),
            fields: text("fields").map(|fields| names(&json_or_text(fields))).unwrap_or_default(),
            page: Page::from_query(query),
        })
    }

    /// From the `query` object of a body.
    pub(crate) fn from_json(query: &Value) -> Result<Self, FilterError> {
        let number = |name: &str| query.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        Ok(Self {
            filter: query.get("filter").map(FilterSet::from_json).transpose()?.unwrap_or_default(),
            order: query.get("sort").map(Order::parse).unwrap_or_default(),
            fields: query.get("fields").map(names).unwrap_or_default(),
            page: Page { skip: number("skip").or(number("offset")).unwrap_or(0), limit: number("limit").unwrap_or(0) },
        })
    }

    pub(crate) fn compare(&self, one: &Record, other: &Record) -> Ordering {
        let by = |order: &Order| {
            let ordering = compare(one.get(&order.field), other.get(&order.field));
            if order.descending { ordering.reverse() } else { ordering }
        };
        self.order.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl Order {
    /// Plain text names one field; JSON is an array of `{field, order}`.
    fn parse(value: &Value) -> Vec<Self> {
        match value {
            Value::String(field) => vec![Self { field: field.clone(), descending: false }],
            Value::Array(items) => items.iter().flat_map(Self::parse).collect(),
            Value::Object(object) => {
                let text = |name: &str| object.get(name).and_then(Value::as_str);
                let descending = text("order").is_some_and(|order| order.eq_ignore_ascii_case("desc"));
                text("field").map(|field| Self { field: field.to_owned(), descending }).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Page {
    pub(crate) fn from_query(query: &Query) -> Self {
        let skip = query.number("skip").or(query.number("offset")).unwrap_or(0);
        Self { skip, limit: query.number("limit").unwrap_or(0) }
    }

    pub(crate) fn of<T>(self, items: Vec<T>) -> Vec<T> {
        let limit = if self.limit == 0 { usize::MAX } else { self.limit };
        items.into_iter().skip(self.skip).take(limit).collect()
    }
}

fn json_or_text(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => value,
        _ => Value::from(text),
    }
}

/// Field names: an array of texts or of `{field}`, or one text with commas.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::Array(items) => items.iter().flat_map(names).collect(),
        Value::Object(object) => object.get("field").map(names).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// As the database behind the server orders them: nothing first, then numbers, text, and the rest by type.
fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        None | Some(Value::Null) => 0,
        Some(Value::Number(_)) => 1,
        Some(Value::String(_)) => 2,
        Some(Value::Object(_)) => 3,
        Some(Value::Array(_)) => 4,
        Some(Value::Bool(_)) => 5,
    };
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => {
            one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Some(Value::String(one)), Some(Value::String(other))) => one.cmp(other),
        (Some(Value::Bool(one)), Some(Value::Bool(other))) => one.cmp(other),
        (one, other) => rank(one).cmp(&rank(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_query_string_and_a_body_ask_for_the_same() {
        let filter = r#"[{"field":"name","operator":"equal","value":"x"}]"#;
        let encoded = filter.replace('"', "%22");
        let text =
            format!("skip=2&limit=3&filter={encoded}&sort=[{{\"field\":\"name\",\"order\":\"DESC\"}}]&fields=a,b");
        let body = json!({
            "skip": 2, "limit": 3, "filter": serde_json::from_str::<Value>(filter).unwrap(),
            "sort": [{"field": "name", "order": "desc"}], "fields": ["a", {"field": "b"}],
        });
        let listing = Listing::from_query(&Query::parse(&text)).unwrap();
        assert_eq!(Ok(listing.clone()), Listing::from_json(&body));
        assert_eq!(listing.fields, ["a", "b"]);
        assert!(Listing::from_query(&Query::parse("filter=x")).is_err());
    }

    #[test]
    fn plain_text_sorts_ascending() {
        let listing = Listing::from_query(&Query::parse("sort=name")).unwrap();
        assert_eq!(listing.order, [Order { field: "name".to_owned(), descending: false }]);
    }

    #[test]
    fn a_page_is_a_part_of_the_list() {
        let page = |skip, limit| Page { skip, limit }.of(vec![1, 2, 3, 4]);
        assert_eq!(page(1, 2), [2, 3]);
        assert_eq!(page(3, 0), [4]);
        assert_eq!(page(9, 9), [0; 0]);
        assert_eq!(page(0, usize::MAX), [1, 2, 3, 4]);
    }

    #[test]
    fn values_of_different_types_have_an_order() {
        let sorted = [json!(null), json!(-1), json!(2.5), json!("a"), json!("b"), json!({}), json!([]), json!(true)];
        for pair in sorted.windows(2) {
            assert_eq!(compare(Some(&pair[0]), Some(&pair[1])), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare(None, Some(&json!(null))), Ordering::Equal);
    }
}
