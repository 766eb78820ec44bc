//! Records by name, and their related records.
//!
//! This file is long because it has one test for each kind of record.

use std::collections::BTreeSet;

use bigid_sandbox::{Clock, Profile, Sandbox};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Signed, TestResult, by_name, name};

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

/// Every recorded data source, with a value of each kind that clients send in each of its fields.
#[tokio::test]
async fn every_field_takes_what_creators_send_and_returns_the_recorded_type() -> TestResult {
    let sandbox = Sandbox::builder().profile(Profile::Deployed2023).data_sources(20).start().await?;
    let signed = Signed::to(sandbox).await?;
    let kind = |value: &Value| match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
    };
    for record in signed.page("").await?.0 {
        let fields = record.as_object().ok_or("no record")?;
        for (number, alter) in [as_text, as_sent, null].into_iter().enumerate() {
            let name = format!("copy {number} of {}", name(&record));
            let altered = |(field, value): (&String, &Value)| (field.clone(), alter(value));
            let mut sent: serde_json::Map<_, _> = fields.iter().map(altered).collect();
            sent.extend([("name".to_owned(), json!(name)), ("type".to_owned(), record["type"].clone())]);
            let body = json!({"ds_connection": sent});
            let (status, created) = signed.send(Method::POST, "/ds_connections", &body).await?;
            assert_eq!(status, 200, "{created}");
            sent.remove("name");
            let (status, updated) = signed.send(Method::PUT, &by_name(&name), &json!({"ds_connection": sent})).await?;
            assert_eq!(status, 200, "{updated}");
            let (status, _) = signed.send(Method::POST, "/ds-connection-test", &body).await?;
            assert_eq!(status, 200);
            for (field, value) in updated["ds_connection"].as_object().into_iter().flatten() {
                let recorded = fields.get(field).filter(|recorded| !recorded.is_null() && !value.is_null());
                assert!(recorded.is_none_or(|recorded| kind(recorded) == kind(value)), "{field} is {value}");
            }
        }
    }
    Ok(())
}

fn as_sent(value: &Value) -> Value {
    value.clone()
}

fn null(_: &Value) -> Value {
    Value::Null
}

fn as_text(value: &Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => value.to_string().into(),
        Value::String(text) => match text.as_str() {
            "true" | "yes" => true.into(),
            "false" | "no" => false.into(),
            text => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        },
        Value::Array(items) => items.iter().map(as_text).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), as_text(value))).collect(),
        Value::Null => "".into(),
    }
}

