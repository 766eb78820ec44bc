//! Which calls are retried, and how long is waited before each attempt.

use std::time::Duration;

use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::bigid_api::operations::{OPERATIONS, QUERY_CATALOG};
use bigid_auth_ext::bigid_api::types::CatalogQuery;
use bigid_auth_ext::{BigIdClient, Builder, RetryPolicy};

use crate::raw::{RawServer, access_token, json, with_headers};
use crate::slept::Slept;

fn builder(server: &RawServer, clock: &Slept) -> Builder {
    let builder = BigIdClient::builder(server.origin()).user_token(access_token()).clock(clock.clone());
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.http(|http| http.tls_certs_only([]));
    builder
}

#[tokio::test]
async fn pauses_are_a_random_part_of_a_limit_that_doubles_to_five_seconds() {
    const LIMITS: [u64; 8] = [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000];
    let server = RawServer::start(|_| Some(json(503, "{}"))).await;
    let clock = Slept::default();
    let mut pauses = vec![Vec::new(); LIMITS.len()];
    for _ in 0..60 {
        let policy = RetryPolicy::default().max_attempts(9).max_elapsed(Duration::from_secs(3_600));
        let client = builder(&server, &clock).retry(policy).build().unwrap();
        client.list_data_sources().send().await.unwrap_err();
        let slept = clock.take();
        assert_eq!(slept.len(), LIMITS.len());
        slept.into_iter().enumerate().for_each(|(nth, pause)| pauses[nth].push(pause));
    }
    for (nth, limit) in LIMITS.map(Duration::from_millis).into_iter().enumerate() {
        let (least, most) = (*pauses[nth].iter().min().unwrap(), *pauses[nth].iter().max().unwrap());
        assert!(most <= limit && most > limit * 3 / 4 && least < limit / 4, "pause {nth}: {least:?} to {most:?}");
    }
}

#[tokio::test]
async fn a_retry_after_is_waited_for_up_to_half_a_minute() {
    for (asked, least, most) in
        [("1", 1_000, 1_000), ("20", 20_000, 20_000), ("3600", 30_000, 30_000), ("soon", 0, 200)]
    {
        let server =
            RawServer::start(move |_| Some(with_headers(429, &format!("retry-after: {asked}\r\n"), "{}"))).await;
        let clock = Slept::default();
        let policy = RetryPolicy::default().max_attempts(2).max_elapsed(Duration::from_secs(60));
        builder(&server, &clock).retry(policy).build().unwrap().list_data_sources().send().await.unwrap_err();
        let slept = clock.take();
        let [pause] = slept[..] else { panic!("{asked}: {slept:?}") };
        assert!((Duration::from_millis(least)..=Duration::from_millis(most)).contains(&pause), "{asked}: {pause:?}");
    }
}

/// A server that sends no `Date`: the date that it asks for is compared with the client's clock.
#[tokio::test]
async fn a_retry_after_date_without_a_date_is_measured_from_the_arrival_of_the_response() {
    for status in [429, 500, 503] {
        let headers = "retry-after: Sun, 09 Sep 2001 01:48:10 GMT\r\n";
        let server = RawServer::start(move |_| Some(with_headers(status, headers, "{}"))).await;
        let clock = Slept::default();
        clock.0.set_wall(Duration::from_secs(1_000_000_000));
        let client = builder(&server, &clock).retry(RetryPolicy::none()).build().unwrap();
        let asked = Some(Duration::from_secs(90));
        assert_eq!(client.list_data_sources().send().await.unwrap_err().retry_after(), asked, "{status}");
        let raw = client.request(Method::GET, "/ds-connections");
        assert_eq!(raw.send_json::<serde_json::Value>().await.unwrap_err().retry_after(), asked, "{status}");
    }
}

/// What the contract says of each operation: its method, and whether it only reads.
fn described() -> Vec<(String, String, bool)> {
    let contract: serde_json::Value = serde_json::from_str(include_str!("../../../spec/bigid.openapi.json")).unwrap();
    let paths = contract["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap());
    operations
        .filter(|(_, operation)| operation["operationId"].is_string())
        .map(|(method, operation)| {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            (id, method.to_ascii_uppercase(), operation["x-safe"] == true)
        })
        .collect()
}

#[test]
fn calls_that_only_read_and_calls_of_idempotent_methods_may_be_repeated_and_no_others() {
    let described = described();
    assert_eq!(described.len(), OPERATIONS.len());
    let mut kinds = [0; 3];
    for (id, method, safe) in described {
        let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
        let idempotent = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].contains(&&*method);
        assert_eq!(operation.is_idempotent(), safe || idempotent, "{id}");
        kinds[if idempotent {
            0
        } else if safe {
            1
        } else {
            2
        }] += 1;
    }
    assert!(kinds.iter().all(|kind| *kind > 5), "{kinds:?}");
}

#[tokio::test]
async fn a_post_that_only_reads_is_retried_and_another_is_sent_once() {
    let server = RawServer::start(|_| Some(json(503, "{}"))).await;
    let clock = Slept::default();
    let client = builder(&server, &clock).build().unwrap();
    assert!(QUERY_CATALOG.method == "POST" && QUERY_CATALOG.is_safe());
    client.query_catalog(CatalogQuery::new()).send().await.unwrap_err();
    assert_eq!(server.take().len(), 4);
    client.request(Method::POST, "/data-catalog/").send().await.unwrap();
    assert_eq!(server.take().len(), 1);
}
