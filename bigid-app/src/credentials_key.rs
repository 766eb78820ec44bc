//! The key that BigID and an app share, and the values that are encrypted with it.

use std::error::Error;
use std::fmt;

use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::iv::FixedLength;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bigid_auth_ext::Secret;

/// The key that decrypts the credentials of data sources: the text of `APPLICATION_CREDENTIALS_KEY`, which BigID and
/// the app share.
///
/// A value is AES-256-CBC with PKCS #7 padding under the SHA-256 of that text, sent as `<Base64 of the initialization
/// vector>$<Base64 of the ciphertext>` (BigID's own Java client and a partner's app agree). The cipher does not
/// authenticate: only TLS shows that a value comes from BigID.
#[derive(Clone, Debug)]
pub struct CredentialsKey(Secret);

impl CredentialsKey {
    /// The key with this text.
    pub fn new(text: impl Into<Secret>) -> Self {
        Self(text.into())
    }

    /// Decrypts a value.
    ///
    /// # Errors
    /// The value does not have that form, or the key is wrong. The error does not say which, so that it reveals nothing
    /// about the key.
    pub fn decrypt(&self, value: &str) -> Result<Secret, DecryptError> {
        let (iv, ciphertext) = value.trim().split_once('$').ok_or(DecryptError)?;
        let iv: [u8; 16] = BASE64_STANDARD.decode(iv).ok().and_then(|iv| iv.try_into().ok()).ok_or(DecryptError)?;
        let mut ciphertext = BASE64_STANDARD.decode(ciphertext).map_err(|_| DecryptError)?;
        let key = digest(&SHA256, self.0.expose().as_bytes());
        let plain = UnboundCipherKey::new(&AES_256, key.as_ref())
            .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
            .and_then(|key| key.decrypt(&mut ciphertext, DecryptionContext::Iv128(FixedLength::from(iv))))
            .map_err(|_| DecryptError)?;
        std::str::from_utf8(plain).map(Secret::from).map_err(|_| DecryptError)
    }
}

/// A value could not be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecryptError;

impl fmt::Display for DecryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value cannot be decrypted; check that APPLICATION_CREDENTIALS_KEY is the same as BigID's")
    }
}

impl Error for DecryptError {}

#[cfg(test)]
mod tests {
    use super::*;

    // key=$(printf %s shared-text | sha256sum | cut -d' ' -f1)
    // printf %s hunter2 | openssl enc -aes-256-cbc -K $key -iv 000102..0f | base64
    const ENCRYPTED: &str = "AAECAwQFBgcICQoLDA0ODw==$JrUefNhp5GO4rznsuqrOtA==";

    #[test]
    fn what_another_program_encrypted_is_decrypted() {
        let key = CredentialsKey::new("shared-text");
        assert_eq!(key.decrypt(ENCRYPTED).unwrap().expose(), "hunter2");
        assert_eq!(format!("{key:?}"), "CredentialsKey(Secret(..))");
    }

    #[test]
    fn nothing_else_is_and_nothing_panics() {
        let other = CredentialsKey::new("another");
        assert_ne!(other.decrypt(ENCRYPTED).ok(), Some(Secret::from("hunter2")));
        let key = CredentialsKey::new("shared-text");
        let (iv, ciphertext) = ENCRYPTED.split_once('$').unwrap();
        let long = format!("{iv}${}", "A".repeat(1 << 20));
        let odd = format!("{iv}$AAAA");
        for value in
            ["", "$", "x", "a$b", iv, ciphertext, "$$", &format!("{iv}$"), &format!("${ciphertext}"), &odd, &long]
        {
            assert_eq!(key.decrypt(value), Err(DecryptError), "{}", value.len());
        }
        for end in 0..ENCRYPTED.len() {
            assert!(key.decrypt(&ENCRYPTED[..end]).is_err(), "{end}");
        }
    }
}
