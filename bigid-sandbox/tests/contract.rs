//! What the sandbox does not serve of the contract, and says so.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use bigid_sandbox::http::{Method, StatusCode};
use bigid_sandbox::{Answer, Operation, Profile, Sandbox};
use common::{Signed, TestResult};
use serde_json::{Value, json};

/// Method, path and identifier of every operation of the contract; nothing in a copy of this crate alone.
fn operations() -> Result<Option<BTreeSet<String>>, Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/bigid.openapi.json");
    if !path.exists() {
        return Ok(None);
    }
    let contract: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let items = contract["paths"].as_object().ok_or("the contract has no paths")?;
    let described = items.iter().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().filter_map(move |(method, operation)| {
            Some(format!("{} {path} {}", method.to_uppercase(), operation["operationId"].as_str()?))
        })
    });
    Ok(Some(described.collect()))
}

#[test]
fn the_list_of_operations_is_that_of_the_contract() -> TestResult {
    let Some(contract) = operations()? else { return Ok(()) };
    let listed: BTreeSet<_> = include_str!("../src/contract.txt").lines().map(str::to_owned).collect();
    let missing: Vec<_> = contract.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&contract).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "bigid-sandbox/src/contract.txt lacks {missing:#?}, and has {gone:#?}"
    );
    Ok(())
}

#[tokio::test]
async fn what_is_not_served_is_501_that_names_the_operation_and_looks_at_the_token_first() -> TestResult {
    let Some(contract) = operations()? else { return Ok(()) };
    for profile in Profile::ALL {
        let signed = Signed::to(Sandbox::builder().profile(profile).start().await?).await?;
        let mut not_served = 0;
        for operation in &contract {
            let [method, path, id] = *operation.split(' ').collect::<Vec<_>>() else {
                return Err("no operation".into());
            };
            if path == "/refresh-access-token" {
                continue;
            }
            let (path, method) = (path.replace(['{', '}'], ""), Method::from_bytes(method.as_bytes())?);
            let answer = signed.caller.request(method.clone(), &path, &signed.session).send().await?;
            let asked = signed.sandbox.requests().last().map(|request| request.operation()).ok_or("no request")?;
            assert_eq!(answer.status() == StatusCode::NOT_IMPLEMENTED, asked == Operation::NotServed, "{operation}");
            assert_ne!(answer.status(), StatusCode::NOT_FOUND, "{operation}");
            if asked != Operation::NotServed {
                continue;
            }
            not_served += 1;
            let message = serde_json::from_str::<Value>(&answer.text().await?)?["message"].clone();
            let message = message.as_str().ok_or("no message")?;
            let script = format!("route_with_session(Method::{method}, \"/api/v1{path}\"");
            assert!(message.contains(id) && message.contains(&script), "{message}");
            let garbage = signed.caller.request(method, &path, "garbage").send().await?;
            let refused = signed.caller.get("/clusters", "garbage").send().await?;
            assert_eq!(
                (garbage.status(), garbage.text().await?),
                (refused.status(), refused.text().await?),
                "{operation}"
            );
        }
        assert_eq!(signed.sandbox.calls("not_served"), 2 * not_served);
        assert_eq!(contract.len() - 2 - not_served, 18, "the sandbox serves so many, and the exchange");
    }
    Ok(())
}

#[tokio::test]
async fn the_route_that_the_sentence_gives_serves_the_operation() -> TestResult {
    let signed = Signed::with(0).await?;
    assert_eq!(signed.get("/roles/an%20auditor").await?.0, 501);
    signed
        .sandbox
        .route_with_session(Method::GET, "/api/v1/roles/an%20auditor", |_| Answer::json(&json!({"name": "a"})));
    assert_eq!(signed.get("/roles/an%20auditor").await?, (200, json!({"name": "a"})));
    Ok(())
}
