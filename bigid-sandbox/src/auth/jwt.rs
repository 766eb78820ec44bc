//! JSON Web Tokens signed with HS256: issuing them, and verifying them on every call.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::HMAC;
use serde_json::{Map, Value};

use crate::random::random_key;

/// A signing key. It never leaves the process, so no other process can issue valid tokens.
#[derive(Clone)]
pub(crate) struct SigningKey(HMAC);

impl SigningKey {
    pub(crate) fn generate() -> Self {
        Self(HMAC::new(random_key()))
    }

    pub(crate) fn sign(&self, claims: &Map<String, Value>) -> String {
        let header = URL_SAFE_NO_PAD.encode(HEADER);
        let payload = URL_SAFE_NO_PAD.encode(Value::Object(claims.clone()).to_string());
        let signed = format!("{header}.{payload}");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.code(&signed).finalize()))
    }

    /// The claims of a token that this key signed, unchecked.
    ///
    /// Only this algorithm is accepted, so a token with `none` has a wrong signature.
    pub(crate) fn verify(&self, token: &str) -> Option<Map<String, Value>> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature: [u8; 32] = URL_SAFE_NO_PAD.decode(signature).ok()?.try_into().ok()?;
        let is_ours = self.code(signed).finalize_verify(&signature);
        let (_, payload) = signed.split_once('.').filter(|_| is_ours)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    fn code(&self, signed: &str) -> HMAC {
        let mut code = self.0.clone();
        code.update(signed);
        code
    }
}

const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Map<String, Value> {
        Map::from_iter([("type".to_owned(), Value::from("access-token")), ("exp".to_owned(), Value::from(7))])
    }

    #[test]
    fn a_token_carries_its_claims() {
        let key = SigningKey::generate();
        assert_eq!(key.verify(&key.sign(&claims())), Some(claims()));
    }

    #[test]
    fn nothing_but_the_key_signs() {
        let key = SigningKey::generate();
        let token = key.sign(&claims());
        assert_eq!(SigningKey::generate().verify(&token), None);
        let unsigned = format!("{}.", token.rsplit_once('.').map_or("", |(signed, _)| signed));
        for other in ["", ".", "..", "a.b.c", "Bearer x", &token[1..], &token[..token.len() - 1], &unsigned] {
            assert_eq!(key.verify(other), None, "{other}");
        }
    }

    #[test]
    fn no_changed_character_goes_unseen() {
        let key = SigningKey::generate();
        let token = key.sign(&claims());
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(changed == token || key.verify(&changed).is_none(), "byte {at}");
        }
    }
}
