//! Waits: how they end, what they report, and that nothing else stops them.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bigid_auth_ext::automation::{Started as _, WaitTicket};
use bigid_auth_ext::bigid_api::http::{HeaderValue, Method, StatusCode, header};
use bigid_auth_ext::types::{DsarReportRequest, DsarValue, MinimizationActionRequest, MinimizationSelection};
use bigid_auth_ext::types::{FilterTerm, StartScanRequest, StartScanResponse};
use bigid_auth_ext::{BigIdClient, Clock as _};
use bigid_sandbox::{Fault, Profile, ResponseTemplate, RetryAfter};
use serde_json::json;

use super::setup::Fixture;

async fn start_scan(client: &BigIdClient) -> StartScanResponse {
    client.start_scan(StartScanRequest::new().scan_type("dsScan")).await.unwrap()
}

fn id(scan: &StartScanResponse) -> String {
    scan.result.as_ref().unwrap().object_id.clone().unwrap()
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn each_kind_of_job_is_waited_for_in_each_profile() {
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        let fixture = Fixture::with(|builder| builder.profile(profile)).await;
        let client = &fixture.client;
        let ended = start_scan(client).await.finished(client).await.unwrap();
        assert_eq!((ended.state.as_deref(), ended.percent, ended.is_final), (Some("Completed"), Some(100.0), true));
        assert!((seconds(65)..seconds(65 + 60)).contains(&ended.waited), "{ended:?}");
        assert!((5..=40).contains(&ended.looks), "{ended:?}");

        let name = fixture.client.list_data_sources().limit(1).await.unwrap().data.unwrap().ds_connections.unwrap()[0]
            .name
            .clone();
        let name = name.unwrap();
        client.start_data_source_scan(&name).await.unwrap();
        let ended = client.wait_for_data_source_scan(&name).await.unwrap();
        assert_eq!((ended.state.as_deref(), ended.parts), (Some("Completed"), 1));

        let profile = client.list_dsar_profiles().await.unwrap().profiles.unwrap()[0].object_id.clone().unwrap();
        let value = DsarValue::new().attribute_name("Email").attribute_value("ada@example.com");
        let request = DsarReportRequest::new().profile_id(profile).user_values([value]);
        let request = client.create_dsar_report(request).await.unwrap();
        assert_eq!(request.finished(client).await.unwrap().state.as_deref(), Some("Completed"));
        let request_id = request.request_id.unwrap();
        assert!(!client.get_dsar_report(&request_id).await.unwrap().records.unwrap().is_empty());

        let still = client.wait_for_minimization(&request_id).deadline(seconds(60)).await.unwrap_err();
        assert_eq!((still.state(), still.is_timed_out()), (Some("Pending"), true), "{still}");
        let term = FilterTerm::new().field("requestId").operator("equal").value(request_id.as_str());
        let selection = MinimizationSelection::new().filter([term]);
        let action = MinimizationActionRequest::new().action_type("Delete").query(selection).reason("asked for");
        client.start_minimization_action(action).await.unwrap();
        let ended = client.wait_for_minimization(&request_id).await.unwrap();
        assert_eq!((ended.state.as_deref(), ended.ended_parts, ended.parts), (Some("Completed"), 2, 2));
        let nothing = client.wait_for_minimization("unknown").await.unwrap();
        assert_eq!((nothing.looks, nothing.parts, nothing.is_final), (1, 0, true));
    }
}

#[tokio::test]
async fn a_scan_that_fails_is_an_error_that_names_the_scan_and_the_state() {
    let fixture = Fixture::new().await;
    fixture.sandbox.fail_scans_of("all data sources");
    let scan = start_scan(&fixture.client).await;
    let error = scan.finished(&fixture.client).await.unwrap_err();
    assert_eq!((error.is_failed(), error.state(), error.is_timed_out()), (true, Some("Failed"), false));
    assert_eq!(error.to_string(), format!("scan {:?} ended in state \"Failed\"", id(&scan)));
    assert_eq!(error.target().unwrap().id(), id(&scan));
}

#[tokio::test]
async fn a_deadline_is_kept_to_the_second_and_its_error_names_the_state() {
    let fixture = Fixture::new().await;
    let scan = start_scan(&fixture.client).await;
    let before = fixture.clock.now();
    let error = scan.finished(&fixture.client).deadline(seconds(20)).await.unwrap_err();
    assert_eq!(
        fixture.clock.now() - before,
        seconds(20),
        "it looks once more when the deadline has passed, and not later"
    );
    assert_eq!((error.is_timed_out(), error.state()), (true, Some("Started")));
    let text =
        format!("scan {:?} was still in state \"Started\" after 20 s; wait again, or set a longer deadline", id(&scan));
    assert_eq!(error.to_string(), text);
    fixture.client.wait_for_scan(id(&scan)).await.unwrap();
}

