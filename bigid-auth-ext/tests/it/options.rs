//! The settings of a client: layers, certificates, a proxy, a user agent, and options for some calls.
//!
//! This file is long because it has one test for each setting.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bigid_auth_ext::bigid_api::http::header::AUTHORIZATION;
use bigid_auth_ext::bigid_api::http::{Extensions, Method, StatusCode};
use bigid_auth_ext::bigid_api::reqwest::{Request, Response};
use bigid_auth_ext::bigid_api::reqwest_middleware::{self, Middleware, Next};
use bigid_auth_ext::{BigIdClient, Builder, CallOptions, ConfigError, ManualClock, Pem, RetryPolicy, async_trait};
use bigid_sandbox::{Fault, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

async fn sandbox() -> Sandbox {
    bigid_witness::sandbox().data_sources(3).start().await.unwrap()
}

fn builder(sandbox: &Sandbox) -> Builder {
    BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).clock(ManualClock::default())
}

#[tokio::test]
async fn a_derived_client_repeats_what_the_other_sends_once_and_shares_its_session() {
    let sandbox = sandbox().await;
    let client = builder(&sandbox).build().unwrap();
    let repeating = client.with_options(CallOptions::new().retry(RetryPolicy::default().all_methods()));
    let create = |client: &BigIdClient, name: &str| {
        let source = json!({ "ds_connection": { "name": name, "type": "s3" } });
        client.request(Method::POST, "/ds_connections").json(&source)
    };
    sandbox.on("create_data_source").times(2, Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(create(&client, "a").send().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(create(&repeating, "b").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!((sandbox.calls("create_data_source"), sandbox.calls("exchange")), (3, 1));
    let never = client.with_options(CallOptions::new().retry(RetryPolicy::none()));
    sandbox.on("list_data_sources").once(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert!(never.list_data_sources().send().await.is_err());
    assert!(client.list_data_sources().send().await.is_ok());
}

/// Notes what passes.
#[derive(Clone, Default)]
struct Seen {
    attempts: Arc<AtomicUsize>,
    statuses: Arc<Mutex<Vec<u16>>>,
}

#[async_trait]
impl Middleware for Seen {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        assert!(!request.headers().contains_key(AUTHORIZATION), "a credential above authentication");
        let response = next.run(request, extensions).await?;
        self.statuses.lock().unwrap().push(response.status().as_u16());
        Ok(response)
    }
}

#[tokio::test]
async fn a_layer_sees_every_attempt_as_honest_http_and_no_credential() {
    let sandbox = sandbox().await;
    let seen = Seen::default();
    let clock = ManualClock::default();
    let client = builder(&sandbox).layer(seen.clone()).user_agent_suffix("orders/1.4");
    let client = client.clock(clock.clone()).build().unwrap();
    sandbox.on("list_data_sources").once(Fault::GatewayPageUnder200);
    sandbox.on("list_data_sources").once(Fault::RevokeSessions);
    client.session().await.unwrap();
    // Its refusal is not a slow node's.
    clock.advance(std::time::Duration::from_secs(3));
    assert!(client.list_data_sources().send().await.is_ok());
    assert_eq!(*seen.statuses.lock().unwrap(), [502, 200]);
    assert_eq!(seen.attempts.load(Ordering::SeqCst), 2);
    let agent = concat!("bigid-rust/", env!("CARGO_PKG_VERSION"), " orders/1.4");
    for request in sandbox.requests() {
        assert_eq!(request.headers()["user-agent"], agent, "{request:?}");
    }
    assert!(matches!(builder(&sandbox).user_agent_suffix("a\nb").build(), Err(ConfigError::UserAgent)));
}

/// A server with its own certificate, which rejects every request that it can read.
struct Tls {
    address: String,
    pem: String,
}

async fn tls() -> Tls {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certified.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let response = b"HTTP/1.1 401 X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            let _ = stream.write_all(response).await;
            let _ = stream.shutdown().await;
        }
    });
    Tls { address, pem: certified.cert.pem() }
}

