//! The messages of errors, for every status, shape of body and kind of call, typed and untyped, with a server that is a
//! function.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_api::http::{self, Extensions, Method, StatusCode};
use bigid_api::reqwest_middleware::{self, Middleware, Next};
use bigid_api::types::{DataSource, DataSourceBody};
use bigid_api::{BaseUrl, Client, Error, OptionalExt as _, Redact, Transport, reqwest};
use serde_json::Value;

/// Every body holds it, most of them where a server's words are.
const SECRET: &str = "hunter2";

/// A status, headers and a body.
type Response = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// The next response of the server.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Response>>);

#[async_trait::async_trait]
impl Middleware for Server {
    async fn handle(
        &self,
        _: reqwest::Request,
        _: &mut Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let (status, headers, body) = self.0.lock().unwrap().clone();
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        let redact = Redact::new(|text| {
            let text = String::from_utf8_lossy(text);
            text.contains(SECRET).then(|| text.replace(SECRET, "[redacted]").into_bytes())
        });
        Ok(response.extension(redact).body(body).unwrap().into())
    }
}

fn client(server: &Server) -> Client {
    let http = reqwest::Client::builder().build().unwrap();
    let chain = reqwest_middleware::ClientBuilder::new(http.clone()).with(server.clone()).build();
    Client::new(Transport::with_layers(BaseUrl::parse("https://t.bigid.cloud").unwrap(), http, chain))
}

/// The kinds of calls, each ending in its error without a type.
const KINDS: [&str; 6] = ["list", "records", "get", "create", "export", "undescribed"];

async fn error_of(client: &Client, kind: &str) -> Error {
    match kind {
        "list" => client.list_data_sources().send().await.unwrap_err().into_untyped(),
        "records" => client.list_data_sources().records().try_next().await.unwrap_err().into_untyped(),
        "get" => client.get_data_source("x").send().await.unwrap_err().into_untyped(),
        "create" => {
            let source = DataSource::new().name("x".to_owned()).type_("s3".to_owned());
            let body = DataSourceBody::new().ds_connection(source);
            client.create_data_source(body).send().await.unwrap_err().into_untyped()
        }
        "export" => client.export_findings().send().await.map(|_| ()).unwrap_err().into_untyped(),
        _ => client.request(Method::GET, "/x").send_json::<Value>().await.unwrap_err().into_untyped(),
    }
}

