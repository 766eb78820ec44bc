//! Apps that BigID hosts for many tenants: the grant of their identity provider, and the exchange of its token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bigid_auth_ext::http::{Method, StatusCode};
use bigid_auth_ext::{BigIdClient, Builder, ConfigError, Credential, HostedCredential, Secret};
use bigid_sandbox::{Clock, Profile, ResponseTemplate, Sandbox};
use serde_json::{Value, json};

const SECRET: &str = "hunter2-of-the-client";

/// What the identity provider is sent.
fn form(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

fn app(sandbox: &Sandbox) -> HostedCredential {
    HostedCredential::new(sandbox.base_url().trim_end_matches("/api/v1"), "the client", Secret::from(SECRET.to_owned()))
        .unwrap()
}

fn client(sandbox: &Sandbox, app: HostedCredential) -> BigIdClient {
    BigIdClient::builder(sandbox.base_url()).credential_provider(app).build().unwrap()
}

/// Makes the sandbox an identity provider as well, which counts its grants.
fn grants(sandbox: &Sandbox, response: impl Fn() -> ResponseTemplate + Send + Sync + 'static) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    sandbox.route(Method::POST, "/oauth/token", move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        let expected = [
            ("grant_type", "client_credentials"),
            ("client_id", "the client"),
            ("client_secret", SECRET),
            ("audience", "bigid-api-v1"),
        ];
        assert_eq!(form(request.body()), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        response()
    });
    count
}

fn granted(token: String) -> impl Fn() -> ResponseTemplate + Send + Sync + 'static {
    move || ResponseTemplate::json(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": 86_400 }))
}

fn tenant_of(session: &str) -> Value {
    use base64::Engine as _;
    let claims = session.rsplit(' ').next().unwrap().split('.').nth(1).unwrap();
    let claims: Value =
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["tenantId"].clone()
}

#[tokio::test]
async fn a_hosted_app_calls_each_of_its_tenants_in_every_profile() {
    for profile in Profile::ALL {
        let sandbox = bigid_witness::sandbox().profile(profile).data_sources(3).start().await.unwrap();
        let count = grants(&sandbox, granted(sandbox.service_token()));
        let own = client(&sandbox, app(&sandbox));
        let tenants = own.list_app_tenants().await.unwrap().data.unwrap().tenants.unwrap();
        assert_eq!(tenants.len(), 2);
        for tenant in tenants.iter().map(|tenant| tenant.tenant_id.clone().unwrap()) {
            let client = client(&sandbox, app(&sandbox).tenant(tenant.clone()));
            for _ in 0..3 {
                assert_eq!(client.list_data_sources().await.unwrap().data.unwrap().ds_connections.unwrap().len(), 3);
            }
            assert_eq!(
                tenant_of(client.session().await.unwrap().authorization().to_str().unwrap()),
                tenant,
                "{profile:?}"
            );
            assert_eq!(client.exchanges(), 1);
        }
        assert_eq!(count.load(Ordering::Relaxed), 3, "{profile:?}");
    }
}

#[tokio::test]
async fn a_service_token_is_renewed_and_refused_as_a_user_token_is() {
    let clock = Clock::manual(1_700_000_000);
    let sandbox = bigid_witness::sandbox().clock(clock.clone()).start().await.unwrap();
    let client = |credential| BigIdClient::builder(sandbox.base_url()).credential(credential).build().unwrap();
    let good = client(Credential::service_token(sandbox.service_token()));
    good.list_clusters().await.unwrap();
    sandbox.revoke_sessions();
    // The key changed, which invalidates the token.
    let error = good.list_clusters().await.unwrap_err();
    assert!(error.to_string().contains("service token"), "{error}");

    let expired = sandbox.service_token();
    clock.advance(std::time::Duration::from_secs(24 * 60 * 60));
    for credential in [
        Credential::service_token(expired),
        Credential::service_token("guess"),
        Credential::service_token(sandbox.user_token()),
        Credential::service_token_of("nobody", sandbox.service_token()),
    ] {
        let error = client(credential).session().await.unwrap_err();
        assert!(error.is_rejected() && error.status() == Some(StatusCode::UNAUTHORIZED), "{error}");
    }
    let error = client(Credential::user_token(sandbox.service_token())).session().await.unwrap_err();
    assert!(error.is_rejected(), "{error}");
}

#[tokio::test]
async fn a_token_that_is_new_each_time_and_always_refused_does_not_make_a_flood() {
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let number = AtomicUsize::new(0);
    let count = grants(&sandbox, move || {
        let token = format!("token-{}", number.fetch_add(1, Ordering::Relaxed));
        ResponseTemplate::json(&json!({ "access_token": token }))
    });
    let client = BigIdClient::builder(sandbox.base_url())
        .credential_provider(app(&sandbox))
        .clock(bigid_auth_ext::ManualClock::default())
        .build()
        .unwrap();
    for _ in 0..10 {
        assert!(client.session().await.unwrap_err().is_rejected());
    }
    assert_eq!((count.load(Ordering::Relaxed), sandbox.calls("exchange_service_token")), (2, 2));
}

#[tokio::test]
async fn what_the_identity_provider_says_is_a_status_and_a_known_code() {
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let text = |status: u16, body: String| {
        move || ResponseTemplate::html(body.clone()).status(StatusCode::from_u16(status).unwrap())
    };
    for (status, body, expected) in [
        (401, json!({ "error": "invalid_client", "error_description": SECRET }).to_string(), "401 (invalid_client)"),
        (403, json!({ "error": SECRET }).to_string(), "it responded 403"),
        (302, String::new(), "it responded 302"),
        (500, "<html>".to_owned(), "it responded 500"),
        (200, "[]".to_owned(), "(200) has no access_token"),
        (200, json!({ "access_token": "" }).to_string(), "(200) has no access_token"),
        (200, json!({ "access_token": 5, "error": SECRET }).to_string(), "(200) has no access_token"),
        (200, "x".repeat(70_000), "longer than 64 KiB"),
        (200, json!({ "access_token": "a b" }).to_string(), "white space"),
    ] {
        let _count = grants(&sandbox, text(status, body));
        let error = client(&sandbox, app(&sandbox)).session().await.unwrap_err();
        let told = format!("{error} {error:?} {:?}", std::error::Error::source(&error).map(ToString::to_string));
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains(SECRET) && !told.contains("a b"), "{told}");
    }
    assert_eq!(sandbox.calls("exchange_service_token"), 0);
}

#[test]
fn nothing_of_a_hosted_app_is_shown_and_no_secret_goes_out_in_plain_text() {
    let new = |url: &str| HostedCredential::new(url, "the-client", Secret::from(SECRET.to_owned()));
    assert!(matches!(new("http://identity.example"), Err(ConfigError::PlainHttp)));
    assert!(matches!(new("https://user:hunter2@identity.example"), Err(ConfigError::BaseUrl(_))));
    let app = new("https://identity.example").unwrap().tenant("acme").audience("other");
    let credential = Credential::service_token_of("acme", SECRET);
    let shown = format!("{app:?} {credential:?}");
    assert!(shown.contains("acme") && !shown.contains(SECRET) && !shown.contains("the-client"), "{shown}");
    for (tenant, token) in [("acme", ""), ("acme", "a b"), ("", "token")] {
        let builder: Builder = BigIdClient::builder("https://hosted.bigid.example");
        let error = builder.credential(Credential::service_token_of(tenant, token)).build().unwrap_err();
        assert!(matches!(error, ConfigError::Credential(_)), "{error}");
    }
}
