//! Starting and stopping a sandbox, and everything that a test can do in between.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bigid_sandbox::{ResponseTemplate, Sandbox};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime;

use crate::common;
use crate::common::{Caller, TestResult};

/// The status of a response to raw bytes.
async fn status_of(sandbox: &Sandbox, request: &str) -> Result<String, std::io::Error> {
    let mut stream = TcpStream::connect(sandbox.address()).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut response = [0; 12];
    let read = stream.read(&mut response).await?;
    Ok(String::from_utf8_lossy(&response[..read]).split(' ').nth(1).unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_many_threads_it_works_as_on_one() -> TestResult {
    let sandbox = Sandbox::start().await?;
    assert!(Caller::new(&sandbox)?.session(&sandbox.user_token()).await.is_ok());
    Ok(())
}

#[test]
fn it_outlives_the_runtime_it_was_started_from() -> TestResult {
    let runtime = || runtime::Builder::new_current_thread().enable_all().build();
    let sandbox = runtime()?.block_on(Sandbox::start())?;
    let session = runtime()?.block_on(async { Caller::new(&sandbox)?.session(&sandbox.user_token()).await })?;
    assert!(!session.is_empty());
    Ok(())
}

#[tokio::test]
async fn it_responds_to_a_test_that_blocks_its_only_thread() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let mut stream = std::net::TcpStream::connect(sandbox.address())?;
    stream.write_all(b"GET /api/v1/clusters HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    assert!(response.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{response}");
    Ok(())
}

#[test]
fn it_moves_between_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Sandbox>();
}

#[tokio::test]
async fn dropping_it_frees_its_port_and_closes_its_connections() -> TestResult {
    // A separate address if the system has one, so that no other test can take the port in between.
    let host = if cfg!(target_os = "linux") { [127, 77, 0, 1] } else { [127, 0, 0, 1] };
    let sandbox = Sandbox::builder().address((host, 0).into()).start().await?;
    let address = sandbox.address();
    let mut open = TcpStream::connect(address).await?;
    sandbox.wait_for_connections_open(1).await;
    drop(sandbox);
    assert_eq!(open.read(&mut [0; 1]).await.unwrap_or(0), 0);
    TcpListener::bind(address)?;
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_a_clear_error() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let error = Sandbox::builder().address(sandbox.address()).start().await.err().ok_or("two on one port")?;
    assert!(error.is_address_in_use());
    let expected = format!("port {} is taken; choose another one, or 0 for any free port", sandbox.address().port());
    assert_eq!(error.to_string(), expected);
    Ok(())
}

#[tokio::test]
async fn a_hundred_live_at_once() -> TestResult {
    let mut sandboxes = Vec::new();
    for _ in 0..100 {
        sandboxes.push(Sandbox::start().await?);
    }
    let http = common::http()?;
    for sandbox in &sandboxes {
        let url = format!("{}/refresh-access-token", sandbox.base_url());
        let response = http.get(url).header("authorization", sandbox.user_token()).send().await?;
        assert_eq!(response.status(), 200);
    }
    assert!(sandboxes.iter().all(|sandbox| sandbox.total_calls() == 1), "each has its own journal");
    Ok(())
}

#[tokio::test]
async fn a_thousand_follow_one_another() -> TestResult {
    for _ in 0..1_000 {
        let sandbox = Sandbox::start().await?;
        assert_eq!(status_of(&sandbox, "GET /api/v1/clusters HTTP/1.1\r\nhost: localhost\r\n\r\n").await?, "401");
    }
    Ok(())
}

#[tokio::test]
async fn only_a_loopback_host_is_accepted() -> TestResult {
    let sandbox = Sandbox::start().await?;
    for (host, status) in [
        ("host: 127.0.0.1\r\n", "401"),
        ("host: localhost:8080\r\n", "401"),
        ("host: [::1]:1\r\n", "401"),
        ("host: bigid.example.com\r\n", "403"),
        ("host: 127.0.0.1.example.com\r\n", "403"),
        ("", "403"),
    ] {
        assert_eq!(
            status_of(&sandbox, &format!("GET /api/v1/clusters HTTP/1.1\r\n{host}\r\n")).await?,
            status,
            "{host}"
        );
    }
    let through_proxy = "GET http://bigid.example.com/api/v1/clusters HTTP/1.1\r\nhost: localhost\r\n\r\n";
    assert_eq!(status_of(&sandbox, through_proxy).await?, "403");
    assert_eq!((sandbox.calls("list_clusters"), sandbox.calls("unmatched")), (3, 4));
    Ok(())
}

