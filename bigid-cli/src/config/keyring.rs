//! The system's keyring: the Keychain of macOS, the Credential Manager of Windows, the kernel's keyring of Linux.

use std::sync::Arc;

use keyring_core::api::CredentialPersistence;
use keyring_core::{CredentialStore, Entry, Error};

/// The service name of every entry.
const SERVICE: &str = "bigid";

/// A keyring with a token for each account.
#[derive(Debug)]
pub(crate) struct Keyring {
    store: Arc<CredentialStore>,
}

impl Keyring {
    /// The system's keyring; `None` on an unsupported system.
    pub(crate) fn of_system() -> Option<Self> {
        #[cfg(target_os = "linux")]
        let store = linux_keyutils_keyring_store::Store::new();
        #[cfg(target_os = "macos")]
        let store = apple_native_keyring_store::keychain::Store::new();
        #[cfg(windows)]
        let store = windows_native_keyring_store::Store::new();
        #[cfg(any(target_os = "linux", target_os = "macos", windows))]
        return Some(Self { store: store.ok()? });
        #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
        None
    }

    #[cfg(test)]
    pub(crate) fn new(store: Arc<CredentialStore>) -> Self {
        Self { store }
    }

    /// Stores a token, and reads it back. If the keyring rejects or changes it, the account is left without an entry.
    ///
    /// # Errors
    /// The reason why the token is not stored.
    pub(crate) fn keep(&self, account: &str, token: &str) -> Result<(), String> {
        let kept = self.entry(account).and_then(|entry| {
            entry.set_password(token)?;
            entry.get_password()
        });
        let mut why = match kept {
            Ok(read) if read == token => return Ok(()),
            Ok(_) => "it does not return the token unchanged; the token may be too long for it".to_owned(),
            Err(error) => text(&error),
        };
        match self.forget(account) {
            Err(error) if error != why => why += &format!("; an older entry could not be removed: {error}"),
            _ => {}
        }
        Err(why)
    }

    /// The token of an account; `None` if there is no entry.
    ///
    /// # Errors
    /// The reason why the keyring cannot be read.
    pub(crate) fn get(&self, account: &str) -> Result<Option<String>, String> {
        match self.entry(account).and_then(|entry| entry.get_password()) {
            Ok(token) => Ok(Some(token)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(text(&error)),
        }
    }

    /// Removes the entry of an account, if there is one.
    ///
    /// # Errors
    /// The reason why it was not removed.
    pub(crate) fn forget(&self, account: &str) -> Result<(), String> {
        match self.entry(account).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(text(&error)),
        }
    }

    /// How long an entry lasts, as the end of a sentence; empty if it lasts until it is deleted.
    pub(crate) fn lasts(&self) -> &'static str {
        match self.store.persistence() {
            CredentialPersistence::UntilReboot => " until the system restarts",
            CredentialPersistence::UntilLogout => " until you log out of the system",
            _ => "",
        }
    }

    fn entry(&self, account: &str) -> Result<Entry, Error> {
        self.store.build(SERVICE, account, None)
    }
}

/// The text of an error, without the contents of the keyring.
fn text(error: &Error) -> String {
    match error {
        Error::Ambiguous(_) => "several entries match".to_owned(),
        Error::BadDataFormat(..) | Error::BadEncoding(_) => "the entry is not text".to_owned(),
        other => other.to_string(),
    }
}
