//! Clients' requests on the page: breakpoints, secrets, objections, hostile names.

use super::*;

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
