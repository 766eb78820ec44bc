//! The certificate of the server over TLS, beside the program, for the clients of other processes.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// A configuration with a new certificate, which is in [`file`] from now on.
pub fn server() -> Arc<ServerConfig> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(file(), cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
    Arc::new(config.unwrap())
}

/// The certificate, as PEM.
pub fn file() -> PathBuf {
    std::env::current_exe().unwrap().with_file_name("certificate.pem")
}