/// A name, a body, the message that is extracted from it, and its code.
type Shape = (&'static str, Vec<u8>, Option<&'static str>, Option<&'static str>);

fn shapes() -> Vec<Shape> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("message", text(r#"{"message":"no hunter2 here"}"#), Some("no [redacted] here"), None),
        ("escaped", text(r#"{"message":"no \u0068unter2 here"}"#), Some("no [redacted] here"), None),
        ("error", text(r#"{"success":false,"error":"no hunter2"}"#), Some("no [redacted]"), None),
        ("errors", text(r#"{"errors":["one",{"message":"two","code":"E7"}]}"#), Some("one; two"), Some("E7")),
        ("nested", text(r#"{"data":{"error":{"message":"deep","code":7}}}"#), Some("deep"), Some("7")),
        ("array", text(r#"[{"detail":"in a list"}]"#), Some("in a list"), None),
        (
            "html",
            text("<html><title>503 hunter2\nUnavailable</title>"),
            Some("a web page, \"503 [redacted] Unavailable\""),
            None,
        ),
        ("text", text("Cannot GET\r\n /hunter2"), Some("Cannot GET /[redacted]"), None),
        ("hostile", text("\u{1b}[31mred\u{202e}\u{0}\r\nsecond line"), Some("[31mred second line"), None),
        ("no words", text(r#"{"name":"hunter2"}"#), None, None),
        ("broken JSON", text(r#"{"message":"hunter2"#), None, None),
        ("empty", Vec::new(), None, None),
    ]
}

#[tokio::test]
async fn every_status_and_shape_of_body_is_told_by_every_kind_of_call() {
    let server = Server::default();
    let client = client(&server);
    let mut told = 0;
    for status in 400..=599 {
        for (shape, body, message, code) in shapes() {
            *server.0.lock().unwrap() = (status, vec![("retry-after", "7".to_owned())], body);
            for kind in KINDS {
                let error = error_of(&client, kind).await;
                let at = format!("{status}, {shape}, {kind}: {error}");
                assert_eq!(error.status(), StatusCode::from_u16(status).ok(), "{at}");
                assert_eq!((error.message(), error.error_code()), (message, code), "{at}");
                assert_eq!(error.is_not_found(), status == 404, "{at}");
                assert_eq!(error.is_conflict(), status == 409, "{at}");
                assert_eq!(error.is_retryable(), [408, 429, 502, 503, 504].contains(&status), "{at}");
                assert_eq!(
                    (error.retry_after(), error.headers().is_some()),
                    (Some(Duration::from_secs(7)), true),
                    "{at}"
                );
                let line = error.to_string();
                assert!(line.starts_with(&format!("the server responded with {status}")), "{at}");
                assert!(message.is_none_or(|message| line.contains(message)), "{at}");
                assert!(!line.contains("contract") && !line.chars().any(char::is_control), "{at}");
                let shown = format!("{line} {error:?} {error:#?}");
                assert!(!shown.contains(SECRET) && line.chars().count() < 600, "{at}");
                told += 1;
            }
        }
    }
    assert_eq!(told, 200 * shapes().len() * KINDS.len());
}

#[tokio::test]
async fn the_400s_of_bigid_are_known_by_their_words() {
    let server = Server::default();
    let client = client(&server);
    for (status, message, not_found, conflict) in [
        (400, "Unable to locate a data source of that name", true, false),
        (400, "UNABLE TO LOCATE x", true, false),
        (400, "A data source named x already exists", false, true),
        (400, "the filter is not valid", false, false),
        (403, "Unable to locate your permission", false, false),
        (500, "x already exists", false, false),
        (404, "", true, false),
        (409, "", false, true),
    ] {
        *server.0.lock().unwrap() = (status, Vec::new(), format!(r#"{{"message":"{message}"}}"#).into_bytes());
        for kind in KINDS {
            let error = error_of(&client, kind).await;
            assert_eq!((error.is_not_found(), error.is_conflict()), (not_found, conflict), "{status} {message} {kind}");
        }
    }
}

#[tokio::test]
async fn what_is_not_found_is_none_and_every_other_outcome_stays() {
    let server = Server::default();
    let client = client(&server);
    let said = |words: &str| format!(r#"{{"message":"{words}"}}"#).into_bytes();
    for (status, body, absent) in [
        (404, said("no such key"), true),
        (404, Vec::new(), true),
        (404, b"<html><title>404 Not Found</title></html>".to_vec(), true),
        (400, said("Unable to locate x"), true),
        (400, said("bad"), false),
        (401, said("no"), false),
        (500, said("Unable to locate x"), false),
    ] {
        *server.0.lock().unwrap() = (status, Vec::new(), body);
        for (kind, result) in [
            ("get", client.get_app_storage_value("app", "key").await.optional().map(|found| found.is_none())),
            ("list", client.get_app_storage("app").await.optional().map(|found| found.is_none())),
        ] {
            match result {
                Ok(none) => assert!(none && absent, "{status} {kind}"),
                Err(error) => assert!(!absent, "{status} {kind}: {error}"),
            }
        }
    }
    *server.0.lock().unwrap() = (200, Vec::new(), br#"{"value":"7"}"#.to_vec());
    let found = client.get_app_storage_value("app", "key").await.optional().unwrap();
    assert_eq!(found.unwrap().value.as_deref(), Some("7"));
}

#[tokio::test]
async fn a_retry_after_date_is_read_against_the_servers_own_clock() {
    let server = Server::default();
    let client = client(&server);
    let headers = |date: Option<&str>, after: &str| {
        let date = date.map(|date| ("date", date.to_owned()));
        date.into_iter().chain([("retry-after", after.to_owned())]).collect::<Vec<_>>()
    };
    let after = "Tue, 15 Nov 1994 12:46:00 GMT";
    for (headers, expected) in [
        (headers(Some("Tue, 15 Nov 1994 12:45:30 GMT"), after), Some(30)),
        (headers(None, after), Some(0)),
        (headers(None, "12"), Some(12)),
        (headers(None, "soon"), None),
    ] {
        *server.0.lock().unwrap() = (503, headers.clone(), Vec::new());
        for kind in KINDS {
            let asked = error_of(&client, kind).await.retry_after();
            assert_eq!(asked.map(|time| time.as_secs()), expected, "{kind}: {headers:?}");
        }
    }
}

#[tokio::test]
async fn the_first_line_says_what_happened_and_what_to_do() {
    let server = Server::default();
    let client = client(&server);
    for (status, headers, body, line) in [
        (
            400,
            vec![],
            r#"{"message":"A data source named Orders already exists"}"#,
            "the server responded with 400 Bad Request: A data source named Orders already exists; check the names and values that were sent",
        ),
        (
            403,
            vec![],
            r#"{"message":"Permission denied"}"#,
            "the server responded with 403 Forbidden: Permission denied; check the permissions of the user in Access Management, and that the \
             module is licensed",
        ),
        (
            404,
            vec![],
            "Cannot GET /api/v1/x",
            "the server responded with 404 Not Found: Cannot GET /api/v1/x; check the name or id, and that this deployment has the endpoint \
             (the base URL ends in /api/v1)",
        ),
        (
            429,
            vec![("retry-after", "30".to_owned())],
            "",
            "the server responded with 429 Too Many Requests; try again later (it asks for 30 s)",
        ),
        (
            500,
            vec![],
            "{}",
            "the server responded with 500 Internal Server Error; the server failed; look for the reason in its log",
        ),
        (
            302,
            vec![("location", "https://sso.example/login?token=hunter2".to_owned())],
            "",
            "the server responded with 302 Found; the server redirects to https://sso.example, and redirects are not followed: set the base URL \
             (BIGID_BASE_URL) to the address of the API",
        ),
        (499, vec![], "closed", "the server responded with 499: closed"),
    ] {
        *server.0.lock().unwrap() = (status, headers, body.as_bytes().to_vec());
        for kind in KINDS {
            assert_eq!(error_of(&client, kind).await.to_string(), line, "{kind}");
        }
    }
    *server.0.lock().unwrap() = (200, Vec::new(), b"{\"data\":".to_vec());
    assert_eq!(
        error_of(&client, "list").await.to_string(),
        "the response (200 OK) is not what the API documents: the JSON ends too early (line 1, column 8); check that the base URL is that \
         of a BigID deployment"
    );
}

#[tokio::test]
async fn an_error_of_any_length_is_read_to_a_bound() {
    let server = Server::default();
    let client = client(&server);
    *server.0.lock().unwrap() = (418, Vec::new(), vec![b'x'; 3 << 20]);
    for kind in KINDS {
        let error = error_of(&client, kind).await;
        let Error::UnexpectedResponse(response) = &error else { panic!("{error:?}") };
        assert_eq!((response.body().len(), error.message().unwrap().chars().count()), (1 << 20, 301), "{kind}");
    }
}
