//! The settings that `BIGID_*` variables hold.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::credential::Credential;
use crate::session::dialect::Dialect;

const BASE_URL: &str = "BIGID_BASE_URL";
const USER_TOKEN: &str = "BIGID_USER_TOKEN";
const USER_TOKEN_FILE: &str = "BIGID_USER_TOKEN_FILE";
const USERNAME: &str = "BIGID_USERNAME";
const PASSWORD: &str = "BIGID_PASSWORD";
const CA_BUNDLE: &str = "BIGID_CA_BUNDLE";
const DIALECT: &str = "BIGID_DIALECT";

/// Every variable that is read.
const KNOWN: [&str; 7] = [BASE_URL, USER_TOKEN, USER_TOKEN_FILE, USERNAME, PASSWORD, CA_BUNDLE, DIALECT];

/// How many letters two names may differ in for one to be taken for a slip of the other. Two known names differ in more.
const MAX_TYPO_DISTANCE: usize = 2;

/// Other names for the same settings, as [`setting_of`] writes them: those of other tools, and what one would guess.
const ALIASES: [(&str, &[&str]); 6] = [
    (
        BASE_URL,
        &[
            "URL",
            "URI",
            "BASEURI",
            "APIURL",
            "APIURI",
            "APIBASEURL",
            "APIBASE",
            "APIENDPOINT",
            "APIHOST",
            "APISERVER",
            "ENDPOINT",
            "ENDPOINTURL",
            "HOST",
            "HOSTNAME",
            "HOSTURL",
            "SERVER",
            "SERVERURL",
            "ADDRESS",
            "DOMAIN",
            "INSTANCE",
            "INSTANCEURL",
            "TENANTURL",
            "DEPLOYMENT",
            "DEPLOYMENTURL",
            "BASE",
            "SITE",
        ],
    ),
    (
        USER_TOKEN,
        &[
            "TOKEN",
            "APITOKEN",
            "APIKEY",
            "KEY",
            "ACCESSTOKEN",
            "AUTHTOKEN",
            "REFRESHTOKEN",
            "BEARERTOKEN",
            "SECRET",
            "CLIENTSECRET",
            "SYSTEMTOKEN",
            "SESSIONTOKEN",
            "PERSONALACCESSTOKEN",
            "PAT",
            "USERAPITOKEN",
            "USERKEY",
            "CREDENTIAL",
            "CREDENTIALS",
        ],
    ),
    (
        USER_TOKEN_FILE,
        &[
            "TOKENFILE",
            "TOKENPATH",
            "USERTOKENPATH",
            "APITOKENFILE",
            "APIKEYFILE",
            "REFRESHTOKENFILE",
            "SECRETFILE",
            "CREDENTIALFILE",
            "CREDENTIALSFILE",
        ],
    ),
    (USERNAME, &["USER", "LOGIN", "USERID", "LOGINNAME", "EMAIL", "APIUSER"]),
    (PASSWORD, &["PASS", "PASSWD", "PWD", "USERPASSWORD", "PASSPHRASE", "APIPASSWORD"]),
    (
        CA_BUNDLE,
        &[
            "CA",
            "CACERT",
            "CACERTS",
            "CACERTIFICATE",
            "CAFILE",
            "CAPATH",
            "CABUNDLEFILE",
            "CABUNDLEPATH",
            "CACERTFILE",
            "ROOTCA",
            "ROOTCERT",
            "ROOTCERTIFICATE",
            "ROOTCERTIFICATES",
            "SSLCERT",
            "SSLCERTFILE",
            "TLSCA",
            "TLSCAFILE",
            "CERT",
            "CERTIFICATE",
            "CABUNDLEPEM",
            "TRUSTSTORE",
        ],
    ),
];

/// What the variables say.
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) credential: Given,
    pub(crate) ca_bundle: Option<PathBuf>,
    pub(crate) dialect: Dialect,
}

/// Where the credential is.
pub(crate) enum Given {
    Here(Credential),
    InFile(PathBuf),
}

impl Given {
    /// The variables that hold it.
    pub(crate) fn variable(&self) -> &'static str {
        match self {
            Self::Here(Credential::UserToken(_) | Credential::Session(_)) => USER_TOKEN,
            Self::Here(Credential::Password { .. }) => "BIGID_USERNAME, BIGID_PASSWORD",
            Self::InFile(_) => USER_TOKEN_FILE,
        }
    }
}

