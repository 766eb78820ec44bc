//! The settings in `BIGID_*` variables.

mod aliases;
mod error;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use bigid_api::Secret;

use crate::bounded_file::PEM;
use crate::credential::Credential;
use crate::dialect::Dialect;

use aliases::{alias_of, setting_of, typo_of};
pub use error::VariableError;

const BASE_URL: &str = "BIGID_BASE_URL";
const USER_TOKEN: &str = "BIGID_USER_TOKEN";
const USER_TOKEN_FILE: &str = "BIGID_USER_TOKEN_FILE";
const USERNAME: &str = "BIGID_USERNAME";
const PASSWORD: &str = "BIGID_PASSWORD";
const CA_BUNDLE: &str = "BIGID_CA_BUNDLE";
const DIALECT: &str = "BIGID_DIALECT";
const SESSION_STORE: &str = "BIGID_SESSION_STORE";

/// Every variable that is read.
const KNOWN: [&str; 8] = [BASE_URL, USER_TOKEN, USER_TOKEN_FILE, USERNAME, PASSWORD, CA_BUNDLE, DIALECT, SESSION_STORE];

/// The variables that take the path of a file.
const PATHS: [&str; 2] = [USER_TOKEN_FILE, CA_BUNDLE];

/// The settings.
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) credential: CredentialSource,
    pub(crate) ca_bundle: Option<PathBuf>,
    /// An address, which may contain a password.
    pub(crate) session_store: Option<Secret>,
    pub(crate) dialect: Dialect,
}

/// The source of the credential.
pub(crate) enum CredentialSource {
    Inline(Credential),
    File(PathBuf),
}

impl CredentialSource {
    /// The variables that set it.
    pub(crate) fn variable(&self) -> &'static str {
        match self {
            Self::Inline(Credential::UserToken(_) | Credential::Session(_) | Credential::ServiceToken { .. }) => {
                USER_TOKEN
            }
            Self::Inline(Credential::Password { .. }) => "BIGID_USERNAME, BIGID_PASSWORD",
            Self::File(_) => USER_TOKEN_FILE,
        }
    }
}

impl Settings {
    /// Reads variables.
    pub(crate) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, VariableError> {
        let mut values = collect(variables)?;
        let Some(base_url) = values.remove(BASE_URL) else {
            return missing(BASE_URL, "the address of your deployment, such as https://acme.bigid.cloud");
        };
        let credential = match values.remove(USER_TOKEN_FILE) {
            None => CredentialSource::Inline(take_credential(&mut values)?),
            Some(_) if [USER_TOKEN, USERNAME, PASSWORD].iter().any(|name| values.contains_key(name)) => {
                return Err(VariableError::Both);
            }
            Some(path) => CredentialSource::File(path.into()),
        };
        let ca_bundle = values.remove(CA_BUNDLE).map(PathBuf::from);
        let session_store = values.remove(SESSION_STORE).map(Secret::from);
        let dialect = values.remove(DIALECT).map_or(Ok(Dialect::default()), |text| text.parse());
        let dialect = dialect.map_err(|_| VariableError::Dialect)?;
        Ok(Self { base_url, credential, ca_bundle, session_store, dialect })
    }
}

/// Reads the credential alone.
pub(crate) fn credential(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Credential, VariableError> {
    take_credential(&mut collect(variables)?)
}

fn take_credential(values: &mut BTreeMap<&'static str, String>) -> Result<Credential, VariableError> {
    match (values.remove(USER_TOKEN), values.remove(USERNAME), values.remove(PASSWORD)) {
        (Some(token), None, None) => Ok(Credential::user_token(token)),
        (None, Some(username), Some(password)) => Ok(Credential::password(username, password)),
        (Some(_), _, _) => Err(VariableError::Both),
        (None, Some(_), None) => missing(PASSWORD, "the password for BIGID_USERNAME"),
        (None, None, Some(_)) => missing(USERNAME, "the user name for BIGID_PASSWORD"),
        (None, None, None) => {
            missing(USER_TOKEN, "a user token, or set BIGID_USER_TOKEN_FILE, or BIGID_USERNAME and BIGID_PASSWORD")
        }
    }
}

fn missing<T>(name: &'static str, why: &'static str) -> Result<T, VariableError> {
    Err(VariableError::Missing { name, why })
}

/// Collects the known variables by name. A typo of a known name is an error, because it would otherwise be ignored
/// silently; so is an alias of a setting that is not set.
fn collect(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<&'static str, String>, VariableError> {
    let mut values = BTreeMap::new();
    let mut others = Vec::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| setting_of(name).is_some()) else { continue };
        match KNOWN.into_iter().find(|known| *known == name) {
            Some(known) => {
                let value = value.into_string().map_err(|_| VariableError::NotText(known))?;
                // A value that was read from a file ends with a line ending. Only a password may begin or end with a
                // space.
                let value =
                    if known == PASSWORD { value.trim_end_matches(['\r', '\n']) } else { value.trim() }.to_owned();
                if value.is_empty() {
                    return Err(VariableError::Empty(known));
                }
                // An error about a path may show it, and PEM text may contain a private key.
                if PATHS.contains(&known) && value.contains(PEM) {
                    return Err(VariableError::NotAPath(known));
                }
                values.insert(known, value);
            }
            None => others.push(name.to_owned()),
        }
    }
    others.sort_unstable();
    for name in others {
        if let Some(meant) = typo_of(&name).or_else(|| alias_of(&name).filter(|meant| is_wanting(meant, &values))) {
            return Err(VariableError::Mistyped { name, meant });
        }
    }
    Ok(values)
}

/// Whether a setting is missing, in which case an alias of it is an error.
fn is_wanting(name: &str, values: &BTreeMap<&'static str, String>) -> bool {
    let has_credential = values.contains_key(USER_TOKEN)
        || values.contains_key(USER_TOKEN_FILE)
        || values.contains_key(USERNAME) && values.contains_key(PASSWORD);
    !values.contains_key(name) && (matches!(name, BASE_URL | CA_BUNDLE) || !has_credential)
}

#[cfg(test)]
mod tests;
