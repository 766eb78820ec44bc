//! Every operation of the contract, driven from the contract: the request as described, every documented status decoded, the typed
//! mocks. An operation that is added to the contract is tested here without a word more.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

#[path = "domains/harness.rs"]
mod harness;

#[rustfmt::skip]
#[allow(clippy::all)]
#[path = "generated/calls.rs"]
mod calls;

#[rustfmt::skip]
#[path = "generated/lists.rs"]
mod lists;

use bigid_api::operations::OPERATIONS;
use calls::{call, mock};
use futures_util::StreamExt as _;
use harness::{Outcome, Sample, Server, TEXT, contract, operations, value, witnessed};
use httpmock::MockServer;

use serde_json::{Value, json};
use url::form_urlencoded;

/// The statuses that stand for a documented key: itself, or some of a range.
fn statuses(key: &str) -> Vec<u16> {
    if key == "2XX" { vec![200, 201, 202, 204] } else { vec![key.parse().unwrap()] }
}

/// The body is one that the contract documents, by the witness's own reading of it.
fn is_documented(id: &str, status: u16, media_type: &str, body: &[u8]) {
    let witness = bigid_witness::contract();
    let answer = bigid_witness::Answer { status, content_type: Some(media_type), body };
    let judged = witness.answer(witness.operation(id).unwrap(), &answer);
    assert_eq!(judged.violations, [], "{id} {status}");
}

/// What a call must become when the server answers with a status and a body of the documented schema.
fn expected(contract: &Value, id: &str, status: u16, response: &Value) -> (Vec<u8>, Outcome) {
    let Some(content) = response["content"].as_object() else {
        return (b"OK".to_vec(), Outcome::Empty(status));
    };
    match content.get("application/json") {
        Some(_) if status == 204 => (Vec::new(), Outcome::Json(204, Value::Null)),
        Some(json) => {
            let mut answer = value(contract, &json["schema"], 0);
            is_documented(id, status, "application/json", answer.to_string().as_bytes());
            // What the contract does not document, and a list keeps at its place.
            if let Some(items) = answer.as_array_mut() {
                items.extend([Value::Null, json!(TEXT), json!([1])]);
            }
            let outcome = if status < 300 {
                Outcome::Json(status, answer.clone())
            } else {
                Outcome::Refused(status, answer.clone())
            };
            (answer.to_string().into_bytes(), outcome)
        }
        None => {
            let bytes = b"\"a\",\"b\"\n\0\xff".to_vec();
            (bytes.clone(), Outcome::Bytes(status, bytes))
        }
    }
}

fn text(parameter: &Value) -> Vec<String> {
    match parameter["schema"]["type"].as_str() {
        Some("integer") => vec!["7".into()],
        Some("boolean") => vec!["true".into()],
        Some("array") => vec![TEXT.into(), "b".into()],
        _ => vec![TEXT.into()],
    }
}

#[tokio::test]
async fn each_request_is_as_described() {
    let contract = contract();
    let server = Server::start();
    for (path, method, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        for every in [true, false] {
            let sample = Sample::of(&contract, operation, every);
            let received = server.answer(418, "");
            let outcome = call(&server.client, id, &sample).await;
            assert_eq!(outcome, Outcome::Failed(Some(418), "UnexpectedResponse"), "{id}");
            let received = received.recv().unwrap();
            assert_eq!(received.method, method.to_uppercase(), "{id}");

            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let (mut template, mut query) = (format!("/api/v1{path}"), Vec::new());
            for parameter in parameters.iter().filter(|parameter| every || parameter["required"] == true) {
                let name = parameter["name"].as_str().unwrap();
                if parameter["in"] == "path" {
                    assert!(template.contains(&format!("{{{name}}}")), "{id}: {name}");
                    template = template.replace(&format!("{{{name}}}"), "a%2Fb%20c%3Fd%26e%3D%C3%A9%22%7B%7D");
                } else {
                    query.extend(text(parameter).into_iter().map(|value| (name.to_owned(), value)));
                }
            }
            let (target, sent) = received.target.split_once('?').unwrap_or((&received.target, ""));
            assert_eq!(target, template, "{id}");
            let mut sent: Vec<(String, String)> = form_urlencoded::parse(sent.as_bytes()).into_owned().collect();
            sent.sort();
            query.sort();
            assert_eq!(sent, query, "{id}");

            if operation["requestBody"].is_object() {
                assert_eq!(received.header("content-type"), Some("application/json"), "{id}");
                assert_eq!(serde_json::from_slice::<Value>(&received.body).unwrap(), sample.body, "{id}");
            } else {
                assert_eq!((received.header("content-type"), received.body.len()), (None, 0), "{id}");
            }
            assert_eq!((received.header("authorization"), received.header("api-version")), (None, None), "{id}");
        }
    }
}

