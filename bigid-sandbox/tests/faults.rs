//! Everything that can go wrong, as a client sees it.

mod common;

use std::time::Duration;

use bigid_sandbox::{Answer, BadBody, Clock, Fault, Gate, Profile, RetryAfter, Sandbox};
use common::{Caller, TestResult};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn signed() -> Result<(Sandbox, Caller, String), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    Ok((sandbox, caller, session))
}

/// The raw bytes of an answer to a GET, up to the end of the connection.
async fn raw(sandbox: &Sandbox, path: &str, session: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sandbox.address()).await?;
    let request = format!("GET /api/v1{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn body(answer: &[u8]) -> &[u8] {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    &answer[end..]
}

fn announced(answer: &[u8]) -> Option<usize> {
    let head = String::from_utf8_lossy(answer);
    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
}

#[tokio::test]
async fn faults_come_once_or_n_times_or_after_some_or_always() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::Status(StatusCode::INTERNAL_SERVER_ERROR));
    sandbox.on("list_data_sources").after(1).times(2, Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(caller.get("/ds-connections", &session).send().await?.status().as_u16());
    }
    // The second script lets one request pass that reaches it: the first met the other fault.
    assert_eq!(seen, [500, 200, 503, 503, 200]);
    sandbox.on("list_data_sources").always(Fault::Status(StatusCode::IM_A_TEAPOT));
    for _ in 0..3 {
        assert_eq!(caller.get("/ds-connections", &session).send().await?.status(), 418);
    }
    assert_eq!(caller.get("/ds_connections", &session).send().await?.status(), 200, "another operation");
    sandbox.clear_faults();
    assert_eq!(caller.get("/ds-connections", &session).send().await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn a_seeded_chance_hits_the_same_requests_every_time() -> TestResult {
    let hits = async |seed| -> Result<Vec<bool>, Box<dyn std::error::Error>> {
        let sandbox = Sandbox::builder().seed(seed).data_sources(1).start().await?;
        let caller = Caller::new(&sandbox)?;
        sandbox.on_every().chance(0.3, Fault::Status(StatusCode::BAD_GATEWAY));
        let mut hits = Vec::new();
        for _ in 0..60 {
            hits.push(caller.exchange(&sandbox.user_token()).await?.status() == 502);
        }
        Ok(hits)
    };
    let first = hits(4).await?;
    let count = first.iter().filter(|hit| **hit).count();
    assert!((8..30).contains(&count), "{count}");
    assert_eq!(first, hits(4).await?);
    assert_ne!(first, hits(5).await?);
    Ok(())
}

#[tokio::test]
async fn a_condition_narrows_a_fault_down() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let third_page = |request: &bigid_sandbox::Received| request.query_value("skip").as_deref() == Some("10");
    sandbox.on("list_data_sources").when(third_page).once(Fault::Status(StatusCode::BAD_GATEWAY));
    let page = async |skip: u32| caller.get(&format!("/ds-connections?skip={skip}&limit=5"), &session).send().await;
    assert_eq!([page(0).await?.status(), page(5).await?.status()], [200, 200]);
    assert_eq!([page(10).await?.status(), page(10).await?.status()], [502, 200]);
    Ok(())
}

#[tokio::test]
async fn latency_comes_on_top_of_the_answer() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").always(Fault::Latency(Duration::from_millis(30)));
    sandbox.on("list_data_sources").once(Fault::Status(StatusCode::BAD_GATEWAY));
    let start = tokio::time::Instant::now();
    assert_eq!(caller.get("/ds-connections", &session).send().await?.status(), 502);
    assert_eq!(caller.get("/ds-connections", &session).send().await?.status(), 200);
    assert!(start.elapsed() >= Duration::from_millis(60));
    Ok(())
}

