//! Exchanges, replays and refusals, over real HTTP against the sandbox.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::time::Duration;

use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::{Method, StatusCode};
use bigid_auth_ext::bigid_api::types::ApiErrorBody;
use bigid_auth_ext::{AuthError, AuthScheme, BigIdClient, Builder, ConfigError, Dialect, ManualClock};
use bigid_sandbox::{Profile, Sandbox};
use bigid_witness::{AllowedViolation, Part, Witness};

const PROFILES: [Profile; 3] = [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec];

async fn sandbox(profile: Profile) -> Sandbox {
    bigid_witness::sandbox().profile(profile).data_sources(3).start().await.unwrap()
}

fn builder(sandbox: &Sandbox) -> Builder {
    BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token())
}

/// Older than a session whose refusal may be a slow node's.
const OLD: Duration = Duration::from_secs(3);

/// Lists the data sources and counts them.
async fn count(client: &BigIdClient) -> Result<usize, Error<ApiErrorBody>> {
    let page = client.list_data_sources().await?;
    Ok(page.data.unwrap().ds_connections.unwrap().len())
}

#[tokio::test]
async fn a_user_token_becomes_a_session_on_every_profile() {
    for profile in PROFILES {
        let sandbox = sandbox(profile).await;
        let client = builder(&sandbox).build().unwrap();
        assert_eq!(client.dialect(), None);
        assert_eq!(count(&client).await.unwrap(), 3);
        assert_eq!(count(&client).await.unwrap(), 3);
        assert_eq!(client.exchanges(), 1);
        let expected = if matches!(profile, Profile::Spec) { Dialect::Spec } else { Dialect::Deployed };
        assert_eq!(client.dialect(), Some(expected));
        assert_eq!(sandbox.calls("exchange"), 1);
    }
}

#[tokio::test]
async fn a_user_name_and_password_become_a_session_on_every_profile() {
    for profile in PROFILES {
        let sandbox = sandbox(profile).await;
        let client =
            BigIdClient::builder(sandbox.base_url()).password(sandbox.username(), sandbox.password()).build().unwrap();
        assert_eq!(count(&client).await.unwrap(), 3, "{profile:?}");
        assert_eq!(count(&client).await.unwrap(), 3, "{profile:?}");
        assert_eq!(sandbox.calls("create_session"), 1, "{profile:?}");
        // What the prefix costs to find out: one call, once.
        let expected = if matches!(profile, Profile::Spec) { 3 } else { 2 };
        assert_eq!(sandbox.calls("list_data_sources"), expected, "{profile:?}");
    }
}

#[tokio::test]
async fn a_set_dialect_is_kept_to() {
    let spec = sandbox(Profile::Spec).await;
    assert_eq!(count(&builder(&spec).dialect(Dialect::Spec).build().unwrap()).await.unwrap(), 3);
    let error = count(&builder(&spec).dialect(Dialect::Deployed).build().unwrap()).await.unwrap_err();
    let auth = AuthError::of(&error).unwrap();
    assert!(!auth.is_rejected() && auth.to_string().contains("base URL"), "{auth}");
    assert_eq!(spec.calls("exchange"), 1);
    let bearer = AllowedViolation {
        operation: "exchangeUserToken",
        part: Part::Security,
        reason: "the prefix is set against the dialect, as a user may",
    };
    let deployed = Witness::default().allow(bearer).sandbox().start().await.unwrap();
    let wrong = builder(&deployed).auth_scheme(AuthScheme::Bearer).build().unwrap();
    assert!(count(&wrong).await.is_err());
}

#[tokio::test]
async fn a_refused_user_token_is_the_servers_own_response_with_what_to_do() {
    for profile in PROFILES {
        let sandbox = sandbox(profile).await;
        let client = BigIdClient::builder(sandbox.base_url()).user_token("never-issued").build().unwrap();
        let error = count(&client).await.unwrap_err();
        assert!(matches!(&error, Error::ErrorResponse(_)), "{profile:?}: {error:?}");
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
        assert!(!error.is_retryable());
        let auth = AuthError::of(&error).unwrap();
        assert!(auth.is_rejected() && !auth.is_transient());
        assert!(auth.to_string().contains("Access Management"), "{auth}");
        assert!(client.session().await.unwrap_err().is_rejected());
    }
}

#[tokio::test]
async fn a_refused_password_names_the_cloud() {
    let sandbox = sandbox(Profile::Deployed2023).await;
    let client = BigIdClient::builder(sandbox.base_url()).password(sandbox.username(), "wrong").build().unwrap();
    let auth = client.session().await.unwrap_err();
    assert!(auth.is_rejected() && auth.to_string().contains("cloud takes no passwords"), "{auth}");
}

#[tokio::test]
async fn a_revoked_session_is_replaced_once_and_the_call_succeeds() {
    for profile in PROFILES {
        let sandbox = sandbox(profile).await;
        let clock = ManualClock::default();
        let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
        count(&client).await.unwrap();
        clock.advance(OLD);
        sandbox.revoke_sessions();
        assert_eq!(count(&client).await.unwrap(), 3);
        assert_eq!(client.exchanges(), 2, "{profile:?}");
        assert_eq!(sandbox.calls("list_data_sources"), 3, "{profile:?}");
    }
}

#[tokio::test]
async fn many_calls_share_one_exchange_and_one_replacement() {
    let sandbox = sandbox(Profile::Deployed6x).await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    let herd = || futures_util::future::join_all((0..100).map(|_| count(&client)));
    assert!(herd().await.into_iter().all(|result| result.is_ok()));
    assert_eq!(sandbox.calls("exchange"), 1);
    clock.advance(OLD);
    sandbox.revoke_sessions();
    assert!(herd().await.into_iter().all(|result| result.is_ok()));
    assert_eq!(sandbox.calls("exchange"), 2);
}

