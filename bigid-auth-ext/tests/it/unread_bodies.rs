//! Successes whose body is not decoded, and parts of a body: what a caller gets.

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::operations::EXPORT_FINDINGS;
use bigid_auth_ext::bigid_api::types::{ApiErrorBody, DataSourceBody};
use bigid_auth_ext::bigid_api::{Error, Response, RetryPolicy};

use crate::bodies::{served, written};
use crate::verdicts::server::{Server, Written};

/// Sends a call whose body nobody decodes in each way, to a server that responds as written.
async fn undecoded(
    server: &Server,
    client: &BigIdClient,
    response: impl Fn() -> Written,
) -> [Result<(), Error<ApiErrorBody>>; 3] {
    let once = RetryPolicy::none();
    let next = || server.next_call(response());
    next();
    let sent = client.delete_data_source("a").retry(once).send().await;
    next();
    let awaited = client.update_data_source("a", DataSourceBody::new()).retry(once).await;
    next();
    let with_response = client.delete_data_source("a").retry(once).with_response().await.map(Response::into_inner);
    [sent, awaited, with_response]
}

#[tokio::test]
async fn a_body_that_nobody_decodes_is_read_to_its_end_and_is_no_broken_json() {
    let (server, client) = served().await;
    for body in ["", " ", "OK", "Deleted [3]", "{}", "[]", "null", "\u{feff}{\"success\":true}", "[{\"a\":NaN}]"] {
        for outcome in undecoded(&server, &client, || written(200, "", body.as_bytes())).await {
            assert!(outcome.is_ok(), "{body:?}: {outcome:?}");
        }
    }
    let failure = r#"{"success":false,"message":"boom"}"#;
    for end in 1..failure.len() {
        for mark in ["", "\0", "\u{feff}\u{feff}"] {
            let cut = format!("{mark}{}", &failure[..end]);
            for outcome in undecoded(&server, &client, || written(200, "", cut.as_bytes())).await {
                assert!(matches!(outcome, Err(Error::Payload(_))), "{cut:?}: {outcome:?}");
            }
            // The same, announced as longer or cut off within a piece.
            for framing in ["content-length: 200\r\n\r\n", "transfer-encoding: chunked\r\n\r\nc8\r\n"] {
                let piece = format!("HTTP/1.1 200 OK\r\n{framing}{cut}").into_bytes();
                let broken = || Written { pieces: vec![piece.clone()], closes: true };
                for outcome in undecoded(&server, &client, broken).await {
                    assert!(matches!(outcome, Err(Error::Body(_))), "{framing:?}, {cut:?}: {outcome:?}");
                }
            }
        }
    }
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(failure.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for garbled in [&b"{\"success\":false}\n."[..], b"{} {\"success\":false}", &utf16] {
        for outcome in undecoded(&server, &client, || written(200, "", garbled)).await {
            assert!(matches!(outcome, Err(Error::Payload(_))), "{garbled:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_part_that_nobody_requested_is_an_error_and_a_requested_one_is_not() {
    let (server, client) = served().await;
    for range in ["", "content-range: bytes 0-1/1000\r\n"] {
        let next = || server.next_call(written(206, range, b"[]"));
        next();
        let list = client.list_data_sources().send().await.map(drop);
        next();
        let file = client.export_findings().send().await.map(drop);
        next();
        let nothing = client.delete_data_source("a").send().await;
        next();
        let raw = client.call(&EXPORT_FINDINGS, &[]).send().await.map(drop);
        next();
        let mut records = client.list_data_sources().records();
        let record = records.try_next().await.map(drop);
        for outcome in [list, file, nothing, raw, record] {
            let error = outcome.unwrap_err();
            assert!(error.status().is_some_and(|status| status.as_u16() == 206), "{error:?}");
            assert!(error.to_string().contains("only a part of the response was sent"), "{error}");
        }
        next();
        let requested = client.export_findings().header("range", "bytes=0-1").with_response().await.unwrap();
        assert_eq!(requested.status().as_u16(), 206);
    }
}
