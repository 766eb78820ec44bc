//! Every recorded form of a response, replayed through the client: what it says must be what the caller learns.
//!
//! A fixture is a file of `tests/replay`, written from the facts with values of our own. Each row of the first two
//! tables of `bigid-sandbox/EVIDENCE.md` has one. This file is long because it has both the form of a fixture and its
//! reader.

mod fixture;

use std::collections::{BTreeMap, BTreeSet};

use bigid_auth_ext::bigid_api::types::{ApiErrorBody, DataSource, DataSourceBody, MinimizationActionRequest};
use bigid_auth_ext::bigid_api::{self, Error};
use bigid_auth_ext::{BigIdClient, ManualClock};
use bigid_sandbox::http::header::CONTENT_TYPE;
use bigid_sandbox::http::{HeaderName, HeaderValue, Method, StatusCode};
use bigid_sandbox::{Fault, ResponseTemplate, Sandbox};
use bigid_witness::{AllowedViolation, Part, Witness, contract};
use fixture::{Class, Fixture, fixtures, folder};
use serde::Serialize;
use serde_json::{Map, Value, json};

const EVIDENCE: &str = include_str!("../../../bigid-sandbox/EVIDENCE.md");

/// What a caller learns.
#[derive(Debug, Default)]
struct Learned {
    class: Option<Class>,
    status: Option<u16>,
    message: Option<String>,
    retryable: bool,
    lifetime: Option<u64>,
    value: Option<Value>,
}

#[tokio::test]
async fn every_recorded_form_is_understood() {
    for (name, fixture) in fixtures() {
        let left_out =
            AllowedViolation { operation: "GET", part: Part::Operation, reason: "the contract leaves the tags out" };
        let witness = Witness::default().allow(left_out);
        let sandbox = witness.sandbox().data_sources(1).start().await.unwrap();
        let body = fixture.response.body();
        sandbox.on(operation(&fixture)).always(Fault::Response(replayed(&fixture, &body)));
        let builder = BigIdClient::builder(sandbox.base_url()).clock(ManualClock::default());
        let client = match fixture.call.as_str() {
            "sign_in" => builder.password(sandbox.username(), sandbox.password()),
            _ => builder.user_token(sandbox.user_token()),
        };
        let client = client.build().unwrap();
        let learned = learn(&client, &fixture).await;

        let expect = &fixture.expect;
        assert_eq!(learned.class, Some(expect.class), "{name}: {learned:?}");
        for (what, is, wanted) in [
            ("status", json!(learned.status), json!(expect.status)),
            ("message", json!(learned.message), json!(expect.message)),
            ("lifetime", json!(learned.lifetime), json!(expect.lifetime)),
        ] {
            assert!(wanted.is_null() || is == wanted, "{name}: {what} is {is} and not {wanted}");
        }
        assert_eq!(learned.retryable, expect.retryable.unwrap_or_default(), "{name}");
        assert_eq!(client.exchanges(), expect.exchanges, "{name}");
        let calls = sandbox.calls(operation(&fixture));
        assert!(expect.calls.is_none_or(|expected| expected == calls), "{name}: {calls} calls");
        if let Some(value) = &learned.value {
            assert_eq!(*value, serde_json::from_str::<Value>(&body).unwrap(), "{name}: something was lost");
            counted(&name, value, &fixture);
        }
        checked(&name, &fixture, &body);
    }
}

/// The sandbox's name of the requested operation.
fn operation(fixture: &Fixture) -> &str {
    match fixture.call.as_str() {
        "sign_in" => "create_session",
        "filter_data_sources" => "list_data_sources",
        call => call,
    }
}

fn replayed(fixture: &Fixture, body: &str) -> ResponseTemplate {
    let response = &fixture.response;
    let kind = HeaderValue::from_str(&response.content_type).unwrap();
    let status = StatusCode::from_u16(response.status).unwrap();
    let headers =
        response.headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
    headers.fold(ResponseTemplate::html(body).status(status).header(CONTENT_TYPE, kind), |response, (name, value)| {
        response.header(name, value)
    })
}

