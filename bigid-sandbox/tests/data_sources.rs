//! Data sources: two lists, their parameters, records by name.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use bigid_sandbox::{DEFAULT_DATA_SOURCES, Profile, Sandbox};
use common::{Caller, TestResult};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

struct Signed {
    sandbox: Sandbox,
    caller: Caller,
    session: String,
}

impl Signed {
    async fn with(count: usize) -> Result<Self, Box<dyn std::error::Error>> {
        Self::to(Sandbox::builder().data_sources(count).start().await?).await
    }

    async fn to(sandbox: Sandbox) -> Result<Self, Box<dyn std::error::Error>> {
        let caller = Caller::new(&sandbox)?;
        let session = caller.session(&sandbox.user_token()).await?;
        Ok(Self { sandbox, caller, session })
    }

    async fn get(&self, path: &str) -> Result<(u16, Value), Box<dyn std::error::Error>> {
        let (status, body) = self.caller.json(path, &self.session).await?;
        Ok((status.as_u16(), body))
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<(u16, Value), Box<dyn std::error::Error>> {
        let response = self.caller.request(method, path, &self.session).json(body).send().await?;
        Ok((response.status().as_u16(), serde_json::from_str(&response.text().await?)?))
    }

    async fn page(&self, query: &str) -> Result<(Vec<Value>, Value), Box<dyn std::error::Error>> {
        let (status, body) = self.get(&format!("/ds-connections?{query}")).await?;
        assert_eq!(status, 200, "{body}");
        let records = body["data"]["ds_connections"].as_array().cloned().unwrap_or_default();
        Ok((records, body["data"]["totalCount"].clone()))
    }

    async fn filtered(&self, filter: Value) -> Result<BTreeSet<String>, Box<dyn std::error::Error>> {
        let filter = utf8_percent_encode(&filter.to_string(), NON_ALPHANUMERIC).to_string();
        let (records, total) = self.page(&format!("filter={filter}")).await?;
        assert_eq!(total, records.len());
        Ok(records.iter().map(name).collect())
    }
}

fn name(record: &Value) -> String {
    record["name"].as_str().unwrap_or_default().to_owned()
}

fn by_name(name: &str) -> String {
    format!("/ds_connections/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}

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
async fn tags_are_on_every_record_of_one_list_and_on_13_of_20_of_the_other() -> TestResult {
    let signed = Signed::with(20).await?;
    let tagged = |records: &[Value]| records.iter().filter(|record| record.get("tags").is_some()).count();
    assert_eq!(tagged(&signed.page("").await?.0), 20);
    assert_eq!(tagged(signed.get("/ds_connections").await?.1["ds_connections"].as_array().ok_or("no list")?), 13);
    Ok(())
}

#[tokio::test]
async fn only_the_bare_list_counts_objects_in_a_connection_state() -> TestResult {
    let signed = Signed::with(20).await?;
    let keys = |records: &[Value]| -> BTreeSet<String> {
        let states =
            records.iter().flat_map(|record| [&record["connectionStatusTest"], &record["connectionStatusScan"]]);
        states.filter_map(Value::as_object).flat_map(|state| state.keys().cloned()).collect()
    };
    let expected = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(keys(&signed.page("").await?.0), expected(&["is_success", "last_connection"]));
    let bare = signed.get("/ds_connections").await?.1;
    let bare = bare["ds_connections"].as_array().ok_or("no list")?;
    assert_eq!(keys(bare), expected(&["is_success", "last_connection", "num_of_object"]));
    Ok(())
}

#[tokio::test]
async fn twenty_records_are_about_as_long_as_the_recorded_ones() -> TestResult {
    let signed = Signed::with(20).await?;
    let text = async |path| signed.caller.get(path, &signed.session).send().await?.text().await;
    let (enveloped, bare) = (text("/ds-connections").await?.len(), text("/ds_connections").await?.len());
    // 36,454 and 36,992 bytes were recorded; ours stay within a fifth of that.
    for (ours, recorded) in [(enveloped, 36_454), (bare, 36_992)] {
        assert!(ours.abs_diff(recorded) < recorded / 5, "{ours} instead of {recorded}");
    }
    assert!(bare > enveloped);
    Ok(())
}

#[tokio::test]
async fn all_113_fields_are_on_as_many_of_20_records_as_recorded() -> TestResult {
    let signed = Signed::with(DEFAULT_DATA_SOURCES).await?;
    let (records, _) = signed.page("").await?;
    let mut counts = BTreeMap::new();
    for field in records.iter().filter_map(Value::as_object).flat_map(|record| record.keys().cloned()) {
        *counts.entry(field).or_insert(0) += 1;
    }
    let expected: BTreeMap<_, _> = PRESENT.iter().map(|(field, count)| ((*field).to_owned(), *count)).collect();
    assert_eq!(expected.len(), 113);
    assert_eq!(counts, expected);
    Ok(())
}

#[tokio::test]
async fn fields_come_in_all_their_recorded_types() -> TestResult {
    let signed = Signed::with(20).await?;
    let (records, _) = signed.page("").await?;
    let kinds = |field: &str| -> BTreeMap<&str, usize> {
        let mut kinds = BTreeMap::new();
        for value in records.iter().filter_map(|record| record.get(field)) {
            *kinds.entry(kind(value)).or_default() += 1;
        }
        kinds
    };
    for (field, expected) in [
        ("scanWindowName", [("[]", 13), ("text", 2), ("\"\"", 1)].as_slice()),
        ("connectionStatusDeleteFindings", &[("{}", 18), ("object", 1)]),
        ("custom_fields", &[("[]", 15), ("array of objects", 4)]),
        ("owners", &[("[]", 13), ("array of texts", 6)]),
        ("owners_v2", &[("array of objects", 18), ("[]", 1)]),
        ("credential_id", &[("text", 16), ("\"\"", 3)]),
        ("last_scan_at", &[("integer", 18)]),
        ("created_at", &[("text", 19)]),
        ("folderName", &[("null", 10)]),
        ("enabled", &[("text", 20)]),
        ("is_ocr_enabled", &[("text", 3)]),
        ("is_credential", &[("boolean", 16)]),
        ("certificate_id", &[("\"\"", 19)]),
        ("tags", &[("[]", 20)]),
    ] {
        assert_eq!(kinds(field), expected.iter().copied().collect(), "{field}");
    }
    for record in &records {
        assert_eq!((&record["id"], &record["password"]), (&record["name"], &json!("******")));
        assert_eq!(record["_id"].as_str().map(str::len), Some(24));
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(text) if text.is_empty() => "\"\"",
        Value::String(_) => "text",
        Value::Array(items) if items.is_empty() => "[]",
        Value::Array(items) if items[0].is_object() => "array of objects",
        Value::Array(_) => "array of texts",
        Value::Object(fields) if fields.is_empty() => "{}",
        Value::Object(_) => "object",
    }
}

#[tokio::test]
async fn owners_may_lack_a_field() -> TestResult {
    let signed = Signed::with(100).await?;
    let (records, _) = signed.page("").await?;
    let owners: Vec<_> = records.iter().filter_map(|record| record["owners_v2"].get(0)).collect();
    for field in ["email", "origin", "isNotified"] {
        let having = owners.iter().filter(|owner| owner.get(field).is_some()).count();
        assert!(0 < having && having < owners.len(), "{field}");
    }
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
    let signed = Signed::with(60).await?;
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
async fn what_is_no_filter_is_400() -> TestResult {
    let signed = Signed::with(1).await?;
    for filter in ["x", "{}", "%5B1%5D", "name%20%3D%20%22x%22"] {
        assert_eq!(signed.get(&format!("/ds-connections?filter={filter}")).await?.0, 400, "{filter}");
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
    let json = |order: &str| {
        let sort = json!([{"field": "name", "order": order}]).to_string();
        format!("sort={}", utf8_percent_encode(&sort, NON_ALPHANUMERIC))
    };
    assert_eq!(names(&json("asc")).await?, sorted);
    sorted.reverse();
    assert_eq!(names(&json("desc")).await?, sorted);
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
async fn a_record_is_found_by_every_kind_of_name() -> TestResult {
    let signed = Signed::with(100).await?;
    let (records, _) = signed.page("").await?;
    for record in &records {
        let (status, found) = signed.get(&by_name(&name(record))).await?;
        assert_eq!((status, &found), (200, &json!({"ds_connection": record})));
    }
    for awkward in ['/', ' ', '%', '?', '#', '+'] {
        assert!(records.iter().any(|record| name(record).contains(awkward)));
    }
    assert!(records.iter().any(|record| !name(record).is_ascii()));
    Ok(())
}

#[tokio::test]
async fn a_record_is_created_changed_and_deleted_in_its_wrapper() -> TestResult {
    let signed = Signed::with(2).await?;
    let create = json!({"ds_connection": {"name": "a b/ü", "type": "s3", "password": "hush", "extra": [1]}});
    let (status, created) = signed.send(Method::POST, "/ds_connections", &create).await?;
    let created = &created["ds_connection"];
    assert_eq!((status, &created["id"], &created["extra"]), (200, &json!("a b/ü"), &json!([1])));
    assert_eq!(created["password"], "******", "a password never comes back");
    assert_eq!(signed.send(Method::POST, "/ds_connections", &create).await?.0, 400, "the name is taken");
    let update = json!({"ds_connection": {"enabled": "no", "_id": "another"}});
    let (status, updated) = signed.send(Method::PUT, &by_name("a b/ü"), &update).await?;
    assert_eq!((status, &updated["ds_connection"]["enabled"]), (200, &json!("no")));
    assert_eq!(updated["ds_connection"]["_id"], created["_id"]);
    assert_eq!(signed.page("").await?.1, 3);
    assert_eq!(signed.send(Method::DELETE, &by_name("a b/ü"), &json!({})).await?.0, 200);
    assert_eq!(signed.get(&by_name("a b/ü")).await?.0, 400);
    assert_eq!(signed.page("").await?.1, 2);
    Ok(())
}

#[tokio::test]
async fn a_body_without_its_wrapper_is_400() -> TestResult {
    let signed = Signed::with(1).await?;
    for body in
        [json!({"name": "x", "type": "s3"}), json!({"ds_connection": []}), json!({"ds_connection": {"name": "x"}})]
    {
        assert_eq!(signed.send(Method::POST, "/ds_connections", &body).await?.0, 400, "{body}");
    }
    let renamed = json!({"ds_connection": {"name": "y"}});
    let existing = name(&signed.page("").await?.0[0]);
    assert_eq!(signed.send(Method::PUT, &by_name(&existing), &renamed).await?.0, 400);
    Ok(())
}

#[tokio::test]
async fn credentials_are_left_out_on_request() -> TestResult {
    let signed = Signed::with(20).await?;
    let drive = signed.filtered(json!([{"field": "type", "operator": "equal", "value": "googledrive"}])).await?;
    let path = by_name(drive.first().ok_or("none")?);
    let whole = signed.get(&path).await?.1;
    assert!(whole["ds_connection"]["google_service_account_json"].is_string());
    let without = signed.get(&format!("{path}?withoutCredentialValue=true")).await?.1;
    assert!(without["ds_connection"].get("google_service_account_json").is_none());
    assert!(without["ds_connection"].get("password").is_none());
    Ok(())
}

#[tokio::test]
async fn a_connection_test_succeeds_until_told_otherwise() -> TestResult {
    let signed = Signed::with(1).await?;
    let existing = name(&signed.page("").await?.0[0]);
    let body = |kind| json!({"ds_connection": {"name": existing, "type": kind}, "isNewPassword": true});
    let test = async |kind| signed.send(Method::POST, "/ds-connection-test", &body(kind)).await;
    assert_eq!(test("rdb-mysql").await?.1["data"]["is_success"], true);
    assert_eq!(test("no-such-type").await?.1["data"]["is_success"], false);
    signed.sandbox.fail_connection_test(existing.clone());
    assert_eq!(test("rdb-mysql").await?.1["data"]["is_success"], false);
    let (_, record) = signed.get(&by_name(&existing)).await?;
    assert_eq!(record["ds_connection"]["connectionStatusTest"]["is_success"], false);
    assert_eq!(signed.send(Method::POST, "/ds-connection-test", &json!({})).await?.0, 400);
    Ok(())
}

#[tokio::test]
async fn connector_types_have_templates() -> TestResult {
    let signed = Signed::with(20).await?;
    let (status, body) = signed.get("/ds-connections-types").await?;
    assert_eq!((status, &body["status"], &body["statusCode"]), (200, &json!("success"), &json!(200)));
    let types = body["data"]["ds_connection_types"].as_array().cloned().unwrap_or_default();
    let types: BTreeSet<_> = types.iter().filter_map(|one| one["type"].as_str().map(str::to_owned)).collect();
    for record in signed.page("").await?.0 {
        assert!(types.contains(record["type"].as_str().unwrap_or_default()));
    }
    for kind in types {
        let (status, template) = signed.get(&format!("/ds-connections-types/template/{kind}")).await?;
        assert_eq!((status, &template["data"]["type"]), (200, &json!(kind)));
        assert!(template["data"]["fields"].as_array().is_some_and(|fields| fields.len() > 1));
    }
    assert_eq!(signed.get("/ds-connections-types/template/none").await?.0, 400);
    Ok(())
}

#[tokio::test]
async fn findings_are_csv_with_fourteen_quoted_columns() -> TestResult {
    let signed = Signed::with(20).await?;
    let export = async |filter: &str| {
        let path = format!("/piiRecords/objects/file-download/export/{filter}");
        signed.caller.get(&path, &signed.session).send().await?.text().await
    };
    let all = export("").await?;
    let header = "\"Data Source\",\"Type\",\"Full Object Name\",\"Object Name\",\"Owner\",\"Modified Date\",\"Attributes\",\
                  \"Entity Sources\",\"Residencies\",\"PII Count\",\"Open Access\",\"DataSource Owner\",\"Location\",\
                  \"Number of Entities\"";
    assert_eq!(all.lines().next(), Some(header));
    assert!(all.lines().skip(1).count() >= 20);
    assert!(all.lines().all(|line| line.matches("\",\"").count() == 13));
    assert_eq!(all, export("").await?, "the same at every call");
    let sources = signed.page("").await?.0;
    let one = name(&sources[0]);
    let part: String = one.chars().take(one.chars().count() - 1).collect();
    let filtered = export(&format!("?filter=source%3D{}", utf8_percent_encode(&part, NON_ALPHANUMERIC))).await?;
    assert!(filtered.lines().count() > 1 && filtered.lines().skip(1).all(|line| line.contains(&part)));
    assert_eq!(export("?filter=source%3Dno-such-source").await?, "", "nothing found is an empty body");
    Ok(())
}

#[tokio::test]
async fn users_come_in_pages_and_show_no_secret() -> TestResult {
    let signed = Signed::with(0).await?;
    let (_, body) = signed.get("/access-management/users?skip=0&limit=3&requireTotalCount=true").await?;
    assert_eq!(body["data"]["users"].as_array().map(Vec::len), Some(3));
    assert_eq!(body["data"]["totalCount"], 5);
    let (_, all) = signed.get("/access-management/users").await?;
    let text = all.to_string();
    assert!(!text.contains(&signed.sandbox.password()) && !text.contains(&signed.sandbox.user_token()));
    let owner = &all["data"]["users"][0];
    assert_eq!((&owner["password"], &owner["token"], &owner["admin"]), (&json!(""), &json!(""), &json!(true)));
    assert_eq!(owner["refreshTokens"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test]
async fn a_seed_decides_the_data_and_nothing_else_does() -> TestResult {
    let page = async |seed, profile| -> Result<Vec<Value>, Box<dyn std::error::Error>> {
        let sandbox = Sandbox::builder().profile(profile).seed(seed).data_sources(25).start().await?;
        Ok(Signed::to(sandbox).await?.page("").await?.0)
    };
    let first = page(7, Profile::Deployed6x).await?;
    assert_eq!(first, page(7, Profile::Spec).await?);
    assert_ne!(first, page(8, Profile::Deployed6x).await?);
    Ok(())
}

/// Every field and on how many of the twenty recorded data sources it is.
const PRESENT: [(&str, usize); 113] = [
    ("_id", 20),
    ("enabled", 20),
    ("id", 20),
    ("name", 20),
    ("password", 20),
    ("security_tier", 20),
    ("tags", 20),
    ("type", 20),
    ("updated_at", 20),
    ("certificate_id", 19),
    ("classification_is_enabled", 19),
    ("connectionStatusDeleteFindings", 19),
    ("connectionStatusScan", 19),
    ("created_at", 19),
    ("credential_id", 19),
    ("custom_fields", 19),
    ("differential", 19),
    ("keyDeserializer", 19),
    ("owners", 19),
    ("owners_v2", 19),
    ("rdb_is_sample_data", 19),
    ("scanner_strategy", 19),
    ("updatedPasswords", 19),
    ("valueDeserializer", 19),
    ("connectionStatusTest", 18),
    ("is_certificate", 18),
    ("last_scan_at", 18),
    ("location", 18),
    ("last_sub_scan_id", 17),
    ("numberOfParsingThreads", 17),
    ("test_is_success", 17),
    ("test_timestamp", 17),
    ("is_credential", 16),
    ("ner_classification_is_enabled", 16),
    ("scan_is_success", 16),
    ("scan_num_of_objects", 16),
    ("scan_timestamp", 16),
    ("scanWindowName", 16),
    ("username", 16),
    ("is_idsor_supported", 15),
    ("scanner_group", 15),
    ("structured_clustering_enabled", 14),
    ("enrichment_is_enabled", 13),
    ("stop_on_failure", 13),
    ("authStrategy", 12),
    ("rdb_comma_sep_table_list", 12),
    ("rdb_is_only_user_objects", 12),
    ("rdb_is_scan_views", 12),
    ("rdb_name", 12),
    ("rdb_sample_type", 12),
    ("rdb_url", 12),
    ("row_identifier_expression_is_disabled", 12),
    ("attributeName", 10),
    ("consolidationName", 10),
    ("documentOrDossierName", 10),
    ("folderName", 10),
    ("metricName", 10),
    ("promptName", 10),
    ("reportName", 10),
    ("styleName", 10),
    ("ocr_languages", 9),
    ("friendly_name", 8),
    ("doc2vec_is_enabled", 4),
    ("include_file_types", 4),
    ("rdb_conn_properties", 4),
    ("is_ocr_enabled", 3),
    ("sharedResource", 3),
    ("smbServer", 3),
    ("archived", 2),
    ("defaultScanId", 2),
    ("defaultScanProfileId", 2),
    ("dsAclScanEnabled", 2),
    ("is_encrypt_data", 2),
    ("Is_sample_files", 2),
    ("Is_sample_folders", 2),
    ("is_system_shares", 2),
    ("isCredentialsAuth", 2),
    ("metadataAclScanEnabled", 2),
    ("multiple_shares_enabled", 2),
    ("authentication_db", 1),
    ("aws_access_key", 1),
    ("aws_region", 1),
    ("aws_role_arn", 1),
    ("aws_role_session_name", 1),
    ("aws_secret_key", 1),
    ("aws_session_token", 1),
    ("awsAuthStrategy", 1),
    ("bucket_name", 1),
    ("comment", 1),
    ("dataSourceObjectNamesToExcludeRegex", 1),
    ("deletion_is_success", 1),
    ("deletion_timestamp", 1),
    ("drives_to_scan", 1),
    ("enable_acl", 1),
    ("fileTypesToExclude", 1),
    ("folder_to_scan", 1),
    ("generic_server_url", 1),
    ("google_service_account_json", 1),
    ("google_service_account_user", 1),
    ("is_exclusion_drives_enabled", 1),
    ("is_native_index", 1),
    ("is_salesforce_custom_url", 1),
    ("isAnonymousAuth", 1),
    ("isCrossAccountAuth", 1),
    ("isGoogleServiceAccount", 1),
    ("isIamRoleAuth", 1),
    ("isOauthConfigured", 1),
    ("isSTSAuth", 1),
    ("mongo_collection_name", 1),
    ("mongo_db_name", 1),
    ("mongo_url", 1),
    ("salesforce_custom_url", 1),
    ("scan_scope", 1),
];
