//! Endpoints that reject every session: what is one endpoint, what it costs, and what clears it.

use std::time::Duration;

use bigid_api::operations::{GET_DATA_SOURCE, LIST_DATA_SOURCES};
use http::Method;

use super::scripted::{Client, MINUTE};
use crate::layers::authenticate::*;

#[tokio::test]
async fn an_endpoint_that_rejects_every_session_costs_an_exchange_in_five_seconds_and_no_wait() {
    let client = Client::known();
    client.refuse(&["/refused"]);
    // Three new sessions, each of which is waited for.
    for exchanges in [2, 3, 4] {
        client.fixture.clock.advance(MINUTE);
        assert_eq!(client.get("/refused").await, 401);
        assert_eq!(client.exchanges(), exchanges);
    }
    client.sent();
    // From here on it is known.
    for _ in 0..100 {
        assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    }
    assert_eq!((client.sent(), client.exchanges()), (100, 4));
    client.fixture.clock.advance(Duration::from_secs(5));
    assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    // The session, and the one in its place, at once.
    assert_eq!((client.sent(), client.exchanges()), (2, 5));
    assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    assert_eq!((client.sent(), client.exchanges()), (1, 5));
}

#[tokio::test]
async fn a_young_session_is_not_dropped_at_an_endpoint_that_is_known_to_refuse_and_not_waited_for() {
    let client = Client::known();
    client.refuse(&["/refused"]);
    for _ in 0..3 {
        client.fixture.clock.advance(MINUTE);
        client.get("/refused").await;
    }
    let exchanges = client.exchanges();
    client.fixture.clock.advance(Duration::from_secs(5));
    // Another call replaces the session, so that it is young.
    client.script([401]);
    assert_eq!(client.call_now(Method::GET, "/other", None).await, 200);
    client.sent();
    assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    assert_eq!((client.sent(), client.exchanges()), (1, exchanges + 1));
}

#[tokio::test]
async fn two_endpoints_that_reject_every_session_do_not_undo_each_other() {
    let client = Client::known();
    client.refuse(&["/one", "/other"]);
    for _ in 0..3 {
        client.fixture.clock.advance(MINUTE);
        client.get("/one").await;
        client.fixture.clock.advance(MINUTE);
        client.get("/other").await;
    }
    let exchanges = client.exchanges();
    for _ in 0..50 {
        client.call_now(Method::GET, "/one", None).await;
        client.call_now(Method::GET, "/other", None).await;
    }
    assert_eq!(client.exchanges(), exchanges);
}

/// Makes the endpoint of a call known for refusing.
async fn make_known(client: &Client, method: Method, path: &'static str, operation: Option<&'static Operation>) {
    client.refuse(&[path]);
    for _ in 0..3 {
        client.fixture.clock.advance(MINUTE);
        assert_eq!(client.call(method.clone(), path, operation).await, 401);
    }
    client.refuse(&[]);
    client.sent();
}

/// How often a call is sent that is refused once: once if its endpoint is known for that, twice if not.
async fn is_known(client: &Client, method: Method, path: &str, operation: Option<&'static Operation>) -> bool {
    client.fixture.clock.advance(Duration::from_secs(4));
    client.script([401]);
    let status = client.call_now(method, path, operation).await;
    let sent = client.sent();
    assert!(matches!((status, sent), (401, 1) | (200, 2)), "{status} after {sent}");
    status == 401
}

#[tokio::test]
async fn an_endpoint_is_an_operation_whatever_its_parameters_are() {
    let client = Client::known();
    make_known(&client, Method::GET, "/ds_connections/a", Some(&GET_DATA_SOURCE)).await;
    assert!(is_known(&client, Method::GET, "/ds_connections/b", Some(&GET_DATA_SOURCE)).await);
    assert!(!is_known(&client, Method::GET, "/ds_connections/a", Some(&LIST_DATA_SOURCES)).await);
}

#[tokio::test]
async fn an_undescribed_endpoint_is_a_method_and_the_first_segment_of_the_path() {
    for (method, path, same) in [
        (Method::GET, "/app/records/8", true),
        (Method::GET, "/app?x=1", true),
        (Method::GET, "//app/records", true),
        (Method::DELETE, "/app/records/7", false),
        (Method::GET, "/apps/records/7", false),
        (Method::GET, "/records/app", false),
    ] {
        let client = Client::known();
        make_known(&client, Method::GET, "/app/records/7", None).await;
        assert_eq!(is_known(&client, method.clone(), path, None).await, same, "{method} {path}");
    }
}

#[tokio::test]
async fn a_success_of_any_kind_clears_an_endpoint_and_nothing_else_does() {
    for (script, clears) in [(&[200][..], true), (&[204], true), (&[403], false), (&[404], false), (&[500], false)] {
        for operation in [None, Some(&GET_DATA_SOURCE)] {
            let client = Client::known();
            make_known(&client, Method::GET, "/ds_connections/a", operation).await;
            client.script(script.iter().copied());
            client.call_now(Method::GET, "/ds_connections/a", operation).await;
            client.sent();
            assert_eq!(!is_known(&client, Method::GET, "/ds_connections/a", operation).await, clears, "{script:?}");
        }
    }
    // A success after a refusal is one as well.
    let client = Client::known();
    make_known(&client, Method::GET, "/a", None).await;
    client.fixture.clock.advance(Duration::from_secs(5));
    client.script([401, 200]);
    assert_eq!(client.call_now(Method::GET, "/a", None).await, 200);
    client.sent();
    // Where the endpoint is still known for rejections, the new session would not be waited for.
    client.fixture.clock.advance(MINUTE);
    client.script([401, 401]);
    assert_eq!(client.call_now(Method::GET, "/a", None).await, 200);
}

#[tokio::test]
async fn no_more_than_64_endpoints_are_remembered_and_the_oldest_goes_first() {
    let client = Client::known();
    make_known(&client, Method::GET, "/first", None).await;
    let paths: Vec<String> = (0..64).map(|number| format!("/endpoint-{number}")).collect();
    client.refuse(&["/endpoint"]);
    for path in paths.iter().take(63) {
        client.fixture.clock.advance(MINUTE);
        client.get(path).await;
    }
    client.refuse(&[]);
    client.sent();
    // It is remembered, and its five seconds are over: the session is replaced, and the new one not waited for.
    client.fixture.clock.advance(MINUTE);
    client.script([401, 401]);
    assert_eq!(client.call_now(Method::GET, "/first", None).await, 401);
    assert_eq!(client.sent(), 2);
    let client = Client::known();
    make_known(&client, Method::GET, "/first", None).await;
    client.refuse(&["/endpoint"]);
    for path in &paths {
        client.fixture.clock.advance(MINUTE);
        client.get(path).await;
    }
    client.refuse(&[]);
    client.sent();
    // It is forgotten: the new session is tried again.
    client.fixture.clock.advance(MINUTE);
    client.script([401, 401]);
    assert_eq!(client.call_now(Method::GET, "/first", None).await, 200);
    assert_eq!(client.sent(), 3);
}
