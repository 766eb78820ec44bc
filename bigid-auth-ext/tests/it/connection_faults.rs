//! TLS, proxy and name faults are distinguished from a network that is down: they are permanent, are not retried, and
//! name the setting that helps.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::bigid_api::reqwest::dns::{Name, Resolve, Resolving};
use bigid_auth_ext::bigid_api::{BaseUrl, Client, ConnectionFault, Transport, reqwest};
use bigid_auth_ext::{AuthError, BigIdClient, Builder, ManualClock, Pem};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A server that counts the connections it gets.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    pem: String,
}

impl Server {
    /// Shows a certificate for `name` that is good from one year to another.
    async fn with_certificate(name: &str, years: (i32, i32)) -> Self {
        let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(years.0, 1, 1);
        parameters.not_after = date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (listener, connections, port) = listen().await;
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.write_all(b"HTTP/1.1 401 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, connections, pem: certificate.pem() }
    }

    /// Responds to everything with the same text.
    async fn with_text(text: &'static str) -> Self {
        let (listener, connections, port) = listen().await;
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, connections, pem: String::new() }
    }

    fn base_url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }
}

async fn listen() -> (TcpListener, Arc<AtomicUsize>, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, Arc::default(), port)
}

/// Knows no host, for this reason.
struct NoHost(&'static str);

impl Resolve for NoHost {
    fn resolve(&self, _: Name) -> Resolving {
        let reason = self.0;
        Box::pin(async move { Err::<Box<dyn Iterator<Item = SocketAddr> + Send>, _>(reason.into()) })
    }
}

fn builder(base: impl Into<String>) -> Builder {
    BigIdClient::builder(base).user_token("user-token").clock(ManualClock::default())
}

/// The exchange and every kind of call end with the fault, after this exact number of connections.
async fn assert_fault(what: &str, client: &BigIdClient, fault: ConnectionFault, helps: &[&str]) -> String {
    let error = client.session().await.unwrap_err();
    assert_eq!(error.connection_fault(), Some(fault), "{what}: {error:?}");
    assert_eq!(error.is_transient(), !fault.is_permanent(), "{what}: {error}");
    assert!(error.is_unreachable() && !error.is_rejected(), "{what}: {error}");
    assert_eq!(error.attempts(), if fault.is_permanent() { 1 } else { 3 }, "{what}: {error}");
    let typed = client.list_data_sources().send().await.unwrap_err();
    let undescribed = client.request(Method::GET, "/x").send_json::<Value>().await.unwrap_err();
    let export = client.export_findings().send().await.map(|_| ()).unwrap_err();
    let records = client.list_data_sources().records().try_next().await.unwrap_err();
    for error in [typed.into_untyped(), undescribed.into_untyped(), export.into_untyped(), records.into_untyped()] {
        assert_eq!(error.connection_fault(), Some(fault), "{what}: {error:?}");
        assert_eq!((error.is_retryable(), error.status()), (!fault.is_permanent(), None), "{what}: {error}");
        assert!(AuthError::of(&error).is_some(), "{what}: {error}");
        for part in helps {
            assert!(error.to_string().contains(part), "{what}: `{error}` lacks `{part}`");
        }
        assert!(!error.to_string().contains("check the base URL, the network and the proxy"), "{what}: {error}");
    }
    error.to_string()
}

#[tokio::test]
async fn a_certificate_that_is_not_accepted_says_which_setting_helps() {
    let server = Server::with_certificate("localhost", (2020, 2090)).await;
    let client = builder(server.base_url()).build().unwrap();
    assert_fault("unknown authority", &client, ConnectionFault::UnknownIssuer, &["localhost", "BIGID_CA_BUNDLE"]).await;
    assert_eq!(server.connections.swap(0, Ordering::SeqCst), 1, "one attempt, remembered for the calls that follow");

    let trusting =
        |server: &Server| builder(server.base_url()).replace_root_certificates(Pem::bytes(server.pem.clone()));
    assert!(trusting(&server).build().unwrap().session().await.unwrap_err().is_rejected(), "the certificate is good");

    let server = Server::with_certificate("bigid.example", (2020, 2090)).await;
    let client = trusting(&server).build().unwrap();
    assert_fault("wrong name", &client, ConnectionFault::WrongHostName, &["host name", "BIGID_BASE_URL"]).await;

    let server = Server::with_certificate("localhost", (2020, 2021)).await;
    let client = trusting(&server).build().unwrap();
    assert_fault("expired", &client, ConnectionFault::CertificateExpired, &["has expired", "renewed"]).await;

    let server = Server::with_certificate("localhost", (2080, 2090)).await;
    let client = trusting(&server).build().unwrap();
    assert_fault("not yet valid", &client, ConnectionFault::CertificateNotYetValid, &["not valid yet", "clock"]).await;
}

#[tokio::test]
async fn a_port_without_tls_and_a_name_without_an_address_are_told_apart() {
    let server = Server::with_text("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let client = builder(server.base_url()).build().unwrap();
    assert_fault("no TLS", &client, ConnectionFault::NotTls, &["does not speak TLS", "BIGID_BASE_URL"]).await;

    let unknown = "failed to lookup address information: Name or service not known";
    let resolver = move |reason| move |http: reqwest::ClientBuilder| http.dns_resolver(Arc::new(NoHost(reason)));
    let client = builder("https://acme.bigid.invalid").http(resolver(unknown)).build().unwrap();
    let helps = ["acme.bigid.invalid", "does not exist in DNS", "BIGID_BASE_URL"];
    assert_fault("unknown name", &client, ConnectionFault::HostNotFound, &helps).await;

    let busy = "failed to lookup address information: Temporary failure in name resolution";
    let client = builder("https://acme.bigid.invalid").http(resolver(busy)).build().unwrap();
    assert_fault("no name server", &client, ConnectionFault::DnsUnavailable, &["DNS did not respond"]).await;
}

#[tokio::test]
async fn a_proxy_that_asks_for_credentials_is_told_from_one_that_fails() {
    let proxy = Server::with_text("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
    let through = |proxy: &Server| {
        let address = format!("http://user:hunter2@127.0.0.1:{}", proxy.port);
        builder("https://acme.bigid.invalid").proxy(address).build().unwrap()
    };
    let line = assert_fault(
        "407",
        &through(&proxy),
        ConnectionFault::ProxyAuthentication,
        &["the proxy asks for credentials (407)", "HTTPS_PROXY"],
    )
    .await;
    assert!(!line.contains("hunter2"), "{line}");
    assert_eq!(proxy.connections.load(Ordering::SeqCst), 1, "one attempt, remembered for the calls that follow");

    let proxy = Server::with_text("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").await;
    assert_fault("503", &through(&proxy), ConnectionFault::ProxyTunnel, &["did not open a tunnel", "NO_PROXY"]).await;
}

#[tokio::test]
async fn a_network_that_is_down_is_not_blamed_on_a_setting() {
    let (listener, _, port) = listen().await;
    drop(listener);
    let client = builder(format!("http://127.0.0.1:{port}")).build().unwrap();
    let error = client.session().await.unwrap_err();
    assert_eq!((error.connection_fault(), error.is_transient(), error.attempts()), (None, true, 3), "{error}");
    let error = client.list_data_sources().send().await.unwrap_err();
    assert_eq!((error.connection_fault(), error.is_retryable(), error.attempts()), (None, true, 0), "{error}");
    assert_eq!(
        error.to_string(),
        "no session: the server 127.0.0.1 could not be reached: the connection was refused; check the base URL (BIGID_BASE_URL), the \
         network and the proxy"
    );
}

#[tokio::test]
async fn a_client_without_layers_tells_faults_apart_as_well() {
    let server = Server::with_certificate("localhost", (2020, 2090)).await;
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let http = reqwest::Client::builder().build().unwrap();
    let error = Client::new(Transport::new(base, http)).list_data_sources().send().await.unwrap_err();
    assert_eq!((error.connection_fault(), error.attempts()), (Some(ConnectionFault::UnknownIssuer), 1), "{error:?}");
    assert!(!error.is_retryable() && error.to_string().contains("BIGID_CA_BUNDLE"), "{error}");
}
