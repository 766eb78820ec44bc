//! Every operation of the contract is served, in every profile, as the contract documents it.
//!
//! The requests are made from the contract by loops, so that an operation is covered on the day it is described.
//!
//! This file is long because requests and checks of all operations share their helpers.

use std::collections::BTreeMap;
use std::path::Path;

use bigid_sandbox::{Clock, Profile, Sandbox};
use bigid_witness::Witness;
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

fn contract() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/bigid.openapi.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Method, path and node of every operation; what deletes comes last, so that there is something to read before.
fn operations(contract: &Value) -> Vec<(Method, String, Value)> {
    let paths = contract["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(_, node)| node.get("operationId").is_some());
        methods.map(move |(method, node)| (method.to_uppercase().parse().unwrap(), path.clone(), node.clone()))
    });
    let mut all: Vec<_> = operations.collect();
    all.sort_by_key(|(method, ..)| method == Method::DELETE);
    all
}

/// A value that a schema takes.
fn sample(contract: &Value, schema: &Value, depth: usize) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(contract, contract.pointer(&reference[1..]).unwrap(), depth);
    }
    if let Some(alternatives) = schema["oneOf"].as_array() {
        return sample(contract, &alternatives[0], depth);
    }
    if let Some(choices) = schema["enum"].as_array() {
        return choices[0].clone();
    }
    match schema["type"].as_str() {
        Some("string") => "x".into(),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => true.into(),
        Some("array") => json!([]),
        Some("object") if depth < 4 => {
            let members = schema["properties"].as_object().into_iter().flatten();
            members
                .map(|(name, schema)| (name.clone(), sample(contract, schema, depth + 1)))
                .collect::<Map<_, _>>()
                .into()
        }
        _ => json!({}),
    }
}

struct Caller {
    sandbox: Sandbox,
    http: reqwest::Client,
}

struct Response {
    status: u16,
    text: String,
}

impl Response {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Caller {
    async fn start(profile: Profile) -> Self {
        let builder = Witness::default().sandbox().profile(profile).clock(Clock::manual(1_700_000_000));
        let sandbox = builder.data_sources(40).catalog_objects(100).cases(20).start().await.unwrap();
        Self { sandbox, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn send(&self, token: &str, method: &Method, path: &str, body: Option<&Value>) -> Response {
        let body = body.map(|body| ("application/json".to_owned(), body.to_string()));
        self.send_as(token, method, path, body.as_ref()).await
    }

    /// Sends a body under its media type.
    async fn send_as(&self, token: &str, method: &Method, path: &str, body: Option<&(String, String)>) -> Response {
        let bearer = if self.sandbox.profile() == Profile::Spec { "Bearer " } else { "" };
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.sandbox.base_url()));
        request = request.header("authorization", format!("{bearer}{token}"));
        if let Some((media_type, body)) = body {
            request = request.header("content-type", media_type).body(body.clone());
        }
        let response = request.send().await.unwrap();
        Response { status: response.status().as_u16(), text: response.text().await.unwrap() }
    }

    async fn get(&self, path: &str) -> Value {
        self.send(&self.sandbox.system_token(), &Method::GET, path, None).await.json()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(&self.sandbox.system_token(), &Method::POST, path, Some(body)).await.json()
    }

