//! Responses, byte for byte as recorded from real servers.
//!
//! This file is long because responses are compared byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bigid_sandbox::{Fault, Profile, Sandbox};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use crate::common::{Caller, TestResult};

const FAILED: &str = r#"{"success":false,"message":"Failed to authenticate token."}"#;
const NOT_VALID: &str = r#"{"success":false,"message":"Refresh token not valid"}"#;

async fn sandbox(profile: Profile) -> Result<(Sandbox, Caller), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().profile(profile).start().await?;
    let caller = Caller::new(&sandbox)?;
    Ok((sandbox, caller))
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// An unsaved, a revoked and a made-up user token.
fn bad_tokens(sandbox: &Sandbox) -> Result<[(String, bool); 3], Box<dyn std::error::Error>> {
    let unsaved = sandbox.generate_user_token("analyst-1", 30)?;
    let revoked = sandbox.generate_user_token("analyst-2", 30)?;
    sandbox.save_user("analyst-2")?;
    sandbox.revoke_user_token(revoked.name())?;
    Ok([(unsaved.value().into(), true), (revoked.value().into(), true), ("garbage".into(), false)])
}

#[tokio::test]
async fn in_2023_a_garbage_token_is_59_bytes_under_200() -> TestResult {
    let (_sandbox, caller) = sandbox(Profile::Deployed2023).await?;
    let response = caller.exchange("garbage").await?;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
    // The entity tag is the recorded one, so the body is the recorded body.
    assert_eq!(header(&response, "etag"), r#"W/"3b-iVQBwHeWnXIsDdsvzTFQ8Wkrerk""#);
    let body = response.text().await?;
    assert_eq!((body.as_str(), body.len()), (FAILED, 59));
    Ok(())
}

#[tokio::test]
async fn in_2023_an_unsaved_or_revoked_token_is_53_bytes_under_200() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed2023).await?;
    for (token, known) in bad_tokens(&sandbox)? {
        let response = caller.exchange(&token).await?;
        let recorded =
            if known { r#"W/"35-kR5U0590cHK1DF7u8FWE2o/qy1c""# } else { r#"W/"3b-iVQBwHeWnXIsDdsvzTFQ8Wkrerk""# };
        assert_eq!((response.status(), header(&response, "etag")), (StatusCode::OK, recorded));
        assert_eq!(response.text().await?, if known { NOT_VALID } else { FAILED });
    }
    Ok(())
}

#[tokio::test]
async fn on_6x_the_same_is_401_with_a_message() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    for (token, known) in bad_tokens(&sandbox)? {
        let response = caller.exchange(&token).await?;
        assert_eq!(response.status(), 401);
        assert_eq!(header(&response, "content-type"), "application/json; charset=utf-8");
        let message = if known { "Refresh token not valid" } else { "Failed to authenticate token." };
        assert_eq!(response.json::<Value>().await?, json!({"message": message}));
    }
    Ok(())
}

#[tokio::test]
async fn in_the_contract_the_same_is_401_with_a_message() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Spec).await?;
    for (token, known) in bad_tokens(&sandbox)? {
        let response = caller.exchange(&token).await?;
        assert_eq!(
            (response.status(), header(&response, "content-type")),
            (StatusCode::UNAUTHORIZED, "application/json")
        );
        let message = if known { "Refresh token not valid" } else { "Failed to authenticate token." };
        assert_eq!(response.json::<Value>().await?, json!({"message": message}));
    }
    Ok(())
}

