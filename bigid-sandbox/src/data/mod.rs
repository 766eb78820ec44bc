//! Data sources: their fields, their values, and which of these are secret.

mod fields;

mod kinds;
pub(crate) use kinds::cast;

mod secret;
pub(crate) use secret::{is_credential, is_secret, strip};

mod names;

mod newer;

mod layout;

mod generator;
pub(crate) use generator::Generator;

mod data_sources;
pub(crate) use data_sources::DataSources;
