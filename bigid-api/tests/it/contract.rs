//! Each operation against its typed mock: the request that the contract describes, and every documented status decoded.

use bigid_api::http::StatusCode;
use bigid_api::httpmock::MockServerExt as _;
use bigid_api::operations::{self, OPERATIONS};
use bigid_api::types::{
    ApiErrorBody, DataSource, DataSourcePage, ListDataSourcesResponse, SessionRequest, SessionResponse, TokenResponse,
};
use bigid_api::{BaseUrl, Client, Error, Transport, USER_AGENT_VALUE};
use httpmock::MockServer;
use serde_json::{Value, json};

const CONTRACT: &str = include_str!("../../../spec/bigid.openapi.json");

fn client(server: &MockServer) -> Client {
    bigid_contract_harness::client(&server.base_url())
}

fn failure() -> ApiErrorBody {
    ApiErrorBody::new().success(false).message("no".to_owned())
}

/// Asserts that an error is the documented response of a status.
fn is_documented<T: std::fmt::Debug>(result: Result<T, Error<ApiErrorBody>>, status: u16) {
    match result.unwrap_err() {
        Error::ErrorResponse(response) => {
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.into_inner(), failure());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_table_is_the_contract() {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let mut described = 0;
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described += 1;
            let entry = OPERATIONS
                .iter()
                .find(|entry| entry.path == path && entry.method.eq_ignore_ascii_case(method))
                .unwrap();
            assert_eq!(operation["operationId"], entry.id);
            assert_eq!(operation["tags"], json!(entry.tags));
            let keys = operation["responses"].as_object().unwrap().keys().filter(|status| *status != "2XX");
            let statuses: Vec<u16> = keys.map(|status| status.parse().unwrap()).collect();
            assert_eq!(statuses, entry.statuses);
            let security: Vec<Vec<&String>> = operation["security"]
                .as_array()
                .unwrap()
                .iter()
                .map(|scheme| scheme.as_object().unwrap().keys().collect())
                .collect();
            assert_eq!(json!(security), json!(entry.security));
        }
    }
    assert_eq!(described, OPERATIONS.len());
}

#[test]
fn only_calls_after_the_exchange_want_a_session() {
    assert!(operations::LIST_DATA_SOURCES.requires_session());
    for exchange in [&operations::CREATE_SESSION, &operations::EXCHANGE_USER_TOKEN, &operations::REFRESH_ACCESS_TOKEN] {
        assert!(!exchange.requires_session(), "{}", exchange.id);
    }
}

#[tokio::test]
async fn create_session_sends_its_body_and_decodes_every_status() {
    let server = MockServer::start_async().await;
    let request: SessionRequest = SessionRequest::new("u", "p");
    let session: SessionResponse = SessionResponse::new().success(true).auth_token("t");
    let client = client(&server);
    let call = || client.create_session(request.clone()).send();
    let mut mock = server.create_session(|when, then| {
        when.body(&request);
        then.ok(&session);
    });
    assert_eq!(call().await.unwrap(), session);
    mock.delete();
    server.create_session(|_, then| drop(then.unauthorized(&failure())));
    is_documented(call().await, 401);
}

#[tokio::test]
async fn both_exchanges_send_their_method_and_decode_every_status() {
    let token: TokenResponse = TokenResponse::new().success(true).system_token("t");
    let server = MockServer::start_async().await;
    let get = server.exchange_user_token(|_, then| drop(then.ok(&token)));
    let post = server.refresh_access_token(|_, then| drop(then.ok(&token)));
    assert_eq!(client(&server).exchange_user_token().await.unwrap(), token);
    assert_eq!((get.calls(), post.calls()), (1, 0));
    assert_eq!(client(&server).refresh_access_token().await.unwrap(), token);
    assert_eq!((get.calls(), post.calls()), (1, 1));

    let server = MockServer::start_async().await;
    server.exchange_user_token(|_, then| drop(then.unauthorized(&failure())));
    server.refresh_access_token(|_, then| drop(then.unauthorized(&failure())));
    is_documented(client(&server).exchange_user_token().send().await, 401);
    is_documented(client(&server).refresh_access_token().send().await, 401);
}