    /// The values of path parameters of the operations that the sandbox implements: the parameter's path, and an
    /// existing value.
    async fn known(&self) -> BTreeMap<&'static str, String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let source = text(&self.get("/ds-connections?limit=1&sort=name").await["data"]["ds_connections"][0]["name"]);
        let case = text(&self.get("/actionable-insights/all-cases?limit=1").await["data"]["cases"][0]["id"]);
        let policy = text(&self.get("/compliance-rules").await[0]["id"]);
        self.post("/scanProfiles", &json!({"name": "Everything", "scanType": "dsScan"})).await;
        let scan = text(&self.post("/scans", &json!({})).await["result"]["_id"]);
        let path = format!("/ds-connections/{}/scan", encoded(&source));
        self.send(&self.sandbox.system_token(), &Method::POST, &path, None).await;
        self.sandbox.clock().advance(std::time::Duration::from_secs(120));
        let profile = text(&self.get("/sar/profiles").await["profiles"][0]["_id"]);
        let request = self.post("/sar/reports", &json!({"profileId": profile, "userValues": []})).await;
        let tag = text(&self.get("/data-catalog/tags/all-pairs").await["data"][0]["tagId"]);
        let stored = json!({"keysValues": [{"key": "a key", "value": "1"}]});
        self.send(&self.sandbox.system_token(), &Method::PUT, "/tpa/an%20app/storage", Some(&stored)).await;
        BTreeMap::from([
            ("/ds_connections/{}", source.clone()),
            ("/ds-connections/{}", source.clone()),
            ("/data-catalog/object-summary/{}", source.clone()),
            ("/data-catalog/objects-with-pii/{}", source),
            ("/ds-connections-types/template/{}", "s3-v2".to_owned()),
            ("/actionable-insights/case-status/{}", case.clone()),
            ("/actionable-insights/cases/{}", case),
            ("/compliance-rules/{}", policy),
            ("/scans/{}", scan.clone()),
            ("/scan-insights/{}", scan),
            ("/scanProfiles/{}", "Everything".to_owned()),
            ("/sar/reports/{}", text(&request["requestId"])),
            ("/sar/profiles/{}", profile),
            ("/data-catalog/tags/{}", tag),
            ("/system_users/{}", "analyst-1".to_owned()),
            ("/tpa/{}", "an app".to_owned()),
            ("/tpa/{}/storage/key/{}", "a key".to_owned()),
        ])
    }

    /// The path with its parameters, and the query with those that are required.
    async fn target(
        &self,
        contract: &Value,
        known: &BTreeMap<&'static str, String>,
        path: &str,
        node: &Value,
    ) -> String {
        let (mut target, mut template) = (String::new(), String::new());
        for segment in path[1..].split('/') {
            let mut parts = segment.split('{');
            let before = parts.next().unwrap();
            target = format!("{target}/{before}");
            template = format!("{template}/{before}");
            for part in parts {
                let (name, behind) = part.split_once('}').unwrap();
                let value = match known.get(format!("{template}{{}}").as_str()) {
                    Some(value) => value.clone(),
                    None => self.first_of(contract, target.trim_end_matches('/'), name).await,
                };
                target = format!("{target}{}{behind}", encoded(&value));
                template = format!("{template}{{}}{behind}");
            }
        }
        let mut query = Vec::new();
        for parameter in node["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] == "query" && (parameter["required"] == true || name == "object_name") {
                let value = match name {
                    "object_name" => self.get("/data-catalog?limit=1").await["results"][0]["fullyQualifiedName"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                    _ => "x".to_owned(),
                };
                query.push(format!("{name}={}", encoded(&value)));
            }
        }
        if query.is_empty() { target } else { format!("{target}?{}", query.join("&")) }
    }

    /// A key of the first record of the list before a parameter.
    async fn first_of(&self, contract: &Value, path: &str, name: &str) -> String {
        let lists = [path.to_owned(), format!("{path}/")];
        let Some(list) = lists.iter().find(|list| contract["paths"][list.as_str()]["get"].is_object()) else {
            return "x".to_owned();
        };
        let mut open = vec![self.get(list).await];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) if items.first().is_some_and(Value::is_object) => {
                    let keys = ["_id", "id", name, "name", "scanner_id"];
                    let key = keys.iter().find_map(|key| items[0][*key].as_str());
                    return key.unwrap_or("x").to_owned();
                }
                Value::Object(members) => open.extend(members.into_iter().map(|(_, member)| member)),
                _ => {}
            }
        }
        "x".to_owned()
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The body of a request and its media type: what the schema says, and by path what it needs beyond that.
fn body(
    contract: &Value,
    path: &str,
    node: &Value,
    known: &BTreeMap<&'static str, String>,
) -> Option<(String, String)> {
    let content = node["requestBody"]["content"].as_object()?;
    let Some(media) = content.get("application/json") else {
        let (media_type, media) = content.iter().next()?;
        let members = media["schema"]["properties"].as_object().into_iter().flatten();
        let part = |(name, _): (&String, &Value)| {
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\nx\r\n")
        };
        return Some((format!("{media_type}; boundary=x"), members.map(part).collect::<String>() + "--x--\r\n"));
    };
    let mut body = sample(contract, &media["schema"], 0);
    match path {
        "/scans" => body = json!({"scanType": "dsScan", "scanProfileName": "Everything", "scanOrigin": "test"}),
        "/sar/reports" => body["profileId"] = known["/sar/profiles/{}"].as_str().into(),
        "/data-catalog" | "/data-catalog/objects" => body = json!({"limit": 3, "filter": "total_pii_count > 0"}),
        "/data-catalog/tags" => body["parentId"] = "".into(),
        _ if path.starts_with("/compliance-rules") => body["complianceRuleCalc"]["bigidQuery"] = "source = 'x'".into(),
        _ if path.starts_with("/ds_connections/") => body = json!({"ds_connection": {"comment": "x"}}),
        _ => {}
    }
    Some(("application/json".to_owned(), body.to_string()))
}

