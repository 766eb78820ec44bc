//! What the sandbox holds: data sources, and how lists are made of them.

mod record;
pub(crate) use record::Record;

mod fields;

mod kinds;
pub(crate) use kinds::cast;

mod secret;
pub(crate) use secret::is_secret;

mod names;

mod newer;

mod generator;
pub(crate) use generator::{Generation, generate};

mod filter;

mod order;

mod listing;
pub(crate) use listing::{Listing, ListingError, Page};

mod data_sources;
pub(crate) use data_sources::DataSources;
