//! Planted mistakes, each of which must be found, and reported without a value.

use bigid_sandbox::{Fault, ResponseTemplate, Sandbox};
use bigid_witness::{Part, Request, contract, sandbox};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::json;

/// A text in every position of a value, which no message may contain.
const MARK: &str = "hunter2";

/// The violations of a request: the parts, and the messages.
fn wrong(method: &str, target: &str, headers: &[(&'static str, &str)], body: &str) -> Vec<(Part, String)> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect();
    let request = Request { method, path, query, headers: &headers, body: body.as_bytes() };
    assert!(!format!("{request:?}").contains(MARK));
    let checked = contract().check_request(&request);
    let said: Vec<_> = checked.violations.iter().map(|violation| (violation.part, violation.to_string())).collect();
    assert!(said.iter().all(|(_, text)| !text.contains(MARK)), "{said:?}");
    said
}

#[test]
fn a_request_as_described_is_right() {
    let session = ("authorization", "the-session");
    let json = ("content-type", "application/json; charset=utf-8");
    for (method, target, headers, body) in [
        ("GET", "/api/v1/ds-connections", &[session][..], ""),
        ("GET", "/api/v1/ds-connections?skip=0&limit=10&requireTotalCount=true&sort=a+b", &[session], ""),
        ("GET", "/api/v1/ds-connections", &[("authorization", "bearer the-session")], ""),
        ("GET", "/api/v1/ds_connections/a%20b%2Fc", &[session], ""),
        ("GET", "/api/v1/refresh-access-token", &[("authorization", "the-user-token")], ""),
        ("POST", "/api/v1/refresh-access-token", &[("authorization", "Bearer the-user-token")], ""),
        ("POST", "/api/v1/sessions", &[json], r#"{"username":"a","password":"b"}"#),
        ("POST", "/api/v1/ds_connections", &[session, json], r#"{"ds_connection":{"name":"a","any":[null]}}"#),
    ] {
        assert_eq!(wrong(method, target, headers, body), [], "{method} {target}");
    }
}

#[test]
fn a_planted_mistake_in_a_request_is_found() {
    let session = ("authorization", "the-session");
    let json = ("content-type", "application/json");
    // The claims of a user token and of a session, as the sandbox signs them; the rest of the token does not matter.
    let (user_token, system_token) = ("x.eyJ0eXBlIjoicmVmcmVzaC10b2tlbiJ9.x", "x.eyJ0eXBlIjoiYWNjZXNzLXRva2VuIn0.x");
    let list = "/api/v1/ds-connections";
    let exchange = "/api/v1/refresh-access-token";
    for (method, target, headers, body, part, rule) in [
        ("GET", "/api/v1/data-sources", &[session][..], "", Part::Operation, "no such path"),
        ("GET", "/api/v1/ds-connections/", &[session], "", Part::Operation, "no such path"),
        ("GET", "/ds-connections", &[session], "", Part::Operation, "no such path"),
        ("PATCH", list, &[session], "", Part::Operation, "no such path"),
        ("GET", "/api/v1/ds-connections?Limit=1", &[session], "", Part::Parameter, "Limit: the contract has no such"),
        ("GET", "/api/v1/ds-connections?limit=ten", &[session], "", Part::Parameter, "limit: it breaks `type`"),
        ("GET", "/api/v1/ds-connections?limit=-1", &[session], "", Part::Parameter, "limit: it breaks `minimum`"),
        ("GET", "/api/v1/ds-connections?limit=1&limit=2", &[session], "", Part::Parameter, "limit: it is sent more"),
        ("GET", "/api/v1/ds-connections?requireTotalCount=1", &[session], "", Part::Parameter, "breaks `type`"),
        ("GET", "/api/v1/data-catalog/object-details", &[session], "", Part::Parameter, "object_name: it is required"),
        ("GET", list, &[session], "hunter2", Part::Body, "no body here"),
        ("POST", "/api/v1/sessions", &[], "", Part::Body, "required and missing"),
        ("POST", "/api/v1/sessions", &[json], "{hunter2", Part::Body, "not JSON"),
        ("POST", "/api/v1/sessions", &[json], r#"{"username":"hunter2"}"#, Part::Body, "`required`"),
        ("POST", "/api/v1/sessions", &[json], r#"{"username":["hunter2"],"password":""}"#, Part::Body, "/username"),
        ("POST", "/api/v1/sessions", &[("content-type", "text/plain")], "hunter2", Part::MediaType, "text/plain"),
        ("POST", "/api/v1/sessions", &[], "hunter2", Part::MediaType, "it says nothing"),
        (
            "POST",
            "/api/v1/sessions",
            &[json, ("authorization", "hunter2")],
            r#"{"username":"a","password":"b"}"#,
            Part::Security,
            "to an operation that takes none",
        ),
        ("GET", list, &[], "", Part::Security, "no credential"),
        ("GET", list, &[("authorization", "Basic hunter2")], "", Part::Security, "another scheme"),
        ("GET", list, &[("authorization", "Bearer ")], "", Part::Security, "empty"),
        ("GET", list, &[("authorization", "Bearer Bearer hunter2")], "", Part::Security, "several words"),
        ("GET", list, &[("authorization", user_token)], "", Part::Security, "a user token is sent"),
        ("GET", exchange, &[("authorization", system_token)], "", Part::Security, "a session is sent"),
        ("GET", exchange, &[("authorization", "Bearer hunter2")], "", Part::Security, "follows Bearer"),
        ("POST", exchange, &[("authorization", "hunter2")], "", Part::Security, "bare"),
        (
            "GET",
            "/api/v1/ds-connections?filter=hunter2",
            &[("authorization", "hunter2")],
            "",
            Part::Security,
            "in the URL",
        ),
    ] {
        let found = wrong(method, target, headers, body);
        assert!(
            found.iter().any(|(at, text)| *at == part && text.contains(rule)),
            "{method} {target}: {rule} is not in {found:?}"
        );
    }
}

/// Asks for the data sources, with a session.
async fn ask(sandbox: &Sandbox) -> StatusCode {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/ds-connections", sandbox.base_url());
    http.get(url).header("authorization", sandbox.system_token()).send().await.unwrap().status()
}

#[tokio::test]
async fn a_planted_mistake_in_a_response_is_found() {
    let right = json!({"status": "success", "data": {"ds_connections": [{"name": MARK}], "totalCount": 1}});
    let html = HeaderValue::from_static("text/html");
    for (response, rule) in [
        (ResponseTemplate::json(&right), None),
        (ResponseTemplate::json(&json!({"data": [MARK]})), Some("listDataSources: 200 /data: the body breaks `type`")),
        (
            ResponseTemplate::json(&json!({"data": {"ds_connections": [{}, {"name": 7}]}})),
            Some("/data/ds_connections/1/name"),
        ),
        (ResponseTemplate::json(&json!([MARK])), Some("listDataSources: 200 : the body breaks `type`")),
        (
            ResponseTemplate::json(&right).header(CONTENT_TYPE, html),
            Some("200: the content type is not application/json"),
        ),
        (
            ResponseTemplate::json(&right).status(StatusCode::IM_A_TEAPOT),
            Some("418: the contract does not document this status"),
        ),
        (ResponseTemplate::empty(StatusCode::OK), Some("the body breaks `type`")),
        (ResponseTemplate::html(MARK), Some("200: the body is not JSON")),
        (ResponseTemplate::json(&json!({"message": [MARK]})).status(StatusCode::FORBIDDEN), Some("403 /message")),
    ] {
        let sandbox = sandbox().start().await.unwrap();
        sandbox.route(Method::GET, "/api/v1/ds-connections", move |_| response.clone());
        ask(&sandbox).await;
        let said = sandbox.take_objections().join("\n");
        assert!(rule.map_or(said.is_empty(), |rule| said.contains(rule)), "{rule:?} is not in {said}");
        assert!(!said.contains(MARK), "{said}");
    }
}

#[tokio::test]
async fn what_a_fault_does_is_no_mistake_and_the_request_is_checked_all_the_same() {
    let sandbox = sandbox().start().await.unwrap();
    sandbox.on("list_data_sources").once(Fault::Status(StatusCode::IM_A_TEAPOT));
    assert_eq!(ask(&sandbox).await, StatusCode::IM_A_TEAPOT);
    assert_eq!(sandbox.take_objections(), Vec::<String>::new());
    sandbox.on_every().once(Fault::GatewayPageUnder200);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(format!("{}/ds-connections", sandbox.base_url())).send().await.unwrap();
    assert_eq!(sandbox.take_objections().len(), 1);
}

#[test]
fn a_mistake_fails_the_test_as_the_sandbox_is_dropped() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime.block_on(async {
        let sandbox = sandbox().start().await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.get(format!("{}/ds-connections?Limit=1", sandbox.base_url()));
        request.header("authorization", sandbox.system_token()).send().await.unwrap();
        sandbox
    });
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(sandbox))).unwrap_err();
    let said = panic.downcast_ref::<String>().unwrap();
    assert!(said.contains("listDataSources: parameter Limit: the contract has no such parameter"), "{said}");
}
