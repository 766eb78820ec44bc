//! What the SDK's safety needs of the HTTP clients, whatever the caller changes about them, and how long they wait.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::error::Error as StdError;
use std::net::TcpListener;
use std::time::Duration;

use bigid_auth_ext::bigid_api::reqwest::redirect::Policy;
use bigid_auth_ext::{BigIdClient, Builder, CONNECT_TIMEOUT, Dialect, EXCHANGE_TIMEOUT, ManualClock, RetryPolicy};
use bigid_sandbox::Profile;
use tokio::time::{Instant, timeout};

use crate::raw;
use crate::raw::reroute::Reroute;
use crate::raw::{RawServer, access_token, with_headers};

/// Everything that a log or a user may see of an error.
fn all_of(error: &dyn StdError) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        text += &format!("{error}\n{error:?}\n{error:#?}\n");
        next = error.source();
    }
    text
}

#[tokio::test]
async fn a_client_of_https_never_speaks_http_and_does_not_try_again() {
    let server = RawServer::of_sessions().await;
    let reroute = Reroute::to(&server.origin());
    let client = BigIdClient::builder("https://t.bigid.invalid")
        .user_token(access_token())
        .http(|http| http.https_only(false))
        .layer(reroute.clone())
        .clock(ManualClock::default())
        .build()
        .unwrap();
    client.list_data_sources().send().await.unwrap_err();
    assert!(server.take().is_empty(), "a call in plain text");
    assert_eq!(reroute.calls(), 1, "what cannot be sent was sent again");
}

#[tokio::test]
async fn no_redirect_is_followed_whatever_the_caller_sets_and_no_path_of_one_is_shown() {
    let other = RawServer::of_sessions().await;
    let secrets = ["5ecret-path-a", "5ecret-query-b"];
    for (location, origin) in [
        (format!("{}/5ecret-path-a?code=5ecret-query-b", other.origin()), other.origin()),
        ("/5ecret-path-a?code=5ecret-query-b".to_owned(), String::new()),
        (
            "https://user:5ecret-path-a@login.example/5ecret-path-a#5ecret-query-b".to_owned(),
            "https://login.example".to_owned(),
        ),
    ] {
        for of_exchange in [true, false] {
            for status in [301, 302, 303, 307, 308] {
                let location = location.clone();
                let server = RawServer::start(move |request| {
                    let exchange = request.target().ends_with("/refresh-access-token");
                    if exchange != of_exchange {
                        return Some(raw::json(200, r#"{"success":true,"systemToken":"SESSION"}"#));
                    }
                    Some(with_headers(status, &format!("location: {location}\r\n"), ""))
                })
                .await;
                let client = BigIdClient::builder(server.origin())
                    .user_token("USER")
                    .dialect(Dialect::Deployed)
                    .clock(ManualClock::default())
                    .http(|http| http.redirect(Policy::limited(9)).referer(true))
                    .build()
                    .unwrap();
                let error = client.list_data_sources().send().await.unwrap_err();
                let said = all_of(&error);
                assert!(!secrets.iter().any(|secret| said.contains(secret)), "{status}: {said}");
                assert!(!of_exchange || said.contains(&origin), "{status}: {said}");
                assert_eq!(server.take().len(), if of_exchange { 1 } else { 2 });
            }
        }
    }
    assert!(other.take().is_empty(), "a redirect was followed");
}

#[tokio::test]
async fn the_header_of_a_session_is_sensitive_in_every_dialect_and_however_it_was_learnt() {
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        for password in [false, true] {
            let sandbox = bigid_witness::sandbox().profile(profile).data_sources(3).start().await.unwrap();
            let builder = BigIdClient::builder(sandbox.base_url());
            let client = if password {
                builder.password(sandbox.username(), sandbox.password())
            } else {
                builder.user_token(sandbox.user_token())
            };
            let client = client.build().unwrap();
            for _ in 0..2 {
                assert!(client.session().await.unwrap().authorization().is_sensitive(), "{profile:?}");
                client.list_data_sources().send().await.unwrap();
                assert!(client.cached_authorization().unwrap().is_sensitive(), "{profile:?}");
            }
            assert_eq!(client.dialect() == Some(Dialect::Spec), matches!(profile, Profile::Spec), "{profile:?}");
        }
    }
}

/// A server that accepts connections and never responds.
fn silent() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn builder(base_url: &str) -> Builder {
    BigIdClient::builder(base_url).clock(ManualClock::default()).retry(RetryPolicy::none())
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_not_made_ends_at_the_connect_timeout() {
    let (_listener, port) = silent();
    for (limit, expected) in [(None, CONNECT_TIMEOUT), (Some(Duration::from_secs(3)), Duration::from_secs(3))] {
        // The handshake of TLS is a part of making a connection.
        let client = builder(&format!("https://127.0.0.1:{port}")).user_token(access_token());
        let client = match limit {
            Some(limit) => client.connect_timeout(limit),
            None => client,
        };
        let client = client.build().unwrap();
        let begun = Instant::now();
        let error = timeout(Duration::from_secs(3600), client.list_data_sources().send()).await.unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert!((expected..expected + Duration::from_secs(1)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn an_exchange_without_a_response_ends_at_the_exchange_timeout() {
    const TRIES: u32 = 3;
    let (_listener, port) = silent();
    let client = builder(&format!("http://127.0.0.1:{port}")).user_token("USER").build().unwrap();
    let begun = Instant::now();
    let error = timeout(Duration::from_secs(3600), client.session()).await.unwrap().unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    let expected = EXCHANGE_TIMEOUT * TRIES;
    assert!((expected..expected + Duration::from_secs(1)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}
