//! The error of every failure, for every operation of the contract. No error shows a body or a credential.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::error::Error as _;

use bigid_api::operations::OPERATIONS;
use bigid_api::types::ApiErrorBody;
use bigid_api::{Error, Operation};
use bigid_auth_ext::{AuthError, BigIdClient, Builder, Dialect, ManualClock};
use bigid_contract_harness::{Sample, contract, error, operations};
use bigid_witness::contract as witness;
use httpmock::{HttpMockRequest, Method, MockServer};

use crate::sealed_vault::SealedVault;

/// In every body of this test, and in no error.
const MARK: &str = "in-a-body-hunter2";
const USER_TOKEN: &str = "hunter2-user-token";
const SYSTEM_TOKEN: &str = "hunter2-system-token";

/// A row of the table in the documentation of errors.
#[derive(Debug, PartialEq)]
struct Row {
    variant: &'static str,
    status: Option<u16>,
    retryable: bool,
    auth: Option<&'static str>,
}

impl Row {
    fn of(error: &Error<ApiErrorBody>) -> Self {
        Self {
            variant: match error {
                Error::InvalidRequest(_) => "InvalidRequest",
                Error::Communication(_) => "Communication",
                Error::Layer(_) => "Layer",
                Error::ErrorResponse(_) => "ErrorResponse",
                Error::UnexpectedResponse(_) => "UnexpectedResponse",
                Error::Body(_) => "Body",
                Error::Payload(_) => "Payload",
                _ => "another",
            },
            status: error.status().map(|status| status.as_u16()),
            retryable: error.is_retryable(),
            auth: AuthError::of(error).map(|auth| match auth {
                auth if auth.is_rejected() => "rejected",
                auth if auth.is_unreachable() => "unreachable",
                auth if auth.is_transient() => "transient",
                _ => "permanent",
            }),
        }
    }
}

/// Neither a body nor a credential is in anything that an error shows.
fn assert_discreet(error: &Error<ApiErrorBody>, of: &str) {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        shown += &format!("{cause} {cause:?}");
        source = cause.source();
    }
    for secret in [MARK, USER_TOKEN, SYSTEM_TOKEN] {
        assert!(!shown.contains(secret), "{of} shows {secret}: {shown}");
    }
}

/// Calls every operation that needs a session, and compares the results with the expected ones.
async fn walk(what: &str, client: &BigIdClient, expected: impl Fn(&Operation) -> Row) {
    let contract = contract();
    let mut walked = 0;
    for (path, method, described) in operations(&contract) {
        let id = described["operationId"].as_str().unwrap();
        let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
        if !operation.requires_session() {
            continue;
        }
        let sample = Sample::of(&contract, described, false);
        let error = error(client, id, &sample).await.unwrap_or_else(|| panic!("{what}: {method} {path} succeeded"));
        assert_eq!(Row::of(&error), expected(operation), "{what}: {method} {path}: {error:?}");
        assert_discreet(&error, id);
        walked += 1;
    }
    assert_eq!(walked + 4, OPERATIONS.len(), "all but the three exchanges and the sign-in want a session");
}

/// Whether the contract describes a request; the mock responds to others with 404, which changes the result.
fn described(request: &HttpMockRequest) -> bool {
    witness().check(&request.to_http_request(), &[]).is_ok()
}

/// A server that issues sessions, and sends one response to everything else.
async fn server(status: u16, body: &str) -> MockServer {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.is_true(described).method(Method::GET).path("/api/v1/refresh-access-token");
        then.status(200).body(format!(r#"{{"success":true,"systemToken":"{SYSTEM_TOKEN}"}}"#));
    });
    server.mock(|when, then| {
        let _ = when.is_true(described);
        then.status(status).body(body);
    });
    server
}

fn builder(base: impl Into<String>) -> Builder {
    let builder = BigIdClient::builder(base).user_token(USER_TOKEN).dialect(Dialect::Deployed);
    // Reading the operating system's root certificates would take longer than everything else here.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.http(|http| http.tls_certs_only([]));
    builder.clock(ManualClock::default())
}

/// A refusal is documented, or it is not.
fn refusal(operation: &Operation, status: u16, retryable: bool, auth: Option<&'static str>) -> Row {
    let variant = if operation.documents(status) { "ErrorResponse" } else { "UnexpectedResponse" };
    Row { variant, status: Some(status), retryable, auth }
}