/// Makes the call of a fixture.
async fn learn(client: &BigIdClient, fixture: &Fixture) -> Learned {
    let source = || DataSource::new().name("harbour".to_owned()).type_("s3-v2".to_owned());
    match fixture.call.as_str() {
        "exchange" | "sign_in" => match client.session().await {
            Ok(session) => {
                let lifetime = Some(session.lifetime().as_secs());
                Learned { class: Some(Class::Session), lifetime, ..Learned::default() }
            }
            Err(error) => {
                let text = error.to_string();
                let said =
                    text.split_once("it said: ").and_then(|(_, said)| said.split_once(");")).map(|(said, _)| said);
                Learned {
                    class: error.is_rejected().then_some(Class::Rejected),
                    status: error.status().map(|status| status.as_u16()),
                    message: said.map(str::to_owned),
                    retryable: error.is_transient(),
                    ..Learned::default()
                }
            }
        },
        "list_data_sources" => outcome(client.list_data_sources().limit(100).with_response().await),
        "filter_data_sources" => {
            let filter = json!([{"field": "name", "operator": "equal", "value": "a\"b"}]).to_string();
            outcome(client.list_data_sources().filter(filter).with_response().await)
        }
        "list_data_sources_legacy" => outcome(client.list_data_sources_legacy().with_response().await),
        "get_data_source" => outcome(client.get_data_source("harbour ledger/12").with_response().await),
        "create_data_source" => {
            let body: DataSourceBody = DataSourceBody::new().ds_connection(source());
            outcome(client.create_data_source(body).with_response().await)
        }
        "start_minimization_action" => {
            let body: MinimizationActionRequest = MinimizationActionRequest::new().action_type("delete".to_owned());
            outcome(client.start_minimization_action(body).with_response().await)
        }
        "list_data_source_tags" => {
            let response = client.request(Method::GET, "/data-catalog/tags/all-pairs-ds").send().await.unwrap();
            let status = Some(response.status().as_u16());
            let failure: ApiErrorBody = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
            Learned { class: Some(Class::Plain), status, message: failure.message, ..Learned::default() }
        }
        other => panic!("no call is named {other}"),
    }
}

fn outcome<T: Serialize>(response: Result<bigid_api::Response<T>, Error<ApiErrorBody>>) -> Learned {
    match response {
        Ok(response) => Learned {
            class: Some(Class::Value),
            status: Some(response.status().as_u16()),
            value: Some(serde_json::to_value(response.into_inner()).unwrap()),
            ..Learned::default()
        },
        Err(error) => {
            let learned = Learned {
                status: error.status().map(|status| status.as_u16()),
                retryable: error.is_retryable(),
                ..Learned::default()
            };
            match error {
                Error::ErrorResponse(response) => {
                    Learned { class: Some(Class::Refused), message: response.message.clone(), ..learned }
                }
                Error::UnexpectedResponse(_) => Learned { class: Some(Class::Unexpected), ..learned },
                _ => learned,
            }
        }
    }
}

/// The records of a list that was decoded and encoded again.
fn records(value: &Value) -> Vec<&Map<String, Value>> {
    let list = if value["data"].is_object() { &value["data"] } else { value };
    list["ds_connections"].as_array().into_iter().flatten().map(|record| record.as_object().unwrap()).collect()
}

fn counted(name: &str, value: &Value, fixture: &Fixture) {
    let (records, expect) = (records(value), &fixture.expect);
    let tagged = records.iter().filter(|record| record.contains_key("tags")).count();
    let counting = records.iter().filter(|record| {
        let states = ["connectionStatusTest", "connectionStatusScan"].map(|state| record.get(state));
        states.into_iter().flatten().any(|state| state.get("num_of_object").is_some())
    });
    let counting = counting.count();
    assert!(expect.records.is_none_or(|expected| expected == records.len()), "{name}: {} records", records.len());
    assert!(expect.tagged.is_none_or(|expected| expected == tagged), "{name}: {tagged} with tags");
    assert!(expect.counting.is_none_or(|expected| expected == counting), "{name}: {counting} count objects");
    assert!(expect.total.is_none_or(|expected| value["data"]["totalCount"] == expected), "{name}: the total");
}

