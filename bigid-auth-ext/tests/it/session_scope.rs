//! Where the session goes, and where it does not.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::bigid_api::http::header::AUTHORIZATION;
use bigid_auth_ext::bigid_api::operations::OPERATIONS;
use bigid_auth_ext::bigid_api::types::SessionRequest;
use bigid_auth_ext::{BigIdClient, Builder, ConfigError, Dialect, ManualClock};

use crate::raw::RawServer;
use crate::raw::reroute::Reroute;

fn builder(base_url: &str) -> Builder {
    BigIdClient::builder(base_url).user_token("USER").dialect(Dialect::Deployed).clock(ManualClock::default())
}

#[tokio::test]
async fn the_session_goes_to_urls_of_its_deployment_and_to_no_others() {
    let (server, other) = (RawServer::of_sessions().await, RawServer::of_sessions().await);
    let (origin, elsewhere) = (server.origin(), other.origin());
    let client = builder(&format!("{origin}/tenant-a")).build().unwrap();
    client.session().await.unwrap();
    server.take();
    for path in ["", "/", "/api/v1/x", "/api/v2/x", "/proxy/tpa/api/7/object?q=/../", "/api/v1/%2e%2e%2e"] {
        for prefix in ["/tenant-a", "/tenant%2Da", "/%74enant%2da"] {
            let url = format!("{origin}{prefix}{path}");
            client.request(Method::GET, &url).send().await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
            let [request] = &server.take()[..] else { panic!("{url}") };
            assert_eq!(request.header("authorization"), Some("SESSION"), "{url}");
        }
    }
    for url in [
        format!("{origin}/tenant-b/api/v1/x"),
        format!("{origin}/tenant-ab/api/v1/x"),
        format!("{origin}/Tenant-a/api/v1/x"),
        format!("{origin}/api/v1/x"),
        format!("{origin}/"),
        format!("{origin}/tenant-a/../tenant-b/x"),
        format!("{origin}/tenant-a/%2e%2E/tenant-b/x"),
        format!("{origin}/tenant-a/..%2Ftenant-b/x"),
        format!("{origin}/tenant-a/..%5ctenant-b/x"),
        format!("{origin}/tenant-a/..;/tenant-b/x"),
        format!("{origin}/tenant-a/%252e%252e%252ftenant-b/x"),
        format!("{origin}//tenant-a/x"),
        format!("{elsewhere}/tenant-a/api/v1/x"),
        "/%252e%252e%252f%252e%252e%252f%252e%252e%252ftenant-b".to_owned(),
    ] {
        client.request(Method::GET, &url).send().await.expect_err(&url);
    }
    assert!(server.take().is_empty() && other.take().is_empty());
}

#[tokio::test]
async fn a_layer_that_sends_a_call_out_of_the_deployment_sends_it_without_the_session() {
    let (server, other) = (RawServer::of_sessions().await, RawServer::of_sessions().await);
    let (origin, elsewhere) = (server.origin(), other.origin());
    for (url, authorized) in [
        (format!("{origin}/tenant-a/proxy/tpa"), true),
        (format!("{origin}/tenant-b/api/v1/ds-connections"), false),
        (format!("{origin}/tenant-a/..%2ftenant-b"), false),
        (format!("{elsewhere}/tenant-a/api/v1/ds-connections"), false),
    ] {
        let client = builder(&format!("{origin}/tenant-a")).layer(Reroute::to(&url)).build().unwrap();
        client.session().await.unwrap();
        server.take();
        client.list_data_sources().send().await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
        let [request] = &[server.take(), other.take()].concat()[..] else { panic!("{url}") };
        assert_eq!(request.header("authorization").is_some(), authorized, "{url}");
    }
}

#[tokio::test]
async fn a_callers_own_authorization_is_sent_as_it_is_and_costs_no_exchange() {
    let server = RawServer::of_sessions().await;
    let client = builder(&server.origin()).build().unwrap();
    for _ in 0..2 {
        client.request(Method::GET, "/x").with(|http| http.header(AUTHORIZATION, "MINE")).send().await.unwrap();
        let [request] = &server.take()[..] else { panic!() };
        assert_eq!(request.header("authorization"), Some("MINE"));
        // The second time with a session at hand.
        client.session().await.unwrap();
        server.take();
    }
}

#[tokio::test]
async fn operations_that_want_no_session_get_none() {
    let mut names: Vec<_> =
        OPERATIONS.iter().filter(|operation| !operation.requires_session()).map(|operation| operation.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["create_session", "exchange_service_token", "exchange_user_token", "refresh_access_token"]);
    let server = RawServer::of_sessions().await;
    let client = builder(&server.origin()).build().unwrap();
    for _ in 0..2 {
        client.exchange_user_token().send().await.unwrap();
        client.refresh_access_token().send().await.unwrap();
        client.exchange_service_token().send().await.unwrap();
        let body = SessionRequest::new("u", "p");
        client.create_session(body).send().await.unwrap();
        let received = server.take();
        assert_eq!(received.len(), 4);
        assert!(received.iter().all(|request| request.header("authorization").is_none()), "{received:?}");
        client.session().await.unwrap();
        server.take();
    }
}

#[test]
fn a_shared_cache_belongs_to_one_deployment() {
    let bases =
        ["https://h", "https://h/tenant-a", "https://h/tenant-b", "https://h/tenant-a/x", "https://h:8443/tenant-a"];
    for (index, base) in bases.iter().enumerate() {
        let client = builder(base).build().unwrap();
        for (other_index, other) in bases.iter().enumerate() {
            let shared = BigIdClient::builder(*other).session_cache(client.session_cache()).build();
            assert_eq!(shared.is_ok(), index == other_index, "{base} {other}");
            assert!(shared.is_ok() || matches!(shared, Err(ConfigError::OtherDeployment)), "{base} {other}");
        }
    }
}

#[test]
fn a_shared_cache_prints_its_deployment_and_what_it_did() {
    let printed = format!("{:?}", builder("https://h/tenant-a").build().unwrap().session_cache());
    assert!(printed.contains("https://h/tenant-a") && printed.contains("exchanges: 0"), "{printed}");
}
