//! The first line of an error is enough, whatever layer it comes from: what happened, the server's message, and what to
//! do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::{Method, StatusCode};
use bigid_auth_ext::{AuthError, BigIdClient, Builder, Dialect, ManualClock, RetryPolicy};
use serde_json::Value;

use crate::raw::{RawServer, json, with_headers};
use crate::sealed_vault::SealedVault;

/// Gives the session `SESSION-hunter2`, and to every other request the response of the moment.
async fn server(response: Arc<Mutex<String>>) -> RawServer {
    RawServer::start(move |request| {
        let exchange = request.target().ends_with("/refresh-access-token");
        let session = || json(200, r#"{"success":true,"systemToken":"SESSION-hunter2"}"#);
        Some(if exchange { session() } else { response.lock().unwrap().clone() })
    })
    .await
}

/// Gives every request, an exchange included, one response.
async fn only(response: String) -> RawServer {
    RawServer::start(move |_| Some(response.clone())).await
}

fn builder(server: &RawServer) -> Builder {
    let builder = BigIdClient::builder(server.origin()).user_token("USER-hunter2").dialect(Dialect::Deployed);
    builder.clock(ManualClock::default()).http(|http| http.tls_certs_only([]))
}

/// The error of a list, an export and an undescribed call, which say the same.
async fn error_of(client: &BigIdClient) -> Error {
    let list = client.list_data_sources().send().await.unwrap_err().into_untyped();
    let export = client.export_findings().send().await.map(|_| ()).unwrap_err().into_untyped();
    let undescribed = client.request(Method::GET, "/x").send_json::<Value>().await.unwrap_err().into_untyped();
    for other in [export, undescribed] {
        assert_eq!((other.to_string(), other.message()), (list.to_string(), list.message()));
        assert_eq!((other.status(), other.attempts()), (list.status(), list.attempts()), "{list}");
        assert_eq!((other.is_retryable(), other.is_not_found()), (list.is_retryable(), list.is_not_found()), "{list}");
    }
    let shown = format!("{list} {list:?} {:?}", AuthError::of(&list));
    assert!(!shown.contains("hunter2") && !shown.contains("contract"), "{shown}");
    list
}

#[tokio::test]
async fn an_exchange_that_fails_says_so_in_the_first_line_of_every_call() {
    let rejected = "BigID refused the user token (it said: Refresh token not valid); check in Access Management that the token exists, that \
                    the user was saved after it was generated, and that it is neither revoked nor expired";
    for (response, line, status, message) in [
        (
            json(401, r#"{"message":"Refresh token not valid"}"#),
            format!("the server responded with 401 Unauthorized: {rejected}"),
            Some(401),
            Some("Refresh token not valid"),
        ),
        (
            with_headers(302, "location: https://sso.example/login?user=hunter2\r\n", ""),
            "no session: the server redirects the exchange to https://sso.example, and a credential is never sent elsewhere; set the base \
             URL (BIGID_BASE_URL) to the address of the API, past any single sign-on"
                .to_owned(),
            Some(302),
            None,
        ),
        (
            json(404, r#"{"message":"no USER-hunter2 here"}"#),
            "no session: no token endpoint was found at this base URL (it said: no [redacted] here); check that the base URL \
             (BIGID_BASE_URL) is that of a BigID deployment"
                .to_owned(),
            Some(404),
            Some("no [redacted] here"),
        ),
        (
            json(503, r#"{"error":{"message":"maintenance"}}"#),
            "no session: the exchange failed with 503 Service Unavailable (it said: maintenance); try again later".to_owned(),
            Some(503),
            Some("maintenance"),
        ),
    ] {
        let client = builder(&only(response).await).build().unwrap();
        let error = error_of(&client).await;
        assert_eq!(error.to_string(), line);
        assert_eq!((error.status().map(|status| status.as_u16()), error.message()), (status, message), "{line}");
        // Nothing of the call itself was sent, and nothing that it asked for is missing.
        assert_eq!((error.attempts(), error.is_not_found()), (0, false), "{line}");
        let auth = AuthError::of(&error).unwrap();
        assert_eq!((auth.message(), auth.is_retryable()), (message, status == Some(503)), "{line}");
        assert_eq!(auth.attempts(), if status == Some(503) { 3 } else { 1 }, "{line}");
    }
}

#[tokio::test]
async fn a_provider_says_why_it_has_no_credential() {
    let server = only(String::new()).await;
    let client = builder(&server).credential_provider(SealedVault).build().unwrap();
    let line = error_of(&client).await.to_string();
    assert_eq!(line, "no session: the credential provider failed: the vault is sealed");
    assert!(server.take().is_empty());
}

#[tokio::test]
async fn a_sign_in_page_and_a_redirect_are_told_for_what_they_are() {
    let response = Arc::new(Mutex::new(String::new()));
    let server = server(response.clone()).await;
    let client = builder(&server).build().unwrap();
    *response.lock().unwrap() = with_headers(200, "", "<html><head><title>Sign in to hunter2</title></head></html>");
    let error = client.list_data_sources().send().await.unwrap_err();
    let line = error.to_string();
    assert!(
        line.starts_with(
            "the server responded with 200 with a web page (sign-in or proxy?), treated as 502 Bad Gateway"
        ),
        "{line}"
    );
    assert!(line.contains("BIGID_BASE_URL") && line.ends_with("(after 4 attempts)"), "{line}");
    assert_eq!((error.status(), error.sent_status()), (Some(StatusCode::BAD_GATEWAY), Some(StatusCode::OK)));
    assert!(error.is_web_page() && error.attempts() == 4, "{line}");

    *response.lock().unwrap() = with_headers(307, "location: https://sso.example/login?token=hunter2\r\n", "");
    let error = error_of(&client).await;
    assert_eq!(
        error.to_string(),
        "the server responded with 307 Temporary Redirect; the server redirects to https://sso.example, and redirects are not followed: set the \
         base URL (BIGID_BASE_URL) to the address of the API"
    );
    assert_eq!(error.redirect_origin().as_deref(), Some("https://sso.example"));
}

#[tokio::test]
async fn a_second_attempt_that_finds_nothing_says_that_the_first_may_have_succeeded() {
    let sent = Arc::new(AtomicUsize::new(0));
    let server = RawServer::start(move |request| {
        if request.target().ends_with("/refresh-access-token") {
            return Some(json(200, r#"{"success":true,"systemToken":"SESSION"}"#));
        }
        Some(match sent.fetch_add(1, Ordering::SeqCst) {
            0 => json(503, "{}"),
            _ => json(400, r#"{"message":"Unable to locate a data source of that name"}"#),
        })
    })
    .await;
    let client = builder(&server).build().unwrap();
    let error = client.delete_data_source("x").send().await.unwrap_err();
    assert_eq!((error.attempts(), error.is_not_found(), error.is_retryable()), (2, true, false));
    assert_eq!(
        error.to_string(),
        "the server responded with 400 Bad Request: Unable to locate a data source of that name; check the names and values that were sent; an \
         earlier attempt may have succeeded (after 2 attempts)"
    );
}

#[tokio::test]
async fn every_status_and_shape_of_body_keeps_its_words_and_loses_its_secrets() {
    let response = Arc::new(Mutex::new(String::new()));
    let server = server(response.clone()).await;
    let client = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    for status in 400..=599 {
        for (body, words) in [
            (r#"{"message":"no SESSION-hunter2 here"}"#, Some("no [redacted] here")),
            (r#"{"message":"no SESSION-\u0068unter2 here"}"#, Some("no [redacted] here")),
            (r#"{"errors":[{"message":"one"},"two"],"error_code":"E7"}"#, Some("one; two")),
            ("<html><title>hello USER-hunter2</title></html>", Some("hello [redacted]")),
            ("plain SESSION-hunter2\r\n\u{1b}[1m text", Some("plain [redacted] [1m text")),
            ("", None),
        ] {
            *response.lock().unwrap() = with_headers(status, "retry-after: 9\r\n", body);
            let error = client.list_data_sources().send().await.unwrap_err();
            let line = error.to_string();
            let at = format!("{status} {body}: {line}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{at}");
            assert_eq!(error.retry_after().map(|time| time.as_secs()), Some(9), "{at}");
            assert_eq!(error.is_retryable(), [408, 429, 502, 503, 504].contains(&status), "{at}");
            assert_eq!((error.is_not_found(), error.is_conflict()), (status == 404, status == 409), "{at}");
            assert!(error.attempts() >= 1, "{at}");
            assert!(
                line.starts_with(&format!("the server responded with {status}")) && !line.contains("contract"),
                "{at}"
            );
            assert!(words.is_none_or(|words| line.contains(words) && error.message().unwrap().contains(words)), "{at}");
            assert!(!format!("{error:?} {line}").contains("hunter2") && !line.chars().any(char::is_control), "{at}");
        }
    }
}

/// A text as servers, proxies and frameworks repeat it, with what is not seen between its characters.
fn repeated(text: &str) -> Vec<String> {
    let each = |write: &dyn Fn(char) -> String| text.chars().map(write).collect::<String>();
    let mut all = vec![
        text.to_owned(),
        text.to_ascii_lowercase(),
        text.to_ascii_uppercase(),
        each(&|character| format!("{:02x}", u32::from(character))),
        each(&|character| format!("{:02X}", u32::from(character))),
        each(&|character| format!("={:02X}", u32::from(character))),
        each(&|character| format!("&#{}", u32::from(character))),
        each(&|character| format!("\\u{{{:x}}}", u32::from(character))),
        STANDARD.encode(text),
        STANDARD.encode(STANDARD.encode(text)),
        STANDARD.encode(each(&|character| format!("{character}\0"))),
    ];
    for between in [
        "\0", "\0\0\0", "\u{1}", "\u{1b}", "\t", " ", "  ", "\r\n", "\u{7f}", "\u{85}", "\u{a0}", "\u{200b}",
        "\u{2028}",
    ] {
        all.push(each(&|character| format!("{character}{between}")));
        all.push(each(&|character| format!("{between}{character}")));
    }
    all
}

/// The letters and digits of a text.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[tokio::test]
async fn no_secret_is_shown_whatever_stands_between_its_characters_and_wherever_it_is_repeated() {
    for (secret, of_exchange) in [("SESSION-hunter2", false), ("USER-hunter2", false), ("USER-hunter2", true)] {
        let response = Arc::new(Mutex::new(String::new()));
        let server = match of_exchange {
            true => {
                let response = response.clone();
                RawServer::start(move |_| Some(response.lock().unwrap().clone())).await
            }
            false => server(response.clone()).await,
        };
        for (said, status) in
            repeated(secret).iter().flat_map(|said| [200, 307, 400, 401, 403, 404, 503].map(|status| (said, status)))
        {
            let in_json = serde_json::json!({ "success": false, "message": format!("bad token {said}.") }).to_string();
            let utf16 = |text: &str| text.chars().flat_map(|character| [character, '\0']).collect::<String>();
            let host: String = said.chars().filter(|character| character.is_ascii_graphic()).collect();
            for (headers, body) in [
                ("", in_json.clone()),
                ("", utf16(&in_json)),
                ("", format!("bad token {said}.")),
                ("", utf16(&format!("bad token {said}."))),
                ("content-type: text/html\r\n", format!("<html><title>bad token {said}.</title></html>")),
                (&*format!("location: https://{host}.example/\r\n"), String::new()),
                (&*format!("content-encoding: {host}\r\n"), "x".to_owned()),
                (&*format!("transfer-encoding: {host}, chunked\r\n"), "1\r\nx\r\n0\r\n\r\n".to_owned()),
            ] {
                *response.lock().unwrap() = match headers.starts_with("transfer") {
                    true => format!("HTTP/1.1 {status} Whatever\r\n{headers}\r\n{body}"),
                    false => with_headers(status, headers, &body),
                };
                let client = builder(&server).retry(RetryPolicy::none()).build().unwrap();
                let Err(error) = client.list_data_sources().send().await else { continue };
                let shown = format!("{error} {error:?} {:?} {:?}", error.message(), AuthError::of(&error));
                let is_hidden = !letters(&shown).contains("hunter2") && !letters(&shown).contains(&letters(said));
                assert!(is_hidden, "{status} {headers:?} {body:?}: {shown}");
                if status == 307 && headers.starts_with("location") && said == secret && !of_exchange {
                    assert_eq!(error.redirect_origin().as_deref(), Some("https://[redacted].example"));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_no_server_would_accept_in_a_header_is_not_a_session() {
    for (length, is_accepted) in [(64 * 1024, true), (64 * 1024 + 1, false), (840_000, false)] {
        let server = only(json(
            200,
            &format!(r#"{{"success":true,"systemToken":"{}"}}"#, "%41".repeat(length).get(..length).unwrap()),
        ))
        .await;
        let outcome = builder(&server).build().unwrap().session().await;
        assert_eq!(outcome.is_ok(), is_accepted, "{length}");
        let Err(error) = outcome else { continue };
        assert!(!error.is_transient() && error.to_string().contains("longer than 64 KiB"), "{error}");
    }
}

#[tokio::test]
async fn the_secret_of_a_call_that_its_caller_authorizes_is_not_shown() {
    let response = Arc::new(Mutex::new(String::new()));
    let server = server(response.clone()).await;
    let client = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    let own = "OWN-hunter2";
    for (status, said) in [200, 400, 401, 403, 503]
        .into_iter()
        .flat_map(|status| repeated(own).into_iter().map(move |said| (status, said)))
    {
        for body in [
            serde_json::json!({ "message": format!("bad token {said}.") }).to_string(),
            format!("<html><title>bad token {said}.</title></html>"),
        ] {
            for value in [own.to_owned(), format!("Bearer {own}")] {
                *response.lock().unwrap() = with_headers(status, "", &body);
                let list = client.list_data_sources().header("authorization", value.as_str()).send().await.map(|_| ());
                let export = client.export_findings().header("authorization", value).send().await.map(|_| ());
                for error in [list.map_err(Error::into_untyped), export.map_err(Error::into_untyped)] {
                    let shown = error.err().map(|error| format!("{error} {error:?}")).unwrap_or_default();
                    assert!(
                        !letters(&shown).contains("hunter2") && !letters(&shown).contains(&letters(&said)),
                        "{shown}"
                    );
                }
            }
        }
    }
}
