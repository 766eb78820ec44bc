//! The deployment and the credential of a command: `BIGID_*` variables, and a profile for what they leave unset.

#[cfg_attr(not(feature = "keyring"), path = "no_keyring.rs")]
mod keyring;
use keyring::Keyring;

mod profiles;
pub(crate) use profiles::Profiles;

use std::collections::BTreeMap;
use std::ffi::OsString;

use bigid_auth_ext::BaseUrl;

use crate::failure::{Failure, Outcome};

pub(crate) const BASE_URL: &str = "BIGID_BASE_URL";
const USER_TOKEN: &str = "BIGID_USER_TOKEN";
const USER_TOKEN_FILE: &str = "BIGID_USER_TOKEN_FILE";
const CREDENTIALS: [&str; 4] = [USER_TOKEN, USER_TOKEN_FILE, "BIGID_USERNAME", "BIGID_PASSWORD"];
pub(crate) const SESSION_STORE: &str = "BIGID_SESSION_STORE";

/// The variables of this command; the client knows all others.
const PROFILE: &str = "BIGID_PROFILE";
const CONFIG_DIR: &str = "BIGID_CONFIG_DIR";

/// The profile that is used if none is named.
pub(crate) const DEFAULT_PROFILE: &str = "default";

/// Variables by name.
pub(crate) type Variables = BTreeMap<OsString, OsString>;

/// The configuration of this process.
#[derive(Debug)]
pub(crate) struct Config {
    variables: Variables,
    /// The profile that was named.
    named: Option<String>,
    pub(crate) profiles: Profiles,
}

impl Config {
    /// Takes the variables of the process, and the value of `--profile`.
    pub(crate) fn new(mut variables: Variables, named: Option<String>) -> Outcome<Self> {
        let own = |name: &str, variables: &mut Variables| variables.remove(&OsString::from(name));
        let by_variable = own(PROFILE, &mut variables).map(OsString::into_string).transpose();
        let by_variable = by_variable.map_err(|_| Failure::usage("BIGID_PROFILE is not text"))?;
        let folder = own(CONFIG_DIR, &mut variables);
        let profiles = Profiles::new(folder.map(Into::into), &variables);
        Ok(Self { variables, named: named.or(by_variable), profiles })
    }

    /// The name of the profile, which may not exist.
    pub(crate) fn profile_name(&self) -> &str {
        self.named.as_deref().unwrap_or(DEFAULT_PROFILE)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(&OsString::from(name))?.to_str()
    }

    fn has(&self, name: &str) -> bool {
        self.variables.contains_key(&OsString::from(name))
    }

    /// The variables for the client: those of the process, those of the profile, and a session store.
    ///
    /// A credential is sent only to its own deployment: that of a profile is not used if `BIGID_BASE_URL` names another
    /// one.
    pub(crate) fn client_variables(&self) -> Outcome<Variables> {
        let mut variables = self.variables.clone();
        let has_credential = CREDENTIALS.iter().any(|name| self.has(name));
        let profile = match &self.named {
            Some(name) => Some(self.profiles.get(name)?.ok_or_else(|| {
                Failure::usage(format!("there is no profile `{name}`; create it with: bigid login --profile {name}"))
            })?),
            None if has_credential && self.has(BASE_URL) => None,
            None => self.profiles.get(DEFAULT_PROFILE)?,
        };
        if let Some(profile) = profile {
            let is_same = self.get(BASE_URL).is_none_or(|given| is_same_deployment(given, &profile.base_url));
            if !has_credential && !is_same {
                return Err(Failure::usage(format!(
                    "BIGID_BASE_URL is not the deployment of the profile `{}`, whose token is for {}; unset it, or set \
                    BIGID_USER_TOKEN as well",
                    self.profile_name(),
                    profile.base_url
                )));
            }
            if !has_credential {
                let (variable, value) = self.profiles.credential(self.profile_name(), &profile)?;
                variables.insert(variable.into(), value);
            }
            variables.entry(BASE_URL.into()).or_insert_with(|| profile.base_url.into());
        } else if !self.has(BASE_URL) && !has_credential {
            return Err(Failure::usage(
                "no deployment is configured: run `bigid login`, set BIGID_BASE_URL and BIGID_USER_TOKEN, or add --sandbox to try it",
            ));
        }
        variables.entry(SESSION_STORE.into()).or_insert_with(|| "file".into());
        Ok(variables)
    }

