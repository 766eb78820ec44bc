//! The applied contract: upstream and domains merged, corrected, in canonical order.

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;

use super::edits::{Edits, Stage};
use super::evidence::{self, Listed};
use super::fingerprint::inputs;
use super::overlay::{Layer, Overlay};
use super::{
    CONTRACT, Diagnostic, Diagnostics, Merged, Source, Violation, fingerprint, merge, provenance, sha256, unread,
    unsafe_characters, violations,
};

/// The input of everything that is generated.
pub(crate) struct Applied {
    /// The contract as in its file.
    pub(crate) contract: Value,
    /// The contract with what progenitor needs on top.
    pub(crate) codegen: Value,
    /// Where each part of both came from.
    pub(crate) merged: Merged,
    /// The actions of the overlays, in their order.
    pub(crate) stages: Vec<Stage>,
    /// The name below `spec/` and the SHA-256 of each received document.
    pub(crate) upstream: Vec<(String, String)>,
    /// The same for each of the project's own files.
    pub(crate) domains: Vec<(String, String)>,
    /// The same for each overlay.
    pub(crate) overlays: Vec<(String, String)>,
    /// The name of all of them in `PROVENANCE`.
    pub(crate) fingerprint: String,
    /// Every input: its name below the checkout, and its bytes.
    pub(crate) inputs: Vec<(String, Vec<u8>)>,
    /// The sources of evidence.
    pub(crate) sources: Listed,
}

impl Applied {
    /// Reads `spec/` below a checkout and applies everything.
    ///
    /// # Errors
    /// All findings of the first stage that has any: reading, provenance, merging, overlays.
    pub(crate) fn read(root: &Path) -> Result<Self, Diagnostics> {
        let Files { record, upstream, domains, overlays } = Files::read(root)?;
        provenance::check(&record, &upstream)?;
        let listed = Listed::read(root)?;
        characters(std::iter::once(&record).chain(&domains).chain(&overlays))?;
        words(&listed, &upstream, &domains, &overlays)?;

        let all = || std::iter::once(&record).chain(&upstream).chain(&domains).chain(&overlays);
        let mut inputs: Vec<(String, Vec<u8>)> =
            all().map(|source| (below_spec(source), source.bytes.clone())).collect();
        let hashes =
            |sources: &[Source]| sources.iter().map(|source| (below_spec(source), sha256(&source.bytes))).collect();
        let (upstream_hashes, domain_hashes, overlay_hashes) = (hashes(&upstream), hashes(&domains), hashes(&overlays));

        let mut merged = merge::merge(upstream.into_iter().chain(domains).collect())?;
        let first = merged.sources.len();
        merged.sources.extend(overlays);
        let mut stages = Vec::new();
        let contract = layer(merged.value.clone(), &mut merged, first, Layer::Contract, &mut stages)?;
        // What a received document says can only be corrected by an overlay.
        let said = |one: Violation| {
            let help = format!("{}, by an action in spec/overlays/10-corrections.yaml", one.help);
            merged.finding(&one.pointer, one.message).help(help)
        };
        unsafe_characters(&contract).into_iter().map(said).collect::<Diagnostics>().into_result()?;
        let codegen = layer(contract.clone(), &mut merged, first, Layer::Codegen, &mut stages)?;
        // Every file has been checked against the vocabulary: anything found now was written by an overlay.
        let mut wrong = violations(&contract, Layer::Contract, &|_| false);
        wrong.extend(listed.violations(&contract, Layer::Contract));
        wrong
            .into_iter()
            .map(|one| merged.finding(&one.pointer, one.message).help(one.help))
            .collect::<Diagnostics>()
            .into_result()?;
        // Later findings are about the document with all layers.
        merged.value = codegen.clone();

        let read = inputs.iter().map(|(name, bytes)| (format!("spec/{name}"), bytes.clone())).collect();
        inputs.push((CONTRACT.to_owned(), print(&contract).into_bytes()));
        inputs.sort();
        let fingerprint = fingerprint(inputs.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
        Ok(Self {
            contract,
            codegen,
            merged,
            stages,
            upstream: upstream_hashes,
            domains: domain_hashes,
            sources: listed,
            overlays: overlay_hashes,
            fingerprint,
            inputs: read,
        })
    }

    /// Moves a finding to an action of an overlay.
    pub(crate) fn blamed(&self, finding: Diagnostic, stage: &Stage) -> Diagnostic {
        match self.merged.sources.get(stage.source) {
            Some(source) => finding.file(&source.name).line(source.line(&stage.action).or(Some(1))),
            None => finding,
        }
    }

    /// The bytes of the contract's file. Keys are sorted, so that equal contracts are equal bytes.
    pub(crate) fn print(&self) -> String {
        print(&self.contract)
    }
}

/// The layers of a `spec/` that may be invalid: one whose overlays no longer match its documents can still be compared.
pub(crate) struct Layers {
    /// The documents, merged.
    pub(crate) documents: Value,
    pub(crate) contract: Value,
    pub(crate) codegen: Value,
    overlays: Vec<Source>,
}

impl Layers {
    /// Reads `spec/` below a checkout and applies what can be applied.
    ///
    /// # Errors
    /// Files that cannot be read or merged.
    pub(crate) fn read(root: &Path) -> Result<Self, Diagnostics> {
        let Files { upstream, domains, overlays, .. } = Files::read(root)?;
        let merged = merge::merge(upstream.into_iter().chain(domains).collect())?;
        let mut layers =
            Self { documents: merged.value.clone(), contract: merged.value, codegen: Value::Null, overlays };
        layers.contract = layers.applied_to(layers.contract.clone(), Layer::Contract)?.0;
        layers.contract.sort_all_objects();
        layers.codegen = layers.named(&layers.contract)?;
        Ok(layers)
    }

