//! The vocabulary of `x-paging`. No other file knows it.

use serde_json::Value;

/// The `x-paging` of a paginated operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// Which list holds the records, where the response has several: a pointer.
    pub(super) records: Option<String>,
    /// The keys of the records: fields, or pointers into one; the first that a record has is used.
    pub(super) key: Vec<String>,
    /// The counts of the records, next to the list; the first that exists is used.
    pub(super) total: Vec<Count>,
    /// The order to request.
    pub(super) sort: Option<SortTerm>,
    /// Whether `offset` is sent next to `skip`; present if both are accepted.
    pub(super) offset: Option<bool>,
    /// The largest number of records of a page.
    pub(super) page_size: Option<u64>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) field: String,
    pub(super) is_estimate: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct SortTerm {
    pub(super) field: String,
    pub(super) form: Form,
}

/// The syntax of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The name of the field.
    Text,
    /// A JSON array as text: `[{"field":"name","order":"asc"}]`.
    Json,
}

impl SortTerm {
    /// The value of the parameter.
    pub(super) fn value(&self) -> String {
        match self.form {
            Form::Text => self.field.clone(),
            Form::Json => serde_json::json!([{ "field": self.field, "order": "asc" }]).to_string(),
        }
    }
}

/// What `x-paging` says.
pub(super) enum Said {
    Nothing,
    /// Why the operation is not read page by page.
    Unpaged,
    Terms(Terms),
}

