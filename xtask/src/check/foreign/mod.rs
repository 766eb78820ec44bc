//! Checks other people's documents as input of unmodified progenitor: for `spec check FILE` and the tests of traps.
//! `regen` uses none of this; readers of the pipeline can skip this folder. `cargo xtask foreign` runs its tests.

pub(super) mod prose;

pub(super) mod records;

mod fixing;
pub(crate) use fixing::{CHILD as FIXING_CHILD, child as fixing_child};

mod progenitor;
pub(crate) use progenitor::{CHILD as PLAIN_CHILD, child as plain_child};

use super::{Findings, Pipeline, run};
use crate::model::Document;
use crate::spec::{Diagnostics, Source};

/// The checks for traps that `regen` defuses.
pub(super) const CHECKS: &[fn(&Document<'_>, &mut Findings<'_>)] = &[records::find, prose::find];

/// The findings about one document as input of unmodified progenitor.
pub(crate) fn document(source: &Source) -> Diagnostics {
    run(&source.value, Pipeline::Plain, &|pointer, message| source.finding(pointer, message))
}
