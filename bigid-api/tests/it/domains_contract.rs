//! Tests every operation of the contract in loops over the contract: the request as described, every documented status
//! decoded, the typed mocks. An operation that is added to the contract is tested here automatically.
//!
//! This file is long because requests, responses, lists and mocks are walked with the same samples.

use bigid_api::Error;
use bigid_api::operations::OPERATIONS;
use bigid_api::types::ApiErrorBody;
use bigid_contract_harness::{Outcome, Paged, Sample, Server, TEXT, call, contract, list, mock, operations, value};
use futures_util::StreamExt as _;
use httpmock::MockServer;

use serde_json::{Value, json};
use url::form_urlencoded;

/// The statuses that represent a documented key: itself, or some of a range.
fn statuses(key: &str) -> Vec<u16> {
    if key == "2XX" { vec![200, 201, 202, 204] } else { vec![key.parse().unwrap()] }
}

/// The body is one that the contract documents, by the witness's own reading of it.
fn is_documented(id: &str, status: u16, media_type: &str, body: &[u8]) {
    let witness = bigid_witness::contract();
    let response = bigid_witness::Response { status, content_type: Some(media_type), body };
    let checked = witness.check_response(witness.operation(id).unwrap(), &response);
    assert_eq!(checked.violations, [], "{id} {status}");
}

/// The expected result of a call when the server responds with a status and a body of the documented schema.
fn expected(contract: &Value, id: &str, status: u16, response: &Value) -> (Vec<u8>, Outcome) {
    let Some(content) = response["content"].as_object() else {
        return (b"OK".to_vec(), Outcome::Empty(status));
    };
    match content.get("application/json") {
        Some(_) if status == 204 => (Vec::new(), Outcome::Json(204, Value::Null)),
        Some(json) => {
            let mut body = value(contract, &json["schema"], 0);
            is_documented(id, status, "application/json", body.to_string().as_bytes());
            // An element that the contract does not document, and that a list keeps at its index.
            if let Some(items) = body.as_array_mut() {
                items.extend([Value::Null, json!(TEXT), json!([1])]);
            }
            let outcome =
                if status < 300 { Outcome::Json(status, body.clone()) } else { Outcome::Refused(status, body.clone()) };
            (body.to_string().into_bytes(), outcome)
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
            let received = server.respond(418, "");
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

            if operation["requestBody"]["content"]["multipart/form-data"].is_object() {
                let content_type = received.header("content-type").unwrap();
                let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
                let form = format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22log%22.txt\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\nline\r\n\0"
                );
                let end = format!("\r\n--{boundary}--\r\n");
                assert_eq!(received.body, [form.as_bytes(), b"\xff", end.as_bytes()].concat(), "{id}");
            } else if operation["requestBody"]["content"]["application/x-www-form-urlencoded"].is_object() {
                // A call without the optional form has no body and no content type.
                let fields = sample.body.as_object().unwrap().iter().filter(|_| every);
                let mut form: Vec<_> =
                    fields.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
                form.sort_unstable();
                let mut sent: Vec<_> = form_urlencoded::parse(&received.body).into_owned().collect();
                sent.sort_unstable();
                assert_eq!(sent, form, "{id}");
                let content_type = every.then_some("application/x-www-form-urlencoded");
                assert_eq!(received.header("content-type"), content_type, "{id}");
            } else if operation["requestBody"].is_object() {
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
                // A 204 has no body, and means an empty value.
                let expected = match expected {
                    Outcome::Json(204, _) => Outcome::Json(204, empty(response)),
                    expected => expected,
                };
                let _received = server.respond(status, body);
                assert_eq!(call(&server.client, id, &sample).await, expected, "{id} {status}");
                tried += 1;
            }
        }
    }
    let ranges = OPERATIONS.iter().filter(|operation| operation.any_success).count();
    assert_eq!(tried, OPERATIONS.iter().map(|operation| operation.statuses.len()).sum::<usize>() + 4 * ranges);
}

fn operation_of(id: &str) -> &'static bigid_api::Operation {
    OPERATIONS.iter().find(|operation| operation.id == id).unwrap()
}

/// What a response without a body is, where it needs none.
fn empty(response: &Value) -> Value {
    match &response["content"]["application/json"]["schema"] {
        _ if is_open(response) => Value::Null,
        schema if schema["type"] == "array" => json!([]),
        _ => json!({}),
    }
}