/// Holds a recorded form to the contract: where it differs, the fixture says so, and why.
fn checked(name: &str, fixture: &Fixture, body: &str) {
    let id = match fixture.call.as_str() {
        "exchange" => "exchangeUserToken",
        "sign_in" => "createSession",
        "list_data_sources" | "filter_data_sources" => "listDataSources",
        "list_data_sources_legacy" => "listDataSourcesLegacy",
        "get_data_source" => "getDataSource",
        "create_data_source" => "createDataSource",
        "start_minimization_action" => "startMinimizationAction",
        _ => return,
    };
    let operation = contract().operation(id).unwrap();
    let response = bigid_witness::Response {
        status: fixture.response.status,
        content_type: Some(&fixture.response.content_type),
        body: body.as_bytes(),
    };
    let violations = contract().check_response(operation, &response).violations;
    let differs: BTreeSet<&str> = violations
        .iter()
        .map(|violation| match violation.part {
            Part::MediaType => "media_type",
            Part::Body => "body",
            Part::Status => "status",
            other => panic!("{name}: {other:?}"),
        })
        .collect();
    assert_eq!(differs, fixture.differs.keys().map(String::as_str).collect(), "{name}: {violations:?}");
    assert!(fixture.differs.values().all(|reason| !reason.is_empty()), "{name}");
}

/// The rows of the first two tables of the evidence, by their first column.
fn rows() -> BTreeSet<String> {
    let tables = EVIDENCE.split("\n## ").filter(|table| table.starts_with("1.2 ") || table.starts_with("2.1 "));
    let rows = tables.flat_map(str::lines).filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    rows.filter(|row| *row != "what").map(str::to_owned).collect()
}

/// Rows that no single recorded response shows: sent values, or facts about many records. The tests that they name
/// cover them.
const WITHOUT_A_RESPONSE: [&str; 5] = [
    "25 owners on twenty records, some with a missing or null field",
    "a secret is returned as six asterisks",
    "connectors of the second generation, and the fields that data sources have since 2023",
    "clients send null, text for Booleans and numbers for text",
    "the tokens of a user: a name, two dates, an empty value",
];

#[test]
fn every_row_of_the_evidence_has_its_fixture() {
    let fixtures = fixtures();
    let covered: BTreeSet<String> = fixtures.values().flat_map(|fixture| fixture.rows.clone()).collect();
    let without: BTreeSet<String> = WITHOUT_A_RESPONSE.map(str::to_owned).into();
    assert!(covered.is_disjoint(&without));
    assert_eq!(&covered | &without, rows());
    assert_eq!(covered.len(), 14 + 9);
    assert!(fixtures.values().all(|fixture| !fixture.rows.is_empty()));
}

#[test]
fn a_data_source_has_the_113_recorded_fields_in_their_recorded_kinds() {
    let text = std::fs::read_to_string(folder().join("ds-connections.json")).unwrap();
    let page: Value = serde_json::from_str(&text).unwrap();
    let mut found: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (field, value) in records(&page).into_iter().flatten() {
        *found.entry(field.clone()).or_default().entry(kind(value).to_owned()).or_default() += 1;
    }
    assert_eq!(found, fields());
    assert_eq!(found.len(), 113);
    // 36,454 bytes were recorded; ours stay within a fifth of that.
    assert!(page.to_string().len().abs_diff(36_454) < 36_454 / 5, "{}", page.to_string().len());
}

/// On how many of twenty records each field is, by the kind of its value.
fn fields() -> BTreeMap<String, BTreeMap<String, usize>> {
    serde_yaml::from_str(&std::fs::read_to_string(folder().join("fields.yaml")).unwrap()).unwrap()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(_) => "text",
        Value::Array(items) if items.is_empty() => "empty array",
        Value::Array(items) if items[0].is_object() => "objects",
        Value::Array(_) => "texts",
        Value::Object(object) if object.is_empty() => "empty object",
        Value::Object(_) => "object",
    }
}

