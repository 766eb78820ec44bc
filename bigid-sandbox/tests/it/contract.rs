//! Operations without specific behaviour are generated from the schemas of the contract.

use std::path::Path;

use bigid_sandbox::http::Method;
use bigid_sandbox::{Evidence, OperationName, Profile, ResponseTemplate, Sandbox};
use serde_json::{Value, json};

use crate::common::{Signed, TestResult};

#[test]
fn the_copy_is_the_contract() -> TestResult {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/bigid.openapi.json");
    if !path.exists() {
        // Only in a copy of this crate alone.
        return Ok(());
    }
    let contract: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let copy: Value = serde_json::from_str(bigid_sandbox::openapi())?;
    let ids = |document: &Value| -> Vec<String> {
        let items = document["paths"].as_object().into_iter().flatten();
        let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        operations.filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids(&copy), ids(&contract), "run `cargo xtask regen`");
    assert!(!bigid_sandbox::openapi().contains("x-evidence"));
    Ok(())
}

#[tokio::test]
async fn a_played_list_can_be_created_in_changed_and_deleted_from() -> TestResult {
    let signed = Signed::with(2).await?;
    let (status, configs) = signed.get("/aci/sc/configs?limit=2&sort=name").await?;
    assert_eq!(status, 200);
    let (first, total) = (&configs["data"]["scConfigs"][0], &configs["data"]["totalCount"]);
    assert_eq!(configs["data"]["scConfigs"].as_array().map(Vec::len), Some(2));
    assert_eq!(total, bigid_sandbox::DEFAULT_RECORDS);
    let id = first["id"].as_str().ok_or("no id")?;
    assert_eq!(signed.get(&format!("/aci/sc/configs/{id}")).await?.0, 200);
    let named = signed.get("/roles").await?;
    assert_eq!(named.0, 200);
    Ok(())
}

#[tokio::test]
async fn a_route_of_a_test_comes_before_what_is_played() -> TestResult {
    let signed = Signed::with(0).await?;
    let route = |_: &_| ResponseTemplate::json(&json!({"name": "a"}));
    signed.sandbox.route_with_session(Method::GET, "/api/v1/roles/an%20auditor", route);
    assert_eq!(signed.get("/roles/an%20auditor").await?, (200, json!({"name": "a"})));
    Ok(())
}

#[tokio::test]
async fn each_operation_says_what_it_rests_on() -> TestResult {
    let sandbox = Sandbox::builder().profile(Profile::Deployed2023).start().await?;
    assert_eq!(sandbox.evidence("list_data_sources"), Some(Evidence::Recorded));
    assert_eq!(sandbox.evidence("create_data_source"), Some(Evidence::Behaviour));
    assert_eq!(sandbox.evidence("get_lineage_tree"), Some(Evidence::Schema));
    assert_eq!(sandbox.evidence("custom"), None);
    let newer = Sandbox::start().await?;
    assert_eq!(newer.evidence("list_data_sources"), Some(Evidence::Behaviour));
    assert!(OperationName::all().filter(|name| newer.evidence(*name).is_some()).count() > 100);
    Ok(())
}

#[tokio::test]
async fn no_operation_is_missing_and_each_looks_at_the_session_first() -> TestResult {
    let contract: Value = serde_json::from_str(bigid_sandbox::openapi())?;
    for profile in Profile::ALL {
        let signed = Signed::to(Sandbox::builder().profile(profile).start().await?).await?;
        for (path, item) in contract["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let is_secured = operation["security"].as_array().is_none_or(|all| !all.is_empty());
                if operation.get("operationId").is_none() || !is_secured || path.ends_with("-access-token") {
                    continue;
                }
                let (path, method) =
                    (path.replace(['{', '}'], ""), Method::from_bytes(method.to_uppercase().as_bytes())?);
                let response = signed.caller.request(method.clone(), &path, "no session").send().await?;
                let (status, body) = (response.status().as_u16(), response.text().await?);
                let expected = if profile == Profile::Deployed2023 { 200 } else { 401 };
                assert_eq!(status, expected, "{profile:?} {method} {path}: {body}");
                assert!(body.contains("Failed to authenticate token"), "{method} {path}: {body}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_does_not_fit_a_played_record_is_left_out() -> TestResult {
    for profile in Profile::ALL {
        let signed = Signed::to(Sandbox::builder().profile(profile).start().await?).await?;
        let sent = json!({"display_name": {}, "color": "#fff", "dc": "none", "unknown": [1]});
        assert!(signed.send(Method::POST, "/data_categories/", &sent).await?.0 < 300);
        let (_, list) = signed.get("/data_categories/").await?;
        let made = list.as_array().and_then(|all| all.last()).ok_or("nothing was made")?;
        assert_eq!((&made["color"], &made["unknown"]), (&json!("#fff"), &json!([1])));
        assert!(!made["display_name"].is_object() && !made["dc"].is_string(), "{made}");
    }
    Ok(())
}
