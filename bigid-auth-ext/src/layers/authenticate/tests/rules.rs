//! The rules of this layer about sessions and headers, one by one: what is sent, and how many exchanges follow.

use std::time::Duration;

use bigid_api::operations::{CREATE_SESSION, EXCHANGE_USER_TOKEN, LIST_DATA_SOURCES};
use http::Method;

use super::scripted::{BEARER, Client, MINUTE, OLD, RAW, texts};
use crate::dialect::{AuthScheme, Dialect};
use crate::layers::authenticate::*;

#[tokio::test]
async fn what_needs_no_session_gets_none_and_what_the_caller_authorized_stays_as_it_is() {
    let client = Client::known();
    for operation in [&EXCHANGE_USER_TOKEN, &CREATE_SESSION] {
        client.call(Method::GET, "/refresh-access-token", Some(operation)).await;
        client.script([401]);
        assert_eq!(client.call(Method::GET, "/refresh-access-token", Some(operation)).await, 401);
        assert_eq!(texts(&client.headers()), [None, None], "{}", operation.id);
    }
    client.script([401]);
    let request = client.chain.get("https://t.bigid.cloud/api/v1/x").header(AUTHORIZATION, "of the caller");
    assert_eq!(request.send().await.unwrap().status(), 401);
    assert_eq!(texts(&client.headers()), [Some("of the caller")]);
    client.chain.get("https://elsewhere.example/api/v1/x").send().await.unwrap();
    assert_eq!(texts(&client.headers()), [None]);
    assert_eq!(client.exchanges(), 0);
}

#[tokio::test]
async fn a_refused_session_is_replaced_once_a_call() {
    let client = Client::known();
    assert_eq!(client.get("/x").await, 200);
    client.script([401]);
    assert_eq!(client.get("/x").await, 200);
    assert_eq!((client.sent(), client.exchanges()), (3, 2));
    // Two revocations in a row: the second session is new, and tried again at once.
    client.script([401, 401]);
    assert_eq!(client.get("/x").await, 200);
    assert_eq!((client.sent(), client.exchanges()), (3, 3));
}

#[tokio::test]
async fn while_the_dialect_is_unknown_a_session_is_tried_with_bearer_and_then_replaced_without_a_wait() {
    for operation in [None, Some(&LIST_DATA_SOURCES)] {
        // Revoked, on a server that takes raw tokens.
        let client = Client::new(Dialect::Detect, None);
        client.script([401, 401, 200]);
        assert_eq!(client.call_now(Method::GET, "/x", operation).await, 200);
        assert_eq!(texts(&client.headers()), [RAW, BEARER, RAW]);
        assert_eq!((client.exchanges(), client.detector.resolved()), (2, Some(ResolvedDialect::Deployed)));
        // Revoked, on a server that takes `Bearer`.
        let client = Client::new(Dialect::Detect, None);
        client.script([401, 401, 401, 200]);
        assert_eq!(client.call_now(Method::GET, "/x", operation).await, 200);
        assert_eq!(texts(&client.headers()), [RAW, BEARER, RAW, BEARER]);
        assert_eq!((client.exchanges(), client.detector.resolved()), (2, Some(ResolvedDialect::Spec)));
        client.call_now(Method::GET, "/x", operation).await;
        assert_eq!(texts(&client.headers()), [BEARER]);
        // Refused whatever is sent.
        let client = Client::new(Dialect::Detect, None);
        client.script([401; 4]);
        assert_eq!(client.call_now(Method::GET, "/x", operation).await, 401);
        assert_eq!((client.sent(), client.exchanges(), client.detector.resolved()), (4, 2, None));
        // No response has used the second session.
        assert!(client.cache.hit().is_some());
    }
}

#[tokio::test]
async fn the_header_that_is_learnt_is_sensitive() {
    let client = Client::new(Dialect::Detect, None);
    client.script([401, 200]);
    assert_eq!(client.get("/x").await, 200);
    let header = client.cache.hit_header().unwrap();
    assert!(header == "Bearer token" && header.is_sensitive());
    assert_eq!(client.exchanges(), 1);
}

#[tokio::test]
async fn an_undescribed_call_that_was_not_refused_teaches_no_dialect() {
    let client = Client::new(Dialect::Detect, None);
    for status in [200, 204, 400, 403, 404, 500] {
        client.script([status]);
        client.get("/x").await;
        assert_eq!(client.detector.resolved(), None, "{status}");
    }
    client.script([404]);
    client.call(Method::GET, "/ds-connections", Some(&LIST_DATA_SOURCES)).await;
    assert_eq!(client.detector.resolved(), None);
    client.call(Method::GET, "/ds-connections", Some(&LIST_DATA_SOURCES)).await;
    assert_eq!(client.detector.resolved(), Some(ResolvedDialect::Deployed));
}

#[tokio::test]
async fn a_call_gets_one_new_session_however_long_its_refusal_takes() {
    let client = Client::known();
    client.get("/warm").await;
    client.sent();
    // The second session is old when it is refused.
    *client.fixture.latency.lock().unwrap() = OLD;
    client.script([401, 401]);
    assert_eq!(client.get("/x").await, 401);
    assert_eq!((client.sent(), client.exchanges()), (2, 2));
}

#[tokio::test]
async fn a_prefix_that_is_set_is_kept_to() {
    let client = Client::new(Dialect::Detect, Some(AuthScheme::Raw));
    client.script([401]);
    assert_eq!(client.get("/x").await, 200);
    assert!(texts(&client.headers()).iter().all(|header| *header == RAW));
}

#[tokio::test]
async fn a_streaming_body_is_sent_once_and_its_session_is_judged() {
    let client = Client::known();
    client.get("/warm").await;
    for (age, exchanges) in [(Duration::ZERO, 1), (OLD, 2), (MINUTE, 3)] {
        client.fixture.clock.advance(age);
        client.script([401]);
        let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("piece")]);
        let request = client.chain.post("https://t.bigid.cloud/api/v1/x").body(reqwest::Body::wrap_stream(pieces));
        client.sent();
        assert_eq!(request.send().await.unwrap().status(), 401);
        assert_eq!(client.sent(), 1);
        client.get("/warm").await;
        assert_eq!(client.exchanges(), exchanges, "{age:?}");
    }
}
