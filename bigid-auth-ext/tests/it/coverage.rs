//! Every operation of the contract through `BigIdClient`, each documented status in each media type, authorized in each
//! documented way.
//!
//! A cell of the table counts if the witness saw it on the wire without a violation, and the typed response was what
//! the server sent. With `CONTRACT_COVERAGE` set to the path of a file, the cells are written there; `cargo xtask spec
//! coverage` does that, and compares them with the contract.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bigid_auth_ext::{BigIdClient, Builder, Dialect, ManualClock};
use bigid_contract_harness::{Outcome, Sample, call, contract, operations, value};
use bigid_sandbox::http::header::CONTENT_TYPE;
use bigid_sandbox::http::{HeaderValue, Method, StatusCode};
use bigid_sandbox::{Profile, ResponseTemplate, Sandbox};
use bigid_witness::{Cell, Witness};
use serde_json::{Value, json};

/// Both ways in which a session travels: the profile that reads it, the dialect that sends it.
const WAYS: [(Profile, Dialect); 2] = [(Profile::Deployed6x, Dialect::Deployed), (Profile::Spec, Dialect::Spec)];

#[tokio::test]
async fn every_cell_of_the_contract_is_exercised() {
    let mut cells = exchanges().await;
    cells.extend(sign_ins().await);
    cells.extend(service_tokens().await);
    for way in WAYS {
        cells.extend(data_calls(way).await);
    }
    let of = |part: fn(&Cell) -> (String, String)| cells.iter().map(part).collect::<BTreeSet<_>>().len();
    let contract = contract();
    let documented = operations(&contract).map(|(_, _, operation)| operation["responses"].as_object().unwrap().len());
    assert_eq!(of(|cell| (cell.operation.clone(), String::new())), operations(&contract).count());
    assert_eq!(of(|cell| (cell.operation.clone(), cell.status.clone())), documented.sum::<usize>());
    if let Some(path) = std::env::var_os("CONTRACT_COVERAGE") {
        let cells: Vec<Value> = cells
            .iter()
            .map(|cell| {
                json!({
                    "operation": cell.operation,
                    "status": cell.status,
                    "media_type": cell.media_type,
                    "security": cell.security,
                })
            })
            .collect();
        std::fs::write(path, json!(cells).to_string()).unwrap();
    }
}

/// The next response of the sandbox, to any request.
#[derive(Clone, Default)]
struct Next(Arc<Mutex<Option<ResponseTemplate>>>);

impl Next {
    fn set(&self, template: ResponseTemplate) {
        *self.0.lock().unwrap() = Some(template);
    }

    fn get(&self) -> ResponseTemplate {
        self.0.lock().unwrap().clone().unwrap()
    }
}

/// A sandbox, its witness, and a client of it that speaks one dialect.
async fn start((profile, dialect): (Profile, Dialect)) -> (Witness, Sandbox, Builder) {
    let witness = Witness::default();
    let sandbox = witness.sandbox().profile(profile).data_sources(1).start().await.unwrap();
    // A session that is refused is waited for; no time passes meanwhile.
    let builder = BigIdClient::builder(sandbox.base_url()).dialect(dialect).clock(ManualClock::default());
    (witness, sandbox, builder)
}

/// The same call on a thread that knows no runtime.
#[cfg(feature = "blocking")]
fn without_async(client: &BigIdClient, id: &str, sample: &Sample) -> Outcome {
    let call = || bigid_auth_ext::blocking::block_on(call(client, id, sample)).unwrap();
    std::thread::scope(|scope| scope.spawn(call).join().unwrap())
}

/// Every operation that requires a session.
async fn data_calls(way: (Profile, Dialect)) -> BTreeSet<Cell> {
    let (witness, sandbox, builder) = start(way).await;
    let client = builder.user_token(sandbox.user_token()).build().unwrap();
    let contract = contract();
    let mut asserted = BTreeSet::new();
    for (path, method, operation) in operations(&contract).filter(|(_, _, operation)| wants_session(operation)) {
        let id = operation["operationId"].as_str().unwrap();
        let next = Next::default();
        let (method, path) = (method.to_uppercase().parse::<Method>().unwrap(), sent_path(path));
        let handler = next.clone();
        sandbox.route(method, path, move |_| handler.get());
        for (key, response) in operation["responses"].as_object().unwrap() {
            for status in statuses(key, response) {
                // With every parameter, and with the required ones alone.
                for every in [true, false] {
                    let sample = Sample::of(&contract, operation, every);
                    let (template, expected) = documented(&contract, status, response);
                    next.set(template);
                    let _ = witness.cells().take();
                    assert_eq!(call(&client, id, &sample).await, expected, "{id} {status}");
                    let seen = witness.cells().take();
                    // A refused call asks for another session first, which is a cell of the exchange and asserted on
                    // elsewhere.
                    let seen: Vec<Cell> = seen.into_iter().filter(|cell| cell.operation == id).collect();
                    assert_eq!(seen.len(), 1, "{id} {status}: {:?}", sandbox.take_objections());
                    assert_eq!(&seen[0].status, key, "{id} {status}");
                    asserted.extend(seen);
                    #[cfg(feature = "blocking")]
                    if !every && status < 300 {
                        assert_eq!(without_async(&client, id, &sample), expected, "{id} {status}, without async");
                    }
                }
            }
        }
    }
    asserted
}

