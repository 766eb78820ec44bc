//! Sessions that were issued elsewhere and are used as they are: never exchanged, never renewed.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::bigid_api::http::{Method, StatusCode};
use bigid_auth_ext::bigid_api::{BaseUrl, Client, Transport, reqwest};
use bigid_auth_ext::{
    AuthError, BigIdClient, Builder, ConfigError, Credential, CredentialProvider, DEFAULT_LIFETIME, Dialect,
    ManualClock, ProviderError, async_trait,
};
use bigid_sandbox::{Profile, Sandbox};

const PROFILES: [Profile; 3] = [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec];

fn builder(sandbox: &Sandbox, session: &str) -> Builder {
    BigIdClient::builder(sandbox.base_url()).credential(Credential::session(session))
}

async fn lists(client: &BigIdClient) -> bool {
    client.list_data_sources().send().await.is_ok()
}

#[tokio::test]
async fn a_session_of_any_form_is_used_as_it_is_and_its_end_says_so() {
    for profile in PROFILES {
        for is_opaque in [false, true] {
            let sandbox = bigid_witness::sandbox().profile(profile).data_sources(3);
            let sandbox = if is_opaque { sandbox.opaque_sessions() } else { sandbox };
            let sandbox = sandbox.start().await.unwrap();
            let client = builder(&sandbox, &sandbox.system_token()).build().unwrap();
            assert!(lists(&client).await && lists(&client).await);
            let expected = if matches!(profile, Profile::Spec) { Dialect::Spec } else { Dialect::Deployed };
            assert_eq!(client.dialect(), Some(expected));
            sandbox.revoke_sessions();
            let error = client.list_data_sources().send().await.unwrap_err();
            assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
            let auth = client.session().await.unwrap_err();
            assert!(auth.is_rejected() && auth.to_string().contains("the client cannot renew it"), "{auth}");
            assert!(!format!("{error:?} {auth:?}").contains(&sandbox.system_token()));
            assert_eq!((client.exchanges(), sandbox.calls("exchange"), sandbox.calls("create_session")), (0, 0, 0));
        }
    }
}

#[tokio::test]
async fn a_session_whose_claims_say_that_it_has_expired_is_an_error_before_anything_is_sent() {
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let clock = ManualClock::default();
    clock.set_wall(Duration::from_secs(20_000_000_000));
    let client = builder(&sandbox, &sandbox.system_token()).clock(clock).build().unwrap();
    let error = client.list_data_sources().send().await.unwrap_err();
    assert!(AuthError::of(&error).unwrap().is_rejected() && sandbox.total_calls() == 0, "{error:?}");
}

/// Gives the latest session, and counts how often it is asked.
#[derive(Debug, Clone)]
struct Latest(Arc<Mutex<String>>, Arc<AtomicUsize>);

#[async_trait]
impl CredentialProvider for Latest {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(Credential::session(self.0.lock().unwrap().clone()))
    }
}

#[tokio::test]
async fn a_provider_of_sessions_is_asked_when_one_ends_and_a_new_one_serves_at_once() {
    let sandbox = bigid_witness::sandbox().data_sources(3).unique_sessions().start().await.unwrap();
    let (latest, clock) =
        (Latest(Arc::new(Mutex::new(sandbox.system_token())), Arc::default()), ManualClock::default());
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(latest.clone()).clock(clock.clone());
    let client = client.build().unwrap();
    assert!(lists(&client).await);
    sandbox.revoke_sessions();
    assert!(!lists(&client).await);
    *latest.0.lock().unwrap() = sandbox.system_token();
    assert!(lists(&client).await);
    assert_eq!(client.exchanges(), 0);
}

#[tokio::test]
async fn a_session_that_states_no_end_is_asked_for_again_every_ten_minutes() {
    let sandbox = bigid_witness::sandbox().data_sources(3).opaque_sessions().start().await.unwrap();
    let (latest, clock) =
        (Latest(Arc::new(Mutex::new(sandbox.system_token())), Arc::default()), ManualClock::default());
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(latest.clone()).clock(clock.clone());
    let client = client.build().unwrap();
    for asked in 1..=4 {
        for _ in 0..10 {
            assert!(lists(&client).await);
            clock.advance(DEFAULT_LIFETIME / 10);
        }
        assert_eq!(latest.1.load(Ordering::SeqCst), asked);
    }
}

#[test]
fn a_session_that_no_header_can_hold_is_refused_by_build_unprinted() {
    for session in ["", "Bearer hunter2", "hunter2\n"] {
        let client = BigIdClient::builder("https://t.bigid.cloud").credential(Credential::session(session));
        let error = client.build().unwrap_err();
        assert!(matches!(error, ConfigError::Credential(_)) && !format!("{error} {error:?}").contains("hunter2"));
    }
}

/// A hosted app: a separate exchange turns its identity provider's token into a session.
#[derive(Debug)]
struct HostedApp {
    client: Client,
    identity: &'static str,
}

#[async_trait]
impl CredentialProvider for HostedApp {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        let exchange = self.client.exchange_service_token().header("authorization", self.identity);
        let session = exchange.await?.data.ok_or("the server issued no session")?;
        Ok(Credential::Session(session))
    }
}

#[tokio::test]
async fn a_hosted_app_is_a_provider_that_exchanges_the_token_of_its_identity_provider() {
    let sandbox = bigid_witness::sandbox().data_sources(3).start().await.unwrap();
    let exchanges = Arc::new(AtomicUsize::new(0));
    let (session, counted) = (sandbox.system_token(), Arc::clone(&exchanges));
    sandbox.route(Method::POST, "/api/v1/token-exchange", move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        assert_eq!(request.headers().get("authorization").unwrap(), "identity-token");
        bigid_sandbox::ResponseTemplate::json(&serde_json::json!({ "data": session }))
    });
    let transport =
        Transport::new(BaseUrl::parse(&sandbox.base_url()).unwrap(), reqwest::Client::builder().build().unwrap());
    let app = HostedApp { client: Client::new(transport), identity: "identity-token" };
    let client = BigIdClient::builder(sandbox.base_url()).credential_provider(app).build().unwrap();
    assert!(lists(&client).await && lists(&client).await);
    assert_eq!((exchanges.load(Ordering::Relaxed), sandbox.calls("exchange")), (1, 0));
}