#[tokio::test]
async fn a_gate_holds_answers_until_the_test_lets_them_go() -> TestResult {
    let (sandbox, caller, _) = signed().await?;
    let gate = Gate::new();
    sandbox.on("exchange").always(Fault::Hold(gate.clone()));
    let caller = std::sync::Arc::new(caller);
    let token = sandbox.user_token();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let (caller, token) = (caller.clone(), token.clone());
            tokio::spawn(async move { caller.exchange(&token).await.map(|answer| answer.status()) })
        })
        .collect();
    gate.wait_for_held(10).await;
    assert_eq!((sandbox.calls("exchange"), calls.iter().filter(|call| call.is_finished()).count()), (11, 0));
    gate.let_through(3);
    gate.open();
    for call in calls {
        assert_eq!(call.await??, 200);
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_held_was_made_before() -> TestResult {
    let (sandbox, caller, _) = signed().await?;
    let gate = Gate::new();
    sandbox.on("exchange").once(Fault::Hold(gate.clone()));
    let token = sandbox.user_token();
    let opened = async {
        gate.wait_for_held(1).await;
        sandbox.revoke_sessions();
        gate.open();
    };
    let (session, ()) = tokio::join!(caller.session(&token), opened);
    assert_eq!(caller.get("/ds-connections", &session?).send().await?.status(), 401, "revoked on its way");
    Ok(())
}

#[tokio::test]
async fn a_held_answer_is_let_go_when_the_client_hangs_up() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let gate = Gate::new();
    sandbox.on("list_data_sources").once(Fault::Hold(gate.clone()));
    let call = tokio::spawn(caller.get("/ds-connections", &session).send());
    gate.wait_for_held(1).await;
    call.abort();
    assert!(call.await.is_err());
    sandbox.wait_for_connections_open(0).await;
    assert_eq!(gate.held(), 0);
    Ok(())
}

#[tokio::test]
async fn refused_connections_are_refused_until_accepted_again() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.refuse_connections().await?;
    for _ in 0..2 {
        let error = caller.get("/ds-connections", &session).send().await.err().ok_or("an answer")?;
        assert!(error.is_connect() || error.is_request(), "{error:?}");
    }
    sandbox.refuse_connections().await?;
    let refused = TcpStream::connect(sandbox.address()).await.err().ok_or("a connection")?;
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    sandbox.accept_connections().await?;
    sandbox.accept_connections().await?;
    assert_eq!(caller.get("/ds-connections", &session).send().await?.status(), 200, "same port, same sessions");
    Ok(())
}

#[tokio::test]
async fn a_reset_leaves_no_byte_and_does_nothing() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::Reset);
    let error = raw(&sandbox, "/ds-connections", &session).await.err().ok_or("an answer")?;
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    let body = json!({"ds_connection": {"name": "new", "type": "s3"}});
    sandbox.on("create_data_source").once(Fault::Reset);
    assert!(caller.request(Method::POST, "/ds_connections", &session).json(&body).send().await.is_err());
    assert_eq!(caller.get("/ds_connections/new", &session).send().await?.status(), 400, "it was not created");
    let request =
        sandbox.requests().into_iter().rfind(|one| one.method() == Method::POST).ok_or("not in the journal")?;
    assert_eq!((request.status(), request.json()), (None, Some(body)));
    Ok(())
}

#[tokio::test]
async fn a_close_is_an_orderly_end_without_an_answer() -> TestResult {
    let (sandbox, _, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::Close);
    assert_eq!(raw(&sandbox, "/ds-connections", &session).await?, b"");
    Ok(())
}

#[tokio::test]
async fn a_cut_body_ends_before_its_announced_length_but_was_carried_out() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::CutBody { after: 100 });
    let answer = raw(&sandbox, "/ds-connections", &session).await?;
    assert_eq!(body(&answer).len(), 100);
    assert!(announced(&answer).is_some_and(|length| length > 10_000));
    sandbox.on("create_data_source").once(Fault::CutBody { after: 0 });
    let request = caller.request(Method::POST, "/ds_connections", &session);
    let sent = request.json(&json!({"ds_connection": {"name": "new", "type": "s3"}})).send().await?;
    assert_eq!(sent.status(), 200);
    assert!(sent.text().await.is_err());
    assert_eq!(caller.get("/ds_connections/new", &session).send().await?.status(), 200, "it was created");
    Ok(())
}

