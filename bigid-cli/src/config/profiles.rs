//! Profiles: a deployment each, with the file that holds its token. The token's file belongs to its owner alone.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Variables;
use crate::failure::{Failure, Outcome};

/// A kept profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) base_url: String,
    pub(crate) token_file: PathBuf,
}

/// The folder that holds them: `profiles.json`, and a file for each token under `tokens/`.
#[derive(Debug)]
pub(crate) struct Profiles {
    /// `None` for a user without a home folder.
    folder: Option<PathBuf>,
}

impl Profiles {
    /// The folder that was named, or `bigid` in the user's configuration folder.
    pub(super) fn new(named: Option<PathBuf>, variables: &Variables) -> Self {
        let in_xdg = || {
            let folder = PathBuf::from(variables.get(&OsString::from("XDG_CONFIG_HOME"))?);
            folder.is_absolute().then(|| folder.join("bigid"))
        };
        let in_home = || Some(std::env::home_dir()?.join(".config").join("bigid"));
        Self { folder: named.or_else(in_xdg).or_else(in_home) }
    }

    fn folder(&self) -> Outcome<&Path> {
        self.folder
            .as_deref()
            .ok_or_else(|| Failure::usage("there is no home folder for profiles: set BIGID_CONFIG_DIR"))
    }

    /// The profile of a name.
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
            profiles
                .insert(name.clone(), Profile { base_url: base_url.to_owned(), token_file: token_file(folder, name) });
        }
        Ok(profiles)
    }

    /// Keeps a token in a file that is readable by its owner alone, without making it the profile's.
    ///
    /// # Errors
    /// A folder or file that cannot be written.
    pub(crate) fn stage(&self, name: &str, token: &str) -> Outcome<tempfile::NamedTempFile> {
        check_name(name)?;
        let folder = self.folder()?.join(TOKENS);
        make_private(&folder).map_err(|error| Failure::file(&folder, &error))?;
        // A temporary file is made with 0600.
        let staged = tempfile::NamedTempFile::new_in(&folder).and_then(|mut file| {
            file.write_all(token.as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        });
        staged.map_err(|error| Failure::file(&folder, &error))
    }

    /// Makes a staged token the profile's.
    pub(crate) fn keep(&self, name: &str, base_url: &str, staged: tempfile::NamedTempFile) -> Outcome<PathBuf> {
        let folder = self.folder()?;
        let path = token_file(folder, name);
        let mut profiles = self.all()?;
        staged.persist(&path).map_err(|error| Failure::file(&path, &error.error))?;
        profiles.insert(name.to_owned(), Profile { base_url: base_url.to_owned(), token_file: path.clone() });
        self.write(&profiles)?;
        Ok(path)
    }

    #[cfg(test)]
    pub(crate) fn save(&self, name: &str, base_url: &str, token: &str) -> Outcome<PathBuf> {
        self.keep(name, base_url, self.stage(name, token)?)
    }

    /// Deletes a profile and its token. `false` where there is none.
    pub(crate) fn delete(&self, name: &str) -> Outcome<bool> {
        check_name(name)?;
        let mut profiles = self.all()?;
        let Some(profile) = profiles.remove(name) else { return Ok(false) };
        match fs::remove_file(&profile.token_file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::file(&profile.token_file, &error));
            }
            _ => {}
        }
        self.write(&profiles)?;
        Ok(true)
    }

    fn write(&self, profiles: &BTreeMap<String, Profile>) -> Outcome {
        let folder = self.folder()?;
        let entries = profiles.iter().map(|(name, profile)| (name.clone(), json!({ "base_url": profile.base_url })));
        let text = format!("{:#}\n", Value::Object(entries.collect()));
        let path = folder.join(FILE);
        let written = make_private(folder).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        });
        written.map_err(|error| Failure::file(&path, &error))
    }
}

const FILE: &str = "profiles.json";
const TOKENS: &str = "tokens";

fn token_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(TOKENS).join(name)
}

/// A name is also that of a file.
fn check_name(name: &str) -> Outcome {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(Failure::usage(
            "the name of a profile has up to 64 letters, digits, dots, dashes and underscores, and does not begin with a dot",
        ));
    }
    Ok(())
}

/// A folder of its owner alone, where it is made here.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_kept_for_its_owner_alone_and_deleted_with_its_token() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = Profiles { folder: Some(folder.path().join("bigid")) };
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
        let profiles = Profiles { folder: Some(folder.path().to_owned()) };
        for name in ["", ".", "..", "../x", "a/b", ".hidden", "a b", "é", &"x".repeat(65)] {
            assert!(profiles.save(name, "https://acme.bigid.cloud", "t").is_err(), "{name}");
        }
        for text in ["", "[]", "{\"a\": 1}", "{\"..\": {\"base_url\": \"x\"}}", "{\"a\": {\"base_url\": 1}}", "\u{0}"] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert!(profiles.all().unwrap_err().message.contains(FILE), "{text}");
        }
    }
}
