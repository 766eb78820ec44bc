//! Operations that are chosen at run time send the same requests as the typed methods.

use std::collections::HashMap;

use bigid_api::operations::{GET_APP_CREDENTIALS, LIST_DATA_SOURCES, OPERATIONS, QUERY_CATALOG};
use bigid_api::{Client, Error, Operation};
use bigid_contract_harness::{Sample, TEXT, contract, list, operations};
use bigid_sandbox::Sandbox;
use futures_util::{Stream, StreamExt as _};
use serde_json::{Value, json};

use crate::common::client_of;
use crate::watched;

/// How many records of a list are compared: enough for several pages of two.
const COMPARED: usize = 9;

/// The records, and the requests for them.
async fn read<E>(sandbox: &Sandbox, list: impl Stream<Item = Result<Value, Error<E>>>) -> (Vec<Value>, Vec<Value>) {
    sandbox.clear_journal();
    let came =
        list.take(COMPARED).map(|record| record.unwrap_or_else(|error| json!(error.status().map(|s| s.as_u16()))));
    let came = came.collect().await;
    let requests = sandbox.requests();
    let asked = requests.iter().map(|request| {
        let mut query: Vec<&str> = request.query().split('&').collect();
        query.sort_unstable();
        json!({ "path": request.path(), "query": query, "body": request.json() })
    });
    (came, asked.collect())
}

fn call(client: &Client, operation: &'static Operation, body: &Value) -> bigid_api::OperationCall {
    let names = operation.path.split(['{', '}']).skip(1).step_by(2);
    let segments: Vec<(&str, &str)> = names.map(|name| (name, TEXT)).collect();
    let call = client.call(operation, &segments);
    if body.is_null() { call } else { call.json(body) }
}

#[tokio::test]
async fn every_list_is_asked_for_and_read_as_by_its_typed_method() {
    let sandbox = watched::sandbox().data_sources(12).start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    let contract = contract();
    let mut compared = 0;
    for (_, _, described) in operations(&contract) {
        let id = described["operationId"].as_str().unwrap();
        let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
        if operation.paging.is_none() {
            continue;
        }
        let sample = Sample::of(&contract, described, false);
        let typed = read(&sandbox, list(&client, id, &sample)).await;
        let body = if described["requestBody"].is_null() { Value::Null } else { sample.body.clone() };
        let records = call(&client, operation, &body).records().page_size(2);
        let raw = read(&sandbox, records.map(|record| record.map(|record| record.to_value().unwrap()))).await;
        assert_eq!(raw, typed, "{id}");
        compared += 1;
    }
    assert_eq!(compared, OPERATIONS.iter().filter(|operation| operation.paging.is_some()).count());
    assert!(compared > 15, "{compared}");
}

#[tokio::test]
async fn an_error_about_a_body_repeats_nothing_of_it() {
    struct Fails;

    impl serde::Serialize for Fails {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("hunter2"))
        }
    }

    let sandbox = watched::sandbox().start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    let call = || client.call(&QUERY_CATALOG, &[]);
    let bodies = [json!("hunter2"), json!(["hunter2"]), json!(2_222)];
    let mut calls: Vec<_> = bodies.into_iter().map(|body| call().json(&body)).collect();
    calls.push(call().json(&Fails));
    calls.push(call().json(&HashMap::from([(("hunter2", 1), 1)])));
    for call in calls {
        let Err(error) = call.records().try_next().await else { continue };
        let seen = format!("{error} {error:?}");
        assert!(!seen.contains("hunter2") && !seen.contains("2222"), "{seen}");
    }
    let error = call().json(&"hunter2").records().try_next().await.unwrap_err().to_string();
    assert!(
        error.ends_with("the body cannot be read back: the JSON is not of the documented type (line 1, column 9)"),
        "{error}"
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_before_anything_is_sent() {
    let sandbox = watched::sandbox().start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    let unpaged = OPERATIONS.iter().find(|operation| operation.id == "getDataSource").unwrap();
    for path in [&[][..], &[("id", "x")], &[("name", "")]] {
        assert!(matches!(client.call(unpaged, path).send().await, Err(Error::InvalidRequest(_))), "{path:?}");
    }
    let mut records = client.call(unpaged, &[("name", "x")]).records();
    assert!(matches!(records.try_next().await, Err(Error::InvalidRequest(reason)) if reason.contains("page by page")));
    assert_eq!(sandbox.calls("get_data_source"), 0);
    let url = client.call(&GET_APP_CREDENTIALS, &[("ds", "d/s"), ("tpaId", "app")]).url().unwrap();
    assert!(url.path().ends_with("/tpa/app/credentials/d%2Fs"), "{url}");
    let url = client.call(&LIST_DATA_SOURCES, &[]).query("sort", ["a b&c"]).query("limit", [5]).url().unwrap();
    assert!(url.as_str().ends_with("/api/v1/ds-connections?sort=a+b%26c&limit=5"), "{url}");
}
