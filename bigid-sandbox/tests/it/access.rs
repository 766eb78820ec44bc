//! Scopes, roles, saved queries and findings: what one request changes, the others see, in every profile.

use std::time::Duration;

use crate::common::{Signed, TestResult, by_name};
use bigid_sandbox::{Clock, Profile, Sandbox, User};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

async fn world(profile: Profile) -> Result<Signed, Box<dyn std::error::Error>> {
    let builder = Sandbox::builder().clock(Clock::manual(1_750_000_000)).profile(profile);
    Signed::to(builder.data_sources(6).catalog_objects(60).cases(10).start().await?).await
}

impl Signed {
    async fn status(&self, method: Method, path: &str, body: &Value) -> Result<u16, reqwest::Error> {
        let response = self.caller.request(method, path, &self.session).json(body).send().await?;
        Ok(response.status().as_u16())
    }

    async fn text(&self, method: Method, path: &str) -> Result<String, reqwest::Error> {
        self.caller.request(method, path, &self.session).json(&json!({})).send().await?.text().await
    }
}

fn rows(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_scope_is_read_changed_and_loses_a_data_source_that_is_deleted() -> TestResult {
    for profile in Profile::ALL {
        let signed = world(profile).await?;
        let (_, list) = signed.get("/access-management/scopes").await?;
        let (_, bare) = signed.get("/scopes").await?;
        assert_eq!(list["data"]["scopes"], bare, "two lists of the same");
        let scope = rows(&bare).iter().find(|scope| scope["name"] == "Europe").ok_or("no scope")?;
        let mut names = scope["dataSourceNames"].clone();
        for name in rows(&names) {
            assert!(signed.sandbox.data_source(text(name)).is_some(), "{name}");
        }
        signed.sandbox.add_data_source("New", "s3-v2");
        for name in ["New", "New"] {
            names.as_array_mut().ok_or("no names")?.push(name.into());
        }
        let path = format!("/scopes/{}", text(&scope["id"]));
        let update = json!({"description": "All of it", "dataSourceNames": names});
        assert_eq!(signed.status(Method::PUT, &path, &update).await?, 200);
        let changed = signed.sandbox.scope("Europe").ok_or("no scope")?;
        assert_eq!((changed.text("description"), rows(&changed.json()["dataSourceNames"]).len()), ("All of it", 4));
        assert_eq!(signed.status(Method::DELETE, &by_name("New"), &Value::Null).await?, 200);
        let names = signed.sandbox.scope("Europe").ok_or("no scope")?.json()["dataSourceNames"].clone();
        assert_eq!((rows(&names).len(), rows(&names).contains(&json!("New"))), (3, false));
        for (path, body) in [
            ("/scopes/none", json!({})),
            (&*path, json!({"dataSourceNames": ["none"]})),
            (&*path, json!({"dataSourceNames": "Orders"})),
            (&*path, json!([])),
        ] {
            let status = signed.status(Method::PUT, path, &body).await?;
            assert!(matches!(status, 400 | 404), "{path} {body}: {status}");
        }
        assert_eq!(signed.sandbox.scope("Europe").ok_or("no scope")?.json()["dataSourceNames"], names);
    }
    Ok(())
}

#[tokio::test]
async fn a_session_may_do_what_the_roles_of_its_user_grant() -> TestResult {
    for profile in Profile::ALL {
        let builder =
            Sandbox::builder().profile(profile).user(User::new("auditor").roles(["5b0c0ffee5b0c0ffee000004"]));
        let sandbox = builder.start().await?;
        let token = sandbox.generate_user_token("auditor", 30)?;
        sandbox.save_user("auditor")?;
        let mut signed = Signed::to(sandbox).await?;
        let (_, all) = signed.get("/roles/rbac/user-permissions").await?;
        let granted = |all: &Value| {
            let all = all["userPermissions"].as_object().cloned().unwrap_or_default();
            (all.len(), all.values().filter(|value| **value == json!(true)).count())
        };
        assert_eq!((all["isRootScope"] == true, granted(&all)), (true, (353, 353)));
        signed.session = signed.caller.session(token.value()).await?;
        let (_, few) = signed.get("/roles/rbac/user-permissions").await?;
        assert_eq!((few["isRootScope"] == true, granted(&few)), (false, (353, 22)));
        assert_eq!(few["userPermissions"]["permission.catalog.read"], true);
        assert_eq!(few["userPermissions"]["permission.catalog.edit"], false);
        let (_, role) = signed.get("/roles/Auditor").await?;
        assert_eq!((&role["_id"], role["isSystem"] == true), (&json!("5b0c0ffee5b0c0ffee000004"), true));
        let made =
            json!({"name": "Reader", "scopes": ["Europe"], "granularPermissions": {"permission.catalog.read": true}});
        assert_eq!(signed.status(Method::POST, "/roles", &made).await?, 200);
        assert_eq!(signed.sandbox.role("Reader").ok_or("no role")?.json()["scopes"], json!(["Europe"]));
        let (_, list) = signed.get("/roles?sort=name&limit=2").await?;
        assert_eq!(
            rows(&list["roles"]).iter().map(|role| text(&role["name"])).collect::<Vec<_>>(),
            ["Admin", "Auditor"]
        );
        for refused in [made, json!({}), json!({"name": "x", "scopes": ["none"]})] {
            assert_eq!(signed.status(Method::POST, "/roles", &refused).await?, 400, "{refused}");
        }
        assert_eq!(signed.get("/roles/none").await?.0, 404);
    }
    Ok(())
}

#[tokio::test]
async fn a_saved_query_brings_its_tag_along() -> TestResult {
    for profile in Profile::ALL {
        let signed = world(profile).await?;
        assert_eq!(signed.get("/saved-queries").await?.1, json!([]));
        let query = json!({"tag_name": "sensitivity_level", "tag_value": "high", "query": "total_pii_count > 0"});
        assert_eq!(signed.status(Method::POST, "/saved-queries", &query).await?, 200);
        let (_, list) = signed.get("/saved-queries").await?;
        assert_eq!((rows(&list).len(), &list[0]["query"]), (1, &json!("total_pii_count > 0")));
        let (_, pairs) = signed.get("/data-catalog/tags/all-pairs?search=sensitivity_level").await?;
        assert_eq!(rows(&pairs["data"])[0]["tagValue"], "high");
        for refused in [query.clone(), json!({"tag_name": "x"}), json!("x")] {
            assert_eq!(signed.status(Method::POST, "/saved-queries", &refused).await?, 400, "{refused}");
        }
        let path = format!("/saved-queries/{}", text(&list[0]["_id"]));
        assert_eq!(signed.status(Method::DELETE, &path, &Value::Null).await?, 200);
        assert_eq!(signed.status(Method::DELETE, &path, &Value::Null).await?, 404);
        assert!(signed.sandbox.saved_queries().is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn every_view_of_the_findings_shows_the_same_objects() -> TestResult {
    for profile in Profile::ALL {
        let signed = world(profile).await?;
        signed.sandbox.add_data_source("New", "s3-v2");
        assert_eq!(signed.status(Method::POST, "/ds-connections/New/scan", &json!({})).await?, 200);
        signed.sandbox.clock().advance(Duration::from_secs(65));
        let filter = utf8_percent_encode("total_pii_count > 0", NON_ALPHANUMERIC).to_string();
        let (_, page) = signed.get(&format!("/data-catalog?filter={filter}")).await?;
        let mut catalog: Vec<&str> =
            rows(&page["results"]).iter().map(|row| text(&row["fullyQualifiedName"])).collect();
        assert!(catalog.len() > 20 && catalog.iter().any(|name| name.starts_with("New.")));
        catalog.sort_unstable();

        let (_, objects) = signed.get("/piiRecords/objects").await?;
        let (_, grouped) = signed.send(Method::POST, "/pii-records/grouped-by-objects", &json!({})).await?;
        let stream: Value = serde_json::from_str(&signed.text(Method::GET, "/scan-result/stream/json/full").await?)?;
        let csv = signed.text(Method::GET, "/piiRecords/objects/file-download/export").await?;
        let csv: Value = csv.lines().skip(1).map(|line| line.split("\",\"").nth(2)).collect();
        for (list, field) in [
            (&objects["objectsList"], "/fullyQualifiedName"),
            (&grouped["data"], "/fullyQualifiedObjectName"),
            (&stream, "/fullyQualifiedName"),
            (&csv, ""),
        ] {
            let mut names: Vec<&str> = rows(list).iter().filter_map(|row| row.pointer(field)?.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, catalog, "{field}");
        }
        let query = json!({"datasources": ["New"], "offset": 0, "limit": 5});
        let (_, grouped) = signed.send(Method::POST, "/pii-records/grouped-by-objects", &query).await?;
        assert_eq!((rows(&grouped["data"]).len(), &grouped["data"][0]["datasource"]), (1, &json!("New")));

        let (_, recent) = signed.get("/piiRecords").await?;
        let first = &recent["pii_records"][0];
        assert_eq!((&first["source"], &first["value"]), (&json!("New"), &json!("******")), "the latest come first");
        let all: Value =
            serde_json::from_str(&signed.text(Method::GET, "/stream-collections/classification_findings").await?)?;
        for finding in rows(&all) {
            assert!(catalog.contains(&text(&finding["fullCollectionName"])), "{finding}");
        }
        let of_object: usize = catalog.iter().map(|name| signed.sandbox.findings(name).len()).sum();
        assert_eq!(rows(&all).len(), of_object);

        // Deleting the data source deletes them.
        assert_eq!(signed.status(Method::DELETE, &by_name("New"), &Value::Null).await?, 200);
        let all = signed.text(Method::GET, "/stream-collections/classification_findings").await?;
        assert!(!all.contains("\"New\""));
    }
    Ok(())
}

#[tokio::test]
async fn exports_count_what_the_catalog_counts() -> TestResult {
    for profile in Profile::ALL {
        let signed = world(profile).await?;
        let (_, summary) = signed.get("/data-catalog/object-summary").await?;
        let by_source = signed.text(Method::POST, "/inventory/file-download/export/source").await?;
        assert_eq!(by_source.lines().count(), 1 + rows(&summary["data"]).len());
        for row in rows(&summary["data"]) {
            let line =
                format!("\"{}\",\"{}\",\"{}\"", text(&row["source"]), row["totalObjects"], row["totalObjectsWithPii"]);
            assert!(by_source.contains(&line), "{line}: {by_source}");
        }
        let count = |csv: &str| -> u64 {
            csv.lines()
                .skip(1)
                .filter_map(|line| line.trim_matches('"').rsplit("\",\"").next()?.parse::<u64>().ok())
                .sum()
        };
        let by_attribute = signed.text(Method::POST, "/inventory/file-download/export/attribute").await?;
        assert_eq!(count(&by_source), count(&by_attribute));
        let mut of_sources = 0;
        for row in rows(&summary["data"]) {
            let name = utf8_percent_encode(text(&row["source"]), NON_ALPHANUMERIC).to_string();
            of_sources += count(&signed.text(Method::GET, &format!("/metadata-search/report/{name}")).await?);
        }
        assert_eq!(count(&by_source), of_sources);
        assert_eq!(signed.get("/metadata-search/report/none").await?.0, 404);
    }
    Ok(())
}

#[tokio::test]
async fn cases_are_counted_ranked_and_become_tickets() -> TestResult {
    for profile in Profile::ALL {
        let signed = world(profile).await?;
        let (_, counts) = signed.get("/actionable-insights/cases-by-severity").await?;
        assert_eq!(rows(&counts).iter().filter_map(|one| one["value"].as_i64()).sum::<i64>(), 10);
        let (_, top) = signed.get("/actionable-insights/top-critical-cases").await?;
        let id = text(&top[0]["caseId"]).to_owned();
        let worst = signed.sandbox.case(&id).ok_or("a case that is not there")?;
        assert_eq!((worst.text("caseStatus"), rows(&top).len()), ("open", 5));
        let (_, metadata) = signed.get("/actionable-insights/cases-metadata").await?;
        assert!(rows(&metadata["data"]["policyName"]).contains(&json!(worst.text("policyName"))));
        let path = format!("/actionable-insights/cases/{id}:createTicket");
        assert!(signed.status(Method::POST, &path, &json!({"type": "jira", "subType": "createTicket"})).await? < 300);
        assert!(signed.sandbox.case(&id).ok_or("no case")?.text("ticketUrl").contains("/jira/"));
        assert_eq!(signed.status(Method::POST, &path, &json!({})).await?, 400);
    }
    Ok(())
}

#[tokio::test]
async fn a_profile_of_requests_is_created_used_and_deleted() -> TestResult {
    for profile in Profile::ALL {
        let signed = world(profile).await?;
        let made = json!({"name": "Of Europe", "allEnabledDs": false, "allEnabledEs": true});
        let (_, created) = signed.send(Method::POST, "/sar/profiles", &made).await?;
        let path = format!("/sar/profiles/{}", text(&created["profileId"]));
        let source = signed.page("limit=1").await?.0[0]["name"].clone();
        let connections = json!({"connections": [{"name": source, "sourceType": "dsConnection", "enabled": true}]});
        let (_, changed) = signed.send(Method::POST, &format!("{path}/connections"), &connections).await?;
        assert_eq!(changed["data"]["isUpdated"], true);
        let (_, shown) = signed.get(&path).await?;
        assert_eq!((&shown["name"], &shown["dsConnections"][0]["name"]), (&json!("Of Europe"), &source));
        assert_eq!(
            signed.status(Method::POST, "/sar/reports", &json!({"profileId": created["profileId"]})).await?,
            200
        );
        let absent = json!({"connections": [{"name": "none", "sourceType": "dsConnection"}]});
        assert_eq!(signed.status(Method::POST, &format!("{path}/connections"), &absent).await?, 400);
        assert_eq!(signed.status(Method::POST, "/sar/profiles", &made).await?, 400);
        assert_eq!(signed.status(Method::DELETE, &path, &Value::Null).await?, 200);
        assert_eq!(signed.get(&path).await?.0, 404);
    }
    Ok(())
}
