//! Which fields contain a secret, and what is shown instead.
//!
//! A server hides each field that a connector's template marks as sensitive. Every release adds connectors, so a list
//! of fields would always be incomplete. Here the name decides, for templates, masks and `withoutCredentialValue`.

use serde_json::{Map, Value};

/// Whether a field with this name contains a secret: `password`, `aws_secret_key`, `personalAccessToken`.
pub(crate) fn is_secret(field: &str) -> bool {
    let words = words(field);
    let is_switch = words.first().is_some_and(|word| SWITCHES.contains(&word.as_str()));
    if is_switch || field == NAMES_OF_FIELDS {
        return false;
    }
    let mut end = &*words;
    while let [rest @ .., last] = end
        && !rest.is_empty()
        && (WRAPPINGS.contains(&last.as_str()) || last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        end = rest;
    }
    let joined = end.concat();
    let joined = joined.trim_end_matches(|c: char| c.is_ascii_digit());
    let singular = joined.strip_suffix('s').unwrap_or(joined);
    end.last().is_some_and(|last| SECRET_WORDS.contains(&last.as_str()))
        || SECRET_ENDINGS.iter().any(|ending| joined.ends_with(ending) || singular.ends_with(ending))
}

/// The value of a field as a server shows it: secrets at any depth are masked, and empty ones stay empty.
pub(crate) fn masked(field: &str, value: &Value) -> Value {
    if is_secret(field) { mask(value) } else { inside(value) }
}

/// Removes secrets, and what identifies their owners, from an object and everything in it.
pub(super) fn strip(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let hidden = pair(object);
            let kept = object.iter().filter(|(name, _)| !is_credential(name) && Some(name.as_str()) != hidden);
            Value::Object(kept.map(|(name, value)| (name.clone(), strip(value))).collect())
        }
        Value::Array(items) => items.iter().map(strip).collect(),
        other => other.clone(),
    }
}

/// Whether `withoutCredentialValue` omits the field.
pub(super) fn is_credential(field: &str) -> bool {
    field == "username" || is_secret(field)
}

fn inside(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let hidden = pair(object);
            let shown = |(name, value): (&String, &Value)| {
                let is_hidden = Some(name.as_str()) == hidden;
                (name.clone(), if is_hidden { mask(value) } else { masked(name, value) })
            };
            Value::Object(object.iter().map(shown).collect())
        }
        Value::Array(items) => items.iter().map(inside).collect(),
        other => other.clone(),
    }
}

/// The member with a secret in an object that is itself a field, such as `{field_name, field_type, field_value}`.
fn pair(object: &Map<String, Value>) -> Option<&'static str> {
    let text = |name: &&str| object.get(*name).and_then(Value::as_str);
    let names_secret = PAIR_NAMES.iter().filter_map(text).any(is_secret);
    let is_encrypted = text(&"field_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("clear"));
    let value = PAIR_VALUES.iter().find(|name| object.contains_key(**name)).copied()?;
    (names_secret || (is_encrypted && value == "field_value")).then_some(value)
}

fn mask(value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => value.clone(),
        Value::String(_) | Value::Number(_) => MASK.into(),
        Value::Array(items) => items.iter().map(mask).collect(),
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), mask(value))).collect(),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// The words of a name in snake, kebab or camel case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins =
            letter.is_uppercase() && (!before.is_uppercase() || letters.peek().is_some_and(|next| next.is_lowercase()));
        if begins || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

const MASK: &str = "******";

/// The first words of boolean fields.
const SWITCHES: [&str; 8] = ["is", "has", "use", "uses", "enable", "enabled", "should", "without"];

/// The possible suffixes of a secret's name.
const WRAPPINGS: [&str; 5] = ["value", "text", "encrypted", "json", "pem"];

/// Recorded as an empty array on all data sources. By its name, it lists fields and contains no passwords.
const NAMES_OF_FIELDS: &str = "updatedPasswords";

