//! What the tests of several modules share, and the invariants that property tests and fuzz targets check.

pub mod invariants;

/// A JWT with these claims.
#[cfg(test)]
pub(crate) fn jwt(claims: &str) -> String {
    use base64::Engine as _;
    format!("h.{}.s", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims))
}

/// A client for chains that end above the network. Reading the roots of the operating system would take longer than
/// such a test.
#[cfg(test)]
pub(crate) fn http() -> reqwest::Client {
    let http = reqwest::Client::builder();
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let http = http.tls_certs_only([]);
    http.build().unwrap()
}