#[tokio::test]
async fn a_wait_survives_a_restart() {
    let fixture = Fixture::new().await;
    let scan = start_scan(&fixture.client).await;
    let wait = fixture.client.wait_for_scan(id(&scan)).deadline(seconds(200)).interval(seconds(10));
    let stored = wait.ticket().to_string();
    let mut watch = wait.watch();
    for _ in 0..2 {
        assert!(!watch.next().await.unwrap().unwrap().is_final);
    }
    drop((watch, fixture.client.clone()));

    let client = fixture.another_process();
    let ticket: WaitTicket = stored.parse().unwrap();
    assert_eq!(ticket.target().id(), id(&scan));
    let ended = client.resume_wait(&ticket).await.unwrap();
    assert_eq!(
        (ended.state.as_deref(), fixture.sandbox.scans().len()),
        (Some("Completed"), 1),
        "and no scan was started again"
    );

    // A restart does not extend the deadline: a finished job is polled once, an unfinished one times out.
    let next = start_scan(&client).await;
    let ticket = client.wait_for_scan(id(&next)).deadline(seconds(30)).ticket();
    fixture.clock.advance(seconds(31));
    let calls = fixture.sandbox.calls("get_scan");
    let error = fixture.another_process().resume_wait(&ticket).await.unwrap_err();
    assert_eq!(
        (error.is_timed_out(), error.state(), fixture.sandbox.calls("get_scan")),
        (true, Some("Started"), calls + 1)
    );
    fixture.clock.advance(seconds(60));
    assert!(fixture.another_process().resume_wait(&ticket).await.unwrap().is_final);
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_for_a_while_is_asked_again_and_one_that_refuses_is_not() {
    for fault in [Fault::Status(StatusCode::SERVICE_UNAVAILABLE), Fault::GatewayPageUnder200, Fault::Reset] {
        let fixture = Fixture::new().await;
        let scan = start_scan(&fixture.client).await;
        fixture.sandbox.on("get_scan").times(7, fault.clone());
        let ended = scan.finished(&fixture.client).await.unwrap();
        assert_eq!((ended.is_final, fixture.sandbox.calls("get_scan")), (true, ended.looks as usize), "{fault:?}");
    }
    let fixture = Fixture::new().await;
    let scan = start_scan(&fixture.client).await;
    fixture.sandbox.on("get_scan").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let error = scan.finished(&fixture.client).deadline(seconds(90)).await.unwrap_err();
    assert_eq!((error.is_timed_out(), error.state()), (true, None));
    assert_eq!(error.call_error().and_then(|error| error.status()), Some(StatusCode::SERVICE_UNAVAILABLE));

    fixture.sandbox.clear_faults();
    fixture.sandbox.on("get_scan").always(Fault::Status(StatusCode::FORBIDDEN));
    let (error, calls) = (scan.finished(&fixture.client).await.unwrap_err(), fixture.sandbox.calls("get_scan"));
    assert_eq!(error.call_error().and_then(|error| error.status()), Some(StatusCode::FORBIDDEN));
    assert!(!error.is_timed_out() && scan.finished(&fixture.client).await.is_err());
    assert_eq!(fixture.sandbox.calls("get_scan"), calls + 1);
}

#[tokio::test]
async fn retry_after_is_kept_on_successes_and_on_failures() {
    let fixture = Fixture::new().await;
    let scan = start_scan(&fixture.client).await;
    fixture.sandbox.on("get_scan").times(1, Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, RetryAfter::Seconds(40)));
    let mut watch = scan.finished(&fixture.client).watch();
    assert!(watch.next().await.unwrap().unwrap().waited >= seconds(40));

    let path = format!("/api/v1/scans/{}", id(&scan));
    fixture.sandbox.route_with_session(Method::GET, path, |_| {
        ResponseTemplate::json(&json!([{"state": "Completing"}]))
            .header(header::RETRY_AFTER, HeaderValue::from_static("100"))
    });
    let mut watch = scan.finished(&fixture.client).deadline(seconds(250)).watch();
    for waited in [0, 100, 200] {
        assert_eq!(watch.next().await.unwrap().map(|progress| progress.waited.as_secs()).unwrap_or(200), waited);
    }
    let now = fixture.clock.now();
    let error = scan.finished(&fixture.client).deadline(seconds(99)).await.unwrap_err();
    assert_eq!(
        (error.is_timed_out(), fixture.clock.now() - now),
        (true, seconds(0)),
        "the server is not asked before the time it named"
    );
}

#[tokio::test]
async fn words_of_your_own_are_final_and_unknown_ones_are_not() {
    let fixture = Fixture::new().await;
    let scan = start_scan(&fixture.client).await;
    let path = format!("/api/v1/scans/{}", id(&scan));
    fixture.sandbox.route_with_session(Method::GET, path, |_| {
        ResponseTemplate::json(&json!([{"state": "Partly Done"}, {"state": "Completed"}]))
    });
    let wait = || scan.finished(&fixture.client).deadline(seconds(60));
    assert_eq!(wait().await.unwrap_err().state(), Some("Partly Done"));
    assert_eq!(wait().success_state("PARTLY_DONE").await.unwrap().parts, 2);
    assert!(wait().failure_state("partly-done").await.unwrap_err().is_failed());
}

#[tokio::test]
async fn a_look_that_is_dropped_again_and_again_is_made_once() {
    let fixture = Fixture::new().await;
    let scan = start_scan(&fixture.client).await;
    let mut watch = scan.finished(&fixture.client).watch();
    let mut drops = 0_u32;
    let ended = loop {
        let polled = {
            let next = pin!(watch.next());
            next.poll(&mut Context::from_waker(Waker::noop()))
        };
        match polled {
            Poll::Pending => drops += 1,
            Poll::Ready(Some(Ok(progress))) if progress.is_final => break progress,
            Poll::Ready(item) => assert!(item.unwrap().is_ok()),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(fixture.sandbox.calls("get_scan"), ended.looks as usize);
    assert!(drops >= ended.looks && watch.next().await.is_none());
}

#[tokio::test]
async fn a_job_that_the_server_did_not_name_is_not_asked_for() {
    let fixture = Fixture::new().await;
    let error = StartScanResponse::new().finished(&fixture.client).await.unwrap_err();
    assert!(error.to_string().ends_with("the response that started it has no id"), "{error}");
    assert_eq!(fixture.sandbox.total_calls(), 0);
}
