//! The console: what it serves, what it refuses, and that the sandbox is the same beside it.

use std::error::Error;

use bigid_sandbox::{Balancing, Clock, Fault, Profile, Sandbox};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{self, Caller, TestResult};

/// A sandbox with a console, and a program that uses both.
struct Page {
    sandbox: Sandbox,
    caller: Caller,
    http: Client,
    url: String,
}

impl Page {
    async fn open() -> Result<Self, Box<dyn Error>> {
        Self::of(Sandbox::builder().console().start().await?)
    }

    fn of(sandbox: Sandbox) -> Result<Self, Box<dyn Error>> {
        let url = sandbox.console_url().ok_or("no console")?;
        Ok(Self { caller: Caller::new(&sandbox)?, http: common::http()?, sandbox, url })
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.post(format!("{}/api/{path}", self.url)).header("x-bigid-console", "1").json(body)
    }

    async fn read(&self, path: &str) -> Result<Value, Box<dyn Error>> {
        Ok(self.get(&format!("/api/{path}")).send().await?.error_for_status()?.json().await?)
    }

    /// Status and JSON of a change.
    async fn change(&self, path: &str, body: Value) -> Result<(u16, Value), Box<dyn Error>> {
        let response = self.post(path, &body).send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    async fn done(&self, path: &str, body: Value) -> Result<Value, Box<dyn Error>> {
        let (status, value) = self.change(path, body).await?;
        if status == 200 { Ok(value) } else { Err(format!("{path}: {status} {value}").into()) }
    }

    async fn session(&self) -> Result<String, Box<dyn Error>> {
        self.caller.session(&self.sandbox.user_token()).await
    }
}

/// The events of a page, line by line.
struct Events {
    response: Response,
    read: String,
}

impl Events {
    async fn listen(page: &Page) -> Result<Self, Box<dyn Error>> {
        let mut events = Self { response: page.get("/api/events").send().await?, read: String::new() };
        assert_eq!(events.response.headers()["content-type"], "text/event-stream");
        events.until("retry: ").await?;
        Ok(events)
    }

    /// Reads until an event holds this text, and returns it.
    async fn until(&mut self, text: &str) -> Result<String, Box<dyn Error>> {
        loop {
            while let Some((event, rest)) = self.read.split_once("\n\n") {
                let event = event.to_owned();
                self.read = rest.to_owned();
                if event.contains(text) {
                    return Ok(event);
                }
            }
            let chunk = self.response.chunk().await?.ok_or("the events ended")?;
            self.read += std::str::from_utf8(&chunk)?;
        }
    }
}

#[tokio::test]
async fn without_the_console_there_is_nothing_below_its_path() -> TestResult {
    let sandbox = Sandbox::start().await?;
    assert_eq!(sandbox.console_url(), None);
    for path in ["/console", "/console/", "/console/api/state", "/console/console.js"] {
        let response = common::http()?.get(format!("http://{}{path}", sandbox.address())).send().await?;
        assert_eq!(
            (response.status(), response.headers()["x-powered-by"].to_str()?),
            (StatusCode::NOT_FOUND, "Express")
        );
    }
    assert_eq!(sandbox.calls("unmatched"), 4);
    Ok(())
}

#[tokio::test]
async fn every_response_of_the_console_has_its_policy() -> TestResult {
    let page = Page::open().await?;
    let long = json!("x".repeat(1 << 20));
    let requests = [
        (200, page.get("")),
        (200, page.get("/")),
        (200, page.get("/console.css")),
        (200, page.get("/console.js")),
        (200, page.get("/icon.svg")),
        (200, page.get("/api/state")),
        (200, page.get("/api/contract")),
        (200, page.get("/api/exchanges")),
        (200, page.get("/api/events")),
        (404, page.get("/api/exchanges/7")),
        (404, page.get("/api/exchanges/x")),
        (404, page.get("/none")),
        (403, page.get("").header("host", "example.com")),
        (200, page.post("faults/clear", &json!({}))),
        (422, page.post("faults", &json!({}))),
        (404, page.post("none", &json!({}))),
        (400, page.post("faults", &json!({})).body("{")),
        (413, page.post("faults", &long)),
        (405, page.http.delete(format!("{}/api/faults", page.url)).header("x-bigid-console", "1")),
    ];
    for (status, request) in requests {
        let response = request.send().await?;
        let url = response.url().path().to_owned();
        assert_eq!(response.status(), status, "{url}");
        let policy = response.headers()["content-security-policy"].to_str()?;
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "{url}"
        );
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), ("cache-control", "no-store")]
        {
            assert_eq!(response.headers()[name], value, "{url}");
        }
        for name in ["set-cookie", "access-control-allow-origin", "access-control-allow-headers"] {
            assert!(!response.headers().contains_key(name), "{url} has {name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn other_hosts_and_origins_reach_nothing() -> TestResult {
    let page = Page::open().await?;
    let port = page.sandbox.address().port();
    for path in ["", "/console.js", "/api/state", "/api/events", "/api/exchanges", "/api/contract"] {
        for (name, value) in [
            ("host", format!("attacker.example:{port}")),
            ("host", "localhost".to_owned()),
            ("host", format!("localhost:{}", port ^ 1)),
            ("origin", "http://attacker.example".to_owned()),
            ("origin", "null".to_owned()),
            ("origin", format!("https://{}", page.sandbox.address())),
            ("origin", format!("http://localhost:{port}")),
        ] {
            let response = page.get(path).header(name, &value).send().await?;
            assert_eq!(response.status(), 403, "{path} {name} {value}");
        }
    }
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        let response =
            page.get("/api/state").header("host", &host).header("origin", format!("http://{host}")).send().await?;
        assert_eq!(response.status(), 200, "{host}");
    }
    Ok(())
}

