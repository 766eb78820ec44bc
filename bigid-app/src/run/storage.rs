use bigid_auth_ext::types::{AppStorageEntry, AppStorageUpdate};
use bigid_auth_ext::{BigIdClient, OptionalExt as _};

use super::RunError;

/// The storage of an app in BigID: strings by key, which outlive executions. Apps store other values as JSON in a
/// string.
#[derive(Debug)]
pub struct Storage<'a> {
    client: &'a BigIdClient,
    app_id: &'a str,
}

impl<'a> Storage<'a> {
    pub(super) fn new(client: &'a BigIdClient, app_id: &'a str) -> Self {
        Self { client, app_id }
    }

    /// The value of a key; `None` if there is none.
    ///
    /// # Errors
    /// The errors of the call.
    pub async fn get(&self, key: impl AsRef<str>) -> Result<Option<String>, RunError> {
        let found = self.client.get_app_storage_value(self.app_id, key).await.optional().map_err(RunError::call)?;
        Ok(found.and_then(|found| found.value))
    }

    /// Every key and value; empty for an app that has stored nothing, for which BigID responds with 404.
    ///
    /// # Errors
    /// The errors of the call.
    pub async fn all(&self) -> Result<Vec<(String, String)>, RunError> {
        let found = self.client.get_app_storage(self.app_id).await.optional().map_err(RunError::call)?;
        let entries = found.into_iter().flatten();
        Ok(entries.filter_map(|entry| Some((entry.key?, entry.value?))).collect())
    }

    /// Stores a value. The values of other keys are kept.
    ///
    /// # Errors
    /// The errors of the call.
    pub async fn set(&self, key: impl Into<String>, value: impl Into<String>) -> Result<(), RunError> {
        let entry = AppStorageEntry::new().key(key.into()).value(value.into());
        let update = AppStorageUpdate::new().keys_values(vec![entry]);
        self.client.update_app_storage(self.app_id, update).await.map_err(RunError::call)
    }

    /// Deletes a value; `false` if there was none.
    ///
    /// # Errors
    /// The errors of the call.
    pub async fn remove(&self, key: impl AsRef<str>) -> Result<bool, RunError> {
        let found = self.client.delete_app_storage_value(self.app_id, key).await.optional().map_err(RunError::call)?;
        Ok(found.is_some())
    }
}
