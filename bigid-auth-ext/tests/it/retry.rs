//! Which requests are retried, and how often: over real HTTP, with waits that take no time.

use std::time::Duration;

use bigid_auth_ext::bigid_api::http::{Method, StatusCode};
use bigid_auth_ext::{BigIdClient, Builder, Clock as _, ManualClock, RetryPolicy};
use bigid_sandbox::{Fault, RetryAfter, Sandbox};
use serde_json::json;

async fn sandbox() -> (Sandbox, ManualClock) {
    (bigid_witness::sandbox().data_sources(3).start().await.unwrap(), ManualClock::default())
}

fn builder(sandbox: &Sandbox, clock: &ManualClock) -> Builder {
    BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).clock(clock.clone())
}

async fn lists(client: &BigIdClient) -> bool {
    client.list_data_sources().send().await.is_ok()
}

#[tokio::test]
async fn a_transient_failure_is_retried_and_no_caller_notices() {
    for fault in [
        Fault::Status(StatusCode::BAD_GATEWAY),
        Fault::Status(StatusCode::SERVICE_UNAVAILABLE),
        Fault::Status(StatusCode::GATEWAY_TIMEOUT),
        Fault::GatewayPageUnder200,
        Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, RetryAfter::Seconds(3)),
        Fault::Reset,
        Fault::Close,
    ] {
        let (sandbox, clock) = sandbox().await;
        let client = builder(&sandbox, &clock).build().unwrap();
        assert!(lists(&client).await);
        sandbox.on("list_data_sources").times(3, fault.clone());
        assert!(lists(&client).await, "{fault:?}");
        assert_eq!((sandbox.calls("list_data_sources"), client.exchanges()), (5, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn attempts_have_a_cap_and_so_has_the_time() {
    let (sandbox, clock) = sandbox().await;
    let client = builder(&sandbox, &clock).build().unwrap();
    sandbox.on("list_data_sources").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let error = client.list_data_sources().send().await.unwrap_err();
    assert_eq!((error.status(), error.is_retryable()), (Some(StatusCode::SERVICE_UNAVAILABLE), true));
    assert_eq!(sandbox.calls("list_data_sources"), 4);

    sandbox.clear_faults();
    sandbox.on("list_data_sources").always(Fault::RetryAfter(StatusCode::SERVICE_UNAVAILABLE, RetryAfter::Seconds(20)));
    let before = clock.now();
    assert!(!lists(&client).await);
    assert_eq!(sandbox.calls("list_data_sources"), 6, "a second wait of 20 s would go beyond 30 s");
    assert_eq!(clock.now() - before, Duration::from_secs(20));
}

#[tokio::test]
async fn what_a_retry_cannot_fix_and_what_must_not_be_repeated_is_sent_once() {
    let (sandbox, clock) = sandbox().await;
    let client = builder(&sandbox, &clock).build().unwrap();
    assert!(lists(&client).await);
    for status in
        [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::INTERNAL_SERVER_ERROR]
    {
        sandbox.on("list_data_sources").once(Fault::Status(status));
        assert_eq!(client.list_data_sources().send().await.unwrap_err().status(), Some(status));
    }
    assert_eq!(sandbox.calls("list_data_sources"), 5);

    let create = |client: &BigIdClient| {
        client.request(Method::POST, "/ds_connections").json(&json!({ "ds_connection": { "name": "a", "type": "s3" } }))
    };
    sandbox.on("create_data_source").once(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(create(&client).send().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(sandbox.calls("create_data_source"), 1);
    sandbox.on("create_data_source").once(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let daring = builder(&sandbox, &clock).retry(RetryPolicy::default().all_methods()).build().unwrap();
    assert_eq!(create(&daring).send().await.unwrap().status(), StatusCode::OK);

    let off = builder(&sandbox, &clock).retry(RetryPolicy::none()).build().unwrap();
    sandbox.on("list_data_sources").once(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert!(!lists(&off).await);
}

#[tokio::test]
async fn a_failed_exchange_is_not_retried_on_top_of_its_own_tries() {
    let (sandbox, clock) = sandbox().await;
    let client = builder(&sandbox, &clock).build().unwrap();
    sandbox.on("exchange").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let error = client.list_data_sources().send().await.unwrap_err();
    assert_eq!((error.status(), error.is_retryable()), (Some(StatusCode::SERVICE_UNAVAILABLE), true));
    assert_eq!((sandbox.calls("exchange"), sandbox.calls("list_data_sources")), (3, 0));
}

#[tokio::test]
async fn a_server_that_is_down_sees_few_requests() {
    let (sandbox, clock) = sandbox().await;
    let client = builder(&sandbox, &clock).build().unwrap();
    assert!(lists(&client).await);
    sandbox.on("list_data_sources").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    for _ in 0..500 {
        assert!(!lists(&client).await);
    }
    assert_eq!(sandbox.calls("list_data_sources"), 1 + 500 + 100, "a hundred retries, and then none");
}

#[tokio::test]
async fn a_date_in_retry_after_is_measured_from_the_date_of_its_response() {
    const START: i64 = 1_000_000_000;
    let sandbox = bigid_witness::sandbox().data_sources(3).clock(bigid_sandbox::Clock::manual(START));
    let (sandbox, clock) = (sandbox.start().await.unwrap(), ManualClock::default());
    clock.set_wall(Duration::from_secs(START.unsigned_abs()));
    let client = builder(&sandbox, &clock).build().unwrap();
    let asked = Duration::from_secs(90);
    sandbox.on("list_data_sources").always(Fault::RetryAfter(StatusCode::SERVICE_UNAVAILABLE, RetryAfter::Date(asked)));
    assert_eq!(client.list_data_sources().send().await.unwrap_err().retry_after(), Some(asked));
}
