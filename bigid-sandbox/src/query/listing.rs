//! The parameters of one list request: filter, order, fields and page.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::Fields;
use super::bql::{Bql, BqlError};
use super::filter::{FilterError, FilterSet};
use super::order::Order;
use crate::wire::{Query, leading_number};

/// The list parameters of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listing {
    filter: Filter,
    text: Option<String>,
    order: Order,
    fields: BTreeSet<String>,
    page: Page,
}

#[derive(Clone, Debug, PartialEq)]
enum Filter {
    Conditions(FilterSet),
    Query(Bql),
}

impl Default for Filter {
    fn default() -> Self {
        Self::Conditions(FilterSet::default())
    }
}

/// The filter language of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// A JSON array of conditions.
    Json,
    /// BigID's query language, whose `past()` counts back from this time.
    Query { now_ms: i64 },
    /// Either of both.
    Either { now_ms: i64 },
}

/// The requested part of a list. Without a limit, or with a limit of 0, it is all the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) skip: usize,
    pub(crate) limit: usize,
}

/// Why a request for a list is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListingError {
    Filter(FilterError),
    Query(BqlError),
    /// JSON that is not a known form of a sort.
    Sort,
    /// More conditions or sort fields than the sandbox accepts.
    TooMany,
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(error) => error.fmt(f),
            Self::Query(error) => error.fmt(f),
            Self::Sort => f.write_str(
                "the sort is not a field name with or without asc or desc, several of them with commas, or a JSON array of \
                 {field, order} or {field, desc}",
            ),
            Self::TooMany => {
                write!(f, "this sandbox takes at most {MAX_TERMS} conditions and {MAX_TERMS} fields to sort by")
            }
        }
    }
}

impl Listing {
    /// Parses a query string.
    pub(crate) fn from_query(query: &Query, language: Language) -> Result<Self, ListingError> {
        let term = |name: &str| query.get(name).map(Value::from);
        Self::from_terms(term, Page::from_query(query), language)
    }

    /// Parses a body: the same parameters, as JSON or as the strings of a query string.
    pub(crate) fn from_json(query: &Value, language: Language) -> Result<Self, ListingError> {
        let number = |name: &str| match query.get(name).or_else(|| query.get("paging")?.get(name))? {
            Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
            Value::String(text) => leading_number(text),
            _ => None,
        };
        let skip = number("skip").or(number("offset")).unwrap_or(0);
        Self::from_terms(|name| query.get(name).cloned(), Page { skip, limit: number("limit").unwrap_or(0) }, language)
    }

    /// Only the page, if nothing else can be read.
    pub(crate) fn of_page(page: Page) -> Self {
        Self { page, ..Self::default() }
    }

    /// Limits the page, if the client requested no limit or a larger one.
    pub(crate) fn at_most(mut self, limit: usize) -> Self {
        self.page.limit = if self.page.limit == 0 { limit } else { self.page.limit.min(limit) };
        self
    }

    fn from_terms(term: impl Fn(&str) -> Option<Value>, page: Page, language: Language) -> Result<Self, ListingError> {
        let term = |name: &str| term(name).filter(|value| !value.is_null() && *value != "");
        let filter = match term("filter") {
            Some(value) => Filter::read(value, language)?,
            None => Filter::default(),
        };
        let order = Order::parse(&term("sort").map(json_or_text).unwrap_or_default()).ok_or(ListingError::Sort)?;
        if filter.len().max(order.len()) > MAX_TERMS {
            return Err(ListingError::TooMany);
        }
        let mut fields = BTreeSet::new();
        collect_names(&term("fields").map(json_or_text).unwrap_or_default(), &mut fields);
        let text = term("searchText").and_then(|text| text.as_str().map(str::to_lowercase));
        Ok(Self { filter, text, order, fields, page })
    }

    /// The same for all pages.
    pub(crate) fn unpaged(mut self) -> Self {
        self.page = Page::default();
        self
    }

    pub(crate) fn page(&self) -> Page {
        self.page
    }

    pub(crate) fn order(&self) -> &Order {
        &self.order
    }

    /// The fields to keep; empty if all are.
    pub(crate) fn fields(&self) -> &BTreeSet<String> {
        &self.fields
    }

