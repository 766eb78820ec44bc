use super::aliases::{ALIASES, MAX_TYPO_DISTANCE};
use super::*;

fn said(variables: &[(&str, &str)]) -> String {
    match Settings::read(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)))) {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}

const PEM_TEXT: &str = "# hunter2\n-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n";

#[test]
fn each_wrong_variable_is_named_and_its_value_is_not() {
    let url = ("BIGID_BASE_URL", "https://t.bigid.cloud");
    let token = ("BIGID_USER_TOKEN", "hunter2");
    for (variables, expected) in [
        (&[url, token][..], "ok"),
        (&[url, token, ("PATH", "x"), ("BIGID_TENANT_OF_MINE", "x")], "ok"),
        (&[url, ("BIGID_USERNAME", "u"), ("BIGID_PASSWORD", "hunter2")], "ok"),
        (&[], "BIGID_BASE_URL is not set; set it to the address of your deployment, such as https://acme.bigid.cloud"),
        (&[token], "BIGID_BASE_URL is not set"),
        (
            &[url],
            "BIGID_USER_TOKEN is not set; set it to a user token, or set BIGID_USER_TOKEN_FILE, or BIGID_USERNAME and BIGID_PASSWORD",
        ),
        (&[url, ("BIGID_USERNAME", "u")], "BIGID_PASSWORD is not set; set it to the password for BIGID_USERNAME"),
        (
            &[url, ("BIGID_PASSWORD", "hunter2")],
            "BIGID_USERNAME is not set; set it to the user name for BIGID_PASSWORD",
        ),
        (&[url, token, ("BIGID_PASSWORD", "hunter2")], "set one credential only"),
        (&[url, ("BIGID_USER_TOKEN_FILE", "/run/token"), ("BIGID_CA_BUNDLE", "/ca.pem")], "ok"),
        (&[url, token, ("BIGID_USER_TOKEN_FILE", "/run/token")], "set one credential only"),
        (&[url, ("BIGID_USER_TOKEN_FILE", "")], "BIGID_USER_TOKEN_FILE is set, but empty"),
        (&[url, token, ("BIGID_CA_BUNDEL", "/ca.pem")], "did you mean BIGID_CA_BUNDLE?"),
        (&[url, ("BIGID_USER_TOKEN", " ")], "BIGID_USER_TOKEN is set, but empty"),
        (&[url, ("BIGID_USER_TOKNE", "hunter2")], "unknown variable BIGID_USER_TOKNE; did you mean BIGID_USER_TOKEN?"),
        (&[url, token, ("BIGID_DIALEKT", "spec")], "BIGID_DIALEKT"),
        (&[url, token, ("BIGID_CA_BUNDLE", PEM_TEXT)], "BIGID_CA_BUNDLE is PEM text"),
        (&[url, ("BIGID_USER_TOKEN_FILE", PEM_TEXT)], "BIGID_USER_TOKEN_FILE is PEM text"),
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
            for name in [format!("BIGID_{alias}"), format!("BIGID_{apart}"), format!("bigid-{}", alias.to_lowercase())]
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
    for theirs in ["BIGID_SERVICE_HOST", "BIGID_PORT_8080_TCP", "BIGID_UI_URL", "BIGIDEA_TOKEN", "TOKEN", "BIG_TOKEN"] {
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
