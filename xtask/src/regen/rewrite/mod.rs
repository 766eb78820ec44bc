//! progenitor's code made ours: the transport as the way out, our own error type, lossless answers, redacted `Debug`.
//!
//! Every rewrite is counted, and the counts are held against the contract: a progenitor that writes its code in another way is an
//! error here, never a client that silently lacks a rewrite.

mod client;

mod sends;

mod records;

mod enums;

mod redact;

mod httpmock;

mod paged;

mod wire_names;

mod annotate;

mod tree;

use std::fmt;

use anyhow::{Context as _, ensure};

use super::generator::Tokens;
use super::input::Input;

/// The rewritten files, formatted.
pub(super) struct Rewritten {
    pub(super) client: String,
    pub(super) httpmock: String,
    pub(super) counts: Counts,
}

/// How often each rewrite was made.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// Operations that leave through the transport.
    pub(super) sends: usize,
    /// Ways back from the wire: one for each documented answer, and one for every other status.
    pub(super) answers: usize,
    /// Answers that are bare arrays and became lists.
    pub(super) lists: usize,
    /// Structs that became lossless records.
    pub(super) records: usize,
    /// Enumerations that became open.
    pub(super) enums: usize,
    /// Builder fields `extra` that became optional.
    pub(super) extras: usize,
    /// Derived `Debug`s that became redacted.
    pub(super) debugs: usize,
    /// Mocked operations.
    pub(super) mocks: usize,
    /// Mocked answers that are no JSON.
    pub(super) raw: usize,
    /// Mocked query parameters that may stand several times.
    pub(super) repeated: usize,
    /// Builders of paged operations.
    pub(super) paged: usize,
    /// Parameters that have their names on the wire back.
    pub(super) renamed: usize,
    /// Functions and fields that are marked as deprecated.
    pub(super) deprecated: usize,
    /// Fields that are records, with what the contract says of them.
    pub(super) described: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sends,
            answers,
            lists,
            records,
            enums,
            extras,
            debugs,
            mocks,
            raw,
            repeated,
            paged,
            renamed,
            deprecated,
            described,
        } = self;
        write!(
            f,
            "rewrites: {sends} sends, {answers} answers, {lists} lists, {records} records, {enums} enums, {extras} extras, {debugs} debugs, \
             {mocks} mocks, {raw} raw, {repeated} repeated, {paged} paged, {renamed} renamed, {deprecated} deprecated, {described} described"
        )
    }
}

/// Rewrites what progenitor made of an input.
///
/// # Errors
/// Code that is not what this version of progenitor is known to write, and counts that do not fit the contract.
pub(super) fn rewrite(tokens: &Tokens, input: &Input) -> anyhow::Result<Rewritten> {
    let mut counts = Counts::default();
    let mut file: syn::File = syn::parse_str(&tokens.client).context("progenitor wrote a client that is not Rust")?;
    client::keep_operations(&mut file)?;
    sends::rewrite(tree::module(&mut file.items, "builder")?, &input.operations, &mut counts)?;
    let types = tree::module(&mut file.items, "types")?;
    let structs = tree::structs(types) + tree::structs(tree::module(types, "builder")?);
    enums::open(types, &input.enums, &mut counts)?;
    records::rewrite(types, input, &mut counts)?;
    redact::rewrite(types, redact::Show::Fields, &mut counts);
    redact::rewrite(tree::module(types, "builder")?, redact::Show::Nothing, &mut counts);
    let builders = tree::module(&mut file.items, "builder")?;
    paged::open(builders, &input.paged, &mut counts);
    redact::rewrite(builders, redact::Show::Nothing, &mut counts);
    annotate::rewrite(&mut file, input, &mut counts)?;
    counts.renamed += wire_names::restore(&mut file, &input.parameters);
    tree::split_docs(&mut file);
    let client = prettyplease::unparse(&file);

    let mut file: syn::File = syn::parse_str(&tokens.httpmock).context("progenitor wrote mocks that are not Rust")?;
    httpmock::rewrite(&mut file, input, &mut counts)?;
    wire_names::restore(&mut file, &input.mocked);
    tree::split_docs(&mut file);
    let httpmock = prettyplease::unparse(&file);

    let operations = input.operations.len();
    ensure!(
        counts.sends == operations
            && counts.answers == input.answers
            && counts.lists == input.lists
            && counts.records == input.records.len()
            && counts.enums == input.enums.len()
            && counts.extras >= counts.records
            && counts.debugs == structs + operations
            && counts.mocks == operations
            && counts.raw == input.raw_answers
            && counts.repeated == input.repeated
            && counts.paged == input.paged.len()
            && counts.renamed == input.parameters.len()
            && counts.deprecated
                == input.deprecated_operations.len()
                    + input.deprecated_parameters.len()
                    + 2 * input.deprecated_fields.len()
            && counts.described == input.described.len(),
        "{counts}; the contract has {operations} operations, {structs} types and builders, {} ways back, {} lists, {} records and {} \
         enumerations in answers, {} raw answers, {} repeated parameters, {} paged operations, {} renamed parameters and {} described fields: progenitor's code is not what the rewrites know",
        input.answers,
        input.lists,
        input.records.len(),
        input.enums.len(),
        input.raw_answers,
        input.repeated,
        input.paged.len(),
        input.parameters.len(),
        input.described.len(),
    );
    Ok(Rewritten { client, httpmock, counts })
}