/// Each of the 113 fields as each kind of value: those recorded, and those that some server may send.
#[tokio::test]
async fn no_kind_of_value_in_any_field_loses_it_or_its_page() {
    let values = [
        json!(null),
        json!(true),
        json!(7),
        json!(-0.5),
        json!(18_446_744_073_709_551_615_u64),
        json!(""),
        json!("text"),
        json!([]),
        json!(["text", null]),
        json!([{ "a": 1 }]),
        json!({}),
        json!({ "is_success": "no", "b": [] }),
    ];
    let records: Vec<Value> =
        fields().keys().flat_map(|field| values.iter().map(move |value| json!({ field.as_str(): value }))).collect();
    assert_eq!(records.len(), 113 * 12);
    let page = json!({"status": "success", "statusCode": 200, "data": {"ds_connections": records}, "message": null});
    let sandbox = bigid_witness::sandbox().data_sources(0).start().await.unwrap();
    sandbox.on("list_data_sources").always(Fault::Response(ResponseTemplate::json(&page)));
    let client = client(&sandbox);
    let response = client.list_data_sources().await.unwrap();
    let typed = response.data.as_ref().unwrap().ds_connections.as_ref().unwrap();
    // A value of a fitting kind is typed; every other one, and every field that is not declared, is beside the typed
    // ones.
    let beside = typed.iter().filter(|record| !record.extra.is_empty()).count();
    assert!(0 < beside && beside < typed.len());
    assert_eq!(typed.len(), records.len());
    assert_eq!(serde_json::to_value(&response).unwrap(), page);
}

#[tokio::test]
async fn a_record_travels_in_its_wrapper_under_its_encoded_name() {
    let sandbox = bigid_witness::sandbox().data_sources(0).start().await.unwrap();
    let client = client(&sandbox);
    let source: DataSource = DataSource::new().name("a b/c".to_owned()).type_("s3-v2".to_owned());
    let body: DataSourceBody = DataSourceBody::new().ds_connection(source);
    client.create_data_source(body).send().await.unwrap();
    client.get_data_source("a b/c").send().await.unwrap();
    let sent = sandbox.requests();
    let created = sent.iter().find(|request| request.method() == Method::POST).unwrap();
    assert_eq!(created.json().unwrap(), json!({"ds_connection": {"name": "a b/c", "type": "s3-v2"}}));
    assert_eq!(sent.last().unwrap().path(), "/api/v1/ds_connections/a%20b%2Fc");
}

fn client(sandbox: &Sandbox) -> BigIdClient {
    BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap()
}

#[test]
fn no_fixture_holds_a_token_or_the_address_of_a_person() {
    let mut read = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(leak(&text), None, "{}", path.display());
        read += 1;
    }
    assert!(read >= 25);
    for text in
        ["x eyJh", "aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb.cccccccccccccccc", "\"ada@bigid.com\"", "ada@example.com.evil"]
    {
        assert!(leak(text).is_some(), "{text}");
    }
    assert_eq!(leak("owner-01@example.com, a.b.c, 1.2.3@, Côte"), None);
}

/// What a fixture must not hold: anything in the shape of a token, and any address outside of the reserved domain.
fn leak(text: &str) -> Option<&'static str> {
    let token = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    for word in text.split(|character: char| !token(character)) {
        let parts: Vec<&str> = word.split('.').collect();
        if word.starts_with("eyJ") || parts.len() == 3 && parts.iter().all(|part| part.len() >= 16) {
            return Some("a token");
        }
    }
    let address = |character: char| token(character) || "+%@".contains(character);
    let addresses = text.split(|character: char| !address(character)).filter_map(|word| word.split_once('@'));
    let foreign = addresses
        .filter(|(name, domain)| !name.is_empty() && !domain.trim_end_matches('.').is_empty())
        .any(|(_, domain)| domain.trim_end_matches('.') != "example.com");
    foreign.then_some("the address of a person")
}
