//! A build without TLS: `cargo test -p bigid-auth-ext --no-default-features --test no_tls`. It is a separate program,
//! because the other tests need TLS.
#![cfg(not(any(feature = "rustls", feature = "native-tls")))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use bigid_auth_ext::{BigIdClient, ConfigError};

#[test]
fn https_is_refused_with_and_without_a_proxy() {
    for base_url in
        ["https://t.bigid.cloud", "HTTPS://t.bigid.cloud:8443/p/api/v1", "https://localhost:1", "https://127.0.0.1"]
    {
        for proxy in [None, Some("http://127.0.0.1:1"), Some("https://user:password@proxy.example")] {
            let builder = BigIdClient::builder(base_url).user_token("user-token").dangerously_allow_plain_http();
            let builder = match proxy {
                Some(proxy) => builder.proxy(proxy),
                None => builder,
            };
            let error = builder.build().unwrap_err();
            assert!(matches!(error, ConfigError::NoTls), "{base_url} {proxy:?}: {error}");
            assert!(error.to_string().contains("enable the feature `rustls`"), "{error}");
        }
        let variables = [("BIGID_BASE_URL", base_url), ("BIGID_USER_TOKEN", "user-token")];
        let error = BigIdClient::from_vars(variables).unwrap_err().to_string();
        assert!(error.starts_with("BIGID_BASE_URL: ") && error.contains("has no TLS"), "{error}");
    }
}

#[tokio::test]
async fn loopback_is_called_in_plain_text() {
    let sandbox = bigid_witness::sandbox().data_sources(3).start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    client.list_data_sources().send().await.unwrap();
}