#[tokio::test]
async fn a_successful_exchange_has_two_fields() -> TestResult {
    for profile in Profile::ALL {
        let (sandbox, caller) = sandbox(profile).await?;
        let response = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!(response.status(), 200);
        let expected = match profile {
            Profile::Deployed2023 => "text/html; charset=utf-8",
            Profile::Deployed6x => "application/json; charset=utf-8",
            _ => "application/json",
        };
        assert_eq!(header(&response, "content-type"), expected);
        let body = response.text().await?;
        assert!(body.starts_with(r#"{"success":true,"systemToken":""#), "the recorded order of fields");
        let body: Value = serde_json::from_str(&body)?;
        assert_eq!(body.as_object().map(|fields| fields.len()), Some(2));
        assert_eq!(body["systemToken"].as_str().map(|token| token.split('.').count()), Some(3));
    }
    Ok(())
}

#[tokio::test]
async fn in_2023_an_invalid_session_is_the_same_59_bytes_under_200() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed2023).await?;
    let user_token = sandbox.user_token();
    for token in ["garbage", "", "Bearer x", user_token.as_str()] {
        let response = caller.get("/ds-connections?limit=1", token).send().await?;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "etag"), r#"W/"3b-iVQBwHeWnXIsDdsvzTFQ8Wkrerk""#);
        assert_eq!(response.text().await?, FAILED);
    }
    Ok(())
}

#[tokio::test]
async fn without_a_token_the_response_is_that_of_a_bad_one() -> TestResult {
    for profile in Profile::ALL {
        let (_sandbox, caller) = sandbox(profile).await?;
        let without = caller.http.get(format!("{}/ds-connections", caller.base)).send().await?;
        let with = caller.get("/ds-connections", "garbage").send().await?;
        assert_eq!(without.status(), with.status());
        assert_eq!(without.text().await?, with.text().await?);
    }
    Ok(())
}

#[tokio::test]
async fn a_bad_password_is_rejected_as_recorded() -> TestResult {
    let text = "Authentication failed. Username / Password incorrect or insufficient roles in AD.";
    for profile in Profile::ALL {
        let (sandbox, caller) = sandbox(profile).await?;
        let credentials = json!({"username": sandbox.username(), "password": "wrong"});
        let response = caller.http.post(format!("{}/sessions", caller.base)).json(&credentials).send().await?;
        let (status, body) = (response.status(), response.text().await?);
        let expected = match profile {
            Profile::Deployed2023 => (200, format!(r#"{{"success":false,"message":"{text}"}}"#)),
            _ => (401, format!(r#"{{"message":"{text}"}}"#)),
        };
        assert_eq!((status.as_u16(), body.clone()), expected);
        assert!(profile != Profile::Deployed2023 || body.len() == 111, "the recorded length");
    }
    Ok(())
}

#[tokio::test]
async fn a_session_has_the_recorded_fields_and_353_permissions() -> TestResult {
    for profile in Profile::ALL {
        let (sandbox, caller) = sandbox(profile).await?;
        let credentials = json!({"username": sandbox.username(), "password": sandbox.password()});
        let response = caller.http.post(format!("{}/sessions", caller.base)).json(&credentials).send().await?;
        assert_eq!(response.status(), 200);
        let session: Value = serde_json::from_str(&response.text().await?)?;
        let fields = [
            "success",
            "message",
            "auth_token",
            "username",
            "firstName",
            "lastName",
            "email",
            "isPasswordChangeNeeded",
            "permissions",
        ];
        assert!(fields.iter().all(|field| session.get(field).is_some()));
        assert_eq!(session["message"], "Enjoy your token!");
        assert_eq!(session["permissions"].as_array().map(Vec::len), Some(353));
        let token = session["auth_token"].as_str().ok_or("no token")?;
        assert_eq!(caller.get("/ds-connections", token).send().await?.status(), 200);
    }
    Ok(())
}

#[tokio::test]
async fn the_oldest_scripts_send_a_form_to_sessions() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed2023).await?;
    let form = format!("username={}&password={}", sandbox.username(), sandbox.password());
    let response = caller.http.post(format!("{}/sessions", caller.base)).body(form).send().await?;
    assert!(response.text().await?.contains("auth_token"));
    Ok(())
}

#[tokio::test]
async fn now_and_then_a_gateway_says_502_under_200() -> TestResult {
    for profile in Profile::ALL {
        let (sandbox, caller) = sandbox(profile).await?;
        sandbox.on_every().once(Fault::GatewayPageUnder200);
        let response = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, "text/html; charset=utf-8"));
        assert!(response.text().await?.starts_with("<html>\r\n<head><title>502 Bad Gateway</title>"));
        assert!(caller.session(&sandbox.user_token()).await.is_ok());
    }
    Ok(())
}

