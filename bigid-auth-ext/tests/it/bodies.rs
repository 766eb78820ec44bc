//! Unexpected bodies, and undocumented successes: what a caller gets.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use bigid_auth_ext::bigid_api::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use bigid_auth_ext::bigid_api::http::{Extensions, HeaderValue, Method, Response as HttpResponse};
use bigid_auth_ext::bigid_api::reqwest::{self, Request};
use bigid_auth_ext::bigid_api::reqwest_middleware::{self, Middleware, Next};
use bigid_auth_ext::bigid_api::types::{AssignCatalogTagsRequest, DataSource, DataSourceBody};
use bigid_auth_ext::bigid_api::{Error, MAX_JSON_BODY, UnsupportedEncoding};
use bigid_auth_ext::{BigIdClient, Builder, Dialect, ManualClock, async_trait};
use bigid_sandbox::{BadBody, Fault};
use serde_json::{Value, json};

use crate::verdicts::server::{Server, Written};

fn builder(base: &str) -> Builder {
    let client = BigIdClient::builder(base).user_token("a-user-token").dialect(Dialect::Deployed);
    client.http(|http| http.tls_certs_only([])).clock(ManualClock::default())
}

/// A server that responds to calls with an empty object where nothing is scripted, and its client.
pub async fn served() -> (Server, BigIdClient) {
    let (server, base) = Server::start("{}").await;
    (server, builder(&base).build().unwrap())
}

pub fn written(status: u16, headers: &str, body: &[u8]) -> Written {
    let head = format!("HTTP/1.1 {status} Whatever\r\n{headers}content-length: {}\r\n\r\n", body.len());
    Written { pieces: vec![[head.as_bytes(), body].concat()], closes: false }
}

fn encoding<E>(error: &Error<E>) -> Option<&str> {
    let Error::Layer(layer) = error else { return None };
    layer.get_ref().downcast_ref().map(UnsupportedEncoding::name)
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_an_error_that_names_it() {
    let (server, client) = served().await;
    let content = |name: &str| written(200, &format!("content-encoding: {name}\r\n"), b"\x1f\x8b\x08 not text");
    let transfer = |name: &str| Written {
        pieces: vec![
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {name}, chunked\r\n\r\n3\r\n").into_bytes(),
            b"\x1f\x8b\x08\r\n0\r\n\r\n".to_vec(),
        ],
        closes: false,
    };
    let written_by: [&dyn Fn(&str) -> Written; 2] = [&content, &transfer];
    let names = [("gzip", "gzip"), ("BR", "br"), ("deflate", "deflate"), ("x-unheard-of", "unknown")];
    for (sent, (name, written)) in names.into_iter().flat_map(|(sent, name)| written_by.map(|by| (sent, (name, by)))) {
        let encoded = || server.next_call(written(sent));
        encoded();
        let error = client.list_data_sources().send().await.unwrap_err();
        assert_eq!(
            (encoding(&error), error.status().unwrap().as_u16(), error.is_retryable()),
            (Some(name), 200, false)
        );
        encoded();
        assert_eq!(encoding(&client.export_findings().send().await.err().unwrap()), Some(name));
        encoded();
        assert_eq!(encoding(&client.request(Method::GET, "/x").send().await.unwrap_err()), Some(name));
        encoded();
        assert_eq!(encoding(&client.request(Method::GET, "/x").send_json::<Value>().await.unwrap_err()), Some(name));
    }
    // Responses that need no body, or are not encoded, are accepted.
    server.next_call(written(200, "content-encoding: gzip\r\n", b""));
    client.delete_data_source("a").send().await.unwrap();
    server.next_call(written(200, "content-encoding: identity, IDENTITY\r\n", b"{}"));
    client.list_data_sources().send().await.unwrap();
}

#[tokio::test]
async fn an_error_in_an_unknown_encoding_keeps_its_status_and_a_refusal_is_replayed() {
    let (server, client) = served().await;
    client.session().await.unwrap();
    server.counts();
    server.next_call(written(401, "content-encoding: gzip\r\n", b"\x1f\x8b"));
    client.list_data_sources().send().await.unwrap();
    assert_eq!(server.counts().1, 2, "401 is replayed");
    server.next_call(written(503, "content-encoding: gzip\r\n", b"\x1f\x8b"));
    client.list_data_sources().send().await.unwrap();
    assert_eq!(server.counts(), (0, 2), "503 is retried");
    server.next_call(written(403, "content-encoding: gzip\r\n", b"\x1f\x8b"));
    match client.list_data_sources().send().await.unwrap_err() {
        Error::ErrorResponse(response) => assert!(response.message.as_ref().unwrap().contains("`gzip`")),
        other => panic!("{other:?}"),
    }
}

/// Asks for an encoding, and decodes what it asked for.
struct Decodes(Arc<Mutex<Option<HeaderValue>>>);

#[async_trait]
impl Middleware for Decodes {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        *self.0.lock().unwrap() = request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("x-reversed"));
        let mut response = next.run(request, extensions).await?;
        if response.headers_mut().remove(CONTENT_ENCODING).is_none() {
            return Ok(response);
        }
        let mut body = response.bytes().await?.to_vec();
        body.reverse();
        let http = HttpResponse::new(body);
        Ok(http.into())
    }
}

