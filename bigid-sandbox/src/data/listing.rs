//! One request for a list: what to leave out, in which order, from where, and how much.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::filter::{FilterError, FilterSet};
use super::order::Order;
use super::record::Record;
use crate::random::Random;
use crate::wire::{Query, leading_number};

/// What a client asked of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listing {
    filter: FilterSet,
    order: Order,
    fields: BTreeSet<String>,
    page: Page,
}

/// Which part of the list. Without a limit, or with a limit of 0, it is all the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    skip: usize,
    limit: usize,
}

/// Why a request for a list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListingError {
    Filter(FilterError),
    /// JSON that is not a known form of a sort.
    Sort,
    /// More conditions, or more fields to sort by, than the sandbox takes.
    TooMany,
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(error) => error.fmt(f),
            Self::Sort => f.write_str(
                "the sort is not a field name or a JSON array of {field, order} or {field, desc}, with asc or desc",
            ),
            Self::TooMany => {
                write!(f, "this sandbox takes at most {MAX_TERMS} conditions and {MAX_TERMS} fields to sort by")
            }
        }
    }
}

impl Listing {
    /// From a query string.
    pub(crate) fn from_query(query: &Query) -> Result<Self, ListingError> {
        let term = |name: &str| query.get(name).map(Value::from);
        Self::from_terms(term, Page::from_query(query))
    }

    /// From the `query` object of a body: the same terms, as JSON or as the text that a query string holds.
    pub(crate) fn from_json(query: &Value) -> Result<Self, ListingError> {
        let number = |name: &str| match query.get(name)? {
            Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
            Value::String(text) => leading_number(text),
            _ => None,
        };
        let skip = number("skip").or(number("offset")).unwrap_or(0);
        Self::from_terms(|name| query.get(name).cloned(), Page { skip, limit: number("limit").unwrap_or(0) })
    }

    fn from_terms(term: impl Fn(&str) -> Option<Value>, page: Page) -> Result<Self, ListingError> {
        let term = |name: &str| term(name).filter(|value| !value.is_null() && *value != "");
        let filter = match term("filter") {
            Some(Value::String(text)) => FilterSet::parse(&text),
            Some(value) => FilterSet::from_json(&value),
            None => Ok(FilterSet::default()),
        };
        let filter = filter.map_err(ListingError::Filter)?;
        let order = Order::parse(&term("sort").map(json_or_text).unwrap_or_default()).ok_or(ListingError::Sort)?;
        if filter.len().max(order.len()) > MAX_TERMS {
            return Err(ListingError::TooMany);
        }
        let mut fields = BTreeSet::new();
        collect_names(&term("fields").map(json_or_text).unwrap_or_default(), &mut fields);
        Ok(Self { filter, order, fields, page })
    }

    /// The page asked for, and how many records there are on all pages. An unsorted list is shuffled if there is
    /// something to shuffle it with.
    pub(crate) fn of(&self, records: &[Arc<Record>], shuffle: Option<&mut Random>) -> (Vec<Arc<Record>>, usize) {
        let mut matching: Vec<_> = records.iter().filter(|record| self.filter.matches(record)).collect();
        let total = matching.len();
        match shuffle {
            _ if !self.order.is_empty() => matching.sort_by(|one, other| self.order.compare(one, other)),
            Some(random) => random.shuffle(&mut matching),
            None => {}
        }
        let page = self.page.of(matching).into_iter();
        let page = match self.fields.is_empty() {
            true => page.cloned().collect(),
            false => page.map(|record| Arc::new(record.projected(&self.fields))).collect(),
        };
        (page, total)
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

/// Text that holds a JSON array or object becomes that; anything else stays.
fn json_or_text(value: Value) -> Value {
    let json = value.as_str().and_then(|text| serde_json::from_str(text).ok());
    json.filter(|json: &Value| json.is_array() || json.is_object()).unwrap_or(value)
}

/// Field names: an array of texts or of `{field}`, or one text with commas. `_id` is always one of them.
fn collect_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            names.insert("_id".to_owned());
            names.extend(text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_names(item, names)),
        Value::Object(object) => object.get("field").into_iter().for_each(|field| collect_names(field, names)),
        _ => {}
    }
}

/// How many conditions a filter has, and how many different fields a sort names, at most: what each adds to the work on
/// every record must not add up to a server that answers nobody.
const MAX_TERMS: usize = 100;

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
        let listing = Listing::from_query(&Query::parse(&text)).unwrap();
        for body in [
            json!({
                "skip": 2, "limit": 3, "filter": serde_json::from_str::<Value>(filter).unwrap(),
                "sort": [{"field": "name", "order": "desc"}], "fields": ["a", {"field": "b"}],
            }),
            json!({
                "offset": "2", "limit": "3", "filter": filter, "sort": r#"[{"field":"name","desc":true}]"#,
                "fields": r#"["a","b"]"#, "skip": null, "requireTotalCount": "true", "grouping": null,
            }),
        ] {
            assert_eq!(Ok(listing.clone()), Listing::from_json(&body));
        }
        assert_eq!(listing.fields, ["_id", "a", "b"].map(str::to_owned).into());
        assert!(Listing::from_query(&Query::parse("filter=x")).is_err());
    }

    #[test]
    fn null_and_nothing_ask_for_everything() {
        for terms in [json!(null), json!({}), json!({"filter": null, "sort": null, "fields": null, "limit": null})] {
            assert_eq!(Listing::from_json(&terms), Ok(Listing::default()), "{terms}");
        }
        assert_eq!(Listing::from_query(&Query::parse("filter=&sort=&fields=&limit=")), Ok(Listing::default()));
    }

    #[test]
    fn more_terms_than_are_taken_are_refused_and_repeated_fields_are_not() {
        let condition = |number: usize| json!({"field": format!("f{number}"), "operator": "equal", "value": 1});
        for (count, taken) in [(MAX_TERMS, true), (MAX_TERMS + 1, false)] {
            let filter: Vec<_> = (0..count).map(condition).collect();
            let sort: Vec<_> = (0..count).map(|number| format!("f{number}")).collect();
            for terms in [json!({"filter": filter}), json!({"sort": sort})] {
                assert_eq!(Listing::from_json(&terms).err(), (!taken).then_some(ListingError::TooMany));
            }
        }
        let repeated = json!({"sort": vec!["name"; 20_000], "fields": "a,".repeat(20_000)});
        let listing = Listing::from_json(&repeated).unwrap();
        assert_eq!((listing.order.len(), listing.fields.len()), (1, 2));
    }

    #[test]
    fn a_page_is_a_part_of_the_list() {
        let page = |skip, limit| Page { skip, limit }.of(vec![1, 2, 3, 4]);
        assert_eq!(page(1, 2), [2, 3]);
        assert_eq!(page(3, 0), [4]);
        assert_eq!(page(9, 9), [0; 0]);
        assert_eq!(page(0, usize::MAX), [1, 2, 3, 4]);
    }
}
