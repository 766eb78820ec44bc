//! From the files in `spec/` to one applied contract.

mod diagnostic;
pub(crate) use diagnostic::{Diagnostic, Diagnostics, Severity};

mod source;
pub(crate) use source::{Source, escape};

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

mod structure;
pub(crate) use structure::{METHODS, operations, references, schema_name};

mod contract;
pub(crate) use contract::Applied;