#[tokio::test]
async fn requests_ask_for_no_encoding_and_a_layer_that_asks_for_one_gets_it_as_it_came() {
    let (server, base) = Server::start("{}").await;
    let asked = Arc::new(Mutex::new(None));
    let client = builder(&base).layer(Decodes(asked.clone())).build().unwrap();
    server.next_call(written(
        200,
        "content-encoding: x-reversed\r\n",
        b"}]}\"a\":\"eman\"{[:\"snoitcennoc_sd\"{:\"atad\"{",
    ));
    let outcome = client.request(Method::GET, "/x").send().await.unwrap();
    assert!(outcome.text().await.unwrap().starts_with("{\"data\":"));
    assert_eq!(asked.lock().unwrap().as_ref().unwrap(), "identity");
}

#[tokio::test]
async fn any_2xx_whose_body_can_be_read_or_that_needs_none_is_a_success() {
    let (server, client) = served().await;
    let source = || {
        let source = DataSource::new().name("a".to_owned()).type_("s3".to_owned());
        DataSourceBody::new().ds_connection(source)
    };
    for (status, body) in [(200, r#"{"a":1}"#), (201, r#"{"a":1}"#), (202, ""), (202, "\n"), (204, ""), (299, "{}")] {
        server.next_call(written(status, "", body.as_bytes()));
        let response = client.create_data_source(source()).with_response().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        server.next_call(written(status, "", body.as_bytes()));
        let response = client.assign_catalog_tags(AssignCatalogTagsRequest::new()).with_response().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        server.next_call(written(status, "", body.as_bytes()));
        client.delete_data_source("a").send().await.unwrap();
    }
    for status in [200, 201] {
        server.next_call(written(status, "", b"a,b\n"));
        let mut file = Vec::new();
        client.export_findings().await.unwrap().write_to(&mut file).await.unwrap();
        assert_eq!(file, b"a,b\n");
        // A list needs a body.
        server.next_call(written(status, "", b""));
        assert!(matches!(client.list_data_sources().send().await.unwrap_err(), Error::Payload(_)));
    }
}

#[tokio::test]
async fn an_array_in_place_of_an_envelope_and_an_envelope_in_place_of_an_array_are_read() {
    let (server, client) = served().await;
    for (body, names) in
        [(r#"[{"name":"a"},{"name":"b"}]"#, 2), ("[]", 0), (r#"{"data":{"ds_connections":[{"name":"a"}]}}"#, 1)]
    {
        server.next_call(written(200, "", body.as_bytes()));
        let list = client.list_data_sources().await.unwrap();
        assert_eq!(list.data.unwrap().ds_connections.unwrap().len(), names, "{body}");
    }
    for body in [r#"[{"tagName":"a"}]"#, r#"{"data":[{"tagName":"a"}]}"#] {
        server.next_call(written(200, "", body.as_bytes()));
        assert_eq!(client.list_catalog_tag_pairs().await.unwrap().data.unwrap().len(), 1, "{body}");
    }
    for body in
        [r#"[{"name":"a"}]"#, r#"{"status":"success","data":[{"name":"a"}]}"#, r#"{"items":[{"name":"a"}],"n":1}"#]
    {
        server.next_call(written(200, "", body.as_bytes()));
        assert_eq!(client.list_glossary_items().await.unwrap().len(), 1, "{body}");
    }
    for body in ["[[[]]]", "[1]", r#""text""#, "7"] {
        server.next_call(written(200, "", body.as_bytes()));
        assert!(matches!(client.list_data_sources().send().await.unwrap_err(), Error::Payload(_)), "{body}");
    }
}

#[tokio::test]
async fn one_malformed_value_costs_its_own_field_and_no_record() {
    let (server, client) = served().await;
    let body =
        br#"{"data":{"ds_connections":[{"name":"cut \ud83d"},{"name":"b","rows":NaN},{"name":"c"}],"totalCount":3}}"#;
    for mark in [&b""[..], b"\xef\xbb\xbf"] {
        server.next_call(written(200, "", &[mark, body].concat()));
        let page = client.list_data_sources().await.unwrap().data.unwrap();
        let sources = page.ds_connections.unwrap();
        let names: Vec<_> = sources.iter().map(|source| source.name.as_deref().unwrap()).collect();
        assert_eq!((names, page.total_count), (vec!["cut \u{fffd}", "b", "c"], Some(3)));
        assert_eq!(sources[1].extra.get("rows").unwrap(), "NaN");
    }
    server.next_call(written(409, "", b"{\"message\":\"the name cut \\ud83d is taken\"}"));
    let error = client.request(Method::GET, "/x").send_json::<Value>().await.unwrap_err();
    match error {
        Error::ErrorResponse(response) => {
            assert_eq!(response.into_inner()["message"], json!("the name cut \u{fffd} is taken"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_body_without_an_end_is_read_to_one_bound_whatever_the_call() {
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    let client = client.http(|http| http.tls_certs_only([])).clock(ManualClock::default()).build().unwrap();
    let endless = || Fault::Body(BadBody::HugeUnannounced { bytes: 2 * MAX_JSON_BODY as u64 });
    sandbox.on("list_data_sources").always(endless());
    let error = client.list_data_sources().send().await.unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), format!("the body is longer than {MAX_JSON_BODY} bytes"));
    assert_eq!((sandbox.calls("list_data_sources"), error.status().unwrap().as_u16()), (1, 200));
    sandbox.on("exchange").always(endless());
    let fresh = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    let fresh = fresh.http(|http| http.tls_certs_only([])).clock(ManualClock::default()).build().unwrap();
    let error = fresh.session().await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("longer than any session"), "{error}");
}

#[tokio::test]
async fn json_of_an_undescribed_call_that_is_cut_is_asked_for_again() {
    let (server, client) = served().await;
    let cut =
        || Written { closes: true, pieces: vec![b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"a\":".to_vec()] };
    client.session().await.unwrap();
    server.counts();
    server.next_call(cut());
    assert_eq!(client.request(Method::GET, "/x").send_json::<Value>().await.unwrap().into_inner(), json!({}));
    assert_eq!(server.counts(), (0, 2));
    // A call that is sent only once is not retried.
    server.next_call(cut());
    let error = client.request(Method::POST, "/x").send_json::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::Body(_)), "{error:?}");
    assert_eq!(server.counts(), (0, 1));
}

#[tokio::test]
async fn headers_do_not_wait_for_a_body_that_is_not_held_back() {
    let (server, client) = served().await;
    // A body whose end never comes: only a response that does not wait for it arrives.
    let begun = |start: &str| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{start}");
        Written { pieces: vec![head.into_bytes()], closes: false }
    };
    for start in ["a", "\"a\",", " \n[", "<report>", "{1", "\u{feff}a", "{\"a\":1}\n{"] {
        server.next_call(begun(start));
        let mut file = client.export_data_sources().await.unwrap();
        assert_eq!(file.try_next().await.unwrap().unwrap(), start.as_bytes());
        server.next_call(begun(start));
        let mut response = client.request(Method::GET, "/x").send().await.unwrap();
        assert_eq!(response.chunk().await.unwrap().unwrap(), start.as_bytes());
    }
}
