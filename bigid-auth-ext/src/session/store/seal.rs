//! Encrypts stored sessions, so that only holders of the credential can read them.
//!
//! HKDF-SHA-256 derives two values from one secret (the user token, or the caller's key): the entry's name and the key
//! of XChaCha20-Poly1305. Both depend on the whole base URL and on the credential, so another deployment, path or
//! credential has another entry, and cannot open this one. A nonce is 24 random bytes: no two are equal in practice,
//! however many processes seal with one key.

use std::fmt::Write as _;

use bigid_api::BaseUrl;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac_sha256::{HKDF, HMAC};
use zeroize::Zeroizing;

use super::EntryName;
use super::options::SealingKey;
use crate::credential::Credential;

/// The first byte of a sealed session. An entry of another version is ignored.
const VERSION: u8 = 1;

const NONCE: usize = 24;

/// The salt of the derivation, which separates it from every other use of the token.
const SALT: &[u8] = b"bigid-auth-ext session store";

/// Seals and opens the sessions of one credential at one deployment.
pub(crate) struct Sealer {
    name: EntryName,
    cipher: XChaCha20Poly1305,
    context: Vec<u8>,
}

impl Sealer {
    /// `None` for a credential whose session is not stored: a supplied session, a service token, which is different for
    /// each exchange, or a password without a caller's key.
    pub(crate) fn new(base: &BaseUrl, credential: &Credential, key: Option<&SealingKey>) -> Option<Self> {
        let secret = match (key, credential) {
            (_, Credential::Session(_) | Credential::ServiceToken { .. }) | (None, Credential::Password { .. }) => {
                return None;
            }
            (Some(key), _) => key.bytes(),
            (None, Credential::UserToken(token)) => token.expose().as_bytes(),
        };
        let derivation = Zeroizing::new(HKDF::extract(SALT, secret));
        let identity = identity(secret, credential)?;
        let url = base.as_str().as_bytes();
        let context = [&[VERSION][..], &identity, url].concat();
        let (mut name, mut cipher) = ([0; 20], Zeroizing::new([0; 32]));
        HKDF::expand(&mut name, *derivation, [&b"name"[..], &context].concat());
        HKDF::expand(&mut *cipher, *derivation, [&b"seal"[..], &context].concat());
        let digits = name.iter().fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        let cipher = XChaCha20Poly1305::new_from_slice(&*cipher).ok()?;
        Some(Self { name: EntryName(digits), cipher, context })
    }

    pub(crate) fn name(&self) -> &EntryName {
        &self.name
    }

    /// `None` if the operating system provides no random bytes.
    pub(crate) fn seal(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: plain, aad: &self.context };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// The opened session; `None` if it was not sealed with the same secret, for this deployment and credential, in
    /// this version.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (VERSION, rest) = sealed.split_first().map(|(version, rest)| (*version, rest))? else { return None };
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &self.context };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }
}

/// A keyed hash of the credential: a changed password or a rotated token is another identity, and the hash does not
/// help to guess either.
fn identity(secret: &[u8], credential: &Credential) -> Option<[u8; 32]> {
    let mut hash = HMAC::new(secret);
    let parts: [&[u8]; 3] = match credential {
        Credential::UserToken(token) => [b"user token", token.expose().as_bytes(), b""],
        Credential::ServiceToken { .. } => return None,
        Credential::Session(token) => [b"session", token.expose().as_bytes(), b""],
        Credential::Password { username, password } => [b"password", username.as_bytes(), password.expose().as_bytes()],
    };
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Some(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(url: &str, credential: &Credential, key: Option<u8>) -> Option<Sealer> {
        let key = key.map(|byte| SealingKey::new([byte; 32]));
        Sealer::new(&BaseUrl::parse(url).unwrap(), credential, key.as_ref())
    }

    /// Each differs from the first in one thing that must keep sessions apart.
    fn others() -> Vec<Sealer> {
        let token = Credential::user_token("token");
        [
            ("https://a.example", token.clone(), None),
            ("https://b.example", token.clone(), None),
            ("https://a.example:8443", token.clone(), None),
            ("https://a.example/tenant-a", token.clone(), None),
            ("https://a.example/tenant-b", token.clone(), None),
            ("https://a.example", Credential::user_token("token2"), None),
            ("https://a.example", token.clone(), Some(1)),
            ("https://a.example", token, Some(2)),
            ("https://a.example", Credential::password("u", "token"), Some(1)),
            ("https://a.example", Credential::password("ut", "oken"), Some(1)),
            ("https://a.example", Credential::password("u", "token2"), Some(1)),
        ]
        .into_iter()
        .map(|(url, credential, key)| sealer(url, &credential, key).unwrap())
        .collect()
    }

    /// Processes with different versions of the SDK share entries. The name was computed with another implementation of
    /// HKDF.
    #[test]
    fn a_credential_has_the_same_entry_in_every_version() {
        let sealer = sealer("https://a.example", &Credential::user_token("token"), None).unwrap();
        assert_eq!(sealer.name().0, "b7cc96be6ceaf048caeccde6e55036b3a7575fd4");
    }

    #[test]
    fn what_one_seals_only_the_same_deployment_credential_and_key_can_find_and_open() {
        let (all, again) = (others(), others());
        for (mine, sealer) in all.iter().enumerate() {
            let sealed = sealer.seal(b"session").unwrap();
            for (theirs, other) in again.iter().enumerate() {
                let opened = other.open(&sealed).map(|plain| plain.to_vec());
                assert_eq!(opened, (mine == theirs).then(|| b"session".to_vec()), "{mine} {theirs}");
                assert_eq!(sealer.name() == other.name(), mine == theirs, "{mine} {theirs}");
            }
        }
    }

    #[test]
    fn forms_of_one_base_url_share_an_entry() {
        let token = Credential::user_token("token");
        let one = sealer("https://a.example", &token, None).unwrap();
        for url in ["https://A.example/", "https://a.example:443/api/v1", "https://a.example/api/v1/"] {
            assert_eq!(sealer(url, &token, None).unwrap().name(), one.name(), "{url}");
        }
    }

    #[test]
    fn a_password_is_never_a_key_and_a_session_is_never_stored() {
        for (credential, key, stored) in [
            (Credential::password("u", "p"), None, false),
            (Credential::password("u", "p"), Some(1), true),
            (Credential::session("s"), None, false),
            (Credential::session("s"), Some(1), false),
            (Credential::user_token("t"), None, true),
        ] {
            assert_eq!(sealer("https://a.example", &credential, key).is_some(), stored, "{credential:?}");
        }
    }

    #[test]
    fn every_changed_byte_and_every_shorter_or_longer_text_is_refused() {
        let sealer = sealer("https://a.example", &Credential::user_token("token"), None).unwrap();
        let sealed = sealer.seal(b"session").unwrap();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                assert!(sealer.open(&changed).is_none(), "{at} {bit}");
            }
            assert!(sealer.open(&sealed[..at]).is_none(), "{at}");
        }
        assert!(sealer.open(&[&sealed[..], &[0]].concat()).is_none());
        assert!(sealer.open(&sealed).is_some());
    }

    #[test]
    fn the_same_session_is_never_sealed_to_the_same_bytes() {
        let sealer = sealer("https://a.example", &Credential::user_token("token"), None).unwrap();
        let sealed: std::collections::BTreeSet<_> = (0..1_000).map(|_| sealer.seal(b"session").unwrap()).collect();
        assert_eq!(sealed.len(), 1_000);
        assert!(!sealed.iter().any(|sealed| sealed.windows(7).any(|part| part == b"session")));
    }
}
