//! What the sandbox holds: data sources, and how lists are made of them.

mod record;
pub(crate) use record::Record;

mod fields;

mod kinds;
pub(crate) use kinds::misfit;

mod names;

mod generator;
pub(crate) use generator::generate;

mod filter;
pub(crate) use filter::FilterError;

mod listing;
pub(crate) use listing::{Listing, Page};

mod data_sources;
pub(crate) use data_sources::DataSources;