    /// A contract with the names in Rust that these overlays give.
    ///
    /// # Errors
    /// A file that is not an overlay.
    pub(crate) fn named(&self, contract: &Value) -> Result<Value, Diagnostics> {
        let mut named = self.applied_to(contract.clone(), Layer::Codegen)?.0;
        named.sort_all_objects();
        Ok(named)
    }

    /// The actions, and parts of actions, of these overlays that match or change nothing in some documents.
    ///
    /// # Errors
    /// A file that is not an overlay.
    pub(crate) fn idle(&self, documents: &Value) -> Result<Diagnostics, Diagnostics> {
        let (contract, mut found) = self.applied_to(documents.clone(), Layer::Contract)?;
        found.extend(self.applied_to(contract, Layer::Codegen)?.1);
        Ok(found)
    }

    fn applied_to(&self, mut document: Value, layer: Layer) -> Result<(Value, Diagnostics), Diagnostics> {
        let mut found = Diagnostics::default();
        for source in &self.overlays {
            let overlay = Overlay::read(source)?;
            if overlay.layer == layer
                && let Err(idle) = overlay.apply(&mut document, source)
            {
                found.extend(idle);
            }
        }
        Ok((document, found))
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
        unread::find(root, &mut found);
        let mut files = Vec::new();
        match inputs(&root.join("spec")) {
            Err(error) => found.push(
                Diagnostic::new(format!("cannot list the documents: {error}"))
                    .file("spec")
                    .line(Some(1))
                    .help("the folders spec/upstream, spec/domains and spec/overlays must exist"),
            ),
            Ok(names) => {
                for loaded in load(root, &names) {
                    match loaded {
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
        let missing =
            || Diagnostic::new("the record of received documents is missing").file(provenance::FILE).line(Some(1));
        Ok(Self { record: record.ok_or_else(missing)?, upstream, domains, overlays })
    }
}

/// Every file in order, each read by a separate thread.
fn load(root: &Path, names: &[(String, PathBuf)]) -> Vec<Result<Source, Diagnostic>> {
    thread::scope(|scope| {
        let load = |name| scope.spawn(move || Source::load(root, &format!("spec/{name}")));
        let running: Vec<_> = names.iter().map(|(name, _)| load(name)).collect();
        running.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn below_spec(source: &Source) -> String {
    source.name.trim_start_matches("spec/").to_owned()
}

/// Checks the characters of the project's own files, before anything else reads them.
fn characters<'a>(files: impl Iterator<Item = &'a Source>) -> Result<(), Diagnostics> {
    let say = |source: &'a Source| {
        let all = unsafe_characters(&source.value).into_iter();
        all.map(move |one| source.finding(&one.pointer, one.message).help(one.help))
    };
    files.flat_map(say).collect::<Diagnostics>().into_result()
}

/// Checks every file against the vocabulary, and its evidence against the list of sources.
fn words(listed: &Listed, upstream: &[Source], domains: &[Source], overlays: &[Source]) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    let mut say = |source: &Source, all: Vec<Violation>| {
        all.into_iter().for_each(|one| found.push(source.finding(&one.pointer, one.message).help(one.help)));
    };
    for source in upstream.iter().chain(domains) {
        let is_anchor = |key: &str| key.starts_with("x-") && source.is_anchor(key);
        say(source, violations(&source.value, Layer::Contract, &is_anchor));
    }
    for source in upstream.iter().chain(domains).chain(overlays) {
        let layer = if source.name == Layer::Codegen.file() { Layer::Codegen } else { Layer::Contract };
        say(source, listed.violations(&source.value, layer));
    }
    evidence::each_has_it(domains, &mut found);
    listed.paths(domains, &mut found);
    found.into_result()
}

fn layer(
    mut document: Value,
    merged: &mut Merged,
    first: usize,
    layer: Layer,
    stages: &mut Vec<Stage>,
) -> Result<Value, Diagnostics> {
    for index in first..merged.sources.len() {
        let source = &merged.sources[index];
        let overlay = Overlay::read(source)?;
        if (overlay.layer == Layer::Codegen) != (source.name == Layer::Codegen.file()) {
            let message = "an overlay that is not of the layer that its name says";
            let help = format!("`x-applies-to: codegen` is allowed only in {}", Layer::Codegen.file());
            return Err(source.finding("/x-applies-to", message).help(help).into());
        }
        if overlay.layer == layer {
            let mut edits =
                Edits { stages: std::mem::take(stages), origins: Some((&mut merged.origins, index, first)) };
            overlay.apply_noting(&mut document, source, &mut edits)?;
            *stages = edits.stages;
        }
    }
    document.sort_all_objects();
    Ok(document)
}
