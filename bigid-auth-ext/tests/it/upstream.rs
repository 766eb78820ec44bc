//! The authentication operations against the received document as it is: POST, `Bearer`, and a 401 without a body.

use bigid_auth_ext::{AuthError, BigIdClient, Builder, Dialect};
use bigid_witness::contract;
use httpmock::{HttpMockRequest, Method, MockServer};
use serde_yaml::Value;

const UPSTREAM: &str = include_str!("../../../spec/upstream/bigid-authentication.openapi.yaml");

/// Method, path, whether it is secured, and each status with whether it has a body.
type Described = (String, String, bool, Vec<(String, bool)>);

/// Every operation of the document.
fn described() -> Vec<Described> {
    let document: Value = serde_yaml::from_str(UPSTREAM).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_mapping().unwrap() {
        for (method, operation) in item.as_mapping().unwrap() {
            let responses = operation["responses"].as_mapping().unwrap();
            let statuses = responses
                .iter()
                .map(|(status, response)| (status.as_str().unwrap().to_owned(), response.get("content").is_some()));
            operations.push((
                method.as_str().unwrap().to_owned(),
                path.as_str().unwrap().to_owned(),
                operation.get("security").is_some(),
                statuses.collect(),
            ));
        }
    }
    operations
}

#[test]
fn the_document_says_what_these_tests_serve() {
    let statuses = || vec![("200".to_owned(), true), ("401".to_owned(), false)];
    assert_eq!(
        described(),
        [
            ("post".to_owned(), "/sessions".to_owned(), false, statuses()),
            ("post".to_owned(), "/refresh-access-token".to_owned(), true, statuses()),
        ]
    );
}

/// A request that the applied contract describes too: what differs between the two is open, and the corrections say it.
fn as_applied(request: &HttpMockRequest) -> bool {
    contract().check(&request.to_http_request(), &[]).is_ok()
}

fn client(server: &MockServer) -> Builder {
    BigIdClient::builder(server.base_url()).dialect(Dialect::Spec)
}

#[tokio::test]
async fn a_user_token_is_posted_as_bearer_and_the_session_travels_as_bearer() {
    let server = MockServer::start_async().await;
    let exchange = server.mock(|when, then| {
        when.is_true(as_applied)
            .method(Method::POST)
            .path("/api/v1/refresh-access-token")
            .header("authorization", "Bearer the-user-token")
            .body("");
        then.status(200)
            .header("content-type", "application/json")
            .body(r#"{"success":true,"systemToken":"the-system-token"}"#);
    });
    let list = server.mock(|when, then| {
        when.is_true(as_applied)
            .method(Method::GET)
            .path("/api/v1/ds-connections")
            .header("authorization", "Bearer the-system-token");
        then.status(200).header("content-type", "application/json").body("{}");
    });
    let client = client(&server).user_token("the-user-token").build().unwrap();
    client.list_data_sources().send().await.unwrap();
    exchange.assert();
    list.assert();
}

#[tokio::test]
async fn a_user_name_and_password_are_posted_as_json() {
    let server = MockServer::start_async().await;
    let sessions = server.mock(|when, then| {
        when.is_true(as_applied)
            .method(Method::POST)
            .path("/api/v1/sessions")
            .header("content-type", "application/json")
            .header_missing("authorization")
            .body(r#"{"password":"the-password","username":"the-user"}"#);
        then.status(200)
            .header("content-type", "application/json")
            .body(r#"{"success":true,"auth_token":"the-session"}"#);
    });
    let list = server.mock(|when, then| {
        when.is_true(as_applied)
            .method(Method::GET)
            .path("/api/v1/ds-connections")
            .header("authorization", "Bearer the-session");
        then.status(200).header("content-type", "application/json").body("{}");
    });
    let client = client(&server).password("the-user", "the-password").build().unwrap();
    client.list_data_sources().send().await.unwrap();
    sessions.assert();
    list.assert();
}

#[tokio::test]
async fn a_401_without_a_body_is_a_refusal() {
    let server = MockServer::start_async().await;
    let refused = server.mock(|when, then| {
        when.is_true(as_applied).method(Method::POST);
        then.status(401);
    });
    for builder in [client(&server).user_token("t"), client(&server).password("u", "p")] {
        let error = builder.build().unwrap().list_data_sources().send().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
        assert!(AuthError::of(&error).unwrap().is_rejected());
    }
    assert_eq!(refused.calls(), 2);
}
