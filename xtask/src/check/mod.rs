//! `cargo xtask spec check`: the traps of progenitor, found before it runs.
//!
//! progenitor panics on ordinary OpenAPI, exhausts its stack, or writes wrong code without a word. Each way in which it does is a
//! [`Trap`] with a code of its own, in one table. The table holds for the version of progenitor that Cargo.toml pins: a test feeds
//! each trap's example to progenitor unguarded, and fails where the harm is no longer done.
//!
//! Two pipelines are checked, because `regen` defuses some traps and adds others:
//! * Without a file, `spec check` looks at what `regen` gives the generator: upstream and domains merged, under both overlay layers,
//!   for [`Pipeline::Regen`]. There, prose is made plain, answers are decoded by lossless records, enums of answers are open,
//!   properties are renamed by `x-rust-name`, and every operation has a builder. A trap that this defuses is not reported; what a
//!   record cannot hold is an error, because `regen` stops or the client does not compile.
//! * With files, each document is taken as it is, as someone would feed it to progenitor alone: [`Pipeline::Plain`].
//!   That is with its default settings, or with builders: what harms either is reported.
//!
//! An error stops `regen`; a warning does not. Whatever shape a document has, it gets findings: its depth is limited where it is
//! read, references are followed a limited number of times, and nothing is taken to be of a kind.

mod trap;
pub(crate) use trap::{Pipeline, Trap};

mod mend;
pub(crate) use mend::Mend;

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

mod answers;

mod prose;

mod poor;

mod table;
pub(crate) use table::{Row, TRAPS, row};

mod report;

mod explain;

mod mending;
pub(crate) use mending::{CHILD as MENDING_CHILD, child as mending_child};

mod command;
pub(crate) use command::{check, explain, gate};

#[cfg(test)]
mod tests;

use std::thread;

use serde_json::Value;

use crate::model::{Document, Model, Refusal};
use crate::spec::{Applied, Diagnostic, Diagnostics, Source};

/// The findings about what `regen` gives the generator.
pub(crate) fn applied(applied: &Applied) -> Diagnostics {
    run(&applied.codegen, Pipeline::Regen, &|pointer, message| applied.merged.finding(pointer, message))
}

/// What everything is written from.
///
/// # Errors
/// What has no place in the model.
pub(crate) fn model(applied: &Applied) -> Result<Model, Diagnostics> {
    let refused = |refusals: Vec<Refusal>| {
        let findings = refusals.into_iter().map(|one| applied.merged.finding(&one.pointer, one.message).help(one.help));
        findings.collect::<Diagnostics>()
    };
    Model::new(&applied.codegen).map_err(refused)
}

/// The findings about one document, as progenitor alone would take it.
pub(crate) fn document(source: &Source) -> Diagnostics {
    run(&source.value, Pipeline::Plain, &|pointer, message| source.finding(pointer, message))
}

/// Runs every check on a thread whose stack is deep enough for openapiv3 to read the deepest document that can be loaded.
fn run(root: &Value, pipeline: Pipeline, locate: &(dyn Fn(&str, String) -> Diagnostic + Sync)) -> Diagnostics {
    thread::scope(|scope| {
        let checks = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let document = Document::new(root);
            let mut found = Findings::new(&document, pipeline, locate);
            for check in table::CHECKS {
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

/// Far more than the deepest document needs; the system provides what is touched.
const STACK: usize = 64 << 20;
