//! Faults that are responses, and when they occur.

use std::time::Duration;

use bigid_sandbox::{BadBody, Clock, Fault, Gate, Profile, ResponseTemplate, RetryAfter, Sandbox};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::common::{Caller, TestResult};

async fn signed() -> Result<(Sandbox, Caller, String), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    Ok((sandbox, caller, session))
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
    // The second script passes the first request that reaches it, because an earlier one met the other fault.
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
    let third_page = |request: &bigid_sandbox::ReceivedRequest| request.query_value("skip").as_deref() == Some("10");
    sandbox.on("list_data_sources").when(third_page).once(Fault::Status(StatusCode::BAD_GATEWAY));
    let page = async |skip: u32| caller.get(&format!("/ds-connections?skip={skip}&limit=5"), &session).send().await;
    assert_eq!([page(0).await?.status(), page(5).await?.status()], [200, 200]);
    assert_eq!([page(10).await?.status(), page(10).await?.status()], [502, 200]);
    Ok(())
}

#[tokio::test]
async fn latency_is_added_to_the_response() -> TestResult {
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
async fn a_gate_holds_responses_until_the_test_releases_them() -> TestResult {
    let (sandbox, caller, _) = signed().await?;
    let gate = Gate::new();
    sandbox.on("exchange").always(Fault::Hold(gate.clone()));
    let caller = std::sync::Arc::new(caller);
    let token = sandbox.user_token();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let (caller, token) = (caller.clone(), token.clone());
            tokio::spawn(async move { caller.exchange(&token).await.map(|response| response.status()) })
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
async fn a_held_response_was_computed_before() -> TestResult {
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
async fn a_held_response_is_released_when_the_client_hangs_up() -> TestResult {
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
async fn gateways_respond_with_a_page_and_the_server_with_a_message() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    for (status, html) in [(500, false), (502, true), (503, true), (504, true), (409, false), (429, false)] {
        sandbox.on("list_data_sources").once(Fault::Status(StatusCode::from_u16(status)?));
        let response = caller.get("/ds-connections", &session).send().await?;
        assert_eq!(response.status(), status);
        let body = response.text().await?;
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
        let response = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers().get("retry-after").map(|value| value.to_str()).transpose()?, expected);
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
        let response = caller.get("/ds-connections", &session).send().await?;
        assert_eq!(response.status(), 200);
        Ok(response.bytes().await?.to_vec())
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
async fn a_redirect_leads_to_another_origin() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let other = Sandbox::start().await?;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/ds-connections", other.base_url());
        sandbox.on("list_data_sources").once(Fault::Redirect(StatusCode::from_u16(status)?, to.clone()));
        let response = caller.get("/ds-connections", &session).send().await?;
        assert_eq!((response.status().as_u16(), response.headers()["location"].to_str()?), (status, to.as_str()));
    }
    assert_eq!(other.total_calls(), 0);
    Ok(())
}

#[tokio::test]
async fn any_other_response_can_be_sent() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let response = ResponseTemplate::json(&json!({"error": "over quota"})).status(StatusCode::PAYMENT_REQUIRED);
    sandbox.on("list_data_sources").once(Fault::Response(response));
    let (status, body) = caller.json("/ds-connections", &session).await?;
    assert_eq!((status.as_u16(), body), (402, json!({"error": "over quota"})));
    Ok(())
}
