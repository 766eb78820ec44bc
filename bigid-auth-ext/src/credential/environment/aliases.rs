//! Typos and aliases of the variables that are read.

use super::{BASE_URL, CA_BUNDLE, KNOWN, PASSWORD, USER_TOKEN, USER_TOKEN_FILE, USERNAME};

/// The largest edit distance at which a name counts as a typo of another. Known names differ by more.
pub(super) const MAX_TYPO_DISTANCE: usize = 2;

/// Other names for the same settings, as [`setting_of`] writes them: those of other tools, and likely guesses.
pub(super) const ALIASES: [(&str, &[&str]); 6] = [
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

/// The part of a name after `BIGID`, in upper case and without separators; `None` for other names.
pub(super) fn setting_of(name: &str) -> Option<String> {
    let compact = name.chars().filter(|character| !matches!(character, '_' | '-' | '.'));
    compact.collect::<String>().to_uppercase().strip_prefix("BIGID").map(str::to_owned)
}

/// The known name that this name is a typo of, ignoring case and separators.
pub(super) fn typo_of(name: &str) -> Option<&'static str> {
    let setting = setting_of(name)?;
    KNOWN.into_iter().find(|known| {
        strsim::damerau_levenshtein(known, name) <= MAX_TYPO_DISTANCE || setting_of(known).as_deref() == Some(&*setting)
    })
}

/// The known name that this name is an alias of.
pub(super) fn alias_of(name: &str) -> Option<&'static str> {
    let setting = setting_of(name)?;
    ALIASES.iter().find(|(_, aliases)| aliases.contains(&&*setting)).map(|(known, _)| *known)
}
