//! `X-Signed-Token` over HTTP, with the key of the sandbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use bigid_app::bigid_auth_ext::{BigIdClient, ManualClock};
use bigid_app::{App, Done, REFRESH_INTERVAL, SignatureVerifier};
use bigid_sandbox::http::Method;
use bigid_sandbox::{ResponseTemplate, Sandbox};
use serde_json::{Value, json};

use crate::common::{Served, execution, immediate, manifest};

const NOW: u64 = 1_800_000_000;

fn pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

fn pem(pair: &EcdsaKeyPair) -> String {
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(der.as_ref()))
}

fn token(pair: &EcdsaKeyPair, algorithm: &str, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({"alg": algorithm})), part(claims));
    let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn serve_key(sandbox: &Sandbox, pair: &EcdsaKeyPair) {
    let pem = pem(pair);
    let response = move |_: &_| ResponseTemplate::json(&json!({"publicKey": pem}));
    sandbox.route_with_session(Method::GET, "/api/v1/tpa/public-key", response);
}

async fn sandbox() -> Sandbox {
    // The format of the key is unknown, and this one is not the contract's.
    bigid_witness::Witness::default().requests_only().sandbox().data_sources(3).start().await.unwrap()
}

#[tokio::test]
async fn only_an_execution_that_bigid_signed_just_now_and_once_runs() {
    let sandbox = sandbox().await;
    let (bigid, attacker) = (pair(), pair());
    serve_key(&sandbox, &bigid);
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    let clock = ManualClock::default();
    clock.set_wall(Duration::from_secs(NOW));
    let ran = Arc::new(AtomicUsize::new(0));
    let count = ran.clone();
    let app = App::builder(manifest())
        .deployment(sandbox.base_url())
        .signed_by(SignatureVerifier::fetching(client).clock(clock.clone()))
        .action(immediate("act"), move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(Done::new("x")) }
        });
    let app = app.build().unwrap();
    let served = Served::start(&app, Duration::ZERO).await;
    let body = execution(&sandbox, "e1").to_string();
    let claims = json!({"exp": NOW + 3_600});
    let good = token(&bigid, "ES256", &claims);
    let unsigned = format!("{}.", token(&bigid, "none", &claims).rsplit_once('.').unwrap().0);
    let refused = |sent: Option<String>| {
        let (served, body) = (&served, body.clone());
        async move {
            let (status, text) = served.post("/execute", sent.as_deref(), body).await;
            let response: Value = serde_json::from_str(&text).unwrap();
            assert!(status == 401 && response["statusEnum"] == "ERROR", "{sent:?}: {text}");
            response["message"].as_str().unwrap().to_owned()
        }
    };
    // None of these is plausible, so not even the key is requested.
    for (sent, reason) in [
        (None, "is missing"),
        (Some("x".to_owned()), "is not a JSON Web Token"),
        (Some(unsigned), "algorithm"),
        (Some(token(&bigid, "HS256", &claims)), "algorithm"),
        (Some(token(&bigid, "ES256", &json!({"exp": NOW}))), "expired"),
        (Some(token(&bigid, "ES256", &json!({}))), "no exp"),
    ] {
        assert!(refused(sent).await.contains(reason), "{reason}");
    }
    assert_eq!(sandbox.total_calls(), 0);

    assert_eq!(served.post("/execute", Some(&good), body.clone()).await.0, 200);
    let calls = sandbox.total_calls();
    assert!(refused(Some(good)).await.contains("was used before"));
    for _ in 0..3 {
        assert!(refused(Some(token(&attacker, "ES256", &claims))).await.contains("not signed"));
    }
    assert_eq!(
        (ran.load(Ordering::SeqCst), sandbox.total_calls()),
        (1, calls),
        "nothing was sent for the refused ones"
    );

    // BigID has a new key, which is requested when the old one has been kept for a while.
    let newer = pair();
    serve_key(&sandbox, &newer);
    assert!(refused(Some(token(&newer, "ES256", &claims))).await.contains("not signed"));
    clock.advance(REFRESH_INTERVAL);
    let claims = json!({"exp": NOW + 3_601});
    assert_eq!(served.post("/execute", Some(&token(&newer, "ES256", &claims)), body.clone()).await.0, 200);
    assert_eq!(served.post("/configure", None, "{}").await.0, 400);
    served.stop().await;
}

#[tokio::test]
async fn without_a_key_every_execution_is_refused_with_the_reason() {
    let sandbox = sandbox().await;
    sandbox.route_with_session(Method::GET, "/api/v1/tpa/public-key", |_| ResponseTemplate::html("<html>"));
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    let verifier = SignatureVerifier::fetching(client);
    let signed = token(&pair(), "ES256", &json!({"exp": 4_000_000_000_u64}));
    let error = verifier.verify(Some(&signed)).await.unwrap_err().to_string();
    assert!(error.starts_with("X-Signed-Token cannot be verified: "), "{error}");
    let calls = sandbox.total_calls();
    // It is not asked for again at once.
    assert_eq!(verifier.verify(Some(&signed)).await.unwrap_err().to_string(), error);
    assert_eq!(sandbox.total_calls(), calls);
}