#[tokio::test]
async fn a_body_may_end_in_a_reset() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::ResetBody { after: 10 });
    let failed = match caller.get("/ds-connections", &session).send().await {
        Ok(answer) => answer.text().await.is_err(),
        Err(_) => true,
    };
    assert!(failed);
    Ok(())
}

#[tokio::test]
async fn a_slow_body_arrives_whole() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let whole = caller.get("/ds-connections?limit=1", &session).send().await?.text().await?;
    let piece = whole.len() / 4 + 1;
    sandbox.on("list_data_sources").once(Fault::SlowBody { piece, pause: Duration::from_millis(10) });
    let start = tokio::time::Instant::now();
    assert_eq!(caller.get("/ds-connections?limit=1", &session).send().await?.text().await?, whole);
    assert!(start.elapsed() >= Duration::from_millis(40));
    Ok(())
}

#[tokio::test]
async fn a_content_length_may_promise_too_much_or_too_little() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let whole = caller.get("/ds-connections", &session).send().await?.bytes().await?.len();
    for (by, promised) in [(7, whole + 7), (-7, whole - 7)] {
        sandbox.on("list_data_sources").once(Fault::WrongContentLength(by));
        let answer = raw(&sandbox, "/ds-connections", &session).await?;
        assert_eq!((announced(&answer), body(&answer).len()), (Some(promised), whole));
    }
    sandbox.on("list_data_sources").once(Fault::WrongContentLength(7));
    assert!(caller.get("/ds-connections", &session).send().await?.text().await.is_err());
    sandbox.on("list_data_sources").once(Fault::WrongContentLength(-7));
    assert_eq!(caller.get("/ds-connections", &session).send().await?.text().await?.len(), whole - 7);
    Ok(())
}

#[tokio::test]
async fn gateways_answer_with_a_page_and_the_server_with_a_message() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    for (status, html) in [(500, false), (502, true), (503, true), (504, true), (409, false), (429, false)] {
        sandbox.on("list_data_sources").once(Fault::Status(StatusCode::from_u16(status)?));
        let answer = caller.get("/ds-connections", &session).send().await?;
        assert_eq!(answer.status(), status);
        let body = answer.text().await?;
        assert_eq!(body.starts_with(&format!("<html>\r\n<head><title>{status} ")), html, "{body}");
        assert_eq!(serde_json::from_str::<Value>(&body).is_ok_and(|body| body["message"].is_string()), !html);
    }
    Ok(())
}