#[tokio::test]
async fn every_documented_status_is_decoded_without_loss() {
    let contract = contract();
    let server = Server::start();
    let mut tried = 0;
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let sample = Sample::of(&contract, operation, false);
        for (key, response) in operation["responses"].as_object().unwrap() {
            for status in statuses(key) {
                let (body, expected) = expected(&contract, id, status, response);
                // A 204 has no body, so that only what needs none can be decoded from it.
                let expected = match expected {
                    Outcome::Json(204, _) if !is_open(response) => Outcome::Failed(Some(204), "Payload"),
                    expected => expected,
                };
                let _received = server.answer(status, body);
                assert_eq!(call(&server.client, id, &sample).await, expected, "{id} {status}");
                tried += 1;
            }
        }
    }
    let ranges = OPERATIONS.iter().filter(|operation| operation.any_success).count();
    assert_eq!(tried, OPERATIONS.iter().map(|operation| operation.statuses.len()).sum::<usize>() + 4 * ranges);
}

fn is_open(response: &Value) -> bool {
    response["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/OpenAnswer"
}

#[tokio::test]
async fn an_answer_of_another_kind_than_documented_keeps_its_status() {
    let contract = contract();
    let server = Server::start();
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let sample = Sample::of(&contract, operation, false);
        for (key, response) in operation["responses"].as_object().unwrap() {
            let status = statuses(key)[0];
            let Some(json) = response["content"].get("application/json") else { continue };
            let is_array = json["schema"]["type"] == "array";
            for (body, fits) in [
                ("<html>\r\n<head><title>502 Bad Gateway</title>", false),
                ("", is_open(response)),
                ("{\"success\":false", false),
                ("{}", !is_array),
                ("[]", is_array || is_open(response)),
                ("[null, {}]", is_array || is_open(response)),
                ("null", is_open(response)),
                ("\"x\"", is_open(response)),
            ] {
                let _received = server.answer(status, body);
                let outcome = call(&server.client, id, &sample).await;
                let again: Value = serde_json::from_str(body).unwrap_or_default();
                let expected = match (fits, status < 300) {
                    (false, _) => Outcome::Failed(Some(status), "Payload"),
                    (true, true) => Outcome::Json(status, again),
                    (true, false) => Outcome::Refused(status, again),
                };
                assert_eq!(outcome, expected, "{id} {status} {body}");
            }
        }
    }
}

#[tokio::test]
async fn the_typed_mocks_match_their_own_request_and_give_every_documented_answer() {
    let contract = contract();
    let server = MockServer::start_async().await;
    let client = witnessed::client(&server.base_url());
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let sample = Sample::of(&contract, operation, true);
        for (key, response) in operation["responses"].as_object().unwrap() {
            let status = statuses(key)[0];
            let schema = response["content"].get("application/json").map(|json| &json["schema"]);
            let answer = schema.map_or(json!("a,b"), |schema| value(&contract, schema, 0));
            if schema.is_some() {
                is_documented(id, status, "application/json", answer.to_string().as_bytes());
            }
            let mut mocked = mock(&server, id, status, &sample, &answer);
            let expected = match (schema, status < 300) {
                (Some(_), true) => Outcome::Json(status, answer.clone()),
                (Some(_), false) => Outcome::Refused(status, answer.clone()),
                (None, _) if response["content"].is_object() => Outcome::Bytes(status, answer.to_string().into_bytes()),
                (None, _) => Outcome::Empty(status),
            };
            assert_eq!(call(&client, id, &sample).await, expected, "{id} {status}");
            assert_eq!(mocked.calls(), 1, "{id} {status}");
            mocked.delete();
        }
    }
}

#[tokio::test]
async fn a_path_parameter_never_names_another_resource() {
    let contract = contract();
    let described = operations(&contract).filter(|(path, ..)| path.contains('{')).count();
    assert_eq!(described, OPERATIONS.iter().filter(|operation| operation.path.contains('{')).count());
    let server = Server::start();
    for name in ["", ".", ".."] {
        let error = server.client.delete_data_source().name(name).send().await.unwrap_err();
        assert!(matches!(error, bigid_api::Error::InvalidRequest(_)), "{error:?}");
    }
}