/// Every path that changes something.
const CHANGES: [&str; 12] = [
    "faults",
    "faults/remove",
    "faults/clear",
    "breakpoints",
    "breakpoints/remove",
    "held",
    "sessions/revoke",
    "sessions",
    "clock",
    "profile",
    "tokens",
    "users/save",
];

#[tokio::test]
async fn nothing_changes_without_the_header_or_from_another_origin() -> TestResult {
    let page = Page::of(Sandbox::builder().console().clock(Clock::manual(1_700_000_000)).start().await?)?;
    let session = page.session().await?;
    page.sandbox.on("list_users").always(Fault::Reset);
    let before = page.read("state").await?;
    let body = json!({
        "script": "every=reset", "number": 1, "operation": "every", "user": "sandbox-admin", "seconds": 60,
        "profile": "spec", "days": 3, "decision": "release"
    });
    for path in CHANGES {
        let url = format!("{}/api/{path}", page.url);
        for request in [
            page.http.post(&url).json(&body),
            page.http.post(&url).header("content-type", "text/plain").body(body.to_string()),
            page.post(path, &body).header("origin", "http://attacker.example"),
            page.post(path, &body).header("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(request.send().await?.status(), 403, "{path}");
        }
        assert_eq!(page.get(&format!("/api/{path}")).send().await?.status(), 404, "{path} is not read");
    }
    assert_eq!(page.read("state").await?, before);
    assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn the_sandbox_is_the_same_beside_its_console() -> TestResult {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
    let counter = seen.clone();
    let builder = Sandbox::builder().console().nodes(2).balancing(Balancing::PerRequest).observer(move |_| {
        *counter.lock().map_err(|error| error.to_string())? += 1;
        Ok(())
    });
    let page = Page::of(builder.start().await?)?;
    let session = page.session().await?;
    for _ in 0..3 {
        page.read("state").await?;
        page.caller.get("/ds-connections", &session).send().await?;
    }
    let nodes: Vec<usize> = page.sandbox.requests().iter().map(|request| request.node()).collect();
    assert_eq!((nodes, page.sandbox.total_calls(), *seen.lock().map_err(|_| "poisoned")?), (vec![0, 1, 0, 1], 4, 4));
    page.sandbox.on_every().always(Fault::Reset);
    assert!(page.caller.get("/ds-connections", &session).send().await.is_err());
    page.done("faults/clear", json!({})).await?;
    assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn a_token_is_generated_saved_exchanged_and_revoked_as_in_the_tutorial() -> TestResult {
    let page = Page::open().await?;
    for days in [json!(0), json!(1000), json!(4_294_967_297_u64), json!(-1), json!(1.5), json!("30"), json!(null)] {
        let (status, refused) = page.change("tokens", json!({"user": "analyst-1", "days": days})).await?;
        assert_eq!(status, 422);
        assert!(refused["message"].as_str().is_some_and(|text| text.contains("1 to 999")), "{refused}");
    }
    let (_, refused) = page.change("tokens", json!({"user": "analyst-1", "days": 1000})).await?;
    assert_eq!(refused["message"], "a user token is valid for 1 to 999 days, and 1000 were asked for");
    assert_eq!(page.change("tokens", json!({"user": "nobody", "days": 1})).await?.0, 422);
    for days in [1, 30, 999] {
        let token = page.done("tokens", json!({"user": "analyst-1", "days": days})).await?;
        let value = token["value"].as_str().ok_or("no value")?;
        assert_eq!(page.caller.exchange(value).await?.status(), 401, "not saved");
        page.done("users/save", json!({"user": "analyst-1"})).await?;
        let session = page.caller.session(value).await?;
        assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
        assert!(!page.read("state").await?.to_string().contains(value), "it is shown only once");
        page.done("tokens/revoke", json!({"name": token["name"]})).await?;
        assert_eq!(page.caller.exchange(value).await?.status(), 401, "revoked");
    }
    Ok(())
}

#[tokio::test]
async fn a_profile_is_switched_while_the_sandbox_runs() -> TestResult {
    let mut page = Page::open().await?;
    for profile in Profile::ALL {
        page.done("profile", json!({"profile": profile.name()})).await?;
        page.caller.profile = profile;
        let session = page.session().await?;
        assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200, "{profile}");
        let refused = page.caller.get("/ds-connections", "wrong").send().await?;
        assert_eq!(refused.status(), if profile == Profile::Deployed2023 { 200 } else { 401 });
        let state = page.read("state").await?;
        let of_profile = state["profiles"].as_array().into_iter().flatten().find(|one| one["name"] == profile.name());
        assert_eq!(of_profile.ok_or("no profile")?["prefix"], if profile == Profile::Spec { "Bearer " } else { "" });
    }
    assert_eq!(page.change("profile", json!({"profile": "7x"})).await?.0, 422);
    Ok(())
}

#[tokio::test]
async fn faults_sessions_and_the_clock_are_changed_and_told() -> TestResult {
    let page = Page::of(Sandbox::builder().console().clock(Clock::manual(1_700_000_000)).start().await?)?;
    let session = page.session().await?;
    let mut events = Events::listen(&page).await?;
    let status =
        async || page.caller.get("/ds-connections", &session).send().await.map(|response| response.status().as_u16());
    page.done("faults", json!({"script": "list_data_sources=503:2"})).await?;
    page.done("faults", json!({"script": "every=latency-0:0.5"})).await?;
    events.until("event: changed").await?;
    let shown = page.read("state").await?["faults"].clone();
    assert_eq!(
        (&shown[0]["operation"], &shown[0]["fault"], &shown[0]["times"]),
        (&json!("list_data_sources"), &json!("status 503 Service Unavailable"), &json!("2 more times"))
    );
    assert_eq!((&shown[1]["operation"], &shown[1]["times"]), (&json!("every"), &json!("with a chance of 0.5")));
    assert_eq!([status().await?, status().await?, status().await?], [503, 503, 200]);
    let event = events.until("\"status\":503").await?;
    assert!(
        event.starts_with("event: exchange\ndata: {") && event.contains("the fault `status` was scripted"),
        "{event}"
    );
    page.done("faults/remove", json!({"number": shown[1]["number"]})).await?;
    assert_eq!(page.read("state").await?["faults"], json!([]));
    for script in ["", "x", "no_such=503", "exchange=melt", "exchange=503:x", "exchange=503:1.5"] {
        assert_eq!(page.change("faults", json!({"script": script})).await?.0, 422, "{script}");
    }
    page.done("sessions/revoke", json!({})).await?;
    assert_eq!(status().await?, 401);
    let session = page.done("sessions", json!({"user": "analyst-3"})).await?["session"].clone();
    let session = session.as_str().ok_or("no session")?;
    let status =
        async || page.caller.get("/ds-connections", session).send().await.map(|response| response.status().as_u16());
    assert_eq!(status().await?, 200);
    page.done("clock", json!({"seconds": 604_800})).await?;
    assert_eq!((status().await?, page.sandbox.clock().unix_seconds()), (401, 1_700_604_800));
    page.done("clock", json!({"seconds": -604_800})).await?;
    assert_eq!(status().await?, 200);
    for seconds in [json!(1.5), json!("1"), json!(i64::MIN), json!(i64::MAX), json!(null)] {
        assert_eq!(page.change("clock", json!({"seconds": seconds})).await?.0, 422, "{seconds}");
    }
    Ok(())
}

#[tokio::test]
async fn a_breakpoint_holds_one_call_until_it_is_decided_on() -> TestResult {
    let page = Page::open().await?;
    let session = page.session().await?;
    let mut events = Events::listen(&page).await?;
    for (decision, expected) in [
        (json!({"decision": "release"}), Some(200)),
        (json!({"decision": "refuse", "status": 429}), Some(429)),
        (json!({"decision": "fail"}), None),
    ] {
        page.done("breakpoints", json!({"operation": "list_data_sources"})).await?;
        let held = tokio::spawn(page.caller.get("/ds-connections?limit=7", &session).send());
        while page.read("state").await?["breakpoints"]["held"] == json!([]) {
            events.until("event: changed").await?;
        }
        let state = page.read("state").await?["breakpoints"].clone();
        assert_eq!((&state["set"], &state["held"][0]["request"]["query"]), (&json!([]), &json!("limit=7")));
        assert!(!state.to_string().contains(&session), "the session is hidden");
        // Neither the runtime nor the next call waits.
        assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
        let mut sent = decision.clone();
        sent["number"] = state["held"][0]["number"].clone();
        page.done("held", sent.clone()).await?;
        assert_eq!(held.await?.ok().map(|response| response.status().as_u16()), expected, "{decision}");
        assert_eq!(page.change("held", sent).await?.0, 422, "decided already");
        assert_eq!(page.read("state").await?["breakpoints"]["held"], json!([]));
    }
    for wrong in
        [json!({}), json!({"decision": "wait", "number": 1}), json!({"decision": "refuse", "status": 200, "number": 1})]
    {
        assert_eq!(page.change("held", wrong).await?.0, 422);
    }
    page.done("breakpoints", json!({"operation": "every"})).await?;
    page.done("breakpoints/remove", json!({"operation": "every"})).await?;
    assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
    assert_eq!(page.change("breakpoints", json!({"operation": "no_such"})).await?.0, 422);
    Ok(())
}

#[tokio::test]
async fn a_held_call_is_let_go_when_its_client_hangs_up_and_when_the_sandbox_stops() -> TestResult {
    let page = Page::open().await?;
    let session = page.session().await?;
    let mut events = Events::listen(&page).await?;
    for stops in [false, true] {
        page.done("breakpoints", json!({"operation": "exchange"})).await?;
        page.done("breakpoints", json!({"operation": "list_data_sources"})).await?;
        let held = tokio::spawn(page.caller.get("/ds-connections", &session).send());
        while page.read("state").await?["breakpoints"]["held"] == json!([]) {
            events.until("event: changed").await?;
        }
        if stops {
            drop(page.sandbox);
            assert!(held.await?.is_err());
            return Ok(());
        }
        held.abort();
        assert!(held.await.is_err());
        while page.read("state").await?["breakpoints"]["held"] != json!([]) {
            events.until("event: changed").await?;
        }
        assert_eq!(page.read("state").await?["breakpoints"]["set"], json!(["exchange"]));
    }
    Err("not reached".into())
}

#[tokio::test]
async fn secrets_of_clients_are_hidden_and_calls_of_the_page_are_whole() -> TestResult {
    let page = Page::open().await?;
    let (token, password) = (page.sandbox.user_token(), page.sandbox.password());
    let session = page.session().await?;
    let credentials = json!({"username": page.sandbox.username(), "password": password});
    page.caller.request(Method::POST, "/sessions", "").json(&credentials).send().await?;
    page.caller
        .get(&format!("/ds-connections?access_token={token}"), &session)
        .header("cookie", &session)
        .send()
        .await?;
    page.caller.request(Method::POST, "/ds-connections", &session).body(password.clone()).send().await?;
    let lines = page.read("exchanges").await?;
    let count = lines.as_array().map_or(0, Vec::len);
    assert_eq!(count, 4);
    let mut everything = vec![lines, page.read("state").await?];
    for number in 1..=count {
        everything.push(page.read(&format!("exchanges/{number}")).await?);
    }
    for shown in &everything {
        for secret in [&token, &session, &password] {
            assert!(!shown.to_string().contains(secret.as_str()), "{shown}");
        }
    }
    page.caller.get("/refresh-access-token", &token).header("x-bigid-console", "mark").send().await?;
    let whole = page.read("exchanges/5").await?;
    assert_eq!(whole["line"]["mark"], "mark");
    assert!(
        whole.to_string().contains(&token)
            && whole["response"]["body"].as_str().is_some_and(|body| body.contains("systemToken"))
    );
    Ok(())
}

#[tokio::test]
async fn the_contract_objects_to_what_it_does_not_know() -> TestResult {
    let page = Page::open().await?;
    let session = page.session().await?;
    page.caller.get("/ds-connections?no-such=1", &session).send().await?;
    page.caller.get("/data-catalog/object-details", &session).send().await?;
    page.caller.request(Method::POST, "/roles", &session).send().await?;
    page.caller
        .request(Method::POST, "/roles", &session)
        .header("content-type", "application/json")
        .body("{")
        .send()
        .await?;
    page.http.get(format!("{}/ds-connections", page.caller.base)).send().await?;
    page.caller.get("/no-such-path", &session).send().await?;
    page.caller.get("/ds-connections?limit=1", &session).send().await?;
    let lines = page.read("exchanges").await?;
    let objections: Vec<String> =
        lines.as_array().into_iter().flatten().map(|line| line["objections"].to_string()).collect();
    for (line, said) in [
        "[]",
        "query parameter \\\"no-such\\\" is not in the contract",
        "query parameter \\\"object_name\\\" is missing",
        "body is missing",
        "body is not JSON",
        "header Authorization is missing",
        "no such operation",
        "[]",
    ]
    .iter()
    .enumerate()
    {
        assert!(objections[line].contains(said), "{line}: {objections:?}");
    }
    Ok(())
}

#[tokio::test]
async fn hostile_names_change_no_byte_of_the_page_and_travel_as_json() -> TestResult {
    let page = Page::open().await?;
    let session = page.session().await?;
    let files = async || -> Result<Vec<String>, Box<dyn Error>> {
        let mut texts = Vec::new();
        for path in ["", "/", "/?x=<script>", "/console.css", "/console.js", "/icon.svg"] {
            texts.push(page.get(path).send().await?.text().await?);
        }
        Ok(texts)
    };
    let before = files().await?;
    let mut events = Events::listen(&page).await?;
    for name in [
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "a\n\ndata: x\nevent: y",
        "\u{2028}\u{0}\u{7}",
        "\"'`${1}",
    ] {
        page.sandbox.add_user(bigid_sandbox::User::new(name));
        page.caller
            .request(Method::POST, "/ds_connections", &session)
            .json(&json!({"ds_connection": {"name": name, "type": "s3"}}))
            .send()
            .await?;
        page.caller.get(&common::by_name(name), &session).send().await?;
        let event = events.until("get_data_source").await?;
        assert_eq!(event.lines().count(), 2, "{event}");
        assert!(serde_json::from_str::<Value>(event.split_once("data: ").ok_or("no data")?.1).is_ok());
    }
    assert_eq!(files().await?, before);
    for path in ["state", "exchanges", "exchanges/2"] {
        let response = page.get(&format!("/api/{path}")).send().await?;
        assert_eq!(response.headers()["content-type"], "application/json");
    }
    let made = page.done("tutorial", json!({"user": "x\n} fn evil() {", "days": 1})).await?;
    assert!(made["rust"].as_str().is_some_and(|rust| rust.contains(r#"generated for "x\n} fn evil() {""#)));
    Ok(())
}

#[tokio::test]
async fn the_console_is_not_there_for_other_machines() -> TestResult {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let refused = Sandbox::builder().address(address.parse()?).console().start().await;
        assert!(refused.is_err_and(|error| error.to_string().contains("loopback addresses only")), "{address}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_that_come_and_go_leave_room_for_others() -> TestResult {
    let page = Page::open().await?;
    let mut open = Vec::new();
    for _ in 0..16 {
        open.push(Events::listen(&page).await?);
    }
    assert_eq!(page.get("/api/events").send().await?.status(), 503);
    let connections = page.sandbox.connections_open();
    drop(open.pop());
    page.sandbox.wait_for_connections_open(connections - 1).await;
    Events::listen(&page).await?;
    Ok(())
}

#[tokio::test]
async fn of_an_export_the_beginning_is_shown_and_said_to_be_one() -> TestResult {
    let page = Page::of(Sandbox::builder().console().catalog_objects(10_000).start().await?)?;
    let session = page.session().await?;
    page.caller.get("/piiRecords/objects/file-download/export", &session).send().await?.text().await?;
    page.caller.get("/ds-connections?limit=1", &session).send().await?;
    assert_eq!(page.read("exchanges/2").await?["response"]["isBeginning"], true);
    assert_eq!(page.read("exchanges/3").await?["response"]["isBeginning"], false);
    Ok(())
}
