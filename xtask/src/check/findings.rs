//! The findings about one document.

use std::collections::BTreeSet;

use super::{Fix, Pipeline, Trap};
use crate::model::Document;
use crate::spec::{Diagnostic, Diagnostics, Layer};

/// Makes a finding about the node at a pointer, in the file that the node came from.
pub(crate) type Locate<'a> = &'a dyn Fn(&str, String) -> Diagnostic;

/// The overlay that actions belong to: names in Rust are the generator's, everything else is a fact about the API.
fn layer_of(actions: &str) -> Layer {
    if actions.contains("x-rust-name") { Layer::Codegen } else { Layer::Contract }
}

/// The findings so far.
pub(crate) struct Findings<'a> {
    pub(crate) pipeline: Pipeline,
    root: &'a serde_json::Value,
    locate: Locate<'a>,
    list: Vec<Diagnostic>,
    /// A part that several operations share is checked for each of them, and reported once.
    seen: BTreeSet<(&'static str, String)>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(document: &Document<'a>, pipeline: Pipeline, locate: Locate<'a>) -> Self {
        Self { pipeline, root: document.root, locate, list: Vec::new(), seen: BTreeSet::new() }
    }

    /// Reports a trap, unless the pipeline defuses it.
    pub(crate) fn add(
        &mut self,
        trap: &'static Trap,
        pointer: &str,
        message: impl Into<String>,
        fix: impl Into<Option<Fix>>,
    ) {
        let Some(severity) = trap.severity(self.pipeline) else { return };
        if !self.seen.insert((trap.code, pointer.to_owned())) {
            return;
        }
        let actions = fix.into().and_then(|fix| fix.yaml(trap, self.root)).map(|actions| match self.pipeline {
            Pipeline::Plain => actions,
            Pipeline::Regen => format!("# {}\n{actions}", layer_of(&actions).file()),
        });
        let finding = (self.locate)(pointer, message.into());
        self.list.push(finding.code(trap.code, severity).effect(trap.effect).help(trap.fix).actions(actions));
    }

    /// Errors first, each severity in the order of the checks.
    pub(crate) fn into_diagnostics(mut self) -> Diagnostics {
        self.list.sort_by_key(Diagnostic::severity);
        self.list.into_iter().collect()
    }
}
