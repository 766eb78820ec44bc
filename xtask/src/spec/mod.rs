//! From the files in `spec/` to one applied contract.

mod diagnostic;
pub(crate) use diagnostic::{Diagnostic, Diagnostics, Severity};

mod source;
pub(crate) use source::{Source, escape};

mod characters;
use characters::unsafe_characters;
pub(crate) use characters::visible;

mod fingerprint;
pub(crate) use fingerprint::{CONTRACT, fingerprint};

#[allow(dead_code, reason = "the build script judges by it, the pipeline writes it")]
pub(crate) mod manifest;

mod provenance;
pub(crate) use provenance::sha256;

mod merge;
pub(crate) use merge::Merged;

mod overlay;
pub(crate) use overlay::{Layer, Overlay};

mod vocabulary;
#[cfg(test)]
pub(crate) use vocabulary::test_places;
pub(crate) use vocabulary::{Violation, markdown as vocabulary_table, nearest, violations};

mod evidence;
pub(crate) use evidence::{Listed, Strength};

mod sense;
pub(crate) use sense::senseless;

mod unread;

mod structure;
pub(crate) use structure::{METHODS, operations, references, schema_name};

mod origins;

mod edits;

mod contract;
pub(crate) use contract::{Applied, Layers};
