//! Requests that the contract does not describe, with JSON.

use std::time::Duration;

use bigid_api::http::{Extensions, Method, StatusCode};
use bigid_api::{BaseUrl, CallOptions, Client, Error, MAX_JSON_BODY, Redact, Transport, reqwest, reqwest_middleware};
use bigid_sandbox::{BadBody, Fault, ResponseTemplate, Sandbox};
use serde_json::{Value, json};

use crate::common::client_of;
use crate::watched;

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = watched::sandbox().start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    (sandbox, client)
}

#[derive(serde::Deserialize)]
struct Roles {
    roles: Vec<String>,
}

#[tokio::test]
async fn a_response_is_decoded_into_any_type_and_keeps_its_status() {
    let (sandbox, client) = sandbox().await;
    sandbox.route_with_session(Method::POST, "/api/v1/roles", |request| {
        let name = request.json().unwrap()["name"].as_str().unwrap().to_owned();
        ResponseTemplate::json(&json!({ "roles": [name] })).status(StatusCode::CREATED)
    });
    let request = client.request(Method::POST, "/roles").json(&json!({ "name": "auditor" }));
    let response = request.send_json::<Roles>().await.unwrap();
    assert_eq!((response.status(), &response.roles), (StatusCode::CREATED, &vec!["auditor".to_owned()]));
    assert!(response.headers().contains_key("etag"));

    sandbox.route(Method::DELETE, "/api/v1/roles", |_| ResponseTemplate::empty(StatusCode::NO_CONTENT));
    client.request(Method::DELETE, "/roles").send_json::<()>().await.unwrap();
    assert!(client.request(Method::DELETE, "/roles").send_json::<Value>().await.unwrap().is_null());
    let error = client.request(Method::DELETE, "/roles").send_json::<Roles>().await.err().unwrap();
    assert!(matches!(error, Error::Payload(_)), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::NO_CONTENT));
}

#[tokio::test]
async fn an_error_status_is_an_error_with_whatever_the_server_said() {
    let (sandbox, client) = sandbox().await;
    for (status, response, expected) in [
        (StatusCode::CONFLICT, ResponseTemplate::json(&json!({ "name": "secret-no" })), json!({ "name": "secret-no" })),
        (StatusCode::BAD_GATEWAY, ResponseTemplate::html("<html>secret-bad"), json!("<html>secret-bad")),
        (StatusCode::IM_A_TEAPOT, ResponseTemplate::empty(StatusCode::OK), json!(null)),
        (StatusCode::FOUND, ResponseTemplate::empty(StatusCode::OK), json!(null)),
    ] {
        sandbox.on("list_clusters").once(Fault::Response(response.status(status)));
        let error = client.request(Method::GET, "/clusters").send_json::<Value>().await.unwrap_err();
        assert_eq!((error.status(), error.is_retryable()), (Some(status), status == StatusCode::BAD_GATEWAY));
        assert!(!format!("{error} {error:?}").contains("secret"));
        match error {
            Error::ErrorResponse(response) => assert_eq!(response.into_inner(), expected),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_used_keeps_its_status() {
    let (sandbox, client) = sandbox().await;
    let call = async || client.request(Method::GET, "/clusters").send_json::<Value>().await;
    sandbox.on("list_clusters").once(Fault::Body(BadBody::Malformed));
    let error = call().await.unwrap_err();
    assert!(matches!(error, Error::Payload(_)), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::OK));
    // One value that Rust cannot hold is repaired.
    for body in [BadBody::NotUtf8, BadBody::Nested { depth: 100_000 }] {
        sandbox.on("list_clusters").once(Fault::Body(body));
        call().await.unwrap();
    }
    sandbox.on("list_clusters").once(Fault::CutBody { after: 5 });
    assert!(matches!(call().await.unwrap_err(), Error::Body(_)));
    sandbox.on("list_clusters").once(Fault::Reset);
    assert!(matches!(call().await.unwrap_err(), Error::Communication(_)));
    let error = client.request(Method::GET, "//evil.example/x").send_json::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
}

#[tokio::test]
async fn a_body_without_an_end_is_read_to_the_limit_and_no_further() {
    assert_eq!(MAX_JSON_BODY, 64 << 20);
    let (sandbox, client) = sandbox().await;
    for status in [StatusCode::OK, StatusCode::CONFLICT] {
        sandbox.route(Method::GET, "/api/v1/roles", move |_| {
            ResponseTemplate::csv(" ".repeat(MAX_JSON_BODY + 1)).status(status)
        });
        let error = client.request(Method::GET, "/roles").send_json::<Value>().await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        match error {
            Error::Payload(ref payload) => {
                assert_eq!(status, StatusCode::OK);
                assert!(payload.body().len() <= 1 << 20);
                let source = std::error::Error::source(&error).unwrap().to_string();
                assert_eq!(source, format!("the body is longer than {MAX_JSON_BODY} bytes"));
            }
            // The client does not wait for the rest of an error.
            Error::UnexpectedResponse(response) => {
                assert_eq!((response.status(), response.body().len()), (StatusCode::CONFLICT, 1 << 20));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Hides a word, as the layers above a session hide a credential.
struct Hides;

#[async_trait::async_trait]
impl reqwest_middleware::Middleware for Hides {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: reqwest_middleware::Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let mut response = next.run(request, extensions).await?;
        let hide = |body: &[u8]| Some(String::from_utf8_lossy(body).replace("hunter2", "***").into_bytes());
        response.extensions_mut().insert(Redact::new(hide));
        Ok(response)
    }
}

#[tokio::test]
async fn no_error_keeps_what_a_layer_hides() {
    let sandbox = watched::sandbox().start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let chain = reqwest_middleware::ClientBuilder::new(http.clone()).with(Hides).build();
    let base = BaseUrl::parse(&sandbox.base_url()).unwrap();
    let client = Client::new(Transport::with_layers(base, http, chain));
    for (status, body) in [(409, "{\"said\": \"hunter2\"}"), (502, "<html>hunter2"), (200, "{\"said\": \"hunter2\"")] {
        let status = StatusCode::from_u16(status).unwrap();
        sandbox.on_every().once(Fault::Response(ResponseTemplate::html(body).status(status)));
        match client.request(Method::GET, "/roles").send_json::<Value>().await.unwrap_err() {
            Error::ErrorResponse(response) => assert!(response.to_string().contains("***"), "{status}"),
            Error::Payload(payload) => assert_eq!(payload.body(), "{\"said\": \"***\""),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_transport_without_layers_ends_a_call_at_its_timeout_wherever_that_was_set() {
    const SHORT: Duration = Duration::from_millis(1);
    // Its connections are accepted by the operating system, and never answered.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = BaseUrl::parse(&format!("http://{}", silent.local_addr().unwrap())).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let transport = Transport::new(base, http);
    let client = Client::new(transport.clone());
    let impatient = Client::new(transport.with_extension(CallOptions::new().timeout(SHORT)));
    let list = |client: &Client| client.list_data_sources();
    let roles = |client: &Client| client.request(Method::GET, "/roles");
    let outcomes = async {
        [
            list(&client).timeout(SHORT).await.unwrap_err().is_timeout(),
            list(&impatient).await.unwrap_err().is_timeout(),
            roles(&impatient).send().await.unwrap_err().is_timeout(),
            roles(&client).with(|request| request.timeout(SHORT)).send().await.unwrap_err().is_timeout(),
        ]
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(60), outcomes).await.unwrap(), [true; 4]);
}