/// The problem and the remedy.
pub(super) type Problem = (String, &'static str);

pub(super) const HELP: &str = "write `x-paging: {key: [_id], total: totalCount, sort: {field: _id, form: text}, x-evidence: ..}` with null for \
    a total or sort that no source has, `records: /data/things` where the response has several lists, or `x-paging: {unpaged: why}`; see \
    spec/README.md";

/// Reads an `x-paging`.
///
/// # Errors
/// Every unknown key or value, and every missing key.
pub(super) fn read(said: &Value) -> Result<Said, Problem> {
    if said.is_null() {
        return Ok(Said::Nothing);
    }
    let Some(words) = said.as_object() else {
        return Err(("has an `x-paging` that is not a mapping".to_owned(), HELP));
    };
    if let Some(why) = words.get("unpaged") {
        let is_alone = words.len() == 1 && why.as_str().is_some_and(|why| !why.trim().is_empty());
        return if is_alone {
            Ok(Said::Unpaged)
        } else {
            Err(("has an `x-paging` whose `unpaged` is not a reason on its own".to_owned(), HELP))
        };
    }
    let mut terms = Terms::default();
    for (word, value) in words {
        let read = match word.as_str() {
            "records" => text(value).map(|pointer| terms.records = Some(pointer)),
            "key" => list(value, text).filter(|key| !key.is_empty()).map(|key| terms.key = key),
            "total" if value.is_null() => Some(()),
            "total" => {
                count(value).map(|count| vec![count]).or_else(|| list(value, count)).map(|total| terms.total = total)
            }
            "sort" if value.is_null() => Some(()),
            "sort" => sort(value).map(|sort| terms.sort = Some(sort)),
            "offset" => value.as_bool().map(|offset| terms.offset = Some(offset)),
            "page-size" => page_size(value).map(|size| terms.page_size = Some(size)),
            "x-evidence" => is_evidence(value).then_some(()),
            _ => None,
        };
        if read.is_none() {
            return Err((format!("has an `x-paging` with `{word}: {value}`, which means nothing"), HELP));
        }
    }
    match ["key", "total", "sort", "x-evidence"].into_iter().find(|word| !words.contains_key(*word)) {
        Some(word) => Err((format!("has an `x-paging` without `{word}`"), HELP)),
        None => Ok(Said::Terms(terms)),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn list<T>(value: &Value, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

/// The name of a count, or `{estimate: name}`.
fn count(value: &Value) -> Option<Count> {
    match value.as_object() {
        None => text(value).map(|field| Count { field, is_estimate: false }),
        Some(words) if words.len() == 1 => text(&value["estimate"]).map(|field| Count { field, is_estimate: true }),
        Some(_) => None,
    }
}

fn sort(value: &Value) -> Option<SortTerm> {
    let form = match value["form"].as_str()? {
        "text" => Form::Text,
        "json" => Form::Json,
        _ => return None,
    };
    (value.as_object()?.len() == 2).then_some(SortTerm { field: text(&value["field"])?, form })
}

fn page_size(value: &Value) -> Option<u64> {
    value.as_u64().filter(|size| *size > 0 && u32::try_from(*size).is_ok())
}

fn is_evidence(value: &Value) -> bool {
    let sources = list(&value["sources"], text).unwrap_or_default();
    !sources.is_empty() && value["independent"].as_u64().is_some_and(|independent| independent > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn terms(said: &Value) -> Result<Terms, String> {
        match read(said) {
            Ok(Said::Terms(terms)) => Ok(terms),
            Ok(_) => Err("not paged".to_owned()),
            Err((message, _)) => Err(message),
        }
    }

    fn sound() -> Value {
        json!({
            "key": ["_id", "/data/name"], "total": ["totalCount", { "estimate": "estimatedCount" }],
            "sort": { "field": "_id", "form": "json" }, "offset": true, "page-size": 100, "records": "/data/things",
            "x-evidence": { "sources": ["MCP"], "independent": 1 },
        })
    }

    #[test]
    fn every_word_is_read() {
        let terms = terms(&sound()).unwrap();
        assert_eq!(terms.key, ["_id", "/data/name"]);
        assert_eq!(terms.total.iter().map(|count| count.is_estimate).collect::<Vec<_>>(), [false, true]);
        assert_eq!(terms.sort.unwrap().value(), r#"[{"field":"_id","order":"asc"}]"#);
        assert_eq!(
            (terms.offset, terms.page_size, terms.records.as_deref()),
            (Some(true), Some(100), Some("/data/things"))
        );
        assert_eq!(sort(&json!({ "field": "name", "form": "text" })).unwrap().value(), "name");
    }

    #[test]
    fn every_word_that_is_missing_or_means_nothing_is_named() {
        for word in ["key", "total", "sort", "x-evidence"] {
            let mut said = sound();
            said.as_object_mut().unwrap().remove(word);
            assert_eq!(terms(&said).unwrap_err(), format!("has an `x-paging` without `{word}`"));
        }
        for (word, value) in [
            ("records", json!(1)),
            ("key", json!("_id")),
            ("key", json!([])),
            ("key", json!([1])),
            ("key", json!([""])),
            ("total", json!({ "guess": "count" })),
            ("total", json!({ "estimate": "count", "exact": "count" })),
            ("total", json!([null])),
            ("sort", json!("name")),
            ("sort", json!({ "field": "name" })),
            ("sort", json!({ "field": "name", "form": "xml" })),
            ("sort", json!({ "field": "name", "form": "text", "order": "asc" })),
            ("offset", json!("offset")),
            ("page-size", json!(0)),
            ("page-size", json!(4_294_967_296_u64)),
            ("x-evidence", json!({ "sources": [], "independent": 1 })),
            ("x-evidence", json!({ "sources": ["MCP"] })),
            ("keys", json!(["_id"])),
        ] {
            let mut said = sound();
            said[word] = value.clone();
            assert_eq!(
                terms(&said).unwrap_err(),
                format!("has an `x-paging` with `{word}: {value}`, which means nothing")
            );
        }
    }

    #[test]
    fn a_reason_stands_alone() {
        assert!(matches!(read(&json!({ "unpaged": "why" })), Ok(Said::Unpaged)));
        for said in [
            json!({ "unpaged": "why", "key": ["_id"] }),
            json!({ "unpaged": " " }),
            json!({ "unpaged": true }),
            json!(true),
        ] {
            assert!(read(&said).is_err(), "{said}");
        }
        assert!(matches!(read(&Value::Null), Ok(Said::Nothing)));
    }
}