#[tokio::test]
async fn null_takes_a_field_away_and_never_the_name() -> TestResult {
    let signed = Signed::with(1).await?;
    let create = json!({"ds_connection": {"name": "n", "type": "s3", "location": null, "aws_access_key": null,
        "is_credential": "true", "enabled": false, "numberOfParsingThreads": 5, "owners": "a@example.com"}});
    let (status, created) = signed.send(Method::POST, "/ds_connections", &create).await?;
    let created = &created["ds_connection"];
    assert_eq!((status, created.get("location"), &created["aws_access_key"]), (200, None, &json!(null)));
    assert_eq!((&created["is_credential"], &created["enabled"]), (&json!(true), &json!("no")));
    assert_eq!((&created["numberOfParsingThreads"], &created["owners"]), (&json!("5"), &json!(["a@example.com"])));
    let clear = json!({"ds_connection": {"name": null, "type": null, "owners": null, "_id": null, "enabled": null}});
    let (status, cleared) = signed.send(Method::PUT, &by_name("n"), &clear).await?;
    let cleared = cleared["ds_connection"].as_object().ok_or("no record")?;
    assert_eq!((status, &cleared["name"], &cleared["type"]), (200, &json!("n"), &json!("s3")));
    assert_eq!((cleared.get("owners"), cleared.get("enabled"), &cleared["_id"]), (None, None, &created["_id"]));
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_as_the_recorded_kind_is_400_and_changes_nothing() -> TestResult {
    let signed = Signed::with(1).await?;
    let before = signed.page("").await?;
    let existing = by_name(&name(&before.0[0]));
    for field in [json!({"enabled": "perhaps"}), json!({"location": {}}), json!({"owners": [[]]})] {
        let (status, refusal) = signed.send(Method::PUT, &existing, &json!({"ds_connection": field})).await?;
        let named = field.as_object().and_then(|field| field.keys().next()).ok_or("no field")?;
        assert_eq!(status, 400);
        assert!(refusal["message"].as_str().is_some_and(|message| message.contains(named)), "{refusal}");
        let mut created = json!({"name": "new", "type": "s3"});
        created[named] = field[named].clone();
        let create = json!({"ds_connection": created});
        assert_eq!(signed.send(Method::POST, "/ds_connections", &create).await?.0, 400);
    }
    assert_eq!(signed.page("").await?, before);
    Ok(())
}

#[tokio::test]
async fn every_sensitive_field_of_every_template_is_masked_wherever_it_comes_back() -> TestResult {
    let signed = Signed::with(0).await?;
    let types = signed.get("/ds-connections-types").await?.1["data"]["ds_connection_types"].clone();
    let mut sensitive = BTreeSet::from(["client_secret".to_owned(), "apiKey".to_owned()]);
    for kind in types.as_array().ok_or("no types")? {
        let path = format!("/ds-connections-types/template/{}", kind["type"].as_str().unwrap_or_default());
        let template = signed.get(&path).await?.1;
        let fields = template["data"]["fields"].as_array().ok_or("no fields")?.iter();
        let fields = fields.filter(|field| field["isSensitive"] == true).filter_map(|field| field["apiName"].as_str());
        sensitive.extend(fields.map(str::to_owned));
    }
    for expected in ["password", "aws_secret_key", "personal_access_token", "google_service_account_json"] {
        assert!(sensitive.contains(expected), "{expected}");
    }
    let secrets: serde_json::Map<_, _> = sensitive.iter().map(|field| (field.clone(), json!("hush"))).collect();
    let mut sent = secrets.clone();
    sent.extend([("name".to_owned(), json!("n")), ("type".to_owned(), json!("s3"))]);
    sent.insert("authenticationProperties".to_owned(), secrets.clone().into());
    let created = signed.send(Method::POST, "/ds_connections", &json!({"ds_connection": sent})).await?.1;
    sent.remove("name");
    let updated = signed.send(Method::PUT, &by_name("n"), &json!({"ds_connection": sent})).await?.1;
    let found = signed.get(&by_name("n")).await?.1;
    for response in [&created, &updated, &found] {
        let record = &response["ds_connection"];
        for field in &sensitive {
            assert_eq!(
                (&record[field], &record["authenticationProperties"][field]),
                (&json!("******"), &json!("******"))
            );
        }
    }
    let lists = [signed.get("/ds-connections").await?.1, signed.get("/ds_connections").await?.1];
    assert!(lists.iter().all(|list| list.to_string().contains("******") && !list.to_string().contains("hush")));
    let without = signed.get(&format!("{}?withoutCredentialValue=true", by_name("n"))).await?.1;
    for field in &sensitive {
        assert!(without["ds_connection"].get(field).is_none(), "{field}");
        assert!(without["ds_connection"]["authenticationProperties"].get(field).is_none(), "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn credentials_are_left_out_on_request() -> TestResult {
    let sandbox = Sandbox::builder().profile(Profile::Deployed2023).data_sources(20).start().await?;
    let signed = Signed::to(sandbox).await?;
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
async fn the_tokens_of_a_user_have_the_recorded_fields_and_no_value() -> TestResult {
    let sandbox = Sandbox::builder().clock(Clock::manual(1_635_811_200)).start().await?;
    let second = sandbox.generate_user_token(&sandbox.username(), 30)?;
    let signed = Signed::to(sandbox).await?;
    let mut expected = vec![json!({
        "tokenName": signed.sandbox.user_token_name(), "value": "",
        "creationDate": "2021-11-02T00:00:00.000Z", "expirationDate": "2024-07-28T00:00:00.000Z",
    })];
    let tokens = async || -> Result<Value, Box<dyn std::error::Error>> {
        Ok(signed.get("/access-management/users?limit=1").await?.1["data"]["users"][0]["refreshTokens"].clone())
    };
    assert_eq!(tokens().await?, json!(expected), "a token that is not saved yet is not there");
    signed.sandbox.save_user(&signed.sandbox.username())?;
    expected.push(json!({
        "tokenName": second.name(), "value": "",
        "creationDate": "2021-11-02T00:00:00.000Z", "expirationDate": "2021-12-02T00:00:00.000Z",
    }));
    assert_eq!(tokens().await?, json!(expected));
    signed.sandbox.revoke_user_token(second.name())?;
    expected.pop();
    assert_eq!(tokens().await?, json!(expected));
    Ok(())
}