    /// Whether every row is requested.
    pub(crate) fn takes_all(&self) -> bool {
        self.filter == Filter::default() && self.text.is_none()
    }

    pub(crate) fn matches(&self, row: &dyn Fields) -> bool {
        let is_filtered = match &self.filter {
            Filter::Conditions(conditions) => conditions.matches(row),
            Filter::Query(query) => query.matches(row),
        };
        is_filtered && self.text.as_ref().is_none_or(|text| SEARCHED.iter().any(|name| has_text(row, name, text)))
    }
}

impl Filter {
    fn read(value: Value, language: Language) -> Result<Self, ListingError> {
        let conditions = |value: &Value| match value {
            Value::String(text) => FilterSet::parse(text),
            value => FilterSet::from_json(value),
        };
        let is_json = !value.is_string() || value.as_str().is_some_and(|text| text.trim_start().starts_with('['));
        match language {
            Language::Query { now_ms } | Language::Either { now_ms } if !is_json => {
                let text = value.as_str().unwrap_or_default();
                Bql::parse(text, now_ms).map(Self::Query).map_err(ListingError::Query)
            }
            Language::Query { .. } => Bql::parse(&value.to_string(), 0).map(Self::Query).map_err(ListingError::Query),
            _ => conditions(&value).map(Self::Conditions).map_err(ListingError::Filter),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Conditions(conditions) => conditions.len(),
            // The parser has its own limit.
            Self::Query(_) => 1,
        }
    }
}

fn has_text(row: &dyn Fields, name: &str, text: &str) -> bool {
    row.field(name).is_some_and(|value| value.as_str().is_some_and(|value| value.to_lowercase().contains(text)))
}

/// The fields that `searchText` searches.
const SEARCHED: [&str; 7] =
    ["name", "fullyQualifiedName", "objectName", "columnName", "displayName", "source", "description"];

impl Page {
    pub(crate) fn from_query(query: &Query) -> Self {
        let skip = query.number("skip").or(query.number("offset")).unwrap_or(0);
        Self { skip, limit: query.number("limit").unwrap_or(0) }
    }

    /// The maximum number of items on the page.
    pub(crate) fn len(self) -> usize {
        if self.limit == 0 { usize::MAX } else { self.limit }
    }

    pub(crate) fn of<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.skip).take(self.len()).collect()
    }
}

/// Parses text that contains a JSON array or object; anything else stays as it is.
pub(super) fn json_or_text(value: Value) -> Value {
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

/// The maximum number of conditions in a filter, and of fields in a sort: each adds work for every record, which must
/// not make the server unresponsive.
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
        let listing = Listing::from_query(&Query::parse(&text), Language::Json).unwrap();
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
            assert_eq!(Ok(listing.clone()), Listing::from_json(&body, Language::Json));
        }
        assert_eq!(listing.fields, ["_id", "a", "b"].map(str::to_owned).into());
        assert!(Listing::from_query(&Query::parse("filter=x"), Language::Json).is_err());
    }

    #[test]
    fn null_and_nothing_ask_for_everything() {
        for terms in [json!(null), json!({}), json!({"filter": null, "sort": null, "fields": null, "limit": null})] {
            assert_eq!(Listing::from_json(&terms, Language::Json), Ok(Listing::default()), "{terms}");
        }
        assert_eq!(
            Listing::from_query(&Query::parse("filter=&sort=&fields=&limit="), Language::Json),
            Ok(Listing::default())
        );
    }

    #[test]
    fn more_terms_than_are_taken_are_refused_and_repeated_fields_are_not() {
        let condition = |number: usize| json!({"field": format!("f{number}"), "operator": "equal", "value": 1});
        for (count, taken) in [(MAX_TERMS, true), (MAX_TERMS + 1, false)] {
            let filter: Vec<_> = (0..count).map(condition).collect();
            let sort: Vec<_> = (0..count).map(|number| format!("f{number}")).collect();
            for terms in [json!({"filter": filter}), json!({"sort": sort})] {
                assert_eq!(Listing::from_json(&terms, Language::Json).err(), (!taken).then_some(ListingError::TooMany));
            }
        }
        let repeated = json!({"sort": vec!["name"; 20_000], "fields": "a,".repeat(20_000)});
        let listing = Listing::from_json(&repeated, Language::Json).unwrap();
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