#[test]
fn the_table_says_which_calls_only_read() {
    let contract = contract();
    for (path, method, operation) in operations(&contract) {
        let entry = OPERATIONS.iter().find(|entry| operation["operationId"] == entry.id).unwrap();
        assert_eq!((entry.path, entry.method.to_lowercase().as_str()), (path, method));
        let reads = operation["x-safe"] == true;
        assert_eq!(entry.safe, reads, "{}", entry.id);
        assert_eq!(entry.is_safe(), reads || method == "get", "{}", entry.id);
        assert_eq!(entry.is_idempotent(), reads || ["get", "put", "delete"].contains(&method), "{}", entry.id);
        for (key, _) in operation["responses"].as_object().unwrap() {
            assert!(statuses(key).into_iter().all(|status| entry.documents(status)), "{} {key}", entry.id);
        }
        assert_eq!(entry.any_success, operation["responses"].get("2XX").is_some(), "{}", entry.id);
        assert!(!entry.documents(418), "{}", entry.id);
    }
}

/// The one list of records in an answer, by its pointer.
fn list_of(answer: &Value) -> String {
    let is_list = |value: &Value| value[0].get("not declared").is_some();
    let mut found = Vec::new();
    for (name, value) in answer.as_object().unwrap() {
        if name == "not declared" {
            continue;
        }
        found.extend(is_list(value).then(|| format!("/{name}")));
        for (inner, value) in value.as_object().into_iter().flatten() {
            found.extend(is_list(value).then(|| format!("/{name}/{inner}")));
        }
    }
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[tokio::test]
async fn every_operation_that_takes_skip_and_limit_is_read_page_by_page_or_says_why_not() {
    let contract = contract();
    let server = Server::start();
    let (mut paged, mut unpaged) = (0, 0);
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let takes = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
        let body = value(&contract, &operation["requestBody"]["content"]["application/json"]["schema"], 0).to_string();
        let in_query = takes("limit") && (takes("skip") || takes("offset"));
        let in_body = body.contains("\"skip\"") && body.contains("\"limit\"");
        if !in_query && !in_body {
            continue;
        }
        if operation["x-paging"]["unpaged"].is_string() {
            unpaged += 1;
            continue;
        }
        paged += 1;
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let mut answer = value(&contract, schema, 0);
        let list = list_of(&answer);
        let record = answer.pointer(&list).unwrap()[0].clone();
        let mut page = |range: std::ops::Range<u64>| {
            let records: Vec<Value> = range
                .map(|number| {
                    let mut record = record.clone();
                    record["_id"] = json!(format!("{number}"));
                    record
                })
                .collect();
            *answer.pointer_mut(&list).unwrap() = json!(records);
            let holder = &list[..list.rfind('/').unwrap()];
            answer.pointer_mut(holder).unwrap()["totalCount"] = json!(5);
            (json!(records), answer.to_string())
        };
        let sample = Sample { every: false, body: json!({}) };
        let mut stream = lists::list(&server.client, id, &sample);
        let (mut came, mut sent) = (Vec::new(), Vec::new());
        for (skip, range) in [(0, 0..2), (2, 2..4), (4, 4..5)] {
            let (records, text) = page(range);
            let received = server.answer(200, text);
            for record in records.as_array().unwrap() {
                sent.push(record.clone());
                came.push(stream.next().await.unwrap().unwrap());
            }
            let received = received.recv().unwrap();
            let query = received.target.split_once('?').map_or("", |(_, query)| query);
            let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let in_query = |name: &str| query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
            if received.body.is_empty() {
                assert_eq!(in_query("skip"), Some(skip.to_string().as_str()), "{id}");
                assert_eq!(in_query("limit"), Some("2"), "{id}");
                assert_eq!(in_query("requireTotalCount").is_some(), takes("requireTotalCount"), "{id}");
                assert!(in_query("sort").is_none_or(|sort| takes("sort") && ["_id", "name"].contains(&sort)), "{id}");
            } else {
                let body = String::from_utf8(received.body).unwrap();
                assert!(body.contains(&format!("\"skip\":{skip}")) && body.contains("\"limit\":2"), "{id}: {body}");
            }
        }
        assert_eq!(came, sent, "{id}");
        assert!(stream.next().await.is_none(), "{id}");
    }
    assert_eq!((paged, unpaged), (18, 6));
}