#[tokio::test]
async fn every_operation_is_served_in_every_profile_as_documented_and_the_same_each_time() {
    let contract = contract();
    let mut faults = Vec::new();
    for profile in Profile::ALL {
        let (caller, twin) = (Caller::start(profile).await, Caller::start(profile).await);
        let (known, same) = (caller.known().await, twin.known().await);
        assert_eq!(known, same);
        for (method, path, node) in operations(&contract) {
            let name = format!("{profile}: {} {method} {path}", node["operationId"]);
            let is_opened_by = |one: &Value| one.get("SystemToken").is_some();
            if !node["security"].as_array().is_some_and(|all| all.iter().any(is_opened_by)) {
                // What takes another token than a session, or none, the tests of tokens have.
                continue;
            }
            let target = caller.target(&contract, &known, &path, &node).await;
            let target = if method == Method::POST && path == "/system_users/{id}" {
                "/system_users/new".to_owned()
            } else {
                target
            };
            let body = body(&contract, &path, &node, &known);
            let session = caller.sandbox.system_token();
            let response = caller.send_as(&session, &method, &target, body.as_ref()).await;
            if !(200..300).contains(&response.status) {
                faults.push(format!("{name}: {} {}", response.status, response.text));
            }
            let again = twin.send_as(&twin.sandbox.system_token(), &method, &target, body.as_ref()).await;
            if (again.status, &again.text) != (response.status, &response.text) {
                faults.push(format!("{name} responds differently each time: {} {}", response.text, again.text));
            }

            let refused = caller.send_as("garbage", &method, &target, body.as_ref()).await;
            let is_refused = refused.status == 401
                || profile == Profile::Deployed2023 && refused.status == 200 && refused.json()["success"] == false;
            if !is_refused {
                faults.push(format!("{name} takes garbage for a session: {} {}", refused.status, refused.text));
            }
            let asked = caller.sandbox.requests().last().unwrap().operation();
            assert!(caller.sandbox.calls(node["operationId"].as_str().unwrap()) > 0 && asked != "unmatched", "{name}");
        }
        faults.extend(caller.sandbox.take_objections());
        faults.extend(twin.sandbox.take_objections());
    }
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn every_list_takes_pages_and_a_limit() {
    let contract = contract();
    let caller = Caller::start(Profile::Spec).await;
    let (mut lists, mut faults) = (0, Vec::new());
    for (method, path, node) in operations(&contract) {
        let has =
            |name: &str| node["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == name));
        if method != Method::GET || path.contains('{') || !has("limit") {
            continue;
        }
        let needs = |one: &Value| one["in"] == "query" && (one["required"] == true || one["name"] == "object_name");
        if node["parameters"].as_array().is_some_and(|all| all.iter().any(needs)) {
            continue;
        }
        let whole = records(&caller.get(&path).await);
        if whole.len() < 3 {
            continue;
        }
        lists += 1;
        let first = records(&caller.get(&format!("{path}?limit=2")).await);
        let skip = if has("skip") { "skip" } else { "offset" };
        if first != whole[..2] {
            faults.push(format!("{path}: a page of 2 has {} of {}", first.len(), whole.len()));
        }
        if has(skip) && records(&caller.get(&format!("{path}?limit=1&{skip}=2")).await) != whole[2..3] {
            faults.push(format!("{path}: {skip} does not skip"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(lists > 5, "{lists}");
}

/// The first array of objects in a response.
fn records(response: &Value) -> Vec<Value> {
    match response {
        Value::Array(items) => items.clone(),
        Value::Object(members) => members.values().map(records).find(|found| !found.is_empty()).unwrap_or_default(),
        _ => Vec::new(),
    }
}
