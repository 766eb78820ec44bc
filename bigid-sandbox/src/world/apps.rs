//! The apps that a test has registered.

use std::collections::BTreeMap;

use serde_json::Value;

#[derive(Default)]
pub(crate) struct Apps {
    /// Each by its id.
    pub(crate) names: BTreeMap<String, String>,
    /// The fields of the credentials, by the id of the app and the name of the data source.
    pub(crate) credentials: BTreeMap<(String, String), Value>,
    /// How many executions there ever were.
    #[cfg(feature = "apps")]
    pub(crate) executions: usize,
}
