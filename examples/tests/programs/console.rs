//! The Rust that the sandbox's console writes: it compiles, and it sends what the console says that it sends.
//!
//! `WRITE_CONSOLE_CALLS=1 cargo test -p bigid-examples --test programs console` rewrites the three files.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use bigid_auth_ext::BigIdClient;
use bigid_sandbox::Sandbox;
use serde_json::{Map, Value, json};

use super::{console_calls, text};

/// The sandbox in the files: the one of this test has another port at every run.
const ADDRESS: &str = "127.0.0.1:9090";

/// A change of the console, which has to succeed.
fn change(sandbox: &Sandbox, path: &str, body: &Value) -> Value {
    let (address, body) = (sandbox.address(), body.to_string());
    let mut stream = TcpStream::connect(address).unwrap();
    let head =
        format!("POST /console/api/{path} HTTP/1.1\r\nhost: {address}\r\nx-bigid-console: 1\r\nconnection: close");
    stream.write_all(format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let response = text(&response);
    assert!(response.starts_with("HTTP/1.1 200"), "{path} {body}: {response}");
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// A value of each parameter, by its type; texts need encoding everywhere.
fn value(parameter: &Value) -> String {
    match parameter["schema"]["type"].as_str() {
        Some("integer") => "7".to_owned(),
        Some("boolean") => "true".to_owned(),
        Some("array") => "a&b\nc d".to_owned(),
        _ => format!("{} a/b?\"'\\#&=é", parameter["name"].as_str().unwrap()),
    }
}

/// A body with the fields that it has to have; a form, which has to have none, with all of them.
fn body(contract: &Value, content: &Value) -> String {
    let record = |form: &str| content[form]["schema"]["$ref"].as_str();
    let (json, form) = (record("application/json"), record("application/x-www-form-urlencoded"));
    let Some(path) = json.or(form) else { return "a \"file\"".to_owned() };
    let schema = contract.pointer(path.trim_start_matches('#')).unwrap();
    let names: Vec<&str> = match json {
        Some(_) => schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
        None => schema["properties"].as_object().unwrap().keys().map(String::as_str).collect(),
    };
    Value::Object(names.into_iter().map(|name| (name.to_owned(), json!("text \"#"))).collect()).to_string()
}

/// Every operation with every parameter, as the console is asked for it.
fn calls() -> Vec<(String, Value)> {
    let contract: Value = serde_json::from_str(bigid_sandbox::openapi()).unwrap();
    let operations =
        contract["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let call = |operation: &Value| {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Map<String, Value> =
            parameters.map(|one| (one["name"].as_str().unwrap().to_owned(), value(one).into())).collect();
        let content = &operation["requestBody"]["content"];
        let body = if content.is_null() { String::new() } else { body(&contract, content) };
        let sent = json!({ "operation": id, "parameters": parameters, "body": body });
        (id, sent)
    };
    operations.map(call).collect()
}

/// A file of this folder has this text.
fn holds(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name);
    if std::env::var_os("WRITE_CONSOLE_CALLS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let current = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(current == expected, "{name} is not what the console writes today; see the first lines of console.rs");
}

#[tokio::test]
async fn the_console_writes_rust_that_compiles() {
    let sandbox = Sandbox::builder().console().start().await.unwrap();
    let (mut arms, mut functions) = (String::new(), String::new());
    for (id, sent) in calls() {
        let lines = change(&sandbox, "snippet", &sent)["lines"].as_str().unwrap().replace('\n', "\n    ");
        let name = id.chars().fold(String::new(), |name, letter| match letter.is_ascii_uppercase() {
            true => format!("{name}_{}", letter.to_ascii_lowercase()),
            false => format!("{name}{letter}"),
        });
        arms += &format!("        \"{id}\" => Box::pin({name}(client)).await,\n");
        functions += &format!("\nasync fn {name}(client: &BigIdClient) -> Done {{\n    {lines}\n    Ok(())\n}}\n");
    }
    let head = "//! Every operation as the console writes it; see console.rs. This file is long because the test writes it.\n\nuse bigid_auth_ext::{BigIdClient, FormFile, types};\n\n\
                pub(crate) type Done = Result<(), Box<dyn std::error::Error>>;\n\n\
                pub(crate) async fn call(client: &BigIdClient, id: &str) -> Done {\n    match id {\n";
    let tail = "        _ => Err(\"no such operation\".into()),\n    }\n}\n";
    holds("console_calls.rs", &format!("{head}{arms}{tail}{functions}"));
    let port = sandbox.address().to_string();
    let program = |made: Value| made["rust"].as_str().unwrap().replace(&port, ADDRESS);
    holds("console_tutorial.rs", &program(change(&sandbox, "tutorial", &json!({"user": "analyst-1", "days": 30}))));
    let role = json!({"operation": "createRole", "parameters": {}, "body": "{\"name\": \"auditor\"}"});
    holds("console_program.rs", &program(change(&sandbox, "snippet", &role)));
}

#[tokio::test]
async fn the_rust_of_the_console_sends_what_the_console_says() {
    let sandbox = Sandbox::builder().console().start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    let mut compared = 0;
    for (id, sent) in calls() {
        let said = change(&sandbox, "snippet", &sent);
        let before = sandbox.requests().len();
        // Whether the sandbox has such a record is another question.
        let _ = console_calls::call(&client, &id).await;
        let requests = sandbox.requests();
        // The exchanges are the client's own doing.
        let Some(request) =
            requests[before..].iter().rev().find(|request| request.operation() != "exchange_user_token")
        else {
            assert!(["exchangeUserToken", "refreshAccessToken"].contains(&id.as_str()), "{id} sends nothing");
            continue;
        };
        let target = match request.query() {
            "" => request.path().to_owned(),
            query => format!("{}?{query}", request.path()),
        };
        let decoded = |text: &str| text.replace('+', "%20");
        assert_eq!(
            (request.method().as_str(), decoded(&target)),
            (said["method"].as_str().unwrap(), decoded(said["target"].as_str().unwrap()))
        );
        if said["contentType"] == "application/json" {
            assert_eq!(request.json(), serde_json::from_str(said["body"].as_str().unwrap()).ok(), "{id}");
        }
        if said["contentType"] == "application/x-www-form-urlencoded" {
            assert_eq!(decoded(&text(request.body())), said["body"].as_str().unwrap(), "{id}");
        }
        compared += 1;
    }
    assert_eq!(compared, calls().len() - 2);
}
