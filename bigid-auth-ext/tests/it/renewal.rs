//! How an exchange handles every response, what recovers, and what is cached: over real HTTP, with a clock that the
//! test moves. This file is long because one sandbox and one clock serve every scenario.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::{Method, StatusCode};
use bigid_auth_ext::{
    AuthError, BigIdClient, Builder, Clock as _, ConfigError, Credential, CredentialProvider, Dialect, Event,
    FileCredential, ManualClock, ProviderError, async_trait,
};
use bigid_sandbox::{Fault, Gate, Profile, Sandbox};
use bigid_witness::contract;
use futures_util::future::join_all;
use httpmock::{HttpMockRequest, MockServer};

async fn sandbox() -> Sandbox {
    bigid_witness::sandbox().data_sources(3).start().await.unwrap()
}

fn builder(sandbox: &Sandbox) -> Builder {
    BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token())
}

/// Older than a session whose refusal may be a slow node's.
const OLD: Duration = Duration::from_secs(3);

async fn lists(client: &BigIdClient) -> bool {
    client.list_data_sources().send().await.is_ok()
}

/// What an exchange ends in when the server gives one response to everything.
async fn verdict(status: u16, headers: &[(&str, &str)], body: &str) -> AuthError {
    let server = MockServer::start_async().await;
    server.mock(|when, mut then| {
        // Any other request gets a 404, and the verdict differs from the expected one.
        let described = |request: &HttpMockRequest| contract().check(&request.to_http_request(), &[]).is_ok();
        let _ = when.is_true(described);
        then = then.status(status).body(body);
        for (name, value) in headers {
            then = then.header(*name, *value);
        }
    });
    let client = BigIdClient::builder(server.base_url())
        .user_token("the-user-token")
        .clock(ManualClock::default())
        .build()
        .unwrap();
    let error = client.session().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("the-user-token"), "{error:?}");
    error
}

/// The time on the sandbox's clock.
fn wall_of(sandbox: &Sandbox) -> Duration {
    Duration::from_millis(u64::try_from(sandbox.clock().unix_millis()).unwrap())
}

