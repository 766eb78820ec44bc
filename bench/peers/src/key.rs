//! The key of an app or a service account. It is made once and kept in `target/`: how many instructions that takes
//! differs from key to key, and runs are compared.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/key.pem");

/// PKCS#8 in PEM.
pub static PEM: LazyLock<String> = LazyLock::new(|| {
    std::fs::read_to_string(FILE).unwrap_or_else(|_| {
        let pem = generate();
        std::fs::write(FILE, &pem).unwrap();
        pem
    })
});

fn generate() -> String {
    let key: Pkcs8V1Der<'_> = KeyPair::generate(KeySize::Rsa2048).unwrap().as_der().unwrap();
    let encoded = STANDARD.encode(key.as_ref());
    let lines: Vec<&str> = (0..encoded.len()).step_by(64).map(|at| &encoded[at..encoded.len().min(at + 64)]).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
