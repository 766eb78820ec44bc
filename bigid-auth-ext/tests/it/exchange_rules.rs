//! How an exchange is retried, what a caller learns about `Retry-After`, and which of two responses counts.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::time::Duration;

use bigid_auth_ext::bigid_api::http::StatusCode;
use bigid_auth_ext::{AuthError, BigIdClient, ManualClock};
use bigid_sandbox::{Fault, ResponseTemplate, RetryAfter, Sandbox};
use bigid_witness::contract;
use httpmock::{HttpMockRequest, Method, MockServer};
use serde_json::json;

use crate::slept::Slept;

async fn client() -> (Sandbox, BigIdClient, Slept) {
    let sandbox = bigid_witness::sandbox().data_sources(3).start().await.unwrap();
    let clock = Slept::default();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).clock(clock.clone());
    let client = client.http(|http| http.tls_certs_only([])).build().unwrap();
    (sandbox, client, clock)
}

fn unavailable(seconds: u64) -> Fault {
    Fault::RetryAfter(StatusCode::SERVICE_UNAVAILABLE, RetryAfter::Seconds(seconds))
}

#[tokio::test]
async fn the_pauses_of_an_exchange_are_a_random_part_of_a_limit_that_doubles() {
    let (sandbox, client, clock) = client().await;
    sandbox.on("exchange").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let pauses: Vec<Vec<Duration>> = {
        let mut pauses = Vec::new();
        for _ in 0..60 {
            client.session().await.unwrap_err();
            pauses.push(clock.take());
            clock.0.advance(Duration::from_secs(1));
        }
        pauses
    };
    assert!(pauses.iter().all(|pauses| pauses.len() == 2), "three attempts each");
    for (nth, limit) in [(0, Duration::from_millis(200)), (1, Duration::from_millis(400))] {
        let (least, most) = (
            pauses.iter().map(|pauses| pauses[nth]).min().unwrap(),
            pauses.iter().map(|pauses| pauses[nth]).max().unwrap(),
        );
        assert!(most <= limit && most > limit * 3 / 4 && least < limit / 4, "pause {nth}: {least:?} to {most:?}");
    }
}

#[tokio::test]
async fn a_short_retry_after_of_an_exchange_is_waited_for_and_a_long_one_is_the_callers() {
    for (seconds, attempts) in [(1, 2), (2, 2), (3, 1), (7, 1)] {
        let (sandbox, client, clock) = client().await;
        sandbox.on("exchange").once(unavailable(seconds));
        let outcome = client.list_data_sources().send().await;
        assert_eq!(sandbox.calls("exchange"), attempts, "{seconds} s");
        if attempts == 2 {
            assert!(outcome.is_ok() && clock.take().iter().sum::<Duration>() >= Duration::from_secs(seconds));
            continue;
        }
        let error = outcome.unwrap_err();
        let asked = Some(Duration::from_secs(seconds));
        assert_eq!((AuthError::of(&error).unwrap().retry_after(), error.retry_after()), (asked, asked), "{error:?}");
        assert!(error.is_retryable() && clock.take().is_empty());
    }
}

#[tokio::test]
async fn the_failure_of_an_exchange_is_remembered_as_long_as_the_server_asks_up_to_five_seconds() {
    for (seconds, remembered) in [(3, 3_000), (60, 5_000)] {
        let (sandbox, client, clock) = client().await;
        sandbox.on("exchange").always(unavailable(seconds));
        client.session().await.unwrap_err();
        clock.0.advance(Duration::from_millis(remembered - 1));
        for _ in 0..500 {
            client.session().await.unwrap_err();
        }
        assert_eq!(
            (sandbox.calls("exchange"), client.exchanges()),
            (1, 1),
            "{seconds} s: served from the failure cache"
        );
        clock.0.advance(Duration::from_millis(1));
        client.session().await.unwrap_err();
        assert_eq!((sandbox.calls("exchange"), client.exchanges()), (2, 2), "{seconds} s");
    }
}

#[tokio::test]
async fn five_hundred_calls_with_a_refused_token_are_one_exchange() {
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token("never-issued").clock(ManualClock::default());
    let client = client.http(|http| http.tls_certs_only([])).build().unwrap();
    for _ in 0..500 {
        assert!(client.list_data_sources().send().await.is_err());
    }
    assert_eq!((client.exchanges(), sandbox.calls("exchange")), (1, 1));
}

/// The result of an exchange whose two forms get these statuses.
async fn both(get: u16, post: u16) -> AuthError {
    let server = MockServer::start_async().await;
    let described = |request: &HttpMockRequest| contract().check(&request.to_http_request(), &[]).is_ok();
    for (method, status) in [(Method::GET, get), (Method::POST, post)] {
        server.mock(|when, then| {
            let _ = when.method(method).is_true(described);
            let _ = then.status(status).header("content-type", "application/json").body("{}");
        });
    }
    let client = BigIdClient::builder(server.base_url()).user_token("token").clock(ManualClock::default());
    client.http(|http| http.tls_certs_only([])).build().unwrap().session().await.unwrap_err()
}

#[tokio::test]
async fn a_rejection_in_the_first_form_outweighs_everything_but_a_server_that_cannot_tell_at_present() {
    for post in [400, 401, 404, 405, 415, 500, 501] {
        let error = both(401, post).await;
        assert!(error.is_rejected() && !error.is_transient(), "401, {post}: {error:?}");
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    }
    for post in [408, 429, 502, 503, 504] {
        let error = both(401, post).await;
        assert!(!error.is_rejected() && error.is_transient(), "401, {post}: {error:?}");
    }
    // Where the first form is not known, the second decides.
    for get in [404, 405] {
        assert!(both(get, 401).await.is_rejected(), "{get}, 401");
        assert!(both(get, 500).await.is_transient(), "{get}, 500");
    }
}

#[tokio::test]
async fn a_response_of_up_to_one_mebibyte_is_read_and_a_larger_one_refused() {
    const MEBIBYTE: usize = 1024 * 1024;
    for (length, is_read) in [(MEBIBYTE - 100, true), (MEBIBYTE + 100, false)] {
        let (sandbox, client, _clock) = client().await;
        let body = |rest: &str| json!({ "success": true, "systemToken": "a-session", "rest": rest });
        let rest = "x".repeat(length - body("").to_string().len());
        sandbox.on("exchange").always(Fault::Response(ResponseTemplate::json(&body(&rest))));
        assert_eq!(client.session().await.is_ok(), is_read, "{length} bytes");
    }
}

#[tokio::test]
async fn a_form_that_the_server_may_not_know_or_refuses_is_followed_by_the_other_and_no_other_failure_is() {
    for (status, requests) in
        [(400, 1), (402, 1), (409, 1), (422, 1), (401, 2), (403, 2), (404, 2), (405, 2), (415, 2), (501, 2)]
    {
        let (sandbox, client, _clock) = client().await;
        sandbox.on("exchange").always(Fault::Status(StatusCode::from_u16(status).unwrap()));
        client.session().await.unwrap_err();
        assert_eq!(sandbox.total_calls(), requests, "{status}");
    }
}

#[tokio::test]
async fn a_response_that_ends_too_early_is_asked_for_again() {
    let (sandbox, client, _clock) = client().await;
    sandbox.on("exchange").times(2, Fault::CutBody { after: 10 });
    assert!(client.session().await.is_ok());
    assert_eq!(sandbox.calls("exchange"), 3);
    let (sandbox, client, _clock) = self::client().await;
    sandbox.on("exchange").always(Fault::CutBody { after: 10 });
    assert!(client.session().await.unwrap_err().is_transient());
}