#[tokio::test]
async fn every_form_of_failure_is_seen_for_what_it_is() {
    #[derive(Debug, PartialEq)]
    enum Is {
        Rejected,
        Transient,
        Permanent,
    }
    let html = ("content-type", "text/html; charset=utf-8");
    let json = ("content-type", "application/json");
    let huge = format!("{{\"systemToken\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    for (status, headers, body, expected, seen) in [
        (200, &[html][..], r#"{"success":false,"message":"Failed to authenticate token."}"#, Is::Rejected, Some(401)),
        (200, &[html], r#"{"success":false,"message":"Refresh token not valid"}"#, Is::Rejected, Some(401)),
        // The words of a refused password, which say nothing of a token.
        (200, &[html], r#"{"success":false,"message":"Authentication failed. Wrong."}"#, Is::Permanent, Some(400)),
        (401, &[json], r#"{"message":"Refresh token not valid"}"#, Is::Rejected, Some(401)),
        (401, &[], "", Is::Rejected, Some(401)),
        (403, &[json], r#"{"message":"no"}"#, Is::Permanent, Some(403)),
        (200, &[html], "<html>\r\n<head><title>502 Bad Gateway</title></head>", Is::Transient, Some(502)),
        (503, &[html], "<html><title>503</title></html>", Is::Transient, Some(503)),
        (500, &[], "", Is::Transient, Some(500)),
        (429, &[("retry-after", "7")], "", Is::Transient, Some(429)),
        (200, &[html], "<html><title>Sign in</title></html>", Is::Permanent, Some(502)),
        (400, &[json], r#"{"message":"bad"}"#, Is::Permanent, Some(400)),
        (404, &[], "Cannot GET", Is::Permanent, Some(404)),
        (200, &[json], r#"{"success":true}"#, Is::Permanent, Some(200)),
        (200, &[json], r#"{"success":true,"systemToken":"two words\n"}"#, Is::Permanent, Some(200)),
        (200, &[json], r#"{"success":true,"systemToken":7}"#, Is::Permanent, Some(200)),
        (200, &[json], r#"{"success":tr"#, Is::Permanent, Some(200)),
        (200, &[json], &huge, Is::Permanent, Some(200)),
        (302, &[("location", "https://elsewhere.example/")], "", Is::Permanent, Some(302)),
    ] {
        let error = verdict(status, headers, body).await;
        let is = match (error.is_rejected(), error.is_transient()) {
            (true, false) => Is::Rejected,
            (false, true) => Is::Transient,
            (false, false) => Is::Permanent,
            (true, true) => panic!("{error:?}"),
        };
        let shown = &body[..body.len().min(60)];
        assert_eq!((is, error.status().map(|status| status.as_u16())), (expected, seen), "{status} {shown}: {error:?}");
    }
    assert_eq!(verdict(429, &[("retry-after", "7")], "").await.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_server_that_fails_three_times_heals_within_a_second() {
    for status in [StatusCode::BAD_REQUEST, StatusCode::SERVICE_UNAVAILABLE] {
        let clock = ManualClock::default();
        let sandbox = sandbox().await;
        sandbox.on("exchange").times(3, Fault::Status(status));
        let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
        let mut waited = Duration::ZERO;
        while sandbox.calls("exchange") < 3 {
            assert!(client.session().await.is_err());
            clock.advance(Duration::from_millis(200));
        }
        while client.session().await.is_err() {
            clock.advance(Duration::from_millis(100));
            waited += Duration::from_millis(100);
        }
        assert!(waited <= Duration::from_secs(1), "{status}: {waited:?}");
        assert_eq!(sandbox.calls("exchange"), 4);
    }
}

#[tokio::test]
async fn a_transient_fault_is_retried_and_no_caller_notices() {
    let sandbox = sandbox().await;
    sandbox.on("exchange").times(2, Fault::Status(StatusCode::BAD_GATEWAY));
    let client = builder(&sandbox).clock(ManualClock::default()).build().unwrap();
    assert!(lists(&client).await);
    assert_eq!((sandbox.calls("exchange"), client.exchanges()), (3, 1));
}

#[tokio::test]
async fn a_refusal_is_returned_to_a_thousand_callers_in_a_row_with_one_attempt_for_each_dialect() {
    let clock = ManualClock::default();
    let sandbox = sandbox().await;
    let client =
        BigIdClient::builder(sandbox.base_url()).user_token("never-issued").clock(clock.clone()).build().unwrap();
    for _ in 0..1_000 {
        assert!(client.session().await.unwrap_err().is_rejected());
    }
    assert_eq!((sandbox.calls("exchange"), sandbox.calls("unmatched")), (1, 1));
    clock.advance(Duration::from_secs(1));
    assert!(client.session().await.unwrap_err().is_rejected());
    assert_eq!((sandbox.calls("exchange"), sandbox.calls("unmatched")), (2, 2));
}

#[tokio::test]
async fn two_hundred_calls_in_flight_whose_401s_are_spread_out_make_one_exchange() {
    let sandbox = sandbox().await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    assert!(lists(&client).await);
    clock.advance(OLD);
    sandbox.revoke_sessions();
    let gate = Gate::new();
    sandbox.on("list_data_sources").times(200, Fault::Hold(gate.clone()));
    let herd: Vec<_> = (0..200)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { lists(&client).await })
        })
        .collect();
    gate.wait_for_held(200).await;
    for done in 1..=10 {
        gate.let_through(20);
        // Twenty have their 401, and their second response, before the next twenty have their first.
        sandbox.wait_for_calls("list_data_sources", 201 + done * 20).await;
    }
    assert!(join_all(herd).await.into_iter().all(|ok| ok.unwrap()));
    assert_eq!((client.exchanges(), sandbox.calls("exchange")), (2, 2));
}

#[tokio::test]
async fn a_token_rotated_in_its_file_heals_the_next_call() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let first = sandbox.generate_user_token(&sandbox.username(), 30).unwrap();
    let second = sandbox.generate_user_token(&sandbox.username(), 30).unwrap();
    sandbox.save_user(&sandbox.username()).unwrap();
    std::fs::write(&path, first.value()).unwrap();
    let provider = FileCredential::new(&path).allow_group_or_world_readable();
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(provider);
    let clock = ManualClock::default();
    let client = client.clock(clock.clone()).build().unwrap();
    assert!(lists(&client).await);
    clock.advance(OLD);
    std::fs::write(&path, second.value()).unwrap();
    sandbox.revoke_user_token(first.name()).unwrap();
    sandbox.revoke_sessions();
    assert!(lists(&client).await);
    assert_eq!(client.exchanges(), 2);
}

/// Gives a token that was never issued at first, and then a good one.
#[derive(Debug)]
struct Rotating {
    asked: AtomicUsize,
    good: String,
}

#[async_trait]
impl CredentialProvider for Rotating {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        match self.asked.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(Credential::user_token("never-issued")),
            1 => Ok(Credential::user_token(self.good.clone())),
            _ => Err("the vault is sealed".into()),
        }
    }
}

/// Counts how often it is asked, and has nothing.
#[derive(Debug, Default)]
struct Sealed(std::sync::Arc<AtomicUsize>);

#[async_trait]
impl CredentialProvider for Sealed {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Err("the vault is sealed".into())
    }
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_for_a_moment() {
    let (asked, clock) = (std::sync::Arc::<AtomicUsize>::default(), ManualClock::default());
    let client = BigIdClient::builder("https://t.bigid.cloud").credential_provider(Sealed(asked.clone()));
    let client = client.clock(clock.clone()).build().unwrap();
    for _ in 0..1_000 {
        let error = client.session().await.unwrap_err();
        assert!(!error.is_transient() && std::error::Error::source(&error).unwrap().to_string().contains("sealed"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    clock.advance(Duration::from_millis(200));
    assert!(client.session().await.is_err());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_provider_is_asked_again_before_its_credential_is_called_bad() {
    let sandbox = sandbox().await;
    let provider = Rotating { asked: AtomicUsize::new(0), good: sandbox.user_token() };
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(provider);
    let clock = ManualClock::default();
    let client = client.clock(clock.clone()).build().unwrap();
    assert!(lists(&client).await);
    assert_eq!(client.exchanges(), 1);
    clock.advance(OLD);
    sandbox.revoke_sessions();
    let error = client.list_data_sources().send().await.unwrap_err();
    let auth = AuthError::of(&error).unwrap();
    assert!(
        !auth.is_rejected() && std::error::Error::source(auth).unwrap().to_string().contains("sealed"),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_access_token_is_used_as_it_is_until_it_ends_for_good() {
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        let sandbox = bigid_witness::sandbox().profile(profile).data_sources(3).start().await.unwrap();
        let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.system_token()).build().unwrap();
        assert!(lists(&client).await && lists(&client).await);
        assert_eq!((sandbox.calls("exchange"), sandbox.calls("create_session")), (0, 0));
        sandbox.revoke_sessions();
        let error = client.list_data_sources().send().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED), "{profile:?}");
        let auth = client.session().await.unwrap_err();
        assert!(auth.is_rejected() && auth.to_string().contains("generate a user token"), "{auth}");
        assert_eq!(sandbox.calls("exchange"), 0);
        // An endpoint that refuses for other reasons does not invalidate a good token permanently.
        let clock = ManualClock::default();
        clock.set_wall(wall_of(&sandbox));
        let client = BigIdClient::builder(sandbox.base_url())
            .user_token(sandbox.system_token())
            .clock(clock.clone())
            .build()
            .unwrap();
        assert!(lists(&client).await);
        sandbox.on("list_users").always(Fault::RejectToken);
        client.request(Method::GET, "/access-management/users").send().await.unwrap();
        clock.advance(Duration::from_secs(2));
        assert!(lists(&client).await, "{profile:?}");
    }
}

#[tokio::test]
async fn clients_share_a_cache_on_purpose_and_in_one_deployment() {
    let sandbox = sandbox().await;
    let one = builder(&sandbox).build().unwrap();
    let other = BigIdClient::builder(sandbox.base_url()).session_cache(one.session_cache()).build().unwrap();
    assert!(lists(&one).await && lists(&other).await && lists(&one.clone()).await);
    assert_eq!((sandbox.calls("exchange"), other.exchanges()), (1, 1));
    let elsewhere = BigIdClient::builder("https://elsewhere.example").session_cache(one.session_cache()).build();
    assert!(matches!(elsewhere, Err(ConfigError::OtherDeployment)));
}

#[tokio::test]
async fn events_and_counts_tell_what_happened() {
    let sandbox = sandbox().await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    let mut events = client.subscribe();
    assert!(lists(&client).await && lists(&client).await);
    clock.advance(OLD);
    sandbox.revoke_sessions();
    assert!(lists(&client).await);
    let mut told = Vec::new();
    while let Some(event) = events.try_recv() {
        told.push(format!("{event:?}"));
    }
    assert_eq!(told, ["Exchanged", "Invalidated", "Exchanged", "Replayed"]);
    let counts = client.session_cache().stats();
    assert_eq!((counts.hits, counts.waits, counts.exchanges), (2, 2, 2));
}

#[tokio::test]
async fn a_user_token_near_its_end_is_reported_once_a_day() {
    let sandbox = bigid_witness::sandbox()
        .data_sources(3)
        .system_token_lifetime(Duration::from_secs(3600))
        .start()
        .await
        .unwrap();
    let token = sandbox.generate_user_token(&sandbox.username(), 5).unwrap();
    sandbox.save_user(&sandbox.username()).unwrap();
    let clock = ManualClock::default();
    // The sandbox runs on the system's time, and this clock has to agree with it on when a token ends.
    clock.set_wall(wall_of(&sandbox));
    let client =
        BigIdClient::builder(sandbox.base_url()).user_token(token.value()).clock(clock.clone()).build().unwrap();
    let mut events = client.subscribe();
    let mut told = 0;
    for _ in 0..48 {
        client.session().await.unwrap();
        clock.advance(Duration::from_secs(3600));
        while let Some(event) = events.try_recv() {
            told += usize::from(
                matches!(event, Event::CredentialExpiring { remaining } if remaining < Duration::from_secs(5 * 86_400)),
            );
        }
    }
    assert_eq!((told, sandbox.calls("exchange")), (2, 48));
}

#[tokio::test]
async fn a_week_long_session_does_not_keep_an_expiring_user_token_from_being_reported_daily() {
    let sandbox = sandbox().await;
    let token = sandbox.generate_user_token(&sandbox.username(), 17).unwrap();
    sandbox.save_user(&sandbox.username()).unwrap();
    let clock = ManualClock::default();
    clock.set_wall(wall_of(&sandbox));
    let client =
        BigIdClient::builder(sandbox.base_url()).user_token(token.value()).clock(clock.clone()).build().unwrap();
    let mut events = client.subscribe();
    client.session().await.unwrap();
    let mut told = 0;
    for _ in 0..24 * 10 {
        clock.advance(Duration::from_secs(3600));
        let before = client.exchanges();
        client.session().await.unwrap();
        // A refresh counts once its task has started.
        tokio::task::yield_now().await;
        if client.exchanges() > before {
            // The refresh runs in the background; its event says that it has ended.
            loop {
                match events.recv().await {
                    Some(Event::CredentialExpiring { .. }) => told += 1,
                    Some(Event::Refreshed | Event::Exchanged) | None => break,
                    Some(_) => {}
                }
            }
        }
    }
    // Its last two weeks start after three of ten days.
    assert!((6..=8).contains(&told), "{told}");
}

#[tokio::test]
async fn a_credential_that_cannot_be_sent_never_is() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "two\nlines").unwrap();
    let provider = FileCredential::new(&path).allow_group_or_world_readable();
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(provider).build().unwrap();
    let error = client.list_data_sources().send().await.unwrap_err();
    assert!(matches!(&error, Error::Layer(_)) && error.status().is_none(), "{error:?}");
    assert!(!AuthError::of(&error).unwrap().is_rejected());
    assert_eq!(sandbox.total_calls(), 0);
}

#[tokio::test]
async fn a_streaming_body_is_sent_once_and_never_empty() {
    let sandbox = sandbox().await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    assert!(lists(&client).await);
    clock.advance(OLD);
    sandbox.revoke_sessions();
    let post = || {
        let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("{\"ds_connection\":"), Ok("{}}")]);
        client
            .request(Method::POST, "/ds-connection-test")
            .with(|request| request.header("content-type", "application/json").body(reqwest::Body::wrap_stream(pieces)))
    };
    assert_eq!(post().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let bodies: Vec<_> = sandbox
        .requests()
        .into_iter()
        .filter(|request| request.method() == "POST")
        .map(|request| request.body().to_vec())
        .collect();
    assert_eq!(bodies, [b"{\"ds_connection\":{}}".to_vec()]);
    assert_ne!(post().send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "the next call has a new session");
    assert_eq!(client.exchanges(), 2);
}

#[tokio::test]
async fn a_fresh_session_that_is_refused_does_not_loop_and_403_renews_nothing() {
    let sandbox = sandbox().await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).dialect(Dialect::Deployed).clock(clock.clone()).build().unwrap();
    sandbox.on("list_data_sources").always(Fault::RejectToken);
    assert!(!lists(&client).await);
    // At once, and six times within one or two seconds; then once with another session.
    assert_eq!((sandbox.calls("list_data_sources"), sandbox.calls("exchange")), (9, 2));
    assert!((Duration::from_secs(1)..Duration::from_secs(2)).contains(&clock.now()), "{:?}", clock.now());
    sandbox.clear_faults();
    sandbox.on("list_data_sources").always(Fault::Status(StatusCode::FORBIDDEN));
    assert!(!lists(&client).await);
    assert_eq!((sandbox.calls("list_data_sources"), sandbox.calls("exchange")), (10, 2));
}

#[tokio::test]
async fn a_redirect_is_not_followed_by_either_client() {
    let elsewhere = sandbox().await;
    let sandbox = sandbox().await;
    let client = builder(&sandbox).build().unwrap();
    assert!(lists(&client).await);
    sandbox
        .on_every()
        .always(Fault::Redirect(StatusCode::TEMPORARY_REDIRECT, elsewhere.base_url() + "/ds-connections"));
    let error = client.list_data_sources().send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::TEMPORARY_REDIRECT));
    let fresh =
        BigIdClient::builder(sandbox.base_url()).password(sandbox.username(), sandbox.password()).build().unwrap();
    assert!(fresh.session().await.unwrap_err().to_string().contains("set the base URL"));
    assert_eq!(elsewhere.total_calls(), 0);
}
