//! What a run of `regen` changed about the contract, in a few lines.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::render::brief;
use super::report::Report;
use super::side::Side;
use crate::model::Model;
use crate::spec::{CONTRACT, Layer, Overlay, Source, fingerprint, manifest};

/// The effects of the contract's change since the last run, determined before this run writes anything. `contract` is
/// the new text, `codegen` the same with its Rust names.
pub(crate) fn since_last(root: &Path, contract: &str, codegen: &Value, model: &Model) -> Option<String> {
    Before::read(root)?.changes(root, contract, codegen, model)
}

/// The contract from which the client was generated, and its entries in the manifest.
struct Before {
    contract: Value,
    /// The Rust names, as an overlay. `None` if those of that revision cannot be found.
    names: Option<Source>,
}

impl Before {
    /// Reads it before anything is written. `None` if there is no client, or if the contract next to it is from another
    /// run.
    fn read(root: &Path) -> Option<Self> {
        let listed = fs::read_to_string(root.join(manifest::MANIFEST)).ok()?;
        let is_listed = |name: &str, bytes: &[u8]| {
            let hash = fingerprint([(name, bytes)]);
            listed.lines().any(|line| line.split_once(' ') == Some((&hash, name)))
        };
        let contract = fs::read(root.join("spec").join(CONTRACT)).ok()?;
        if !is_listed(&format!("spec/{CONTRACT}"), &contract) {
            return None;
        }
        let overlay = Layer::Codegen.file();
        let names = fs::read(root.join(overlay)).ok().filter(|bytes| is_listed(overlay, bytes));
        let names = names.or_else(|| committed(root, overlay).filter(|bytes| is_listed(overlay, bytes)));
        Some(Self {
            contract: serde_json::from_slice(&contract).ok()?,
            names: names.and_then(|bytes| Source::parse(overlay, bytes).ok()),
        })
    }

    /// How it has changed; `None` if the contract and its names are the same.
    fn changes(self, root: &Path, contract: &str, codegen: &Value, model: &Model) -> Option<String> {
        let overlay = Layer::Codegen.file();
        let is_current = |names: &Source| fs::read(root.join(overlay)).is_ok_and(|bytes| bytes == names.bytes);
        let has_same_names = self.names.as_ref().is_some_and(is_current);
        let printed = format!("{:#}\n", self.contract);
        if has_same_names && contract == printed {
            return None;
        }
        let mut named = self.contract;
        let mut unknown = "";
        match &self.names {
            Some(source) => {
                // An action that no longer matches has no name to give.
                let _ = Overlay::read(source).map(|overlay| overlay.apply(&mut named, source));
                named.sort_all_objects();
            }
            None => unknown = "\n  names in Rust may have changed as well: the former overlay is not at hand",
        }
        let old = match Side::of("the generated client", named) {
            Ok(old) => old,
            Err(error) => return Some(format!("the contract changed, and the former one cannot be read: {error:#}")),
        };
        let report = Report::between(&old, "spec", codegen, model);
        (!report.changes.is_empty()).then(|| brief(&report) + unknown)
    }
}

/// A file as it was committed last.
fn committed(root: &Path, name: &str) -> Option<Vec<u8>> {
    let output = Command::new("git").args(["show", &format!("HEAD:{name}")]).current_dir(root).output().ok()?;
    output.status.success().then_some(output.stdout)
}
