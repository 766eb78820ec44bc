//! Calls every operation of `cases.json` and compares what travels with what must. Copied into the workspace that the
//! property test makes; it knows the generated code through `contract-harness` alone.

use bigid_contract_harness::{Outcome, ReceivedRequest, Sample, Server, call, client, mock};
use httpmock::MockServer;
use serde_json::Value;
use tokio::task::LocalSet;

#[tokio::test]
async fn every_operation_does_what_its_document_says() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let mocks: &MockServer = Box::leak(Box::new(MockServer::start_async().await));
    let mut failed = Vec::new();
    for case in cases.iter().cloned() {
        let id = case["id"].clone();
        // A separate task, so that a panic is reported like any other failure.
        let tasks = LocalSet::new();
        let task = tasks.spawn_local(async move { try_case(&case, mocks).await });
        match tasks.run_until(task).await {
            Ok(Ok(())) => {}
            Ok(Err(said)) => failed.push(format!("FAILED {id}: {said}")),
            Err(panic) => failed.push(format!("FAILED {id}: {panic}")),
        }
    }
    for line in &failed {
        println!("{}", line.replace('\n', " "));
    }
    println!("{} operations, {} failed", cases.len(), failed.len());
    assert!(failed.is_empty());
}

async fn try_case(case: &Value, mocks: &MockServer) -> Result<(), String> {
    let id = case["id"].as_str().unwrap();
    for every in [true, false] {
        let sample = Sample { every, body: case["body"].clone() };
        let server = Server::start();
        let received = server.respond(599, "");
        let outcome = call(&server.client, id, &sample).await;
        if let Outcome::Failed(None, why) = outcome {
            return Err(format!("nothing was sent: {why}"));
        }
        is_as_described(case, every, &received.recv().unwrap()).map_err(|said| format!("{said} (every: {every})"))?;
    }
    for response in case["responses"].as_array().unwrap() {
        let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
        let body = response["body"].clone();
        let bytes = b"\"a\",\"b\"\n\0\xff".to_vec();
        let form = response["form"].as_str().unwrap();
        // Neither a 204 nor the response to HEAD has a body.
        if form != "empty" && (status == 204 || case["method"] == "HEAD") {
            continue;
        }
        let expected = match form {
            "json" => Outcome::Json(status, body.clone()),
            "refused" => Outcome::Refused(status, body.clone()),
            "raw" => Outcome::Bytes(status, bytes.clone()),
            _ => Outcome::Empty(status),
        };
        let sent = match form {
            "raw" => bytes,
            "empty" => Vec::new(),
            _ => body.to_string().into_bytes(),
        };
        let sample = Sample { every: true, body: case["body"].clone() };
        let server = Server::start();
        let _received = server.respond(status, sent);
        let outcome = call(&server.client, id, &sample).await;
        if outcome != expected {
            return Err(format!("the response {status} became {outcome:?}, not {expected:?}"));
        }

        let text = if form == "raw" { serde_json::json!("a,b") } else { body };
        let expected = match form {
            "raw" => Outcome::Bytes(status, text.to_string().into_bytes()),
            _ => expected,
        };
        let mut mocked = mock(mocks, id, status, &sample, &text);
        let outcome = call(&client(&mocks.base_url()), id, &sample).await;
        let calls = mocked.calls();
        mocked.delete();
        if outcome != expected || calls != 1 {
            return Err(format!("the mock of {status} matched {calls} times and returned {outcome:?}, not {expected:?}"));
        }
    }
    Ok(())
}

fn is_as_described(case: &Value, every: bool, received: &ReceivedRequest) -> Result<(), String> {
    let same = |what: &str, got: &dyn std::fmt::Debug, want: &dyn std::fmt::Debug| {
        let (got, want) = (format!("{got:?}"), format!("{want:?}"));
        if got == want { Ok(()) } else { Err(format!("{what} is {got}, not {want}")) }
    };
    let (mut target, mut query) = (format!("/api/v1{}", case["path"].as_str().unwrap()), Vec::new());
    let parameters = case["parameters"].as_array().unwrap();
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap();
        let values: Vec<String> =
            parameter["values"].as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect();
        let sent = every || parameter["required"] == true;
        match parameter["in"].as_str().unwrap() {
            "path" => target = target.replace(&format!("{{{name}}}"), &values[0]),
            "header" => {
                let found = received.header(&name.to_ascii_lowercase());
                // A client says who it is in any case.
                if name == "User-Agent" && !sent {
                    continue;
                }
                same(&format!("the header {name}"), &found, &sent.then(|| values[0].as_str()))?;
            }
            _ if sent => query.extend(values.into_iter().map(|value| (name.to_owned(), value))),
            _ => {}
        }
    }
    same("the method", &received.method, &case["method"].as_str().unwrap())?;
    let (path, pairs) = received.target.split_once('?').unwrap_or((&received.target, ""));
    same("the path", &path, &target)?;
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(pairs.as_bytes()).into_owned().collect();
    pairs.sort();
    query.sort();
    same("the query", &pairs, &query)?;
    let sends_body = every || case["body_is_required"] == true;
    if case["body"].is_null() || !sends_body {
        same("the body", &received.body.len(), &0)?;
        same("the media type", &received.header("content-type"), &None::<&str>)?;
    } else if received.header("content-type") == Some("application/x-www-form-urlencoded") {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields = case["body"].as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let mut expected: Vec<(String, String)> = fields.map(|(name, value)| (name.clone(), text(value))).collect();
        let mut sent: Vec<(String, String)> = url::form_urlencoded::parse(&received.body).into_owned().collect();
        expected.sort();
        sent.sort();
        same("the form", &sent, &expected)?;
        same("whether the body is a form", &true, &(case["is_form"] == true))?;
    } else {
        same("whether the body is a form", &false, &(case["is_form"] == true))?;
        same("the media type", &received.header("content-type"), &Some("application/json"))?;
        same("the body", &serde_json::from_slice::<Value>(&received.body).unwrap_or_default(), &case["body"])?;
    }
    same("api-version", &received.header("api-version"), &None::<&str>)
}