/// Whether the server's certificate is trusted, seen by whether its refusal arrives.
async fn trusts(builder: Builder) -> bool {
    let error = builder.build().unwrap().session().await.unwrap_err();
    assert_ne!(error.is_rejected(), error.is_unreachable(), "{error:?}");
    error.is_rejected()
}

#[tokio::test]
async fn root_certificates_are_added_or_replaced_and_nothing_else_is_trusted() {
    let tls = tls().await;
    let builder = || BigIdClient::builder(&*tls.address).user_token("user-token").clock(ManualClock::default());
    assert!(!trusts(builder()).await);
    assert!(trusts(builder().add_root_certificates(Pem::bytes(tls.pem.clone()))).await);
    assert!(trusts(builder().replace_root_certificates(Pem::bytes(tls.pem.clone()))).await);
    assert!(trusts(builder().dangerously_accept_any_certificate()).await);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    assert!(!trusts(builder().replace_root_certificates(Pem::bytes(other))).await);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &tls.pem).unwrap();
    let variables = [
        ("BIGID_BASE_URL", tls.address.as_str()),
        ("BIGID_USER_TOKEN", "user-token"),
        ("BIGID_CA_BUNDLE", path.to_str().unwrap()),
    ];
    let error = BigIdClient::from_vars(variables).unwrap().session().await.unwrap_err();
    assert!(error.is_rejected(), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_mounted_token_file_works_from_the_environment_alone_and_outlives_its_removal() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    for mode in [0o644, 0o440, 0o400] {
        let sandbox = sandbox().await;
        let folder = tempfile::tempdir().unwrap();
        let (mounted, path) = (folder.path().join("..data"), folder.path().join("token"));
        std::fs::create_dir(&mounted).unwrap();
        std::fs::write(mounted.join("token"), format!("{}\n", sandbox.user_token())).unwrap();
        std::fs::set_permissions(mounted.join("token"), std::fs::Permissions::from_mode(mode)).unwrap();
        symlink("..data/token", &path).unwrap();
        let variables =
            [("BIGID_BASE_URL", sandbox.base_url()), ("BIGID_USER_TOKEN_FILE", path.to_str().unwrap().to_owned())];
        let client = BigIdClient::from_vars(variables).unwrap();
        std::fs::remove_dir_all(&mounted).unwrap();
        client.list_data_sources().send().await.unwrap();
    }
}

#[test]
fn a_token_in_the_variable_of_its_file_is_not_printed() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6Imh1bnRlcjIifQ.c2lnbmF0dXJl";
    let variables = [("BIGID_BASE_URL", "https://t.bigid.cloud"), ("BIGID_USER_TOKEN_FILE", token)];
    let error = BigIdClient::from_vars(variables).unwrap_err();
    assert_eq!(error.to_string(), "BIGID_USER_TOKEN_FILE: not a file; did you mean BIGID_USER_TOKEN?");
    assert!(!format!("{error:?}").contains("eyJ"), "{error:?}");
}

