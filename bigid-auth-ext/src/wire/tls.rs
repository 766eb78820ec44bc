//! The TLS configuration shared by all clients of the process that configure none.
//!
//! reqwest makes one for each HTTP client, and reads the operating system's root certificates for it: milliseconds and
//! a quarter of a megabyte, twice for each [`BigIdClient`](crate::BigIdClient). Here it is made once and lives as long
//! as a client uses it. The first client after that reads the roots again.

use std::sync::{Arc, Mutex, Weak};

/// With both features, reqwest prefers the operating system's library.
#[cfg(feature = "native-tls")]
use native_tls::TlsConnector as Config;
#[cfg(not(feature = "native-tls"))]
use rustls::ClientConfig as Config;

use crate::lock::lock;

/// The TLS configuration of clients with the operating system's roots and nothing else to configure.
#[derive(Clone)]
pub(crate) struct SharedTls(Arc<Config>);

static IN_USE: Mutex<Weak<Config>> = Mutex::new(Weak::new());

impl SharedTls {
    /// The configuration in use, or a new one. `None` if none can be made, for example without any root certificate:
    /// reqwest then reports why.
    pub(crate) fn get() -> Option<Self> {
        let mut in_use = lock(&IN_USE);
        if let Some(config) = in_use.upgrade().filter(is_current) {
            return Some(Self(config));
        }
        let config = Arc::new(make()?);
        *in_use = Arc::downgrade(&config);
        Some(Self(config))
    }

    pub(crate) fn apply(&self, http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        // The clone shares roots, cryptography and session tickets.
        http.tls_backend_preconfigured(Config::clone(&self.0))
    }
}

/// As reqwest makes it.
#[cfg(feature = "native-tls")]
fn make() -> Option<Config> {
    Config::new().ok()
}

#[cfg(feature = "native-tls")]
fn is_current(_: &Arc<Config>) -> bool {
    true
}

/// As reqwest makes it, except that only HTTP/1.1 is offered, whatever reqwest features other crates of the program
/// enable.
#[cfg(not(feature = "native-tls"))]
fn make() -> Option<Config> {
    use rustls::crypto::{CryptoProvider, aws_lc_rs};

    let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
    let verifier = rustls_platform_verifier::Verifier::new(provider.clone()).ok()?;
    let config = Config::builder_with_provider(provider).with_protocol_versions(rustls::ALL_VERSIONS).ok()?;
    let mut config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
}

/// Whether the program has not installed another cryptography provider since.
#[cfg(not(feature = "native-tls"))]
fn is_current(config: &Arc<Config>) -> bool {
    let installed = rustls::crypto::CryptoProvider::get_default();
    installed.is_none_or(|provider| Arc::ptr_eq(provider, config.crypto_provider()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_share_it_as_long_as_one_of_them_lives() {
        let one = SharedTls::get().unwrap();
        let other = SharedTls::get().unwrap();
        assert!(Arc::ptr_eq(&one.0, &other.0));
        let made = Arc::downgrade(&one.0);
        drop(one);
        assert!(SharedTls::get().is_some_and(|tls| Arc::ptr_eq(&tls.0, &other.0)));
        drop(other);
        // Another test of this process may still use it.
        assert!(made.strong_count() == 0 || SharedTls::get().is_some_and(|tls| made.ptr_eq(&Arc::downgrade(&tls.0))));
    }

    #[test]
    fn reqwest_takes_it() {
        SharedTls::get().unwrap().apply(reqwest::Client::builder()).build().unwrap();
    }
}
