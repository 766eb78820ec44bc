//! Rewrites progenitor's types and mocks: lossless records with setters, open enumerations, redacted `Debug`.
//!
//! Every rewrite is counted, and the counts are compared with the model: if progenitor changes its output, that is an
//! error, never a client that silently lacks a rewrite. Its client, builders and runtime are dropped; `regen/client`
//! writes ours.

mod types;

mod records;

mod required;

mod redact;

mod httpmock;

mod wire_names;

mod tree;

use std::fmt;
use std::panic::resume_unwind;
use std::thread;

use anyhow::{Context as _, ensure};

use super::generator::Tokens;
use super::input::Input;
use super::source::printed;
use crate::model::Model;

/// The rewritten files, formatted.
pub(super) struct Rewritten {
    pub(super) types: String,
    pub(super) httpmock: String,
    pub(super) counts: Counts,
}

/// How often each rewrite was made.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// Structs that became lossless records.
    pub(super) records: usize,
    /// Enumerations that became open.
    pub(super) enums: usize,
    /// Fields of all records.
    pub(super) fields: usize,
    /// Other types, whose derived `Debug` became redacted.
    pub(super) debugs: usize,
    /// Mocked operations.
    pub(super) mocks: usize,
    /// Mocked responses that are not JSON.
    pub(super) raw: usize,
    /// Mocked query parameters that may occur several times.
    pub(super) repeated: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, enums, fields, debugs, mocks, raw, repeated } = self;
        write!(
            f,
            "rewrites: {records} records, {enums} enums, {fields} fields, {debugs} debugs, {mocks} mocks, {raw} raw, {repeated} repeated"
        )
    }
}

/// Rewrites the output of progenitor.
///
/// # Errors
/// Unexpected code for this version of progenitor, or counts that do not match the model.
pub(super) fn rewrite(tokens: &Tokens, input: &Input, model: &Model) -> anyhow::Result<Rewritten> {
    let (types, httpmock) = thread::scope(|scope| {
        let httpmock = scope.spawn(|| mocks(&tokens.httpmock, input));
        let types = types(&tokens.types, input, model);
        (types, httpmock.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let (types, counts) = types?;
    let (httpmock, Counts { mocks, raw, repeated, .. }) = httpmock?;
    let counts = Counts { mocks, raw, repeated, ..counts };

    let operations = model.operations.len();
    let fields: usize = model.records().map(|(_, record)| record.fields.len()).sum();
    let others = model.schemas.len() - input.records.len() - input.enums.len();
    ensure!(
        counts.records == input.records.len()
            && counts.enums == input.enums.len()
            && counts.fields == fields
            && counts.debugs == others
            && counts.mocks == operations
            && counts.raw == input.raw_responses
            && counts.repeated == input.repeated,
        "{counts}; the contract has {} lossless records, {} enumerations, {fields} fields, {others} other types, {operations} operations, \
         {} responses that are not JSON and {} repeated parameters: progenitor's code is not what the rewrites know",
        input.records.len(),
        input.enums.len(),
        input.raw_responses,
        input.repeated,
    );
    Ok(Rewritten { types, httpmock, counts })
}

fn types(tokens: &str, input: &Input, model: &Model) -> anyhow::Result<(String, Counts)> {
    let mut counts = Counts::default();
    let file = syn::parse_str(tokens).context("progenitor wrote types that are not Rust")?;
    Ok((types::rewrite(file, input, model, &mut counts)?, counts))
}

fn mocks(tokens: &str, input: &Input) -> anyhow::Result<(String, Counts)> {
    let mut counts = Counts::default();
    let mut file = syn::parse_str(tokens).context("progenitor wrote mocks that are not Rust")?;
    httpmock::rewrite(&mut file, input, &mut counts)?;
    wire_names::restore(&mut file, &input.mocked);
    tree::split_docs(&mut file);
    Ok((printed(&file), counts))
}