impl Settings {
    /// Reads variables.
    pub(crate) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, VariableError> {
        let mut values = collect(variables)?;
        let Some(base_url) = values.remove(BASE_URL) else {
            return missing(BASE_URL, "the address of your deployment");
        };
        let credential = match values.remove(USER_TOKEN_FILE) {
            None => Given::Here(take_credential(&mut values)?),
            Some(_) if [USER_TOKEN, USERNAME, PASSWORD].iter().any(|name| values.contains_key(name)) => {
                return Err(VariableError::Both);
            }
            Some(path) => Given::InFile(path.into()),
        };
        let ca_bundle = values.remove(CA_BUNDLE).map(PathBuf::from);
        let dialect = values.remove(DIALECT).map_or(Ok(Dialect::default()), |text| text.parse());
        Ok(Self { base_url, credential, ca_bundle, dialect: dialect.map_err(|_| VariableError::Dialect)? })
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
            missing(USER_TOKEN, "a user token (or BIGID_USER_TOKEN_FILE, or BIGID_USERNAME and BIGID_PASSWORD)")
        }
    }
}

fn missing<T>(name: &'static str, why: &'static str) -> Result<T, VariableError> {
    Err(VariableError::Missing { name, why })
}

/// The known variables by name. A name that is nearly one of them is an error, because it would otherwise be ignored in silence; so is
/// another name for a setting that is not set.
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
                // What was read out of a file ends in a line end. A password may begin or end in a space, and nothing else does.
                let value =
                    if known == PASSWORD { value.trim_end_matches(['\r', '\n']) } else { value.trim() }.to_owned();
                if value.is_empty() {
                    return Err(VariableError::Empty(known));
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

/// What follows `BIGID` in a name, in capitals and without separators; `None` for the name of something else.
fn setting_of(name: &str) -> Option<String> {
    let compact = name.chars().filter(|character| !matches!(character, '_' | '-' | '.'));
    compact.collect::<String>().to_uppercase().strip_prefix("BIGID").map(str::to_owned)
}

/// The known name that a name is a slip of, its case and separators aside.
fn typo_of(name: &str) -> Option<&'static str> {
    let setting = setting_of(name)?;
    KNOWN.into_iter().find(|known| {
        strsim::damerau_levenshtein(known, name) <= MAX_TYPO_DISTANCE || setting_of(known).as_deref() == Some(&*setting)
    })
}

/// The known name that means what another name says.
fn alias_of(name: &str) -> Option<&'static str> {
    let setting = setting_of(name)?;
    ALIASES.iter().find(|(_, aliases)| aliases.contains(&&*setting)).map(|(known, _)| *known)
}

/// Whether a setting is missing, so that another name for it is not a variable of somebody else's.
fn is_wanting(name: &str, values: &BTreeMap<&'static str, String>) -> bool {
    let has_credential = values.contains_key(USER_TOKEN)
        || values.contains_key(USER_TOKEN_FILE)
        || values.contains_key(USERNAME) && values.contains_key(PASSWORD);
    !values.contains_key(name) && (matches!(name, BASE_URL | CA_BUNDLE) || !has_credential)
}

/// What is wrong with a `BIGID_*` variable. It names the variable, and never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VariableError {
    /// It is needed and not set.
    Missing {
        /// The variable.
        name: &'static str,
        /// What it holds.
        why: &'static str,
    },
    /// It is set to nothing.
    Empty(&'static str),
    /// Its value is not UTF-8.
    NotText(&'static str),
    /// `BIGID_DIALECT` is no dialect.
    Dialect,
    /// More than one of `BIGID_USER_TOKEN`, `BIGID_USER_TOKEN_FILE`, and `BIGID_USERNAME` with `BIGID_PASSWORD` is set.
    Both,
    /// A variable of nearly a known name, or of another name for a setting that is not set.
    Mistyped {
        /// As it is set.
        name: String,
        /// As it was probably meant.
        meant: &'static str,
    },
}

impl fmt::Display for VariableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, why } => write!(f, "{name} is not set: {why}"),
            Self::Empty(name) => write!(f, "{name} is set, but empty"),
            Self::NotText(name) => write!(f, "{name} is not UTF-8"),
            Self::Dialect => write!(f, "{DIALECT} must be one of `detect`, `deployed` and `spec`"),
            Self::Both => write!(
                f,
                "more than one of {USER_TOKEN}, {USER_TOKEN_FILE}, and {USERNAME} with {PASSWORD} is set; set one credential only"
            ),
            Self::Mistyped { name, meant } => write!(f, "unknown variable {name}; did you mean {meant}?"),
        }
    }
}

