//! Exports: made as they are read, of everything there is.

use bigid_sandbox::{Fault, Sandbox};
use serde_json::Value;

use crate::common::{Api, session};

/// Objects in a build with checks; in an optimized one `cargo test --release` sees a million.
const OBJECTS: usize = if cfg!(debug_assertions) { 12_000 } else { 1_000_000 };

const CSV: [&str; 2] = ["/piiRecords/objects/file-download/export", "/ds-connections/file-download/export"];
const JSON: [&str; 2] = ["/scan-result/stream/json/full", "/stream-collections/classification_findings"];
