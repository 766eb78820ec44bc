//! Profiles with a keyring: keyring-core's mock, behind limits that real keyrings have.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Entry, Error, Result, mock};

use super::*;

const ACME: &str = "https://acme.bigid.cloud";
const OTHER: &str = "https://other.bigid.cloud";

/// The longest token that a limited keyring takes.
const LONGEST: usize = 8;

/// What a keyring does with a longer one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    None,
    Refuses,
    Cuts,
    KeepsTheOlder,
    /// It refuses the long value, and the removal of any other.
    RefusesAndKeepsTheOlder,
    /// It takes the value, and then cannot be read.
    CannotBeRead,
}

const LIMITS: [Limit; 5] =
    [Limit::Refuses, Limit::Cuts, Limit::KeepsTheOlder, Limit::RefusesAndKeepsTheOlder, Limit::CannotBeRead];

#[derive(Debug)]
struct Store(Arc<mock::Store>, Limit);

#[derive(Debug)]
struct Limited(Entry, Limit);

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        String::new()
    }

    fn id(&self) -> String {
        String::new()
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        let entry = self.0.build(service, user, modifiers)?;
        Ok(Entry::new_with_credential(Arc::new(Limited(entry, self.1))))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for Limited {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let is_long = secret.len() > LONGEST;
        match self.1 {
            Limit::Refuses | Limit::RefusesAndKeepsTheOlder if is_long => {
                Err(Error::TooLong("secret".to_owned(), LONGEST as u32))
            }
            Limit::Cuts if is_long => self.0.set_secret(&secret[..LONGEST]),
            Limit::KeepsTheOlder if is_long => Ok(()),
            _ => self.0.set_secret(secret),
        }
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        let secret = self.0.get_secret()?;
        if self.1 == Limit::CannotBeRead && secret.len() > LONGEST {
            return Err(Error::BadEncoding(secret));
        }
        Ok(secret)
    }

    fn delete_credential(&self) -> Result<()> {
        if self.1 == Limit::RefusesAndKeepsTheOlder {
            return Err(Error::NotSupportedByStore("no removal".to_owned()));
        }
        self.0.delete_credential()
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Profiles in a folder of their own, and the entries of their keyring.
struct World {
    folder: tempfile::TempDir,
    profiles: Profiles,
    entries: Arc<mock::Store>,
}

impl World {
    fn new(limit: Limit) -> Self {
        let (folder, entries) = (tempfile::tempdir().unwrap(), mock::Store::new().unwrap());
        let keyring = Keyring::new(Arc::new(Store(entries.clone(), limit)));
        let profiles = Profiles { folder: Some(folder.path().to_owned()), keyring: Some(keyring) };
        Self { folder, profiles, entries }
    }

    /// The same folder, read by a build without a keyring.
    fn without(&self) -> Profiles {
        Profiles { folder: Some(self.folder.path().to_owned()), keyring: None }
    }

    fn token(&self) -> Outcome<String> {
        let profile = self.profiles.get("p")?.ok_or_else(|| Failure::usage("none"))?;
        let (variable, value) = self.profiles.credential("p", &profile)?;
        let value = value.into_string().unwrap();
        Ok(if variable == USER_TOKEN { value } else { fs::read_to_string(value).unwrap() })
    }

    fn tokens_in_keyring(&self) -> Vec<String> {
        let entries = self.entries.search(&HashMap::new()).unwrap();
        entries.iter().filter_map(|entry| entry.get_password().ok()).collect()
    }

    fn tokens_in_files(&self) -> usize {
        fs::read_dir(self.folder.path().join(TOKENS)).map_or(0, Iterator::count)
    }
}

#[test]
fn a_token_is_in_the_keyring_and_in_no_file() {
    let world = World::new(Limit::None);
    for (url, token) in [(ACME, "first"), (ACME, "second"), (OTHER, "third")] {
        let kept = world.profiles.keep("p", url, token, false).unwrap();
        assert!(kept.location.contains("keyring") && kept.notes.is_empty(), "{kept:?}");
        assert_eq!(world.token().unwrap(), token);
        // That of another deployment is gone.
        assert_eq!((world.tokens_in_keyring(), world.tokens_in_files()), (vec![token.to_owned()], 0));
        assert!(!fs::read_to_string(world.folder.path().join(FILE)).unwrap().contains(token));
    }
    assert!(world.profiles.delete("p").unwrap());
    assert!(world.tokens_in_keyring().is_empty() && world.profiles.all().unwrap().is_empty());
}

#[test]
fn a_file_and_the_keyring_replace_each_other() {
    let world = World::new(Limit::None);
    for (token, in_file) in [("a", true), ("b", false), ("c", true), ("d", false)] {
        world.profiles.keep("p", ACME, token, in_file).unwrap();
        assert_eq!(world.token().unwrap(), token);
        assert_eq!((world.tokens_in_files(), world.tokens_in_keyring().len()), if in_file { (1, 0) } else { (0, 1) });
    }
}

#[test]
fn a_long_token_that_a_keyring_does_not_take_is_in_a_file_and_no_older_one_is_preferred() {
    let long = "a token that is far too long";
    for limit in LIMITS {
        for older in [None, Some("older")] {
            let world = World::new(limit);
            if let Some(older) = older {
                world.profiles.keep("p", ACME, older, false).unwrap();
                assert_eq!(world.token().unwrap(), older);
            }
            let kept = world.profiles.keep("p", ACME, long, false).unwrap();
            assert!(kept.location.contains("only you can read"), "{limit:?}: {kept:?}");
            let notes = kept.notes.join("\n");
            assert!(notes.contains("does not store the token") && !notes.contains(long), "{limit:?}: {notes}");
            assert_eq!((world.token().unwrap().as_str(), world.tokens_in_files()), (long, 1), "{limit:?}");
            if limit == Limit::RefusesAndKeepsTheOlder {
                assert_eq!(notes.contains("still in the system's keyring"), older.is_some(), "{notes}");
            } else {
                assert!(world.tokens_in_keyring().is_empty(), "{limit:?}");
            }
        }
    }
}

#[test]
fn a_token_that_has_left_the_keyring_is_asked_for_again() {
    let world = World::new(Limit::None);
    world.profiles.keep("p", ACME, "token", false).unwrap();
    let entries = world.entries.search(&HashMap::new()).unwrap();
    entries.iter().for_each(|entry| entry.delete_credential().unwrap());
    assert!(world.token().unwrap_err().message.contains("bigid login --profile p"));
    assert!(world.profiles.delete("p").unwrap());
}

#[test]
fn a_build_without_a_keyring_says_so_and_can_log_in_again() {
    let world = World::new(Limit::None);
    world.profiles.keep("p", ACME, "token", false).unwrap();
    let without = world.without();
    let profile = without.get("p").unwrap().unwrap();
    assert!(without.credential("p", &profile).unwrap_err().message.contains("feature `keyring`"));
    assert!(without.delete("p").unwrap_err().message.contains("feature `keyring`"));
    without.keep("p", ACME, "another", false).unwrap();
    assert_eq!(world.token().unwrap(), "another");
}
