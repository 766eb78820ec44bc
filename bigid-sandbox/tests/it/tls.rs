//! HTTPS, with the sandbox's own certificate authority.
#![cfg(feature = "tls")]

use std::error::Error;
use std::sync::Arc;

use bigid_sandbox::{Fault, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The response to a GET by that name of the host, as text.
async fn get(sandbox: &Sandbox, authority: Option<&str>, host: &str) -> Result<String, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = authority {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| format!("{error:?}"))?)?;
    }
    let config =
        ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions()?;
    let connector = TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()));
    let stream = TcpStream::connect(sandbox.address()).await?;
    let mut stream = connector.connect(ServerName::try_from(host.to_owned())?, stream).await?;
    let request = "GET /api/v1/ds-connections HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    Ok(response)
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_connects_by_every_name_of_this_machine_and_others_do_not() {
    let sandbox = Sandbox::builder().tls().start().await.expect("a sandbox");
    assert!(sandbox.base_url().starts_with("https://127.0.0.1:"));
    let authority = sandbox.certificate_authority().expect("an authority");
    for host in ["localhost", "127.0.0.1", "::1"] {
        let response = get(&sandbox, Some(&authority), host).await.expect(host);
        assert!(response.starts_with("HTTP/1.1 401"), "{response}");
    }
    assert!(get(&sandbox, Some(&authority), "example.com").await.is_err());
    assert!(get(&sandbox, None, "localhost").await.is_err());
    let other = Sandbox::builder().tls().start().await.expect("a sandbox");
    assert!(get(&other, Some(&authority), "localhost").await.is_err(), "each sandbox has its own");
}

#[tokio::test]
async fn faults_break_encrypted_connections_too() {
    let sandbox = Sandbox::builder().tls().start().await.expect("a sandbox");
    let authority = sandbox.certificate_authority().expect("an authority");
    for fault in [Fault::Reset, Fault::CutBody { after: 3 }] {
        sandbox.on("list_data_sources").once(fault);
        let broken = get(&sandbox, Some(&authority), "localhost").await;
        assert!(broken.is_err() || broken.is_ok_and(|text| text.ends_with("\r\n\r\n{\"m")));
    }
    assert!(get(&sandbox, Some(&authority), "localhost").await.is_ok());
}