    /// The variables for the check of a new token.
    pub(crate) fn with_token(&self, base_url: &str, token: &str) -> Variables {
        let mut variables = self.variables.clone();
        variables.retain(|name, _| !CREDENTIALS.iter().any(|credential| name == credential));
        variables.insert(BASE_URL.into(), base_url.into());
        variables.insert(USER_TOKEN.into(), token.into());
        variables.entry(SESSION_STORE.into()).or_insert_with(|| "file".into());
        variables
    }
}

fn is_same_deployment(one: &str, other: &str) -> bool {
    let normal = |text: &str| BaseUrl::parse(text).map(|url| url.as_str().to_owned());
    matches!((normal(one), normal(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    /// The client's configuration, from a folder that has a default profile for acme.
    fn told(pairs: &[(&str, &str)], named: Option<&str>) -> Result<(String, String), String> {
        let folder = tempfile::tempdir().unwrap();
        let mut all = variables(pairs);
        all.insert(CONFIG_DIR.into(), folder.path().into());
        let config = Config::new(all, named.map(str::to_owned)).unwrap();
        config.profiles.save(DEFAULT_PROFILE, "https://acme.bigid.cloud", "kept").unwrap();
        let told = config.client_variables().map_err(|failure| failure.message)?;
        let text = |name: &str| told.get(&OsString::from(name)).map(|value| value.to_string_lossy().into_owned());
        let credential = match (text(USER_TOKEN), text(USER_TOKEN_FILE)) {
            (Some(token), None) => token,
            (None, Some(path)) => std::fs::read_to_string(path).unwrap(),
            other => format!("{other:?}"),
        };
        assert_eq!(text(SESSION_STORE).as_deref(), Some("file"));
        Ok((text(BASE_URL).unwrap_or_default(), credential))
    }

    #[test]
    fn variables_win_and_no_token_goes_to_the_deployment_of_another() {
        let acme = "https://acme.bigid.cloud".to_owned();
        let (url, token) = (("BIGID_BASE_URL", "https://other.example"), ("BIGID_USER_TOKEN", "given"));
        assert_eq!(told(&[], None).unwrap(), (acme.clone(), "kept".to_owned()));
        assert_eq!(told(&[("BIGID_BASE_URL", "https://ACME.bigid.cloud/api/v1/")], None).unwrap().1, "kept");
        assert_eq!(told(&[token], None).unwrap(), (acme, "given".to_owned()));
        assert_eq!(told(&[url, token], None).unwrap(), (url.1.to_owned(), "given".to_owned()));
        assert_eq!(told(&[url, token], Some("default")).unwrap(), (url.1.to_owned(), "given".to_owned()));
        for named in [None, Some("default")] {
            assert!(told(&[url], named).unwrap_err().contains("is not the deployment of the profile `default`"));
        }
        assert!(told(&[url, token], Some("nobody")).unwrap_err().contains("bigid login --profile nobody"));
        assert!(told(&[("BIGID_PROFILE", "nobody")], None).unwrap_err().contains("`nobody`"));
    }

    #[test]
    fn without_anything_the_three_ways_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::new(variables(&[(CONFIG_DIR, folder.path().to_str().unwrap())]), None).unwrap();
        let message = config.client_variables().unwrap_err().message;
        assert!(["bigid login", "BIGID_BASE_URL", "--sandbox"].iter().all(|way| message.contains(way)), "{message}");
    }
}