impl std::error::Error for VariableError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(variables: &[(&str, &str)]) -> String {
        match Settings::read(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)))) {
            Ok(_) => "ok".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_wrong_variable_is_named_and_its_value_is_not() {
        let url = ("BIGID_BASE_URL", "https://t.bigid.cloud");
        let token = ("BIGID_USER_TOKEN", "hunter2");
        for (variables, expected) in [
            (&[url, token][..], "ok"),
            (&[url, token, ("PATH", "x"), ("BIGID_TENANT_OF_MINE", "x")], "ok"),
            (&[url, ("BIGID_USERNAME", "u"), ("BIGID_PASSWORD", "hunter2")], "ok"),
            (&[], "BIGID_BASE_URL is not set"),
            (&[token], "BIGID_BASE_URL is not set"),
            (&[url], "BIGID_USER_TOKEN is not set"),
            (&[url, ("BIGID_USERNAME", "u")], "BIGID_PASSWORD is not set"),
            (&[url, ("BIGID_PASSWORD", "hunter2")], "BIGID_USERNAME is not set"),
            (&[url, token, ("BIGID_PASSWORD", "hunter2")], "set one credential only"),
            (&[url, ("BIGID_USER_TOKEN_FILE", "/run/token"), ("BIGID_CA_BUNDLE", "/ca.pem")], "ok"),
            (&[url, token, ("BIGID_USER_TOKEN_FILE", "/run/token")], "set one credential only"),
            (&[url, ("BIGID_USER_TOKEN_FILE", "")], "BIGID_USER_TOKEN_FILE is set, but empty"),
            (&[url, token, ("BIGID_CA_BUNDEL", "/ca.pem")], "did you mean BIGID_CA_BUNDLE?"),
            (&[url, ("BIGID_USER_TOKEN", " ")], "BIGID_USER_TOKEN is set, but empty"),
            (
                &[url, ("BIGID_USER_TOKNE", "hunter2")],
                "unknown variable BIGID_USER_TOKNE; did you mean BIGID_USER_TOKEN?",
            ),
            (&[url, token, ("BIGID_DIALEKT", "spec")], "BIGID_DIALEKT"),
            (&[url, token, ("BIGID_DIALECT", "hunter2")], "BIGID_DIALECT must be one of"),
        ] {
            let said = said(variables);
            assert!(said.contains(expected) && !said.contains("hunter2"), "{variables:?}: {said}");
        }
    }

    #[test]
    fn another_name_for_a_missing_setting_is_pointed_out_and_one_for_a_setting_that_is_there_is_not() {
        let url = (BASE_URL, "https://t.bigid.cloud");
        let token = (USER_TOKEN, "hunter2");
        let by_password = [(USERNAME, "u"), (PASSWORD, "hunter2")];
        for (meant, aliases) in ALIASES {
            for alias in aliases {
                let apart: String = alias.chars().flat_map(|letter| ['_', letter]).skip(1).collect();
                for name in
                    [format!("BIGID_{alias}"), format!("BIGID_{apart}"), format!("bigid-{}", alias.to_lowercase())]
                {
                    let alone = said(&[(&name, "hunter2")]);
                    assert_eq!(alone, format!("unknown variable {name}; did you mean {meant}?"));
                    if typo_of(&name).is_some() {
                        continue;
                    }
                    let beside = match meant {
                        CA_BUNDLE => vec![url, token, (CA_BUNDLE, "/ca.pem")],
                        _ => vec![url, token],
                    };
                    assert_eq!(said(&[&[(&*name, "hunter2")][..], &beside].concat()), "ok", "{name}");
                    if ![BASE_URL, CA_BUNDLE].contains(&meant) {
                        assert_eq!(said(&[&[(&*name, "hunter2"), url][..], &by_password].concat()), "ok", "{name}");
                    }
                }
            }
        }
        for theirs in
            ["BIGID_SERVICE_HOST", "BIGID_PORT_8080_TCP", "BIGID_UI_URL", "BIGIDEA_TOKEN", "TOKEN", "BIG_TOKEN"]
        {
            assert_eq!(said(&[(theirs, "x"), url, token]), "ok");
            assert!(!said(&[(theirs, "x")]).contains(theirs), "{theirs}");
        }
        for (name, meant) in [
            ("BIGID_URL", BASE_URL),
            ("BIGID_TOKEN", USER_TOKEN),
            ("BIGID_API_TOKEN", USER_TOKEN),
            ("bigid_user_token", USER_TOKEN),
            ("BIGIDUSERTOKEN", USER_TOKEN),
            ("BIG_ID_BASE_URL", BASE_URL),
            ("BIGID-CA-BUNDLE", CA_BUNDLE),
        ] {
            assert!(said(&[(name, "x")]).ends_with(&format!("did you mean {meant}?")), "{name}");
        }
    }

    #[test]
    fn no_known_name_is_a_slip_of_another() {
        for (index, one) in KNOWN.iter().enumerate() {
            for other in &KNOWN[index + 1..] {
                assert!(strsim::damerau_levenshtein(one, other) > MAX_TYPO_DISTANCE, "{one} {other}");
            }
        }
    }
}