/// Secret words that are too short to be searched for within a word.
const SECRET_WORDS: [&str; 8] = ["pass", "pwd", "pat", "pin", "sas", "jwt", "cookie", "bearer"];

/// The endings of names of secrets, without separators.
const SECRET_ENDINGS: [&str; 24] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "credential",
    "authorization",
    "connectionstring",
    "jaasconfig",
    "keytab",
    "serviceaccount",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "accountkey",
    "sharedkey",
    "encryptionkey",
    "masterkey",
    "signingkey",
    "subscriptionkey",
    "sasurl",
    "sasuri",
];

const PAIR_NAMES: [&str; 5] = ["field_name", "fieldName", "name", "key", "apiName"];
const PAIR_VALUES: [&str; 3] = ["field_value", "fieldValue", "value"];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_known_in_every_spelling() {
        let parts = [
            "password",
            "aws_secret_key",
            "aws_access_key",
            "aws_session_token",
            "personal_access_token",
            "client_secret",
            "api_key",
            "private_key",
            "storage_account_key",
            "google_service_account_json",
            "connection_string",
            "key_store_pass",
            "github_pat",
            "private_key_pem",
            "secret_value",
            "password_2",
            "refresh_tokens",
        ];
        for snake in parts {
            let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
            let pascal: String = snake.split('_').map(capital).collect();
            let camel = snake[..1].to_owned() + &pascal[1..];
            for name in [snake.to_owned(), pascal, camel, snake.to_uppercase(), snake.replace('_', "-")] {
                assert!(is_secret(&name), "{name}");
            }
        }
        for joined in ["apikey", "ACCESSKEY", "clientsecret", "password2", "sessionToken", "APIKey", "OAuthToken"] {
            assert!(is_secret(joined), "{joined}");
        }
    }

    #[test]
    fn a_name_that_resembles_a_secret_is_not_one() {
        for other in
            ["", "_", "key", "primary_key", "token_url", "passwordPolicy", "credential_id", "bypass", "useToken", "x"]
        {
            assert!(!is_secret(other), "{other}");
        }
    }

    #[test]
    fn a_secret_is_masked_wherever_it_is_and_nothing_else_is() {
        let sent = json!({
            "name": "n", "password": "hush", "aws_secret_key": "", "client_secret": null, "pin": 1234,
            "authenticationProperties": {"@authenticationType": "keys", "secretAccessKey": "hush", "user": "u"},
            "credentials": {"user": "hush", "deep": [{"x": "hush"}], "on": true},
            "custom_fields": [
                {"field_name": "API key", "field_type": "clear", "field_value": "hush"},
                {"field_name": "Team", "field_type": "encrypted", "field_value": "hush"},
                {"field_name": "Team", "field_type": "clear", "field_value": "blue"},
            ],
            "properties": [{"name": "sasToken", "value": "hush"}, {"name": "host", "value": "h"}],
        });
        let expected = json!({
            "name": "n", "password": "******", "aws_secret_key": "", "client_secret": null, "pin": "******",
            "authenticationProperties": {"@authenticationType": "keys", "secretAccessKey": "******", "user": "u"},
            "credentials": {"user": "******", "deep": [{"x": "******"}], "on": true},
            "custom_fields": [
                {"field_name": "API key", "field_type": "clear", "field_value": "******"},
                {"field_name": "Team", "field_type": "encrypted", "field_value": "******"},
                {"field_name": "Team", "field_type": "clear", "field_value": "blue"},
            ],
            "properties": [{"name": "sasToken", "value": "******"}, {"name": "host", "value": "h"}],
        });
        assert_eq!(masked("ds_connection", &sent), expected);
        let stripped = strip(&sent).to_string();
        assert!(!stripped.contains("hush") && !stripped.contains("1234"), "{stripped}");
        assert!(stripped.contains(r#""field_value":"blue""#) && stripped.contains(r#""user":"u""#));
    }
}