#[test]
fn wrong_certificates_are_named_by_their_file() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, expected) in [
        ("missing.pem", None, "cannot be read"),
        ("empty.pem", Some(""), "contains no certificates"),
        ("text.pem", Some("hello"), "contains no certificates"),
        ("broken.pem", Some("-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n"), "is not valid PEM"),
    ] {
        let path = folder.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let variables = [
            ("BIGID_BASE_URL", "https://t.bigid.cloud"),
            ("BIGID_USER_TOKEN", "user-token"),
            ("BIGID_CA_BUNDLE", path.to_str().unwrap()),
        ];
        let error = BigIdClient::from_vars(variables).unwrap_err().to_string();
        assert!(error.contains("BIGID_CA_BUNDLE") && error.contains(name) && error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_token_file_of_the_environment_is_read_and_named_when_it_is_wrong() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let base = sandbox.base_url();
    let variables = || [("BIGID_BASE_URL", base.as_str()), ("BIGID_USER_TOKEN_FILE", path.to_str().unwrap())];
    let error = BigIdClient::from_vars(variables()).unwrap_err().to_string();
    assert!(error.starts_with("BIGID_USER_TOKEN_FILE: ") && error.contains("cannot be read"), "{error}");
    std::fs::write(&path, sandbox.user_token()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(BigIdClient::from_vars(variables()).unwrap().list_data_sources().send().await.is_ok());
}

#[tokio::test]
async fn a_proxy_is_asked_to_connect_and_loopback_goes_past_it() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://user:hunter2@{}", proxy.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut bytes = [0; 4096];
        let length = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let client = BigIdClient::builder("https://acme.bigid.invalid").user_token("user-token").proxy(&*address);
    let client = client.clock(ManualClock::default()).build().unwrap();
    let error = client.session().await.unwrap_err();
    assert!(error.is_unreachable() && !format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("CONNECT acme.bigid.invalid:443") && asked.contains("Basic dXNlcjpodW50ZXIy"), "{asked}");

    let sandbox = sandbox().await;
    let client = builder(&sandbox).proxy("http://127.0.0.1:1").build().unwrap();
    assert!(client.list_data_sources().send().await.is_ok());
    let wrong = BigIdClient::builder("https://t.bigid.cloud").user_token("user-token").proxy("http://user:hunter2@:x");
    let error = wrong.build().unwrap_err();
    assert!(matches!(error, ConfigError::Proxy(_)) && !format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn an_operation_that_rejects_every_session_costs_an_exchange_in_five_seconds_whatever_its_parameters_are() {
    let sandbox = sandbox().await;
    let clock = ManualClock::default();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    assert!(client.list_data_sources().send().await.is_ok());
    sandbox.on("get_data_source").always(Fault::RejectToken);
    let get = async |number: u32| {
        let error = client.get_data_source(format!("source {number}")).send().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    };
    // Each minute a session that was not refused young; three new ones are rejected.
    for number in 0..3 {
        clock.advance(std::time::Duration::from_secs(61));
        get(number).await;
    }
    let sent = sandbox.calls("get_data_source");
    for number in 0..200 {
        get(number).await;
    }
    assert_eq!((client.exchanges(), sandbox.calls("get_data_source")), (4, sent + 200));
    // A session that is revoked meanwhile is renewed by any other call.
    clock.advance(std::time::Duration::from_secs(3));
    sandbox.on("list_data_sources").once(Fault::RevokeSessions);
    assert!(client.list_data_sources().send().await.is_ok());
    assert_eq!(client.exchanges(), 5);
    clock.advance(std::time::Duration::from_secs(9));
    get(0).await;
    assert_eq!(client.exchanges(), 6);
    sandbox.clear_faults();
    assert_eq!(client.list_data_sources().with_response().await.unwrap().status(), 200);
    assert_eq!(client.exchanges(), 6);
}

/// The bytes that making something keeps. The operating system's TLS library allocates where they are not counted.
#[cfg(not(feature = "native-tls"))]
fn kept<T>(make: impl FnOnce() -> T) -> (T, i64) {
    let mut made = None;
    let counted = allocation_counter::measure(|| made = Some(make()));
    (made.unwrap(), counted.bytes_current)
}

#[cfg(not(feature = "native-tls"))]
#[test]
fn a_thousand_clients_of_different_deployments_share_one_tls_configuration() {
    let client = |number: usize| {
        let base = format!("https://tenant-{number}.bigid.cloud");
        BigIdClient::builder(base).user_token("user-token").build().unwrap()
    };
    let (_own, own_bytes) = kept(|| reqwest::Client::builder().build().unwrap());
    let _first = client(0);
    let (_clients, bytes) = kept(|| (1..=1_000).map(client).collect::<Vec<_>>());
    let each = bytes / 1_000;
    assert!(each * 4 < own_bytes, "{each} bytes a client, where one TLS configuration has {own_bytes}");
}

#[cfg(not(feature = "native-tls"))]
#[test]
fn what_asks_for_another_tls_configuration_has_its_own() {
    let client = |change: fn(Builder) -> Builder| {
        let builder = BigIdClient::builder("https://tenant.bigid.cloud").user_token("user-token");
        kept(|| change(builder).build().unwrap())
    };
    let _first = client(|builder| builder);
    let (_second, shared) = client(|builder| builder);
    let (_third, own) = client(|builder| builder.http(|http| http));
    assert!(own > 4 * shared, "{own} bytes, {shared} where it is shared");
}