#[tokio::test]
async fn list_data_sources_sends_every_parameter_and_decodes_every_status() {
    let server = MockServer::start_async().await;
    let source: DataSource = DataSource::new().object_id("1".to_owned()).id("a/b c".to_owned());
    let page: DataSourcePage = DataSourcePage::new().ds_connections(vec![source]).total_count(1);
    let list: ListDataSourcesResponse = ListDataSourcesResponse::new().status("success".to_owned()).data(page);
    let mut mock = server.list_data_sources(|when, then| {
        when.skip(5)
            .limit(10)
            .require_total_count(true)
            .filter("[{\"a\":1}]")
            .sort("name")
            .fields("a&b")
            .format("json");
        then.ok(&list);
    });
    let call = || {
        let client = client(&server);
        async move {
            let list = client.list_data_sources().skip(5).limit(10).require_total_count(true);
            list.filter("[{\"a\":1}]").sort("name").fields("a&b").format("json").send().await
        }
    };
    assert_eq!(call().await.unwrap(), list);
    mock.delete();
    let mut mock = server.list_data_sources(|when, then| {
        when.skip(None).limit(None).require_total_count(None).filter(None).sort(None).fields(None).format(None);
        then.ok(&list);
    });
    client(&server).list_data_sources().send().await.unwrap();
    mock.delete();
    for status in [401, 403, 422] {
        let mut mock = server.list_data_sources(|_, then| {
            drop(match status {
                401 => then.unauthorized(&failure()),
                403 => then.forbidden(&failure()),
                _ => then.unprocessable_entity(&failure()),
            });
        });
        is_documented(call().await, status);
        mock.delete();
    }
}

#[tokio::test]
async fn each_request_names_the_sdk_and_no_version_of_an_api() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.header("user-agent", USER_AGENT_VALUE).header_missing("api-version").header("accept", "application/json");
        then.status(200).body("{}");
    });
    let http = reqwest::Client::builder().build().unwrap();
    let plain = Client::new(Transport::new(BaseUrl::parse(&server.base_url()).unwrap(), http));
    plain.list_data_sources().send().await.unwrap();
    mock.assert();
}

#[tokio::test]
async fn a_response_that_cannot_be_used_keeps_its_status_and_shows_no_byte_of_itself() {
    let server = MockServer::start_async().await;
    for (status, body) in
        [(200, "hunter2"), (200, "[\"hunter2\"]"), (200, ""), (401, "{\"hunter2"), (418, "[\"hunter2")]
    {
        let mut mock = server.mock(|_, then| {
            then.status(status).header("x-secret", "hunter2").body(body);
        });
        let error = client(&server).list_data_sources().filter("hunter2").send().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::from_u16(status).unwrap()));
        assert!(!error.is_retryable());
        let shown = format!("{error} {error:?} {error:#?} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("hunter2"), "{shown}");
        if let Error::Payload(payload) = &error {
            assert_eq!(payload.body(), body);
        }
        mock.delete();
    }
}

#[tokio::test]
async fn a_mock_knows_a_name_by_every_character_of_it() {
    let server = MockServer::start_async().await;
    let response = serde_json::from_value(json!({ "ds_connection": { "name": "found" } })).unwrap();
    for name in ["a b", "a/b", "a.b", "100%", "a%20b", "é顧客", "x(y", "[a-z]*", "a+b?c=d&e#f", "{}", "~a_b-c", "'\"<>"]
    {
        let mut mock = server.get_data_source(|when, then| {
            when.name(name);
            then.ok(&response);
        });
        let found = client(&server).get_data_source(name).send().await;
        assert!(found.is_ok(), "{name}: {found:?}");
        assert!(client(&server).get_data_source(format!("{name}x")).send().await.is_err(), "{name}");
        mock.assert();
        mock.delete();
    }
    server.get_data_source(|when, then| {
        when.name("a.b");
        then.ok(&response);
    });
    assert!(client(&server).get_data_source("axb").send().await.is_err());
    for climbing in ["", ".", ".."] {
        assert!(matches!(client(&server).get_data_source(climbing).send().await, Err(Error::InvalidRequest(_))));
    }
}

#[tokio::test]
async fn a_data_source_comes_out_of_its_envelope() {
    let server = MockServer::start_async().await;
    let mut found = server.get_data_source(|when, then| {
        when.name("HR / Payroll");
        then.ok(&serde_json::from_value(json!({ "ds_connection": { "name": "HR / Payroll" } })).unwrap());
    });
    assert_eq!(client(&server).data_source("HR / Payroll").await.unwrap().name.as_deref(), Some("HR / Payroll"));
    found.delete();
    server.get_data_source(|_, then| drop(then.ok(&serde_json::from_value(json!({ "ds_connection": null })).unwrap())));
    match client(&server).data_source("x").await.unwrap_err() {
        Error::Payload(payload) => assert_eq!(payload.body(), r#"{"ds_connection":null}"#),
        other => panic!("{other:?}"),
    }
}
