//! Received documents are never edited: their bytes must match `PROVENANCE.yaml`.

use serde::Deserialize;

use super::{Diagnostic, Diagnostics, Source};

pub(super) const FILE: &str = "spec/upstream/PROVENANCE.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provenance {
    documents: Vec<ReceivedDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceivedDocument {
    file: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "received")]
    _received: String,
    sha256: String,
}

/// Compares the received documents with `PROVENANCE.yaml`, in both directions.
pub(super) fn check(record: &Source, received: &[Source]) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    let recorded = match Provenance::deserialize(&record.value) {
        Ok(provenance) => provenance.documents,
        Err(error) => {
            found.push(record.finding("", format!("not a record of received documents: {error}")));
            Vec::new()
        }
    };
    for source in received {
        let hash = sha256(&source.bytes);
        match recorded.iter().find(|document| format!("spec/upstream/{}", document.file) == source.name) {
            None => found.push(
                Diagnostic::new("a received document without a record of where it came from")
                    .file(&source.name)
                    .line(Some(1))
                    .help(format!("add it to {FILE} with its source, the day it was received, and sha256: {hash}")),
            ),
            Some(document) if document.sha256 != hash => found.push(
                Diagnostic::new(format!("the received document was changed: its sha256 is {hash}, recorded is {}", document.sha256))
                    .file(&source.name)
                    .line(Some(1))
                    .help(format!("restore it, and put corrections into spec/overlays/10-corrections.yaml; a newer document is recorded in {FILE}")),
            ),
            Some(_) => {}
        }
    }
    for (index, document) in recorded.iter().enumerate() {
        if !received.iter().any(|source| source.name == format!("spec/upstream/{}", document.file)) {
            found.push(record.finding(
                &format!("/documents/{index}"),
                format!("the recorded document {} is missing", document.file),
            ));
        }
    }
    found.into_result()
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hmac_sha256::Hash::hash(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