#[tokio::test]
async fn a_refusal_is_returned_to_everyone_who_waited() {
    let sandbox = sandbox(Profile::Deployed6x).await;
    let client =
        BigIdClient::builder(sandbox.base_url()).user_token("never-issued").dialect(Dialect::Deployed).build().unwrap();
    let results = futures_util::future::join_all((0..100).map(|_| client.session())).await;
    assert!(results.into_iter().all(|result| result.is_err_and(|error| error.is_rejected())));
    assert_eq!(sandbox.calls("exchange"), 1);
}

#[tokio::test]
async fn a_session_ends_with_its_token_and_is_refreshed_before() {
    let clock = ManualClock::default();
    // The test distinguishes sessions by their text.
    let sandbox = bigid_witness::sandbox().data_sources(3).unique_sessions();
    let sandbox = sandbox.system_token_lifetime(Duration::from_secs(100)).start().await.unwrap();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    count(&client).await.unwrap();
    assert_eq!(client.session().await.unwrap().lifetime(), Duration::from_secs(100));
    clock.advance(Duration::from_secs(89));
    count(&client).await.unwrap();
    assert_eq!(client.exchanges(), 1);
    let first = client.session().await.unwrap();
    // The window is the last tenth, and its jitter ends half-way.
    clock.advance(Duration::from_secs(7));
    // The call that finds the session in its window is served by it; the refresh ends when a new one is there.
    while client.session().await.unwrap().authorization() == first.authorization() {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.exchanges(), 2);
    clock.advance(Duration::from_secs(200));
    count(&client).await.unwrap();
    assert_eq!(client.exchanges(), 3);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_exchange_to_the_others() {
    let sandbox = sandbox(Profile::Deployed6x).await;
    let client = builder(&sandbox).build().unwrap();
    let first = client.session();
    let second = client.session();
    {
        let mut first = std::pin::pin!(first);
        assert!(futures_util::poll!(&mut first).is_pending());
    }
    second.await.unwrap();
    assert_eq!(client.exchanges(), 1);
}

#[tokio::test]
async fn a_session_outlives_the_runtime_that_exchanged_it() {
    let sandbox = sandbox(Profile::Deployed6x).await;
    let client = builder(&sandbox).build().unwrap();
    let other = client.clone();
    let session = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { other.session().await.unwrap() })
    });
    let session = session.join().unwrap();
    assert_eq!(client.session().await.unwrap().authorization(), session.authorization());
    assert_eq!(count(&client).await.unwrap(), 3);
    assert_eq!(client.exchanges(), 1);
}

#[tokio::test]
async fn an_exchange_that_dies_with_its_runtime_is_started_anew() {
    let sandbox = sandbox(Profile::Deployed6x).await;
    let client = builder(&sandbox).build().unwrap();
    let other = client.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut session = std::pin::pin!(other.session());
            assert!(futures_util::poll!(&mut session).is_pending());
        });
    })
    .join()
    .unwrap();
    assert_eq!(count(&client).await.unwrap(), 3);
    // The first one died before it sent anything.
    assert_eq!((client.exchanges(), sandbox.calls("exchange")), (1, 1));
}

#[tokio::test]
async fn any_other_api_goes_through_the_same_layers() {
    let sandbox = sandbox(Profile::Deployed2023).await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    let response = client.request(Method::GET, "/access-management/users").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    clock.advance(OLD);
    sandbox.revoke_sessions();
    let response = client.request(Method::GET, "/access-management/users").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(client.exchanges(), 2);
    for path in ["//evil.example/x", "/../x", "https://evil.example/api/v1/x"] {
        assert!(matches!(client.request(Method::GET, path).send().await, Err(Error::InvalidRequest(_))), "{path}");
    }
}

#[tokio::test]
async fn an_unreachable_server_is_a_retryable_communication_failure() {
    let sandbox = sandbox(Profile::Deployed6x).await;
    let base_url = sandbox.base_url();
    let token = sandbox.user_token().to_owned();
    drop(sandbox);
    let client = BigIdClient::builder(base_url).user_token(token.clone()).build().unwrap();
    let error = count(&client).await.unwrap_err();
    assert!(matches!(error, Error::Communication(_)) && error.is_retryable() && error.status().is_none(), "{error:?}");
    let auth = AuthError::of(&error).unwrap();
    assert!(auth.is_unreachable() && auth.is_transient());
    assert!(!format!("{error:?} {auth:?}").contains(&token));
}

#[test]
fn plain_http_is_for_loopback_or_on_request() {
    let build = |url: &str| BigIdClient::builder(url).user_token("t").build();
    assert!(matches!(build("http://bigid.example"), Err(ConfigError::PlainHttp)));
    assert!(
        build("http://127.0.0.1:9090").is_ok()
            && build("http://[::1]:9090").is_ok()
            && build("http://localhost").is_ok()
    );
    assert!(matches!(build("http://localhost.bigid.example"), Err(ConfigError::PlainHttp)));
    assert!(
        BigIdClient::builder("http://bigid.example").user_token("t").dangerously_allow_plain_http().build().is_ok()
    );
}

#[test]
fn a_credential_that_cannot_be_sent_is_refused_unprinted() {
    for token in ["", "two words hunter2", "hunter2\n", "hünter2"] {
        let error = BigIdClient::builder("https://t.bigid.cloud").user_token(token).build().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("nter2"));
    }
    assert!(matches!(BigIdClient::builder("https://t.bigid.cloud").build(), Err(ConfigError::NoCredential)));
}
