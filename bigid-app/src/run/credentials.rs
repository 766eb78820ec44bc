use std::collections::BTreeMap;

use bigid_auth_ext::Secret;
use bigid_auth_ext::types::{AppCredential, GetAppCredentialsResponse};

use super::RunError;
use crate::credentials_key::CredentialsKey;

/// The credentials of a data source by field, decrypted. The fields depend on the kind of the data source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials(BTreeMap<String, Secret>);

impl Credentials {
    /// A field, such as `username` or `password`.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Secret> {
        self.0.get(field)
    }

    /// The names of the fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.values()
    }

    pub(super) fn read(response: GetAppCredentialsResponse, key: Option<&CredentialsKey>) -> Result<Self, RunError> {
        let mut fields = BTreeMap::new();
        let declared = [("username", response.username), ("password", response.password)];
        let others = response.extra.iter().map(|(name, json)| (name.into_owned(), serde_json::from_str(json).ok()));
        let declared = declared.into_iter().map(|(name, field)| (name.to_owned(), field));
        for (name, field) in declared.chain(others) {
            let field: Option<AppCredential> = field;
            // A member in another format is not a credential.
            let Some(AppCredential { encrypted, value: Some(value), .. }) = field else { continue };
            let value = match (encrypted, key) {
                (Some(true), None) => return Err(RunError::NoKey(name)),
                (Some(true), Some(key)) => {
                    key.decrypt(value.expose()).map_err(|error| RunError::Decrypt(name.clone(), error))?
                }
                _ => value,
            };
            fields.insert(name, value);
        }
        Ok(Self(fields))
    }
}
