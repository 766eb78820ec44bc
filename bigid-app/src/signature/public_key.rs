use std::error::Error;
use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, VerificationAlgorithm,
};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::Value;

/// The key that verifies what BigID signed: RSA of 2048 bits or more, or the curves P-256, P-384 and P-521.
///
/// The format in which BigID sends it is not known. PEM (`BEGIN PUBLIC KEY`) is read, alone or anywhere in JSON, with
/// line breaks or `\n`.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Reads a key.
    ///
    /// # Errors
    /// There is no PEM block of a public key, there are several, or the key is of another kind.
    pub fn parse(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let mut found = Vec::new();
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => in_json(&value, &mut found),
            Err(_) => found.extend(in_pem(bytes)),
        }
        found.dedup();
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (None, _) => Err(PublicKeyError("there is no PEM block `PUBLIC KEY`")),
            (Some(_), Some(_)) => Err(PublicKeyError("there is more than one key")),
            (Some(der), None) if ALGORITHMS.iter().any(|(_, one)| ParsedPublicKey::new(*one, &der).is_ok()) => {
                Ok(Self(der))
            }
            (Some(_), None) => {
                Err(PublicKeyError("it is neither RSA of 2048 bits or more nor of the curves P-256, P-384 and P-521"))
            }
        }
    }

    /// Whether the key made the signature; `false` if the algorithm needs another kind of key.
    pub(super) fn verifies(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> bool {
        ParsedPublicKey::new(algorithm, &self.0).is_ok_and(|key| key.verify_sig(signed, signature).is_ok())
    }
}

/// The algorithm of a token's `alg`. All are asymmetric, so a public key cannot sign.
pub(super) fn algorithm(name: &str) -> Option<&'static dyn VerificationAlgorithm> {
    ALGORITHMS.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
}

static ALGORITHMS: [(&str, &'static dyn VerificationAlgorithm); 6] = [
    ("RS256", &RSA_PKCS1_2048_8192_SHA256),
    ("RS384", &RSA_PKCS1_2048_8192_SHA384),
    ("RS512", &RSA_PKCS1_2048_8192_SHA512),
    ("ES256", &ECDSA_P256_SHA256_FIXED),
    ("ES384", &ECDSA_P384_SHA384_FIXED),
    ("ES512", &ECDSA_P521_SHA512_FIXED),
];

fn in_pem(bytes: &[u8]) -> Vec<Vec<u8>> {
    let keys = SubjectPublicKeyInfoDer::pem_slice_iter(bytes);
    keys.map_while(Result::ok).map(|key| key.as_ref().to_vec()).collect()
}

fn in_json(value: &Value, found: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => found.extend(in_pem(text.replace("\\n", "\n").as_bytes())),
        Value::Array(values) => values.iter().for_each(|value| in_json(value, found)),
        Value::Object(members) => members.values().for_each(|value| in_json(value, found)),
        _ => {}
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bytes)", self.0.len())
    }
}

/// The error for bytes that are not a supported public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKeyError(&'static str);

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a public key: {}", self.0)
    }
}

impl Error for PublicKeyError {}