#[tokio::test]
async fn a_rejected_credential_is_the_servers_own_response_to_every_call() {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        let _ = when.is_true(described);
        then.status(401).body(format!(r#"{{"success":false,"message":"Refresh token not valid {USER_TOKEN}"}}"#));
    });
    let client = builder(server.base_url()).build().unwrap();
    walk("rejected", &client, |operation| refusal(operation, 401, false, Some("rejected"))).await;
}

#[tokio::test]
async fn an_unreachable_server_is_a_failure_to_communicate_for_every_call() {
    let client = builder("http://127.0.0.1:1").build().unwrap();
    walk("unreachable", &client, |_| Row {
        variant: "Communication",
        status: None,
        retryable: true,
        auth: Some("unreachable"),
    })
    .await;
}

#[tokio::test]
async fn an_exchange_that_is_not_available_stops_every_call_and_is_transient() {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        let _ = when.is_true(described);
        then.status(503).body(format!(r#"{{"record":"{MARK}"}}"#));
    });
    let client = builder(server.base_url()).build().unwrap();
    let expected =
        |_: &Operation| Row { variant: "Layer", status: Some(503), retryable: true, auth: Some("transient") };
    walk("unavailable", &client, expected).await;
}

#[tokio::test]
async fn a_provider_without_a_credential_stops_every_call_for_good() {
    let client = builder("http://127.0.0.1:1").credential_provider(SealedVault).build().unwrap();
    walk("no credential", &client, |_| Row {
        variant: "Layer",
        status: None,
        retryable: false,
        auth: Some("permanent"),
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_not_json_keeps_its_status_wherever_json_is_documented() {
    for status in [200, 201, 202] {
        let server = server(status, MARK).await;
        let client = builder(server.base_url()).build().unwrap();
        let contract = contract();
        for (path, method, described) in operations(&contract) {
            let id = described["operationId"].as_str().unwrap();
            let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
            let json = ["2XX", &status.to_string()]
                .iter()
                .any(|key| !described["responses"][key]["content"]["application/json"].is_null());
            if !operation.requires_session() || !json {
                continue;
            }
            let sample = Sample::of(&contract, described, false);
            let error = error(&client, id, &sample).await.unwrap_or_else(|| panic!("{method} {path} succeeded"));
            let expected = Row { variant: "Payload", status: Some(status), retryable: false, auth: None };
            assert_eq!(Row::of(&error), expected, "{method} {path}: {error:?}");
            assert_discreet(&error, id);
            let Error::Payload(payload) = error else { unreachable!() };
            assert_eq!(payload.body(), MARK.as_bytes());
        }
    }
}

#[tokio::test]
async fn an_error_of_the_server_is_reported_as_it_is_for_every_call() {
    for (status, retryable) in [(400, false), (403, false), (404, false), (429, true), (500, false), (503, true)] {
        let body = format!(r#"{{"message":"said {SYSTEM_TOKEN}","detail":"{MARK}","record":{{"message":"{MARK}"}}}}"#);
        let server = server(status, &body).await;
        let client = builder(server.base_url()).retry(bigid_auth_ext::RetryPolicy::none()).build().unwrap();
        walk(&status.to_string(), &client, |operation| refusal(operation, status, retryable, None)).await;
    }
}

#[tokio::test]
async fn words_of_a_server_that_repeat_a_credential_are_kept_without_it() {
    for body in [
        format!(r#"{{"success":false,"message":"{SYSTEM_TOKEN} or {USER_TOKEN} may not"}}"#),
        format!("<html><title>403 {SYSTEM_TOKEN} or {USER_TOKEN} may not</title></html>"),
        format!("{SYSTEM_TOKEN} or {USER_TOKEN} may not"),
    ] {
        let server = server(403, &body).await;
        let error = builder(server.base_url()).build().unwrap().list_data_sources().send().await.unwrap_err();
        let Error::ErrorResponse(response) = error else { panic!("{error:?}") };
        let said = response.message.as_deref().unwrap();
        assert!(said.contains("[redacted] or [redacted] may not"), "{said}");
    }
    let server = server(200, &format!("[{SYSTEM_TOKEN}")).await;
    let error = builder(server.base_url()).build().unwrap().list_data_sources().send().await.unwrap_err();
    let Error::Payload(payload) = error else { panic!("{error:?}") };
    assert_eq!(payload.body().as_ref(), b"[[redacted]");
}
