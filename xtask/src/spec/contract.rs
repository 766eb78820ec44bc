//! The applied contract: upstream and domains merged, corrected, in canonical order.

use std::path::Path;

use serde::Deserialize as _;
use serde_json::Value;

use super::fingerprint::inputs;
use super::overlay::{Evidence, Layer, Overlay};
use super::{CONTRACT, Diagnostic, Diagnostics, Merged, Source, fingerprint, merge, operations, provenance, sha256};

/// What everything is generated from.
pub(crate) struct Applied {
    /// The contract as its file has it.
    pub(crate) contract: Value,
    /// The contract with what progenitor needs on top.
    pub(crate) codegen: Value,
    /// Where each part of both came from.
    pub(crate) merged: Merged,
    /// The name below `spec/` and the SHA-256 of each received document.
    pub(crate) upstream: Vec<(String, String)>,
    /// The same of each file of our own.
    pub(crate) domains: Vec<(String, String)>,
    /// The same of each overlay.
    pub(crate) overlays: Vec<(String, String)>,
    /// What `PROVENANCE` calls all of them by.
    pub(crate) fingerprint: String,
    /// Every input as it was read: its name below the checkout, and its bytes.
    pub(crate) inputs: Vec<(String, Vec<u8>)>,
}

impl Applied {
    /// Reads `spec/` below a checkout and applies everything.
    ///
    /// # Errors
    /// All findings of the first stage that has any: reading, provenance, merging, overlays.
    pub(crate) fn read(root: &Path) -> Result<Self, Diagnostics> {
        let Files { record, upstream, domains, overlays } = Files::read(root)?;
        provenance::check(&record, &upstream)?;
        evidence(&domains)?;

        let all = || std::iter::once(&record).chain(&upstream).chain(&domains).chain(&overlays);
        let mut inputs: Vec<(String, Vec<u8>)> =
            all().map(|source| (below_spec(source), source.bytes.clone())).collect();
        let hashes =
            |sources: &[Source]| sources.iter().map(|source| (below_spec(source), sha256(&source.bytes))).collect();
        let (upstream_hashes, domain_hashes, overlay_hashes) = (hashes(&upstream), hashes(&domains), hashes(&overlays));

        let merged = merge::merge(upstream.into_iter().chain(domains).collect())?;
        let contract = layer(merged.value.clone(), &overlays, Layer::Contract)?;
        let codegen = layer(contract.clone(), &overlays, Layer::Codegen)?;

        let read = inputs.iter().map(|(name, bytes)| (format!("spec/{name}"), bytes.clone())).collect();
        inputs.push((CONTRACT.to_owned(), print(&contract).into_bytes()));
        inputs.sort();
        let fingerprint = fingerprint(inputs.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
        Ok(Self {
            contract,
            codegen,
            merged,
            upstream: upstream_hashes,
            domains: domain_hashes,
            overlays: overlay_hashes,
            fingerprint,
            inputs: read,
        })
    }

    /// The bytes of the contract's file. Keys are sorted, so that equal contracts are equal bytes.
    pub(crate) fn print(&self) -> String {
        print(&self.contract)
    }
}

fn print(contract: &Value) -> String {
    format!("{contract:#}\n")
}

struct Files {
    record: Source,
    upstream: Vec<Source>,
    domains: Vec<Source>,
    overlays: Vec<Source>,
}

impl Files {
    fn read(root: &Path) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::default();
        let mut files = Vec::new();
        match inputs(&root.join("spec")) {
            Err(error) => found.push(
                Diagnostic::new(format!("cannot list the documents: {error}"))
                    .file("spec")
                    .help("the folders spec/upstream, spec/domains and spec/overlays must exist"),
            ),
            Ok(names) => {
                for (name, _) in names {
                    match Source::load(root, &format!("spec/{name}")) {
                        Ok(source) => files.push(source),
                        Err(diagnostic) => found.push(diagnostic),
                    }
                }
            }
        }
        let mut take =
            |folder: &str| -> Vec<Source> { files.extract_if(.., |source| source.name.starts_with(folder)).collect() };
        let record = take(provenance::FILE).pop();
        let (upstream, domains, overlays) = (take("spec/upstream/"), take("spec/domains/"), take("spec/overlays/"));
        found.into_result()?;
        let missing = || Diagnostic::new("the record of received documents is missing").file(provenance::FILE);
        Ok(Self { record: record.ok_or_else(missing)?, upstream, domains, overlays })
    }
}

fn below_spec(source: &Source) -> String {
    source.name.trim_start_matches("spec/").to_owned()
}

/// Each operation that this project describes says who knows it.
fn evidence(domains: &[Source]) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    for source in domains {
        for (pointer, path, method, operation) in operations(&source.value) {
            match Evidence::deserialize(&operation["x-evidence"]) {
                Ok(evidence) if !evidence.sources.is_empty() => {}
                _ => found.push(
                    source.finding(&pointer, format!("{} {path} has no evidence", method.to_uppercase())).help(
                        "add `x-evidence: {sources: [..], independent: N}` with the short names of spec/README.md",
                    ),
                ),
            }
        }
    }
    found.into_result()
}

fn layer(mut document: Value, overlays: &[Source], layer: Layer) -> Result<Value, Diagnostics> {
    for source in overlays {
        let overlay = Overlay::read(source)?;
        if overlay.layer == layer {
            overlay.apply(&mut document, source)?;
        }
    }
    document.sort_all_objects();
    Ok(document)
}
