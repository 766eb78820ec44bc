//! Onboards many data sources from records, and edits one.

use std::collections::BTreeSet;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use bigid_api::Error;
use bigid_api::types::{ApiErrorBody, DataSource, DataSourceBody};
use serde_json::Value;

use super::concurrent::at_most;
use crate::client::BigIdClient;
use crate::layers::masks::is_mask;

/// The default number of data sources that are onboarded concurrently. BigID's connector for Microsoft Sentinel makes
/// at most 20 calls a second.
pub const ONBOARDING_CONCURRENCY: usize = 8;

/// Makes data sources match records. Awaiting it returns a result for each record, in the given order.
///
/// The data source of each record is read by its name. If it does not exist, it is created. If it differs, it is
/// updated with the record's fields. Otherwise it is left alone, so running this again changes nothing. A record that
/// fails does not stop the others; run it again for those that failed.
///
/// Values are compared as servers store them: `true`, `"true"` and `"yes"` are equal, and so are `2` and `"2"`. Servers
/// mask secrets, so they cannot be compared: a new password alone does not count as a difference.
///
/// # Cancel safety
/// Dropping it abandons the calls in flight, which the server may have received, and starts no more.
#[derive(Debug)]
#[must_use = "nothing is onboarded until this is awaited"]
pub struct Onboarding {
    client: BigIdClient,
    sources: Vec<DataSource>,
    concurrency: usize,
    keep_existing: bool,
}

/// The result for one record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Onboarded {
    /// The name of the data source; empty if the record has none.
    pub name: String,
    /// What was done, or the error.
    pub outcome: Result<OnboardingOutcome, Error>,
}

/// What was done for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnboardingOutcome {
    /// The data source was created.
    Created,
    /// It existed, and was changed.
    Updated,
    /// It existed and matched the record.
    Unchanged,
    /// It exists and differs from the record, but [`keep_existing`](Onboarding::keep_existing) was set.
    Kept,
}

impl BigIdClient {
    /// Makes data sources match these records.
    ///
    /// ```no_run
    /// # async fn run(client: &bigid_auth_ext::BigIdClient) {
    /// use bigid_auth_ext::types::DataSource;
    ///
    /// let shares = ["fin", "hr"].map(|name| DataSource::new().name(name).type_("smb"));
    /// for source in client.onboard(shares).await {
    ///     println!("{}: {:?}", source.name, source.outcome);
    /// }
    /// # }
    /// ```
    pub fn onboard(&self, sources: impl IntoIterator<Item = DataSource>) -> Onboarding {
        let sources = sources.into_iter().collect();
        Onboarding { client: self.clone(), sources, concurrency: ONBOARDING_CONCURRENCY, keep_existing: false }
    }

    /// Reads a data source, changes it, and sends it back. Returns `false`, and sends nothing, if `edit` changed
    /// nothing.
    ///
    /// Fields that the SDK does not know are sent back unchanged. Secrets are not: they are read as masks, and masks
    /// are not sent. Of two concurrent writers, the last one wins.
    ///
    /// ```no_run
    /// # async fn run(client: &bigid_auth_ext::BigIdClient) -> Result<(), Box<dyn std::error::Error>> {
    /// client.edit_data_source("Orders", |source| source.scanner_group = Some("eu".to_owned())).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of both calls.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the call in flight; the server may have received an update.
    #[inline]
    pub async fn edit_data_source(
        &self,
        name: &str,
        edit: impl FnOnce(&mut DataSource),
    ) -> Result<bool, Error<ApiErrorBody>> {
        let read = self.data_source(name).await?;
        let mut edited = read.clone();
        edit(&mut edited);
        let is_changed = edited != read;
        if is_changed {
            self.update_data_source(name, DataSourceBody::new().ds_connection(edited)).await?;
        }
        Ok(is_changed)
    }
}

impl Onboarding {
    /// The number of data sources that are onboarded concurrently; [`ONBOARDING_CONCURRENCY`] by default, and at least
    /// one.
    pub fn concurrency(mut self, data_sources: usize) -> Self {
        self.concurrency = data_sources;
        self
    }

