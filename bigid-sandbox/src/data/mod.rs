//! What the sandbox holds: data sources, and what is found in them.

mod data_sources;
mod fields;
mod filter;
mod generator;
mod listing;
mod names;
mod record;

pub(crate) use data_sources::DataSources;
pub(crate) use filter::FilterError;
pub(crate) use generator::generate;
pub(crate) use listing::{Listing, Page};
pub(crate) use record::Record;
