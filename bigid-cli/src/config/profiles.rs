//! Profiles: each has a deployment and a token, which is in a file that only its owner can read, or in the system's
//! keyring.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Keyring, USER_TOKEN, USER_TOKEN_FILE, Variables};
use crate::failure::{Failure, Outcome, Reason};

/// A stored profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) base_url: String,
    location: TokenLocation,
}

/// The location of a profile's token. A keyring entry that the profile does not name is never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenLocation {
    File,
    Keyring,
}

/// How a token was stored.
#[derive(Debug)]
pub(crate) struct StoredToken {
    /// The location of the token, for people.
    pub(crate) location: String,
    /// Warnings for the user.
    pub(crate) notes: Vec<String>,
}

/// The folder of profiles: `profiles.json`, and a file for each token under `tokens/`.
#[derive(Debug)]
pub(crate) struct Profiles {
    /// `None` for a user without a home folder.
    folder: Option<PathBuf>,
    keyring: Option<Keyring>,
}

impl Profiles {
    /// Uses the given folder, or `bigid` in the user's configuration folder.
    pub(super) fn new(named: Option<PathBuf>, variables: &Variables) -> Self {
        let in_xdg = || {
            let folder = PathBuf::from(variables.get(&OsString::from("XDG_CONFIG_HOME"))?);
            folder.is_absolute().then(|| folder.join("bigid"))
        };
        let in_home = || Some(std::env::home_dir()?.join(".config").join("bigid"));
        Self { folder: named.or_else(in_xdg).or_else(in_home), keyring: Keyring::of_system() }
    }

    fn folder(&self) -> Outcome<&Path> {
        self.folder
            .as_deref()
            .ok_or_else(|| Failure::usage("the home folder, where profiles are kept, is unknown: set BIGID_CONFIG_DIR"))
    }

    /// The profile with this name.
    pub(crate) fn get(&self, name: &str) -> Outcome<Option<Profile>> {
        check_name(name)?;
        Ok(self.all()?.remove(name))
    }

    /// All profiles by name.
    pub(crate) fn all(&self) -> Outcome<BTreeMap<String, Profile>> {
        let Some(folder) = &self.folder else { return Ok(BTreeMap::new()) };
        let path = folder.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(Failure::file(&path, &error)),
        };
        let unread = |why: String| {
            Failure::usage(format!("{}: {why}; correct it, or delete it and log in again", path.display()))
        };
        let value: Value = serde_json::from_slice(&text).map_err(|error| unread(error.to_string()))?;
        let mut profiles = BTreeMap::new();
        for (name, profile) in value.as_object().ok_or_else(|| unread("it is not a JSON object".to_owned()))? {
            check_name(name).map_err(|failure| unread(failure.message))?;
            let base_url = profile["base_url"].as_str().ok_or_else(|| unread(format!("`{name}` has no base_url")))?;
            let location = match &profile["token"] {
                Value::Null => TokenLocation::File,
                Value::String(location) if location == IN_KEYRING => TokenLocation::Keyring,
                _ => return Err(unread(format!("the token of `{name}` is in an unknown location"))),
            };
            profiles.insert(name.clone(), Profile { base_url: base_url.to_owned(), location });
        }
        Ok(profiles)
    }

    /// The variable that passes a profile's token to the client.
    ///
    /// # Errors
    /// The keyring cannot be read, or no longer has the token.
    pub(crate) fn credential(&self, name: &str, profile: &Profile) -> Outcome<(&'static str, OsString)> {
        if profile.location == TokenLocation::File {
            return Ok((USER_TOKEN_FILE, token_file(self.folder()?, name).into()));
        }
        let token = self.keyring_of(name)?.get(&self.account(name, profile)?);
        let token =
            token.map_err(|why| Failure::new(Reason::Failed, format!("the system's keyring cannot be read: {why}")))?;
        let token = token.ok_or_else(|| {
            let login = format!("bigid login --profile {name}");
            Failure::usage(format!(
                "the token of the profile `{name}` is no longer in the system's keyring; run: {login}"
            ))
        })?;
        Ok((USER_TOKEN, token.into()))
    }

    /// Stores the token of a profile in the keyring, or in a file if that fails or `in_file` is set.
    ///
    /// # Errors
    /// The folder or file cannot be written.
    pub(crate) fn keep(&self, name: &str, base_url: &str, token: &str, in_file: bool) -> Outcome<StoredToken> {
        check_name(name)?;
        let folder = self.folder()?;
        let path = token_file(folder, name);
        let mut profiles = self.all()?;
        let mut profile = Profile { base_url: base_url.to_owned(), location: TokenLocation::File };
        let account = self.account(name, &profile)?;
        let mut kept =
            StoredToken { location: format!("{}, which only you can read", path.display()), notes: Vec::new() };
        if let Some(keyring) = self.keyring.as_ref().filter(|_| !in_file) {
            match keyring.keep(&account, token) {
                Ok(()) => {
                    profile.location = TokenLocation::Keyring;
                    kept.location = format!("the system's keyring{}", keyring.lasts());
                }
                Err(why) => kept.notes.push(format!("the system's keyring does not store the token: {why}")),
            }
        }
        if profile.location == TokenLocation::File {
            write_private(&path, token).map_err(|error| Failure::file(&path, &error))?;
        }
        let location = profile.location;
        let before = profiles.insert(name.to_owned(), profile);
        self.write(&profiles)?;
        if location == TokenLocation::Keyring {
            remove(&path)?;
        }
        let before = before.filter(|before| before.location == TokenLocation::Keyring);
        if let Some(before) = before.map(|before| self.account(name, &before)).transpose()?
            && (location == TokenLocation::File || before != account)
            && let Some(Err(why)) = self.keyring.as_ref().map(|keyring| keyring.forget(&before))
        {
            kept.notes.push(format!("the older token is still in the system's keyring: {why}"));
        }
        Ok(kept)
    }

    /// The name of a profile's entry in the keyring. It contains the deployment, so that a token is found only for its
    /// own deployment.
    fn account(&self, name: &str, profile: &Profile) -> Outcome<String> {
        Ok(format!("{name} {} {}", profile.base_url, self.folder()?.display()))
    }

    fn keyring_of(&self, name: &str) -> Outcome<&Keyring> {
        self.keyring.as_ref().ok_or_else(|| {
            Failure::usage(format!(
                "the token of the profile `{name}` is in the system's keyring, which this build cannot read: it needs the feature \
                `keyring`; or log in again"
            ))
        })
    }

    #[cfg(test)]
    pub(crate) fn save(&self, name: &str, base_url: &str, token: &str) -> Outcome<PathBuf> {
        self.keep(name, base_url, token, true)?;
        Ok(token_file(self.folder()?, name))
    }

    /// Deletes a profile and its token; returns `false` if there is none.
    pub(crate) fn delete(&self, name: &str) -> Outcome<bool> {
        check_name(name)?;
        let mut profiles = self.all()?;
        let Some(profile) = profiles.remove(name) else { return Ok(false) };
        if profile.location == TokenLocation::Keyring {
            let forgotten = self.keyring_of(name)?.forget(&self.account(name, &profile)?);
            forgotten.map_err(|why| {
                Failure::new(Reason::Failed, format!("the token cannot be removed from the system's keyring: {why}"))
            })?;
        }
        remove(&token_file(self.folder()?, name))?;
        self.write(&profiles)?;
        Ok(true)
    }

    fn write(&self, profiles: &BTreeMap<String, Profile>) -> Outcome {
        let folder = self.folder()?;
        let entries = profiles.iter().map(|(name, profile)| {
            let mut entry = json!({ "base_url": profile.base_url });
            if profile.location == TokenLocation::Keyring {
                entry["token"] = IN_KEYRING.into();
            }
            (name.clone(), entry)
        });
        let text = format!("{:#}\n", Value::Object(entries.collect()));
        let path = folder.join(FILE);
        write_private(&path, &text).map_err(|error| Failure::file(&path, &error))
    }
}