    /// Leaves existing data sources alone, even where they differ.
    pub fn keep_existing(mut self) -> Self {
        self.keep_existing = true;
        self
    }
}

impl IntoFuture for Onboarding {
    type Output = Vec<Onboarded>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { client, sources, concurrency, keep_existing } = self;
            let mut names = BTreeSet::new();
            let jobs = sources.into_iter().map(|source| {
                let name = source.name.clone().unwrap_or_default();
                let is_first = names.insert(name.clone());
                let client = &client;
                async move {
                    let outcome = match (name.is_empty(), is_first) {
                        (true, _) => {
                            Err(Error::InvalidRequest("the record of a data source has no name; set `name`".to_owned()))
                        }
                        (_, false) => Err(Error::InvalidRequest(
                            "an earlier record has the same name; pass each name once".to_owned(),
                        )),
                        (false, true) => {
                            onboard(client, &name, source, keep_existing).await.map_err(Error::into_untyped)
                        }
                    };
                    Onboarded { name, outcome }
                }
            });
            at_most(concurrency, jobs.collect::<Vec<_>>()).await
        })
    }
}

#[inline]
async fn onboard(
    client: &BigIdClient,
    name: &str,
    source: DataSource,
    keep_existing: bool,
) -> Result<OnboardingOutcome, Error<ApiErrorBody>> {
    let wanted = serde_json::to_value(&source).unwrap_or_default();
    let body = DataSourceBody::new().ds_connection(source);
    let existing = match client.data_source(name).await {
        Ok(existing) => existing,
        Err(error) if error.is_not_found() => match client.create_data_source(&body).await {
            Ok(_) => return Ok(OnboardingOutcome::Created),
            // Another client has created it in the meantime.
            Err(error) if error.is_conflict() => client.data_source(name).await?,
            Err(error) => return Err(error),
        },
        Err(error) => return Err(error),
    };
    if has(&serde_json::to_value(&existing).unwrap_or_default(), &wanted) {
        return Ok(OnboardingOutcome::Unchanged);
    }
    if keep_existing {
        return Ok(OnboardingOutcome::Kept);
    }
    client.update_data_source(name, body).await?;
    Ok(OnboardingOutcome::Updated)
}

/// Whether the existing value matches the wanted one, as far as can be seen.
fn has(existing: &Value, wanted: &Value) -> bool {
    match (existing, wanted) {
        (Value::String(text), _) if is_mask(text) => true,
        (_, Value::String(text)) if is_mask(text) => true,
        (Value::Object(existing), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| has(existing.get(name).unwrap_or(&Value::Null), value))
        }
        (Value::Array(existing), Value::Array(wanted)) => {
            existing.len() == wanted.len() && existing.iter().zip(wanted).all(|(one, other)| has(one, other))
        }
        (one, other) => plain(one) == plain(other),
    }
}

/// A value as text, whatever its type.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text == "yes" => "true".to_owned(),
        Value::String(text) if text == "no" => "false".to_owned(),
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_there_already_is_recognized_in_every_form() {
        for (existing, wanted, expected) in [
            (json!({"a": "yes", "b": "x"}), json!({"a": true}), true),
            (json!({"a": "no"}), json!({"a": true}), false),
            (json!({"a": "2"}), json!({"a": 2}), true),
            (json!({"a": "******"}), json!({"a": "a new password"}), true),
            (json!({"a": "x"}), json!({"a": "******"}), true),
            (json!({}), json!({"a": null, "b": ""}), true),
            (json!({}), json!({"a": "x"}), false),
            (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": "1"}}), true),
            (json!({"a": [1, 2]}), json!({"a": [1]}), false),
            (json!({"a": ["x"]}), json!({"a": ["x"]}), true),
            (json!({"a": {"b": 1}}), json!({"a": "x"}), false),
        ] {
            assert_eq!(has(&existing, &wanted), expected, "{existing} {wanted}");
        }
    }
}
