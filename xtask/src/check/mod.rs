//! `cargo xtask spec check`: the traps of progenitor, found before it runs.
//!
//! progenitor panics on ordinary OpenAPI, exhausts its stack, or silently writes wrong code. Each such case is a
//! [`Trap`] with a code of its own, in one table. The table holds for the version of progenitor that Cargo.toml pins: a
//! test feeds each trap's example to unmodified progenitor, and fails once progenitor handles it.
//!
//! Two pipelines are checked, because `regen` defuses some traps and adds others:
//! * Without a file, `spec check` looks at what `regen` gives the generator: upstream and domains merged, under both
//!   overlay layers, for [`Pipeline::Regen`]. There, descriptions are escaped, responses are decoded by lossless
//!   records, enums of responses are open, properties are renamed by `x-rust-name`, and every operation has a builder.
//!   A trap that this defuses is not reported; what a record cannot hold is an error, because `regen` stops or the
//!   client does not compile.
//! * With files, each document is checked as it is, as someone would feed it to progenitor alone, with its default
//!   settings or with builders: [`Pipeline::Plain`]. What only that needs is in `foreign/`.
//!
//! An error stops `regen`; a warning does not. Whatever shape a document has, it gets findings: its depth is limited
//! where it is read, references are followed a limited number of times, and no node is assumed to have a certain type.

mod trap;
pub(crate) use trap::{Pipeline, Trap};

mod fix;
pub(crate) use fix::Fix;

mod findings;
pub(crate) use findings::Findings;

mod shape;

mod references;

mod operations;

mod paths;

mod parameters;

mod requests;

mod responses;

mod names;

mod compose;

mod enums;

mod kinds;

mod defaults;

mod one_way;

mod style;

mod table;
pub(crate) use table::{Row, TRAPS, row};

mod report;

mod explain;

mod foreign;
pub(crate) use foreign::{FIXING_CHILD, PLAIN_CHILD, document, fixing_child, plain_child};

mod command;
pub(crate) use command::{check, explain, gate};

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::thread;

use serde_json::Value;

use crate::model::{Document, Model};
use crate::spec::{Applied, Diagnostic, Diagnostics, Layer, senseless, violations};

/// The findings about what `regen` gives the generator, each where it was made.
pub(crate) fn applied(applied: &Applied) -> Diagnostics {
    blame(applied, &|document, locate| {
        // Every file has been checked against the vocabulary: anything found now was written by an overlay.
        let mut words = violations(document, Layer::Codegen, &|_| false);
        words.extend(senseless(document));
        let mut found: Diagnostics =
            words.into_iter().map(|one| locate(&one.pointer, one.message).help(one.help)).collect();
        found.extend(run(document, Pipeline::Regen, locate));
        found
    })
}

type Find<'a> = &'a dyn Fn(&Value, &(dyn Fn(&str, String) -> Diagnostic + Sync)) -> Diagnostics;

/// Finds what is wrong. A finding that an overlay caused is moved to the action that caused it.
fn blame(applied: &Applied, find: Find<'_>) -> Diagnostics {
    let found = find(&applied.codegen, &|pointer, message| applied.merged.finding(pointer, message));
    let (Some(first), false) = (applied.stages.first(), found.iter().next().is_none()) else { return found };
    let keys = |document: &Value| -> BTreeSet<String> {
        let found = find(document, &|pointer, message| Diagnostic::new(message).pointer(pointer));
        found.iter().map(Diagnostic::identity).collect()
    };
    let of_files = keys(&first.before);
    let mut brought: Vec<Diagnostic> = found.iter().cloned().collect();
    if brought.iter().all(|one| of_files.contains(&one.identity())) {
        return found;
    }
    let mut there: BTreeSet<String> = brought.iter().map(Diagnostic::identity).collect();
    for stage in applied.stages.iter().rev() {
        let before = keys(&stage.before);
        for finding in &mut brought {
            let identity = finding.identity();
            if there.contains(&identity) && !before.contains(&identity) {
                there.remove(&identity);
                // The line of a node that an action wrote is known.
                if !finding.file_text().is_some_and(|file| file.starts_with("spec/overlays/")) {
                    *finding = applied.blamed(finding.clone(), stage);
                }
            }
        }
    }
    brought.into_iter().collect()
}

/// Reads the model that everything is generated from.
///
/// # Errors
/// The parts that the model cannot represent.
pub(crate) fn model(applied: &Applied) -> Result<Model, Diagnostics> {
    Model::new(&applied.codegen).map_err(|_| {
        blame(applied, &|document, locate| {
            let refused = Model::new(document).err().unwrap_or_default();
            refused.into_iter().map(|one| locate(&one.pointer, one.message).help(one.help)).collect()
        })
    })
}

/// The reasons why nothing can be generated from a document.
#[cfg(test)]
pub(crate) fn refusals(root: &Value) -> Vec<String> {
    let found = run(root, Pipeline::Regen, &|pointer, message| Diagnostic::new(message).pointer(pointer));
    let errors = found.iter().filter(|one| one.severity() == crate::spec::Severity::Error);
    errors.map(Diagnostic::identity).collect()
}

/// Runs every check on a thread whose stack is deep enough for openapiv3 to read the deepest document that can be
/// loaded.
fn run(root: &Value, pipeline: Pipeline, locate: &(dyn Fn(&str, String) -> Diagnostic + Sync)) -> Diagnostics {
    thread::scope(|scope| {
        let checks = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let document = Document::new(root);
            let mut found = Findings::new(&document, pipeline, locate);
            let foreign = if pipeline == Pipeline::Plain { foreign::CHECKS } else { &[] };
            for check in table::CHECKS.iter().chain(foreign) {
                check(&document, &mut found);
            }
            found.into_diagnostics()
        });
        let broken = |said: &str| Diagnostics::from(locate("", format!("the checks could not be run: {said}")));
        match checks {
            Err(error) => broken(&error.to_string()),
            Ok(checks) => checks.join().unwrap_or_else(|_| broken("one of them panicked")),
        }
    })
}

/// Far more than the deepest document needs; the system allocates only what is used.
const STACK: usize = 64 << 20;
