//! The world is consistent: a change by one request is visible everywhere.
//!
//! This file is long because it has one test for each effect of a change.

use std::time::Duration;

use bigid_sandbox::{Clock, Profile, Sandbox};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Signed, TestResult, by_name};

async fn world() -> Result<Signed, Box<dyn std::error::Error>> {
    let builder = Sandbox::builder().clock(Clock::manual(1_750_000_000));
    Signed::to(builder.data_sources(4).catalog_objects(40).cases(10).start().await?).await
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

impl Signed {
    async fn catalog(&self, filter: &str) -> Result<(u16, Value), Box<dyn std::error::Error>> {
        self.get(&format!("/data-catalog?filter={}", encoded(filter))).await
    }

    async fn count(&self, filter: &str) -> Result<i64, Box<dyn std::error::Error>> {
        let (status, page) = self.catalog(filter).await?;
        assert_eq!(status, 200, "{page}");
        let (_, count) = self.get(&format!("/data-catalog/count?filter={}", encoded(filter))).await?;
        assert_eq!(count["data"]["count"], page["estimatedCount"], "{filter}");
        page["estimatedCount"].as_i64().ok_or_else(|| "no count".into())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn everything_that_refers_to_something_refers_to_what_is_there() -> TestResult {
    for profile in Profile::ALL {
        let builder = Sandbox::builder().profile(profile).data_sources(7).catalog_objects(70).cases(25);
        let signed = Signed::to(builder.start().await?).await?;
        let (_, objects) = signed.get("/data-catalog").await?;
        assert_eq!(objects["results"].as_array().map(Vec::len), Some(70));
        for object in objects["results"].as_array().into_iter().flatten() {
            let source = signed.sandbox.data_source(text(&object["source"])).ok_or("an object in no data source")?;
            assert_eq!(source.text("type"), object["type"]);
        }
        let policies: Vec<String> =
            signed.sandbox.policies().iter().map(|policy| policy.text("name").to_owned()).collect();
        let (_, cases) = signed.get("/actionable-insights/all-cases").await?;
        for case in cases["data"]["cases"].as_array().into_iter().flatten() {
            assert!(policies.iter().any(|policy| *policy == case["policyName"]), "{case}");
            let object =
                signed.sandbox.catalog_object(text(&case["fullyQualifiedName"])).ok_or("a case about nothing")?;
            assert_eq!(object.text("source"), case["dataSourceName"]);
        }
        assert_eq!(signed.sandbox.cases().len(), 25);
    }
    Ok(())
}

#[tokio::test]
async fn a_deleted_data_source_takes_its_objects_and_cases_along() -> TestResult {
    let signed = world().await?;
    let (_, page) = signed.get("/ds-connections?limit=1").await?;
    let name = text(&page["data"]["ds_connections"][0]["name"]).to_owned();
    let of_it = format!("source = \"{name}\"");
    assert_eq!((signed.count(&of_it).await?, signed.count("").await?), (10, 40));
    let cases = |sandbox: &Sandbox| sandbox.cases().iter().filter(|case| case.text("dataSourceName") == name).count();
    assert!(cases(&signed.sandbox) > 0);
    let others = signed.sandbox.cases().len() - cases(&signed.sandbox);
    assert_eq!(signed.caller.request(Method::DELETE, &by_name(&name), &signed.session).send().await?.status(), 200);
    assert_eq!((signed.count(&of_it).await?, signed.count("").await?), (0, 30));
    assert_eq!((cases(&signed.sandbox), signed.sandbox.cases().len()), (0, others));
    // A new record with the same name is a different record.
    signed.sandbox.add_data_source(&name, "s3");
    assert_eq!(signed.count(&of_it).await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_catalog_is_read_by_queries_and_refuses_what_is_none() -> TestResult {
    let signed = world().await?;
    let all = signed.count("").await?;
    let found = signed.count("total_pii_count > 0").await?;
    assert!(0 < found && found < all);
    assert_eq!(signed.count("NOT total_pii_count > 0").await?, all - found);
    assert_eq!(signed.count("total_pii_count > 0 OR total_pii_count = 0").await?, all);
    assert_eq!(signed.count("scanDate > past(\"1d\")").await?, 0);
    assert_eq!(signed.count("scanDate > to_date(\"2000-01-01\") AND (type CONTAINS \"\" )").await?, all);
    for filter in ["source = \"a\"b\"", "source =", "[{\"field\":\"source\",\"operator\":\"equal\",\"value\":\"x\"}]"] {
        assert_eq!(signed.catalog(filter).await?.0, 422, "{filter}");
    }
    let query =
        json!({"filter": "total_pii_count > 0", "limit": 2, "sort": [{"field": "total_pii_count", "desc": true}]});
    let (_, page) = signed.send(Method::POST, "/data-catalog", &query).await?;
    let counts: Vec<i64> =
        page["results"].as_array().into_iter().flatten().filter_map(|row| row["total_pii_count"].as_i64()).collect();
    assert_eq!((counts.len(), counts[0] >= counts[1], page["totalRowsCounter"].as_i64()), (2, true, Some(2)));
    Ok(())
}

#[tokio::test]
async fn a_value_of_a_mutually_exclusive_tag_takes_the_place_of_the_other() -> TestResult {
    let signed = world().await?;
    let (_, objects) = signed.get("/data-catalog?limit=1").await?;
    let name = text(&objects["results"][0]["fullyQualifiedName"]).to_owned();
    let kinds = async |query: &str| -> Result<Vec<Value>, Box<dyn std::error::Error>> {
        let tags = signed.get(&format!("/data-catalog/tags{query}")).await?.1;
        Ok(tags["data"].as_array().into_iter().flatten().map(|tag| tag["type"].clone()).collect())
    };
    let (all, tags, values) = (kinds("").await?, kinds("?filter=type=TAG").await?, kinds("?filter=type=VALUE").await?);
    assert!(!tags.is_empty() && tags.iter().all(|kind| kind == "TAG") && values.iter().all(|kind| kind == "VALUE"));
    assert_eq!(tags.len() + values.len(), all.len());
    let (_, pairs) = signed.get("/data-catalog/tags/all-pairs").await?;
    let pair = |tag: &str, value: &str| {
        let pairs = pairs["data"].as_array().into_iter().flatten();
        let found = pairs.into_iter().find(|pair| pair["tagName"] == tag && pair["tagValue"] == value);
        found.map(|pair| json!({"tagId": pair["tagId"], "valueId": pair["valueId"]})).unwrap_or_default()
    };
    let assign = |tags: Value| {
        let body = json!({"data": [{"fullyQualifiedName": name, "source": "", "type": "OBJECT", "tags": tags}]});
        let signed = &signed;
        async move { signed.send(Method::POST, "/data-catalog/manual-fields/tags", &body).await.map(|(_, body)| body) }
    };
    let first = assign(json!([pair("Sensitivity", "Internal"), pair("Region", "North")])).await?;
    assert_eq!((&first["data"]["modified_count"], &first["data"]["errors"]), (&json!(1), &json!([])));
    let second = assign(json!([pair("Sensitivity", "Public"), pair("Region", "South")])).await?;
    assert_eq!(second["data"]["mutuallyExcluded"].as_array().map(Vec::len), Some(1));
    let object = signed.sandbox.catalog_object(&name).ok_or("no object")?;
    assert_eq!(object.tags(), ["Region=North", "Sensitivity=Public", "Region=South"]);
    assert_eq!(
        assign(json!([{"tagId": "x", "valueId": "y"}])).await?["data"]["errors"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(assign(json!([pair("Region", "South")])).await?["data"]["modified_count"], 0);
    Ok(())
}

#[tokio::test]
async fn cases_are_closed_one_by_one_and_by_filter() -> TestResult {
    let signed = world().await?;
    let open = |sandbox: &Sandbox| sandbox.cases().iter().filter(|case| case.text("caseStatus") == "open").count();
    let before = open(&signed.sandbox);
    let id = signed
        .sandbox
        .cases()
        .iter()
        .find(|case| case.text("caseStatus") == "open")
        .map(|case| case.text("id").to_owned());
    let path = format!("/actionable-insights/case-status/{}", id.as_deref().unwrap_or_default());
    let patch =
        |path: &str, body: &Value| signed.caller.request(Method::PATCH, path, &signed.session).json(body).send();
    let closed = json!({"caseStatus": "closed", "auditReason": "done"});
    assert_eq!(patch(&path, &closed).await?.status(), 200);
    assert_eq!(open(&signed.sandbox), before - 1);
    assert_eq!(
        signed.sandbox.case(id.as_deref().unwrap_or_default()).map(|case| case.text("caseStatus").to_owned()),
        Some("closed".to_owned())
    );
    assert!(patch(&path, &json!({"caseStatus": "no such status"})).await?.status().is_client_error());
    assert!(patch("/actionable-insights/case-status/missing", &closed).await?.status().is_client_error());

    let filter = json!([{"field": "caseStatus", "operator": "equal", "value": "open"}]);
    let bulk = json!({"type": "CasesDB", "subType": "updateCases", "additionalProperties": {"filter": filter, "caseStatus": "resolved"}});
    assert_eq!(patch("/actionable-insights/cases:updateCases", &bulk).await?.status(), 200);
    assert_eq!((open(&signed.sandbox), signed.sandbox.cases().len()), (0, 10));
    let none = json!({"type": "CasesDB", "subType": "updateCases", "additionalProperties": {"caseStatus": "open"}});
    patch("/actionable-insights/cases:updateCases", &none).await?;
    assert_eq!(open(&signed.sandbox), 0, "a bulk update that names no case changes none");
    Ok(())
}

#[tokio::test]
async fn a_scan_runs_on_the_clock_and_shows_what_it_found() -> TestResult {
    let signed = world().await?;
    signed.sandbox.add_data_source("new", "s3");
    signed.sandbox.add_data_source("broken", "s3");
    signed.sandbox.fail_scans_of("broken");
    for name in ["new", "broken"] {
        signed.caller.request(Method::POST, &format!("/ds-connections/{name}/scan"), &signed.session).send().await?;
    }
    let states = |sandbox: &Sandbox| -> Vec<String> {
        sandbox.scans().iter().map(|scan| scan.text("state").to_owned()).collect()
    };
    let cases = signed.sandbox.cases().len();
    assert_eq!(states(&signed.sandbox), ["Queued", "Queued"]);
    signed.sandbox.clock().advance(Duration::from_secs(6));
    assert_eq!(states(&signed.sandbox), ["Started", "Started"]);
    assert!(signed.sandbox.found_objects("new").is_empty());
    signed.sandbox.clock().advance(Duration::from_secs(60));
    assert_eq!(states(&signed.sandbox), ["Completed", "Failed"]);
    let id = signed.sandbox.scans()[0].text("_id").to_owned();
    let (_, status) = signed.get(&format!("/scans/{id}/status")).await?;
    assert_eq!((text(&status["status"]), status["progress"].as_i64()), ("Completed", Some(100)));
    assert_eq!(signed.count("source = \"new\" AND total_pii_count > 0 AND scanDate > past(\"1d\")").await?, 1);
    assert_eq!(signed.count("source = \"broken\"").await?, 0);
    assert_eq!(signed.sandbox.cases().len(), cases + 1);
    let (_, source) = signed.get("/ds_connections/broken").await?;
    assert_eq!(source["ds_connection"]["scan_is_success"], false);
    assert_eq!(signed.send(Method::POST, "/scans", &json!({"scanProfileName": "missing"})).await?.0 / 100, 4);
    Ok(())
}

#[tokio::test]
async fn a_request_becomes_a_report_on_the_clock() -> TestResult {
    let signed = world().await?;
    let (_, profiles) = signed.get("/sar/profiles").await?;
    let values = json!([{"attributeName": "Email", "attributeValue": "ada@example.com"}]);
    let body = json!({"profileId": profiles["profiles"][0]["_id"], "userValues": values});
    let (_, submitted) = signed.send(Method::POST, "/sar/reports", &body).await?;
    let path = format!("/sar/reports/{}", text(&submitted["requestId"]));
    assert_eq!(signed.get(&format!("{path}/status")).await?.1["status"], "In Progress");
    assert_eq!(signed.get(&path).await?.1["records"], json!([]));
    signed.sandbox.clock().advance(Duration::from_secs(30));
    assert_eq!(signed.get(&format!("{path}/status")).await?.1["status"], "Completed");
    let (_, report) = signed.get(&path).await?;
    let record = &report["records"][0];
    assert_eq!((text(&record["attribute"]), text(&record["value"])), ("Email", "ada@example.com"));
    assert!(signed.sandbox.catalog_object(text(&record["fullObjectName"])).is_some());
    Ok(())
}

#[tokio::test]
async fn the_audit_log_grows_by_what_was_changed() -> TestResult {
    let signed = world().await?;
    let log = || async { signed.caller.get("/audit-log", &signed.session).send().await?.text().await };
    assert_eq!(log().await?, "");
    signed.get("/ds-connections").await?;
    let created = json!({"ds_connection": {"name": "a", "type": "s3"}});
    signed.send(Method::POST, "/ds_connections", &created).await?;
    signed.send(Method::POST, "/ds_connections", &created).await?;
    let expected =
        "[2025-06-15T15:06:40.000Z][sandbox-admin][127.0.0.1][create_data_source][POST /api/v1/ds_connections][][]\n";
    assert_eq!(log().await?, expected, "the second one was refused");
    assert_eq!(signed.sandbox.audit_log().len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_app_finds_what_it_stored_and_nothing_else() -> TestResult {
    let signed = world().await?;
    let key = "/tpa/app-1/storage/key/cursor";
    assert!(signed.caller.get(key, &signed.session).send().await?.status().is_client_error());
    assert!(signed.caller.get("/tpa/app-1/storage", &signed.session).send().await?.status().is_client_error());
    let stored = json!({"keysValues": [{"key": "cursor", "value": "17"}]});
    let put = signed.caller.request(Method::PUT, "/tpa/app-1/storage", &signed.session).json(&stored).send().await?;
    assert!(put.status().is_success());
    assert_eq!(signed.get(key).await?, (200, json!({"value": "17"})));
    assert_eq!(signed.sandbox.stored_by_app("app-1", "cursor"), Some("17".into()));
    assert!(
        signed.caller.get("/tpa/app-2/storage/key/cursor", &signed.session).send().await?.status().is_client_error()
    );
    Ok(())
}

#[tokio::test]
async fn a_policy_is_created_and_takes_its_cases_along_when_it_goes() -> TestResult {
    let signed = world().await?;
    let before = signed.sandbox.policies().len();
    let rule = |query: &str| json!({"name": "mine", "type": "catalog", "complianceRuleCalc": {"bigidQuery": query}});
    assert_eq!(signed.send(Method::POST, "/compliance-rules", &rule("source =")).await?.0 / 100, 4);
    assert_eq!(signed.send(Method::POST, "/compliance-rules", &rule("source = \"x\"")).await?.0, 200);
    assert_eq!(signed.send(Method::POST, "/compliance-rules", &rule("source = \"x\"")).await?.0 / 100, 4);
    assert_eq!(signed.sandbox.policies().len(), before + 1);
    let (_, named) = signed.get("/compliance-rules?name=mine").await?;
    assert_eq!(named.as_array().map(Vec::len), Some(1));

    let of =
        |sandbox: &Sandbox, name: &str| sandbox.cases().iter().filter(|case| case.text("policyName") == name).count();
    let cases = signed.sandbox.cases();
    let name = cases.first().map(|case| case.text("policyName").to_owned()).unwrap_or_default();
    let policies = signed.sandbox.policies();
    let id = policies.iter().find(|policy| policy.text("name") == name).map(|policy| policy.text("id").to_owned());
    let path = format!("/compliance-rules/{}", id.unwrap_or_default());
    assert!(signed.caller.request(Method::DELETE, &path, &signed.session).send().await?.status().is_success());
    assert_eq!(of(&signed.sandbox, &name), 0);
    Ok(())
}

#[tokio::test]
async fn users_are_created_changed_and_deleted() -> TestResult {
    let signed = world().await?;
    let body = json!({"name": "ada", "firstName": "Ada", "roleIds": ["r"]});
    let create = signed.caller.request(Method::POST, "/system_users/ada", &signed.session).json(&body).send().await?;
    assert!(create.status().is_success());
    let (_, users) = signed.get("/access-management/users").await?;
    let users = users["data"]["users"].as_array().cloned().unwrap_or_default();
    let ada = users.iter().find(|user| user["name"] == "ada").ok_or("no user")?;
    assert_eq!((text(&ada["firstName"]), &ada["roleIds"]), ("Ada", &json!(["r"])));
    let changed = json!({"system_user": {"firstName": "Augusta"}});
    let put = signed.caller.request(Method::PUT, "/system_users/ada", &signed.session).json(&changed).send().await?;
    assert!(put.status().is_success());
    let again = signed.caller.request(Method::POST, "/system_users/ada", &signed.session).json(&body).send().await?;
    assert!(again.status().is_client_error());
    Ok(())
}

#[tokio::test]
async fn a_million_of_everything_starts_at_once_and_is_read_by_the_page() -> TestResult {
    let builder = Sandbox::builder().data_sources(1_000_000).catalog_objects(1_000_000).cases(1_000_000);
    let signed = Signed::to(builder.start().await?).await?;
    assert_eq!((signed.sandbox.data_source_count(), signed.sandbox.catalog_object_count()), (1_000_000, 1_000_000));
    for path in [
        "/ds-connections?skip=999990&limit=10",
        "/data-catalog?skip=999990&limit=10",
        "/actionable-insights/all-cases?skip=999990&limit=10",
    ] {
        let (status, page) = signed.get(path).await?;
        let text = page.to_string();
        assert_eq!(status, 200);
        assert!(text.contains("1000000") && text.len() < 100_000, "{path}: {}", text.len());
    }
    Ok(())
}