const FILE: &str = "profiles.json";
const TOKENS: &str = "tokens";

/// Marks a token in the keyring, in [`FILE`]; a token in a file has no mark.
const IN_KEYRING: &str = "keyring";

fn token_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(TOKENS).join(name)
}

/// Checks the name of a profile, which is also a file name.
fn check_name(name: &str) -> Outcome {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(Failure::usage(
            "the name of a profile has up to 64 letters, digits, dots, dashes and underscores, and does not begin with a dot",
        ));
    }
    Ok(())
}

/// Writes a file that only its owner can read, atomically.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    make_private(folder)?;
    // Temporary files are created with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn remove(path: &Path) -> Outcome {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file(path, &error)),
        _ => Ok(()),
    }
}

/// Creates a folder that only its owner can enter, unless it exists.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(all(test, feature = "keyring"))]
mod keyring_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_kept_for_its_owner_alone_and_deleted_with_its_token() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = Profiles { folder: Some(folder.path().join("bigid")), keyring: None };
        let path = profiles.save("acme", "https://acme.bigid.cloud", "hunter2").unwrap();
        profiles.save("test.eu-1", "https://test.bigid.cloud", "other").unwrap();
        assert_eq!(profiles.all().unwrap().len(), 2);
        assert_eq!(fs::read_to_string(&path).unwrap(), "hunter2");
        #[cfg(unix)]
        for path in [path.clone(), folder.path().join("bigid"), folder.path().join("bigid").join(TOKENS)] {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
        }
        assert!(!fs::read_to_string(folder.path().join("bigid").join(FILE)).unwrap().contains("hunter2"));
        assert!(profiles.delete("acme").unwrap());
        assert!(!path.exists() && !profiles.delete("acme").unwrap());
        assert_eq!(profiles.all().unwrap().into_keys().collect::<Vec<_>>(), ["test.eu-1"]);
    }

    #[test]
    fn no_name_leaves_the_folder_and_no_file_is_misread_in_silence() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = Profiles { folder: Some(folder.path().to_owned()), keyring: None };
        for name in ["", ".", "..", "../x", "a/b", ".hidden", "a b", "é", &"x".repeat(65)] {
            assert!(profiles.save(name, "https://acme.bigid.cloud", "t").is_err(), "{name}");
        }
        for text in [
            "",
            "[]",
            "{\"a\": 1}",
            "{\"..\": {\"base_url\": \"x\"}}",
            "{\"a\": {\"base_url\": 1}}",
            "{\"a\": {\"base_url\": \"x\", \"token\": \"t\"}}",
            "\u{0}",
        ] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert!(profiles.all().unwrap_err().message.contains(FILE), "{text}");
        }
    }
}