/// An envelope around an empty list, where the record is the envelope of one: it may come as the bare list.
fn enveloped(contract: &Value, schema: &Value) -> Option<Value> {
    let resolved = |schema: &Value| match schema["$ref"].as_str() {
        Some(target) => contract.pointer(target.trim_start_matches('#')).unwrap().clone(),
        None => schema.clone(),
    };
    let schema = resolved(schema);
    let properties = schema["properties"].as_object()?;
    let is_list =
        |property: &Value| property["type"] == "array" && resolved(&property["items"])["properties"].is_object();
    let lists: Vec<&String> =
        properties.iter().filter(|(_, property)| is_list(property)).map(|(name, _)| name).collect();
    match lists.as_slice() {
        [list] => Some(json!({ list.as_str(): [] })),
        [] => Some(json!({ "data": enveloped(contract, properties.get("data")?)? })),
        _ => None,
    }
}

fn is_open(response: &Value) -> bool {
    response["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/AnyJson"
}

#[tokio::test]
async fn a_response_of_another_type_than_documented_keeps_its_status() {
    let contract = contract();
    let server = Server::start();
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let sample = Sample::of(&contract, operation, false);
        for (key, response) in operation["responses"].as_object().unwrap() {
            let status = statuses(key)[0];
            let Some(json) = response["content"].get("application/json") else { continue };
            let is_array = json["schema"]["type"] == "array";
            let changes = !operation_of(id).is_safe();
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
                let _received = server.respond(status, body);
                let outcome = call(&server.client, id, &sample).await;
                let again: Value = serde_json::from_str(body).unwrap_or_default();
                let expected = match (fits, status < 300) {
                    // A call that makes a change has succeeded, whatever the body of the response.
                    (_, true) if body.is_empty() && (changes || status == 204) => {
                        Outcome::Json(status, empty(response))
                    }
                    (false, true) if body == "[]" => match enveloped(&contract, &json["schema"]) {
                        Some(envelope) => Outcome::Json(status, envelope),
                        None => Outcome::Failed(Some(status), "Payload"),
                    },
                    (false, true) => Outcome::Failed(Some(status), "Payload"),
                    (false, false) => Outcome::Failed(Some(status), "UnexpectedResponse"),
                    (true, true) => Outcome::Json(status, again),
                    (true, false) => Outcome::Refused(status, again),
                };
                assert_eq!(outcome, expected, "{id} {status} {body}");
            }
        }
    }
}