#[tokio::test]
async fn retry_after_is_a_number_a_date_or_nonsense() -> TestResult {
    let sandbox = Sandbox::builder().clock(Clock::manual(784_111_777)).start().await?;
    let caller = Caller::new(&sandbox)?;
    for (after, expected) in [
        (RetryAfter::Seconds(30), Some("30")),
        (RetryAfter::Date(Duration::from_secs(60)), Some("Sun, 06 Nov 1994 08:50:37 GMT")),
        (RetryAfter::Text("soon".to_owned()), Some("soon")),
        (RetryAfter::Text("no\nheader".to_owned()), None),
    ] {
        sandbox.on("exchange").once(Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, after));
        let answer = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers().get("retry-after").map(|value| value.to_str()).transpose()?, expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_good_token_is_refused_in_the_form_of_the_profile() -> TestResult {
    for (profile, status) in [(Profile::Deployed2023, 200), (Profile::Deployed6x, 401), (Profile::Spec, 401)] {
        let sandbox = Sandbox::builder().profile(profile).start().await?;
        let caller = Caller::new(&sandbox)?;
        let session = caller.session(&sandbox.user_token()).await?;
        sandbox.on("list_data_sources").once(Fault::RejectToken);
        let refused = caller.get("/ds-connections", &session).send().await?;
        assert_eq!(refused.status(), status);
        assert!(!refused.text().await?.contains("totalCount"));
        assert!(caller.get("/ds-connections", &session).send().await?.text().await?.contains("totalCount"));
    }
    Ok(())
}

#[tokio::test]
async fn every_session_may_end_as_a_request_arrives() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").after(1).once(Fault::RevokeSessions);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(caller.get("/ds-connections", &session).send().await?.status().as_u16());
    }
    assert_eq!(seen, [200, 401, 401]);
    assert!(caller.session(&sandbox.user_token()).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn bodies_are_malformed_empty_nested_or_no_text() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let bad = async |body| -> Result<Vec<u8>, reqwest::Error> {
        sandbox.on("list_data_sources").once(Fault::Body(body));
        let answer = caller.get("/ds-connections", &session).send().await?;
        assert_eq!(answer.status(), 200);
        Ok(answer.bytes().await?.to_vec())
    };
    let malformed = bad(BadBody::Malformed).await?;
    assert!(malformed.starts_with(b"{") && serde_json::from_slice::<Value>(&malformed).is_err());
    assert!(std::str::from_utf8(&malformed).is_ok());
    assert_eq!(bad(BadBody::Empty).await?, b"");
    let nested = bad(BadBody::Nested { depth: 10_000 }).await?;
    assert_eq!((nested.len(), nested[9_999], nested[10_000]), (20_000, b'[', b']'));
    assert!(std::str::from_utf8(&bad(BadBody::NotUtf8).await?).is_err());
    Ok(())
}

#[tokio::test]
async fn a_huge_body_is_as_long_as_told_with_and_without_saying_so() -> TestResult {
    let (sandbox, caller, _) = signed().await?;
    let bytes = 3_000_000;
    for (body, says) in [(BadBody::Huge { bytes }, true), (BadBody::HugeUnannounced { bytes }, false)] {
        sandbox.on("exchange").once(Fault::Body(body));
        let answer = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, says.then_some(bytes)));
        let body = answer.bytes().await?;
        assert_eq!(body.len() as u64, bytes);
        let body: Value = serde_json::from_slice(&body)?;
        assert!(body["systemToken"].as_str().is_some_and(|token| token.len() > 2_900_000));
    }
    Ok(())
}

#[tokio::test]
async fn a_client_may_hang_up_on_a_body_without_end() -> TestResult {
    let (sandbox, caller, _) = signed().await?;
    sandbox.on("exchange").once(Fault::Body(BadBody::HugeUnannounced { bytes: u64::MAX }));
    let mut answer = caller.exchange(&sandbox.user_token()).await?;
    assert!(answer.chunk().await?.is_some());
    drop(answer);
    sandbox.wait_for_connections_open(0).await;
    assert!(caller.session(&sandbox.user_token()).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_redirect_leads_to_another_origin() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let other = Sandbox::start().await?;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/ds-connections", other.base_url());
        sandbox.on("list_data_sources").once(Fault::Redirect(StatusCode::from_u16(status)?, to.clone()));
        let answer = caller.get("/ds-connections", &session).send().await?;
        assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str()?), (status, to.as_str()));
    }
    assert_eq!(other.total_calls(), 0);
    Ok(())
}

#[tokio::test]
async fn any_other_answer_can_be_given() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let answer = Answer::json(&json!({"error": "over quota"})).status(StatusCode::PAYMENT_REQUIRED);
    sandbox.on("list_data_sources").once(Fault::Answer(answer));
    let (status, body) = caller.json("/ds-connections", &session).await?;
    assert_eq!((status.as_u16(), body), (402, json!({"error": "over quota"})));
    Ok(())
}