#[tokio::test]
async fn a_missing_data_source_is_400_unable_to_locate() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    let update = json!({"ds_connection": {"enabled": "no"}});
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = caller.request(method, "/ds_connections/no%20such%20source", &session);
        let response = request.json(&update).send().await?;
        assert_eq!(response.status(), 400);
        let message = response.json::<Value>().await?["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains("Unable to locate") && message.contains("no such source"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn a_double_quote_inside_a_filter_value_is_422() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    let filter = json!([{"field": "name", "operator": "equal", "value": "a\"b"}]);
    let request = caller.get("/ds-connections", &session).query(&[("filter", filter.to_string())]);
    assert_eq!(request.send().await?.status(), 422);
    let body = json!({"query": {"filter": filter}});
    let request = caller.request(Method::POST, "/ds-connections", &session).json(&body);
    assert_eq!(request.send().await?.status(), 422);
    Ok(())
}

#[tokio::test]
async fn the_tags_of_all_data_sources_fail_with_500() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    assert_eq!(caller.get("/data-catalog/tags/all-pairs-ds", &session).send().await?.status(), 500);
    Ok(())
}

#[tokio::test]
async fn a_minimization_action_hides_its_status_in_the_body() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    for (body, code) in [(json!({"actionType": "delete"}), 200), (json!({}), 400)] {
        let request = caller.request(Method::POST, "/data-minimization/objects/action", &session).json(&body);
        let response = request.send().await?;
        assert_eq!(response.status(), 200);
        assert_eq!(response.json::<Value>().await?["statusCode"], code);
    }
    Ok(())
}

#[tokio::test]
async fn a_missing_permission_is_403() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    sandbox.on("list_users").always(Fault::Status(StatusCode::FORBIDDEN));
    assert_eq!(caller.json("/access-management/users", &session).await?.0, 403);
    assert_eq!(caller.json("/ds-connections", &session).await?.0, 200);
    Ok(())
}

#[tokio::test]
async fn every_response_has_the_headers_of_express() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed2023).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    for path in ["/ds-connections", "/ds_connections/absent", "/piiRecords/objects/file-download/export", "/absent"] {
        let response = caller.get(path, &session).header("accept-encoding", "gzip").send().await?;
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(header(&response, "x-powered-by"), "Express");
        assert_eq!(header(&response, "access-control-allow-origin"), "*");
        assert!(!header(&response, "set-cookie").is_empty() && !header(&response, "date").is_empty());
        assert_eq!(header(&response, "content-encoding"), "");
        let (length, etag) = (header(&response, "content-length").to_owned(), header(&response, "etag").to_owned());
        let body = response.bytes().await?;
        assert_eq!(length, body.len().to_string());
        assert_eq!(etag, format!("W/\"{:x}-{}\"", body.len(), STANDARD_NO_PAD.encode(Sha1::digest(&body))));
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_path_is_a_page_that_says_cannot_get() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed6x).await?;
    let response = caller.get("/no/such<path>", "garbage").send().await?;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (404, "text/html; charset=utf-8"));
    let page = response.text().await?;
    assert!(page.contains("<pre>Cannot GET /api/v1/no/such%3Cpath%3E</pre>"), "{page}");
    assert_eq!(sandbox.calls("unmatched"), 1);
    Ok(())
}

#[tokio::test]
async fn a_client_that_offers_to_close_is_taken_at_its_word() -> TestResult {
    let (sandbox, caller) = sandbox(Profile::Deployed2023).await?;
    for _ in 0..2 {
        let response = caller.get("/absent", "x").header("connection", "close").send().await?;
        assert_eq!(header(&response, "connection"), "close");
        response.bytes().await?;
    }
    assert_eq!(sandbox.connections_accepted(), 2);
    Ok(())
}
