//! Lists with three kinds of keys, from a server that caps, shuffles or repeats its pages as the number of the call
//! says.

use std::collections::HashSet;

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::bigid_api::types::ApiErrorBody;
use bigid_auth_ext::bigid_api::{Error, Records};
use bigid_sandbox::{ReceivedRequest, ResponseTemplate, Sandbox};
use serde_json::{Value, json};

use super::plan::{number, random};

const PAGE: u64 = 10;

/// What a server does to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Honest,
    Caps,
    Shuffles,
    Repeats,
}

/// The list that a call reads.
#[derive(Clone, Copy, Debug)]
struct List {
    call: u64,
    records: u64,
    manner: Manner,
}

impl List {
    fn of(seed: u64, call: u64) -> Self {
        let manner = match random(seed, call, 11) % 10 {
            0..5 => Manner::Honest,
            5..7 => Manner::Caps,
            7..9 => Manner::Shuffles,
            _ => Manner::Repeats,
        };
        Self { call, records: random(seed, call, 12) % 35, manner }
    }

    fn page(self, skip: u64, limit: u64) -> Vec<u64> {
        let mut all: Vec<u64> = (0..self.records).collect();
        let (skip, limit) = match self.manner {
            Manner::Honest => (skip, limit),
            Manner::Caps => (skip, limit.min(4)),
            Manner::Shuffles => {
                all.sort_by_key(|number| random(self.call, *number, skip));
                (skip, limit)
            }
            Manner::Repeats => (0, limit),
        };
        all.into_iter().skip(usize::try_from(skip).unwrap()).take(usize::try_from(limit).unwrap()).collect()
    }

    /// Whether what came is right, and in what way.
    fn judge(self, came: &[String], end: Option<&str>) -> &'static str {
        let distinct: HashSet<&String> = came.iter().collect();
        assert_eq!(distinct.len(), came.len(), "a row came twice: {self:?} {came:?}");
        let is_whole = came.len() as u64 == self.records;
        assert!(is_whole || end.is_some(), "rows lost in silence: {self:?}, {} came", came.len());
        if matches!(self.manner, Manner::Honest | Manner::Caps) {
            let all: Vec<String> = (0..self.records).map(|number| name(self.call, number)).collect();
            assert_eq!((came, end), (&all[..], None), "rows lost or moved: {self:?}");
        }
        if end.is_some() { "incomplete list" } else { "whole list" }
    }
}

fn name(call: u64, number: u64) -> String {
    format!("{call}-{number}")
}

/// The three lists, by the field of their key: `id`, `_id`, `fullyQualifiedName`.
pub fn serve(sandbox: &Sandbox, seed: u64) {
    let serve = |path: &str, response: fn(Vec<u64>, List) -> Value| {
        sandbox.route_with_session(Method::GET, format!("/api/v1/{path}"), move |request: &ReceivedRequest| {
            let asked = |name| request.query_value(name).unwrap().parse::<u64>().unwrap();
            let list = List::of(seed, number(request, "x-call").unwrap());
            ResponseTemplate::json(&response(list.page(asked("skip"), asked("limit")), list))
        });
    };
    serve("data-catalog", |page, list| {
        let records: Vec<Value> = page.iter().map(|number| json!({ "id": name(list.call, *number) })).collect();
        json!({ "results": records, "totalRowsCounter": records.len(), "estimatedCount": list.records + 3 })
    });
    serve("actionable-insights/all-cases", |page, list| {
        let records: Vec<Value> =
            page.iter().map(|number| json!({ "_id": name(list.call, *number), "id": "1" })).collect();
        json!({ "status": "success", "statusCode": 200, "data": { "cases": records, "totalCount": list.records }, "message": null })
    });
    serve("data-catalog/objects", |page, list| {
        let records: Vec<Value> =
            page.iter().map(|number| json!({ "fullyQualifiedName": name(list.call, *number) })).collect();
        json!({ "results": records, "totalRowsCounter": records.len() })
    });
}

/// Reads one of the lists to its end, and says how it ended.
pub async fn read(client: &BigIdClient, seed: u64, call: u64) -> Result<&'static str, Error<ApiErrorBody>> {
    let page = u32::try_from(PAGE).unwrap();
    let list = List::of(seed, call);
    match random(seed, call, 13) % 3 {
        0 => all(client.list_catalog().records().page_size(page), list, |object| object.id).await,
        1 => all(client.list_cases().records().page_size(page), list, |case| case.object_id).await,
        _ => {
            let objects = client.list_catalog_objects().records().page_size(page);
            all(objects, list, |object| object.fully_qualified_name).await
        }
    }
}

async fn all<T: serde::Serialize + Send + 'static>(
    mut records: Records<T>,
    list: List,
    key: fn(T) -> Option<String>,
) -> Result<&'static str, Error<ApiErrorBody>> {
    let mut came = Vec::new();
    let end = loop {
        match records.try_next().await {
            Ok(Some(record)) => came.push(key(record).unwrap()),
            Ok(None) => break None,
            Err(Error::Incomplete(incomplete)) => break Some(incomplete.to_string()),
            Err(error) => return Err(error),
        }
    };
    Ok(list.judge(&came, end.as_deref()))
}