/// The exchange in both forms: issued, and refused.
async fn exchanges() -> BTreeSet<Cell> {
    let mut asserted = BTreeSet::new();
    for way in WAYS {
        let (witness, sandbox, builder) = start(way).await;
        let client = builder.clone().user_token(sandbox.user_token()).build().unwrap();
        let session = client.session().await.unwrap();
        // The system token is the one that was issued: it opens what needs one.
        let header = session.authorization().to_str().unwrap().trim_start_matches("Bearer ").to_owned();
        let given = BigIdClient::builder(sandbox.base_url()).dialect(way.1).user_token(header).build().unwrap();
        assert_eq!(given.list_data_sources().send().await.unwrap().data.as_ref().unwrap().total_count, Some(1));
        asserted.extend(witness.cells().take().into_iter().filter(|cell| cell.operation != "listDataSources"));

        let path = "/api/v1/refresh-access-token";
        for method in [Method::GET, Method::POST] {
            sandbox.route(method, path, |_| refusal("Refresh token not valid"));
        }
        let refused = builder.user_token("never-issued").build().unwrap();
        let error = refused.session().await.unwrap_err();
        assert!(error.is_rejected() && error.to_string().contains("Refresh token not valid"), "{error}");
        asserted.extend(witness.cells().take());
    }
    asserted
}

/// Signing in with a user name and a password: issued, and refused.
async fn sign_ins() -> BTreeSet<Cell> {
    let (witness, sandbox, builder) = start(WAYS[0]).await;
    let client = builder.clone().password(sandbox.username(), sandbox.password()).build().unwrap();
    client.session().await.unwrap();
    let mut asserted = witness.cells().take();
    assert_eq!(client.list_data_sources().send().await.unwrap().data.as_ref().unwrap().total_count, Some(1));
    let _ = witness.cells().take();
    let refused = builder.password(sandbox.username(), "wrong").build().unwrap();
    let error = refused.session().await.unwrap_err();
    assert!(error.is_rejected() && error.to_string().contains("Authentication failed."), "{error}");
    asserted.extend(witness.cells().take());
    asserted
}

/// The exchange of a hosted app, whose token the caller sends: issued, and refused.
async fn service_tokens() -> BTreeSet<Cell> {
    let (witness, sandbox, builder) = start(WAYS[0]).await;
    let client = builder.user_token(sandbox.user_token()).build().unwrap();
    let next = Next::default();
    let handler = next.clone();
    sandbox.route(Method::POST, "/api/v1/token-exchange", move |_| handler.get());
    let exchange = || client.exchange_service_token().header("authorization", "identity-token");
    next.set(ResponseTemplate::json(&json!({ "data": "a-session" })));
    assert_eq!(exchange().await.unwrap().data.unwrap().expose(), "a-session");
    next.set(refusal("unknown issuer"));
    assert!(exchange().await.unwrap_err().to_string().contains("unknown issuer"));
    assert_eq!(client.exchanges(), 0);
    witness.cells().take()
}

fn refusal(message: &str) -> ResponseTemplate {
    ResponseTemplate::json(&json!({ "message": message })).status(StatusCode::UNAUTHORIZED)
}

fn wants_session(operation: &Value) -> bool {
    operation["security"].as_array().unwrap().iter().any(|alternative| alternative.get("SystemToken").is_some())
}

/// The path that a call with the sample's values is sent to.
fn sent_path(template: &str) -> String {
    let mut path = format!("/api/v1{template}");
    while let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
        path.replace_range(start..=end, "a%2Fb%20c%3Fd%26e%3D%C3%A9%22%7B%7D");
    }
    path
}

/// The statuses that represent a documented key: itself, or some of a range. A 204 has no body, and represents
/// responses that need none.
fn statuses(key: &str, response: &Value) -> Vec<u16> {
    match key {
        "2XX" if response["content"].is_object() && !is_open(response) => vec![200, 201, 202],
        "2XX" => vec![200, 201, 202, 204],
        key => vec![key.parse().unwrap()],
    }
}

fn is_open(response: &Value) -> bool {
    response["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/AnyJson"
}

/// A response as documented, and what the call must become of it.
fn documented(contract: &Value, status: u16, response: &Value) -> (ResponseTemplate, Outcome) {
    let code = StatusCode::from_u16(status).unwrap();
    let Some(content) = response["content"].as_object() else {
        return (ResponseTemplate::empty(code), Outcome::Empty(status));
    };
    let (media_type, media) = content.iter().next().unwrap();
    if media_type != "application/json" {
        let text = "\"a\",\"b\"\n";
        let kind = HeaderValue::from_str(media_type).unwrap();
        return (
            ResponseTemplate::csv(text).header(CONTENT_TYPE, kind),
            Outcome::Bytes(status, text.as_bytes().to_vec()),
        );
    }
    if status == 204 {
        return (ResponseTemplate::empty(code), Outcome::Json(status, Value::Null));
    }
    let sent = value(contract, &media["schema"], 0);
    let template = ResponseTemplate::json(&sent).status(code);
    (template, if status < 300 { Outcome::Json(status, sent) } else { Outcome::Refused(status, sent) })
}