#[tokio::test]
async fn a_route_of_the_test_takes_precedence() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    sandbox
        .route(Method::GET, "/api/v1/anything", |request| ResponseTemplate::json(&json!({"asked": request.query()})));
    let (status, body) = caller.json("/anything?a=b", "no token is checked").await?;
    assert_eq!((status, body), (StatusCode::OK, json!({"asked": "a=b"})));
    sandbox.route(Method::GET, "/api/v1/anything", |_| ResponseTemplate::empty(StatusCode::NO_CONTENT));
    assert_eq!(caller.get("/anything", "x").send().await?.status(), 204, "the latest one wins");
    assert_eq!(sandbox.calls("custom"), 2);
    Ok(())
}

#[tokio::test]
async fn a_route_may_ask_for_a_session_and_use_the_sandbox() -> TestResult {
    let sandbox = std::sync::Arc::new(Sandbox::start().await?);
    let caller = Caller::new(&sandbox)?;
    let weak = std::sync::Arc::downgrade(&sandbox);
    sandbox.route_with_session(Method::GET, "/api/v1/roles", move |_| {
        weak.upgrade().iter().for_each(|sandbox| sandbox.revoke_sessions());
        ResponseTemplate::json(&json!([]))
    });
    let session = caller.session(&sandbox.user_token()).await?;
    assert_eq!(caller.json("/roles", "garbage").await?.0, 401);
    assert_eq!(caller.json("/roles", &session).await?, (StatusCode::OK, json!([])));
    assert_eq!(caller.json("/roles", &session).await?.0, 401, "revoked by the route itself");
    assert_eq!(sandbox.calls("custom"), 3);
    Ok(())
}

#[tokio::test]
async fn a_panic_in_a_handler_fails_the_test_that_holds_the_sandbox() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    sandbox.route(Method::GET, "/api/v1/broken", |_| panic!("the handler's own words"));
    assert!(caller.get("/broken", "x").send().await.is_err());
    assert_eq!(caller.get("/clusters", "x").send().await?.status(), 401, "other operations still respond");
    let dropped = catch_unwind(AssertUnwindSafe(move || drop(sandbox)));
    let text = dropped.err().and_then(|panic| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    assert!(text.contains("the handler's own words"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_connection_is_used_again() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    for _ in 0..3 {
        caller.get("/clusters", "x").send().await?.bytes().await?;
    }
    assert_eq!((sandbox.connections_accepted(), sandbox.connections_open()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn what_is_no_http_ends_its_own_connection_only() -> TestResult {
    let sandbox = Sandbox::start().await?;
    assert_eq!(status_of(&sandbox, "\u{16}\u{3}\u{1} no http \r\n\r\n").await?, "400");
    let mut half = TcpStream::connect(sandbox.address()).await?;
    half.write_all(b"POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{").await?;
    drop(half);
    let long = format!("GET /api/v1/{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(100_000));
    assert!(["414", "404"].contains(&status_of(&sandbox, &long).await?.as_str()));
    assert_eq!(status_of(&sandbox, "GET /api/v1/clusters HTTP/1.1\r\nhost: localhost\r\n\r\n").await?, "401");
    Ok(())
}

#[tokio::test]
async fn a_body_has_its_limit() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    let send =
        async |bytes| caller.request(Method::POST, "/ds_connections", &session).body(vec![b' '; bytes]).send().await;
    assert_eq!(send(16 * 1024 * 1024).await?.status(), 400);
    // The server responds before it has read everything, so a client may see the end of the connection first.
    assert!(send(16 * 1024 * 1024 + 1).await.map_or(true, |response| response.status() == 413));
    Ok(())
}

#[tokio::test]
async fn four_hundred_concurrent_callers_all_get_a_response() -> TestResult {
    let sandbox = Sandbox::builder().data_sources(1).start().await?;
    let request = "GET /api/v1/clusters HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let sandbox = std::sync::Arc::new(sandbox);
    let callers: Vec<_> = (0..400)
        .map(|_| {
            let sandbox = sandbox.clone();
            tokio::spawn(async move { status_of(&sandbox, request).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await??, "401");
    }
    Ok(())
}