#[tokio::test]
async fn the_typed_mocks_match_their_own_request_and_send_every_documented_response() {
    let contract = contract();
    let server = MockServer::start_async().await;
    let client = bigid_contract_harness::client(&server.base_url());
    for (_, _, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let sample = Sample::of(&contract, operation, true);
        for (key, response) in operation["responses"].as_object().unwrap() {
            let status = statuses(key)[0];
            let schema = response["content"].get("application/json").map(|json| &json["schema"]);
            let body = schema.map_or(json!("a,b"), |schema| value(&contract, schema, 0));
            if schema.is_some() {
                is_documented(id, status, "application/json", body.to_string().as_bytes());
            }
            let mut mocked = mock(&server, id, status, &sample, &body);
            let expected = match (schema, status < 300) {
                (Some(_), true) => Outcome::Json(status, body.clone()),
                (Some(_), false) => Outcome::Refused(status, body.clone()),
                (None, _) if response["content"].is_object() => Outcome::Bytes(status, body.to_string().into_bytes()),
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
        let error = server.client.delete_data_source(name).send().await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
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

/// The one list of records in a response, by its pointer.
fn list_of(page: &Value) -> String {
    let is_list = |value: &Value| value[0].get("not declared").is_some();
    let mut found = Vec::new();
    for (name, value) in page.as_object().unwrap() {
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

/// The `x-paging` of an operation.
struct Terms<'a> {
    id: &'a str,
    /// The pointers of the fields that may hold the key of a record.
    keys: Vec<String>,
    /// The names of the counts, and whether each is an estimate.
    counts: Vec<(String, bool)>,
    sort: Option<String>,
    sends_offset: bool,
}

impl<'a> Terms<'a> {
    fn of(operation: &'a Value) -> Self {
        let said = &operation["x-paging"];
        let keys = said["key"].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
        let counts = match &said["total"] {
            Value::Null => Vec::new(),
            Value::Array(counts) => counts.clone(),
            count => vec![count.clone()],
        };
        let counts = counts.iter().map(|count| match count["estimate"].as_str() {
            Some(estimate) => (estimate.to_owned(), true),
            None => (count.as_str().unwrap().to_owned(), false),
        });
        let field = &said["sort"]["field"];
        let sort = match said["sort"]["form"].as_str() {
            None => None,
            Some("text") => Some(field.as_str().unwrap().to_owned()),
            Some(form) => {
                assert_eq!(form, "json");
                Some(format!("[{{\"field\":{field},\"order\":\"asc\"}}]"))
            }
        };
        Self {
            id: operation["operationId"].as_str().unwrap(),
            keys: keys.map(|key| if key.starts_with('/') { key.to_owned() } else { format!("/{key}") }).collect(),
            counts: counts.collect(),
            sort,
            sends_offset: said["offset"] == true,
        }
    }

    /// A record with one of its keys.
    fn record(&self, sample: &Value, key: &str, number: u64) -> Value {
        let mut record = sample.clone();
        for other in &self.keys {
            let holder = &other[1..other[1..].find('/').map_or(other.len(), |end| end + 1)];
            record[holder] = Value::Null;
        }
        let mut place = &mut record;
        for step in key[1..].split('/') {
            place = &mut place[step];
        }
        *place = json!(format!("{number}"));
        record
    }
}

/// The pages of one operation: a response whose list and counts can be set.
struct PageTemplate {
    page: Value,
    list: String,
    sample: Value,
}

impl PageTemplate {
    fn of(contract: &Value, operation: &Value) -> Self {
        let page = value(contract, &operation["responses"]["200"]["content"]["application/json"]["schema"], 0);
        let list = list_of(&page);
        let sample = page.pointer(&list).unwrap()[0].clone();
        Self { page, list, sample }
    }

    fn text(&self, records: &[Value], terms: &Terms<'_>, exact: Option<u64>, estimate: Option<u64>) -> String {
        let mut page = self.page.clone();
        *page.pointer_mut(&self.list).unwrap() = json!(records);
        let holder = page.pointer_mut(&self.list[..self.list.rfind('/').unwrap()]).unwrap();
        for (name, is_estimate) in &terms.counts {
            holder[name] = json!(if *is_estimate { estimate } else { exact });
        }
        page.to_string()
    }
}

#[tokio::test]
async fn every_operation_that_takes_skip_and_limit_is_read_page_by_page_or_says_why_not() {
    let contract = contract();
    let server = Server::start();
    let (mut paged, mut unpaged) = (0, 0);
    for (_, _, operation) in operations(&contract) {
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
        let (terms, template) = (Terms::of(operation), PageTemplate::of(&contract, operation));
        let id = terms.id;
        let sample = Sample { every: false, body: json!({}) };
        for key in &terms.keys {
            let mut stream = list(&server.client, id, &sample);
            let (mut came, mut sent) = (Vec::new(), Vec::new());
            for (skip, range) in [(0, 0..2), (2, 2..4), (4, 4..5)] {
                let records: Vec<Value> = range.map(|number| terms.record(&template.sample, key, number)).collect();
                let received = server.respond(200, template.text(&records, &terms, Some(5), None));
                for record in records {
                    sent.push(record);
                    came.push(stream.next().await.unwrap().unwrap());
                }
                let received = received.recv().unwrap();
                let query = received.target.split_once('?').map_or("", |(_, query)| query);
                let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
                let asked = |name: &str| query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
                if received.body.is_empty() {
                    let skip = skip.to_string();
                    let (first, second) = if takes("skip") { ("skip", "offset") } else { ("offset", "skip") };
                    assert_eq!(asked(first), Some(skip.as_str()), "{id}");
                    assert_eq!(asked(second), terms.sends_offset.then_some(skip.as_str()), "{id}");
                    assert_eq!(asked("limit"), Some("2"), "{id}");
                    assert_eq!(asked("requireTotalCount").is_some(), takes("requireTotalCount"), "{id}");
                    assert_eq!(asked("sort"), terms.sort.as_deref(), "{id}");
                } else {
                    let body = String::from_utf8(received.body).unwrap();
                    assert!(body.contains(&format!("\"skip\":{skip}")) && body.contains("\"limit\":2"), "{id}: {body}");
                    assert_eq!(body.contains(&format!("\"offset\":{skip}")), terms.sends_offset, "{id}: {body}");
                    assert!(terms.sort.is_none() && !body.contains("sort"), "{id}: {body}");
                }
            }
            assert_eq!(came, sent, "{id}");
            assert!(stream.next().await.is_none(), "{id}");
        }
    }
    assert_eq!((paged, unpaged), (20, 6));
}

/// Reads a list from a server that sends these responses, one per request; returns the records and the requests.
async fn read(
    server: &Server,
    list: Paged,
    responses: Vec<(u16, String)>,
) -> (Vec<Result<Value, Error<ApiErrorBody>>>, Vec<String>) {
    let serve = async {
        let mut targets = Vec::new();
        for (status, text) in responses {
            let received = server.respond(status, text);
            targets.push(tokio::task::spawn_blocking(move || received.recv().unwrap()).await.unwrap().target);
        }
        targets
    };
    tokio::join!(list.collect(), serve)
}

#[tokio::test]
async fn every_list_leaves_out_what_comes_again_by_each_key_and_an_order_that_is_refused() {
    let contract = contract();
    let server = Server::start();
    let (mut keys, mut orders) = (0, 0);
    for (_, _, operation) in operations(&contract).filter(|(.., operation)| operation["x-paging"]["key"].is_array()) {
        let (terms, template) = (Terms::of(operation), PageTemplate::of(&contract, operation));
        let id = terms.id;
        let sample = Sample { every: false, body: json!({}) };
        for key in &terms.keys {
            // The order changed: the second record comes again, and the fourth never does.
            let pages = [0..2, 1..3, 4..4].map(|range| {
                let records: Vec<Value> = range.map(|number| terms.record(&template.sample, key, number)).collect();
                (200, template.text(&records, &terms, Some(4), None))
            });
            let (mut came, _) = read(&server, list(&server.client, id, &sample), pages.into()).await;
            let Some(Err(Error::Incomplete(end))) = came.pop() else { panic!("{id}: a silent loss") };
            assert_eq!((end.progress().records, end.progress().duplicates), (3, 1), "{id}");
            let came: Vec<Value> =
                came.into_iter().map(|record| record.unwrap().pointer(key).unwrap().clone()).collect();
            assert_eq!(came, ["0", "1", "2"], "{id} {key}");
            keys += 1;
        }
        if terms.sort.is_some() {
            let record = terms.record(&template.sample, &terms.keys[0], 1);
            let page = template.text(std::slice::from_ref(&record), &terms, Some(1), None);
            for status in [400, 422] {
                let refusal = (status, json!({ "message": "sort" }).to_string());
                let list = list(&server.client, id, &sample);
                let (came, targets) = read(&server, list, vec![refusal, (200, page.clone())]).await;
                assert_eq!(
                    came.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
                    std::slice::from_ref(&record),
                    "{id}"
                );
                assert_eq!(
                    targets.iter().map(|target| target.contains("sort=")).collect::<Vec<_>>(),
                    [true, false],
                    "{id}"
                );
            }
            orders += 1;
        }
    }
    assert_eq!((keys, orders), (32, 7));
}

#[tokio::test]
async fn an_estimate_makes_every_list_that_has_one_read_on_and_makes_none_incomplete() {
    let contract = contract();
    let server = Server::start();
    let mut estimated = Vec::new();
    for (_, _, operation) in operations(&contract).filter(|(.., operation)| operation["x-paging"]["key"].is_array()) {
        let (terms, template) = (Terms::of(operation), PageTemplate::of(&contract, operation));
        if terms.counts.iter().all(|(_, is_estimate)| !is_estimate) {
            continue;
        }
        for (estimate, ranges) in
            [(5, vec![0..2, 2..3, 3..5, 5..5]), (9, vec![0..2, 2..3, 3..5, 5..5, 5..5]), (1, vec![0..2, 2..4, 4..5])]
        {
            let pages = ranges.into_iter().map(|range| {
                let records: Vec<Value> =
                    range.map(|number| terms.record(&template.sample, &terms.keys[0], number)).collect();
                (200, template.text(&records, &terms, None, Some(estimate)))
            });
            let sample = Sample { every: false, body: json!({}) };
            let list = list(&server.client, terms.id, &sample);
            let (came, _) = read(&server, list, pages.collect()).await;
            assert_eq!(came.into_iter().map(Result::unwrap).count(), 5, "{} {estimate}", terms.id);
        }
        estimated.push(terms.id);
    }
    assert_eq!(estimated, ["listCatalog", "queryCatalog", "listCatalogObjects"]);
}
