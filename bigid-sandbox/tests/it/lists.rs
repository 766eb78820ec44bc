//! The list of data sources and its parameters.

use std::collections::BTreeSet;

use bigid_sandbox::{Profile, Sandbox};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Signed, TestResult, by_name, name};

#[tokio::test]
async fn the_list_with_a_hyphen_has_an_envelope_and_a_total() -> TestResult {
    let signed = Signed::with(20).await?;
    let response = signed.caller.get("/ds-connections", &signed.session).send().await?.text().await?;
    assert!(response.starts_with(r#"{"status":"success","statusCode":200,"data":{"ds_connections":[{"#));
    assert!(response.ends_with(r#"],"totalCount":20},"message":null}"#));
    let (one, total) = signed.page("limit=1").await?;
    assert_eq!((one.len(), total), (1, json!(20)), "the total is there without being asked for");
    Ok(())
}

#[tokio::test]
async fn the_list_with_an_underscore_is_bare_and_knows_no_paging() -> TestResult {
    let signed = Signed::with(20).await?;
    let (status, body) = signed.get("/ds_connections?skip=5&limit=1&format=json").await?;
    assert_eq!(status, 200);
    assert_eq!(
        body.as_object().map(|fields| fields.keys().cloned().collect()),
        Some(vec!["ds_connections".to_owned()])
    );
    assert_eq!(body["ds_connections"].as_array().map(Vec::len), Some(20));
    Ok(())
}

#[tokio::test]
async fn skip_and_limit_cut_the_list_into_pages() -> TestResult {
    let signed = Signed::with(45).await?;
    let (all, _) = signed.page("").await?;
    let mut pages = Vec::new();
    for skip in [0, 20, 40, 60] {
        let (page, total) = signed.page(&format!("skip={skip}&limit=20&requireTotalCount=true")).await?;
        assert_eq!((page.len(), total), (45_usize.saturating_sub(skip).min(20), json!(45)));
        pages.extend(page);
    }
    assert_eq!(pages, all);
    Ok(())
}

#[tokio::test]
async fn a_filter_is_a_json_array_of_conditions() -> TestResult {
    let sandbox = Sandbox::builder().profile(Profile::Deployed2023).data_sources(60).start().await?;
    let signed = Signed::to(sandbox).await?;
    let smb = signed.filtered(json!([{"field": "type", "operator": "equal", "value": "smb"}])).await?;
    assert_eq!(smb.len(), 9);
    let both = signed.filtered(json!([{"field": "type", "operator": "in", "value": ["smb", "s3"]}])).await?;
    assert_eq!(both.len(), 12);
    let (one, rest) = (smb.first().ok_or("none")?, smb.len() - 1);
    let found = signed.filtered(json!([{"field": "name", "operator": "equals", "value": one}])).await?;
    assert_eq!(found, BTreeSet::from([one.clone()]));
    let part = one.chars().skip(1).collect::<String>().to_uppercase();
    assert!(signed.filtered(json!([{"field": "name", "operator": "contains", "value": part}])).await?.contains(one));
    let tested = json!([
        {"field": "type", "operator": "equal", "value": "smb"},
        {"field": "connectionStatusTest.is_success", "operator": "in", "value": [true, false]},
    ]);
    assert_eq!(signed.filtered(tested).await?.len(), rest - 2, "one of three in each block was never tested");
    let steward = json!([{"field": "custom_fields.field_name", "operator": "equal", "value": "Steward team"}]);
    assert_eq!(signed.filtered(steward).await?.len(), 12);
    Ok(())
}

#[tokio::test]
async fn what_is_no_filter_is_422() -> TestResult {
    let signed = Signed::with(1).await?;
    for filter in ["x", "{}", "%5B1%5D", "name%20%3D%20%22x%22"] {
        assert_eq!(signed.get(&format!("/ds-connections?filter={filter}")).await?.0, 422, "{filter}");
    }
    Ok(())
}

#[tokio::test]
async fn sort_is_plain_text_or_json() -> TestResult {
    let signed = Signed::with(30).await?;
    let names = async |query: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        Ok(signed.page(query).await?.0.iter().map(name).collect())
    };
    let mut sorted = names("").await?;
    sorted.sort();
    assert_eq!(names("sort=name").await?, sorted);
    let encoded = |sort: &str| format!("sort={}", utf8_percent_encode(sort, NON_ALPHANUMERIC));
    let ascending = [json!({"order": "asc"}), json!({"desc": false}), json!({"order": "ASC"}), json!({})];
    let descending =
        [json!({"order": "desc"}), json!({"desc": true}), json!({"order": "DESC"}), json!({"desc": "true"})];
    for (forms, is_descending) in [(ascending, false), (descending, true)] {
        if is_descending {
            sorted.reverse();
        }
        for mut key in forms {
            key["field"] = json!("name");
            for sort in [json!([key]), json!(key)] {
                assert_eq!(names(&encoded(&sort.to_string())).await?, sorted, "{sort}");
                let (_, body) = signed.send(Method::POST, "/ds-connections", &json!({"query": {"sort": sort}})).await?;
                let body: Vec<_> = body["data"]["ds_connections"].as_array().into_iter().flatten().map(name).collect();
                assert_eq!(body, sorted, "{sort} in a body");
            }
        }
        let word = if is_descending { "desc" } else { "ASC" };
        assert_eq!(names(&encoded(&format!("name {word}"))).await?, sorted, "{word}");
    }
    Ok(())
}

#[tokio::test]
async fn a_sort_that_cannot_be_read_is_422_and_never_ascending_in_silence() -> TestResult {
    let signed = Signed::with(1).await?;
    let json = [json!([{"field": "name", "order": "down"}]), json!([{"field": "name", "reverse": true}]), json!([1])];
    let text = ["-name", "name:desc", "name DESC, -type", "[{\"field\"", "5"].map(Value::from);
    for sort in json.into_iter().chain(text) {
        let in_query = sort.as_str().map_or_else(|| sort.to_string(), str::to_owned);
        let encoded = utf8_percent_encode(&in_query, NON_ALPHANUMERIC).to_string();
        for path in ["/ds-connections", "/scanProfiles", "/clusters"] {
            assert_eq!(signed.get(&format!("{path}?sort={encoded}")).await?.0, 422, "{path} {sort}");
        }
        let body = json!({"query": {"sort": sort}});
        assert_eq!(signed.send(Method::POST, "/ds-connections", &body).await?.0, 422, "{sort}");
    }
    Ok(())
}

#[tokio::test]
async fn null_in_a_filter_matches_fields_that_are_absent() -> TestResult {
    let signed = Signed::with(100).await?;
    let all = signed.page("").await?.0;
    for field in
        ["archived", "friendly_name", "username", "folderName", "no_such_field", "connectionStatusTest.is_success"]
    {
        let of = |record: &Value| field.split('.').fold(record.clone(), |value, name| value[name].clone());
        let null: BTreeSet<_> = all.iter().filter(|record| of(record).is_null()).map(name).collect();
        let is_false: BTreeSet<_> = all.iter().filter(|record| of(record) == json!(false)).map(name).collect();
        for (operator, value) in [("equal", json!(null)), ("equals", json!(null)), ("in", json!([null]))] {
            let filter = json!([{"field": field, "operator": operator, "value": value}]);
            assert_eq!(signed.filtered(filter).await?, null, "{field} {operator}");
        }
        let filter = json!([{"field": field, "operator": "in", "value": [false, null]}]);
        assert_eq!(signed.filtered(filter).await?, &null | &is_false, "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn any_number_of_terms_is_handled_or_rejected_and_blocks_nobody() -> TestResult {
    let signed = Signed::with(20).await?;
    let fields = "a,".repeat(20_000);
    let (records, _) = signed.page(&format!("fields={fields}")).await?;
    assert!(records.iter().all(|record| record.as_object().is_some_and(|record| record.len() == 1)));
    let condition = json!({"field": "name", "operator": "contains", "value": ""});
    let values: Vec<_> = (0..20_000).map(|number| json!(format!("v{number}"))).collect();
    let names: Vec<_> = (0..20_000).map(|number| format!("f{number}")).collect();
    for (query, status) in [
        (json!({"fields": names}), 200),
        (json!({"filter": [{"field": "name", "operator": "in", "value": values}]}), 200),
        (json!({"filter": vec![condition.clone(); 100]}), 200),
        (json!({"filter": vec![condition; 20_000]}), 422),
        (json!({"sort": vec!["name"; 20_000]}), 200),
        (json!({"sort": names}), 422),
    ] {
        assert_eq!(signed.send(Method::POST, "/ds-connections", &json!({"query": query})).await?.0, status);
    }
    Ok(())
}

#[tokio::test]
async fn null_and_text_in_a_query_are_taken() -> TestResult {
    let signed = Signed::with(9).await?;
    let null = json!({"query": {"skip": null, "offset": null, "limit": null, "filter": null, "sort": null, "fields": null,
        "grouping": null, "requireTotalCount": null}});
    for body in [null, json!({"query": null}), json!({})] {
        let (status, body) = signed.send(Method::POST, "/ds-connections", &body).await?;
        assert_eq!((status, body["data"]["ds_connections"].as_array().map(Vec::len)), (200, Some(9)));
    }
    let text =
        json!({"query": {"skip": "2", "limit": "3", "requireTotalCount": "true", "filter": "[]", "sort": "name"}});
    let (_, body) = signed.send(Method::POST, "/ds-connections", &text).await?;
    let of_body: Vec<_> = body["data"]["ds_connections"].as_array().into_iter().flatten().map(name).collect();
    let sorted: Vec<_> = signed.page("sort=name&skip=2&limit=3").await?.0.iter().map(name).collect();
    assert_eq!(of_body, sorted);
    Ok(())
}

#[tokio::test]
async fn fields_leaves_out_the_others() -> TestResult {
    let signed = Signed::with(5).await?;
    for fields in ["name,type", "%5B%22name%22,%22type%22%5D"] {
        let (records, _) = signed.page(&format!("fields={fields}")).await?;
        for record in records {
            let keys: Vec<_> = record.as_object().ok_or("no record")?.keys().cloned().collect();
            assert_eq!(keys, ["_id", "name", "type"]);
        }
    }
    Ok(())
}

#[tokio::test]
async fn format_is_taken_and_changes_nothing() -> TestResult {
    let signed = Signed::with(3).await?;
    assert_eq!(signed.page("format=json").await?, signed.page("").await?);
    Ok(())
}

#[tokio::test]
async fn a_body_asks_for_the_same_list() -> TestResult {
    let signed = Signed::with(40).await?;
    let filter = json!([{"field": "type", "operator": "equal", "value": "rdb-mysql"}]);
    let query = json!({"query": {
        "requireTotalCount": true, "skip": 3, "limit": 5, "filter": filter, "grouping": [], "fields": ["name"],
    }});
    let (status, body) = signed.send(Method::POST, "/ds-connections", &query).await?;
    assert_eq!((status, &body["data"]["totalCount"]), (200, &json!(24)));
    let filter = utf8_percent_encode(&filter.to_string(), NON_ALPHANUMERIC).to_string();
    let (records, _) = signed.page(&format!("skip=3&limit=5&filter={filter}&fields=name")).await?;
    assert_eq!(body["data"]["ds_connections"], json!(records));
    let offset = json!({"query": {"offset": 38}});
    let (_, body) = signed.send(Method::POST, "/ds-connections", &offset).await?;
    assert_eq!(body["data"]["ds_connections"].as_array().map(Vec::len), Some(2));
    Ok(())
}

#[tokio::test]
async fn without_parameters_the_whole_list_comes_back() -> TestResult {
    let signed = Signed::with(123).await?;
    assert_eq!(signed.page("").await?.0.len(), 123);
    Ok(())
}

#[tokio::test]
async fn a_missing_ampersand_is_forgiven_in_silence() -> TestResult {
    let signed = Signed::with(20).await?;
    assert_eq!(signed.page("skip=0limit%3D100&requireTotalCount=true").await?.0.len(), 20);
    Ok(())
}

#[tokio::test]
async fn an_unsorted_order_shifts_between_pages_on_request() -> TestResult {
    let signed = Signed::to(Sandbox::builder().data_sources(100).shifting_order().start().await?).await?;
    let mut seen = BTreeSet::new();
    for skip in (0..100).step_by(10) {
        seen.extend(signed.page(&format!("skip={skip}&limit=10")).await?.0.iter().map(name));
    }
    assert!(seen.len() < 100, "pages overlap, so some record is missed");
    let mut sorted = BTreeSet::new();
    for skip in (0..100).step_by(10) {
        sorted.extend(signed.page(&format!("skip={skip}&limit=10&sort=_id")).await?.0.iter().map(name));
    }
    assert_eq!(sorted.len(), 100);
    Ok(())
}

#[tokio::test]
async fn a_list_of_more_than_ten_thousand_is_sent_as_it_is_made_and_has_every_record() -> TestResult {
    const COUNT: usize = 10_050;
    let signed = Signed::with(COUNT).await?;
    signed
        .send(
            Method::DELETE,
            &by_name(&signed.page("limit=1").await?.0.first().map(name).unwrap_or_default()),
            &json!({}),
        )
        .await?;
    for (path, length, first) in [
        ("/ds-connections?sort=name&fields=name", None, "/data/ds_connections"),
        ("/ds-connections?sort=name&fields=name&limit=10000", Some(10_000), "/data/ds_connections"),
        ("/ds_connections", None, "/ds_connections"),
    ] {
        let response = signed.caller.get(path, &signed.session).send().await?;
        assert_eq!(response.content_length().is_some(), length.is_some(), "{path}");
        let body: Value = serde_json::from_str(&response.text().await?)?;
        let names: Vec<_> = body.pointer(first).and_then(Value::as_array).into_iter().flatten().map(name).collect();
        assert_eq!(names.len(), length.unwrap_or(COUNT - 1), "{path}");
        assert!(!path.contains("sort") || (names.is_sorted() && body["data"]["totalCount"] == COUNT - 1), "{path}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{path}");
    }
    Ok(())
}
