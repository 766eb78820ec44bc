//! Faults of the connection: the client receives no valid HTTP response, or only part of one.

use std::time::Duration;

use bigid_sandbox::{BadBody, Fault, Sandbox};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::common::{Caller, TestResult};

async fn signed() -> Result<(Sandbox, Caller, String), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    Ok((sandbox, caller, session))
}

/// The raw bytes of a response to a GET, up to the end of the connection.
async fn raw(sandbox: &Sandbox, path: &str, session: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sandbox.address()).await?;
    let request = format!("GET /api/v1{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    Ok(response)
}

fn body(response: &[u8]) -> &[u8] {
    let end = response.windows(4).position(|four| four == b"\r\n\r\n").map_or(response.len(), |at| at + 4);
    &response[end..]
}

fn announced(response: &[u8]) -> Option<usize> {
    let head = String::from_utf8_lossy(response);
    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
}

#[tokio::test]
async fn refused_connections_are_refused_until_accepted_again() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.refuse_connections().await?;
    for _ in 0..2 {
        let error = caller.get("/ds-connections", &session).send().await.err().ok_or("a response")?;
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
async fn a_port_that_refuses_is_still_the_sandbox_s() -> TestResult {
    let sandbox = Sandbox::start().await?;
    sandbox.refuse_connections().await?;
    let taken = TcpSocket::new_v4()?.bind(sandbox.address());
    assert_eq!(taken.err().map(|error| error.kind()), Some(std::io::ErrorKind::AddrInUse));
    Ok(())
}

#[tokio::test]
async fn a_reset_leaves_no_byte_and_does_nothing() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::Reset);
    let error = raw(&sandbox, "/ds-connections", &session).await.err().ok_or("a response")?;
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
async fn a_close_is_an_orderly_end_without_a_response() -> TestResult {
    let (sandbox, _, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::Close);
    assert_eq!(raw(&sandbox, "/ds-connections", &session).await?, b"");
    Ok(())
}

#[tokio::test]
async fn a_cut_body_ends_before_its_announced_length_but_was_carried_out() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    sandbox.on("list_data_sources").once(Fault::CutBody { after: 100 });
    let response = raw(&sandbox, "/ds-connections", &session).await?;
    assert_eq!(body(&response).len(), 100);
    assert!(announced(&response).is_some_and(|length| length > 10_000));
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
        Ok(response) => response.text().await.is_err(),
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
async fn a_body_arrives_whole_in_chunks_and_until_the_connection_closes() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let whole = caller.get("/ds-connections?limit=1", &session).send().await?.text().await?;
    for fault in [Fault::ChunkedBody { chunk: 0 }, Fault::ChunkedBody { chunk: 100 }, Fault::UntilClose] {
        sandbox.on("list_data_sources").once(fault.clone());
        let response = caller.get("/ds-connections?limit=1", &session).send().await?;
        assert!(!response.headers().contains_key("content-length"), "{fault:?}");
        assert_eq!(response.headers().contains_key("transfer-encoding"), fault.name() == "chunked_body");
        assert_eq!(response.text().await?, whole, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_content_length_may_promise_too_much_or_too_little() -> TestResult {
    let (sandbox, caller, session) = signed().await?;
    let whole = caller.get("/ds-connections", &session).send().await?.bytes().await?.len();
    for (by, promised) in [(7, whole + 7), (-7, whole - 7)] {
        sandbox.on("list_data_sources").once(Fault::WrongContentLength(by));
        let response = raw(&sandbox, "/ds-connections", &session).await?;
        assert_eq!((announced(&response), body(&response).len()), (Some(promised), whole));
    }
    sandbox.on("list_data_sources").once(Fault::WrongContentLength(7));
    assert!(caller.get("/ds-connections", &session).send().await?.text().await.is_err());
    sandbox.on("list_data_sources").once(Fault::WrongContentLength(-7));
    assert_eq!(caller.get("/ds-connections", &session).send().await?.text().await?.len(), whole - 7);
    Ok(())
}

#[tokio::test]
async fn a_huge_body_is_as_long_as_told_with_and_without_saying_so() -> TestResult {
    let (sandbox, caller, _) = signed().await?;
    let bytes = 3_000_000;
    for (body, says) in [(BadBody::Huge { bytes }, true), (BadBody::HugeUnannounced { bytes }, false)] {
        sandbox.on("exchange").once(Fault::Body(body));
        let response = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!((response.status(), response.content_length()), (StatusCode::OK, says.then_some(bytes)));
        let body = response.bytes().await?;
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
    let mut response = caller.exchange(&sandbox.user_token()).await?;
    assert!(response.chunk().await?.is_some());
    drop(response);
    sandbox.wait_for_connections_open(0).await;
    assert!(caller.session(&sandbox.user_token()).await.is_ok());
    Ok(())
}
