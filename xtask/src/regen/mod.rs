//! `cargo xtask regen`: from the applied contract to `bigid-api/src/generated/`.

mod input;

mod generator;
pub(crate) use generator::{CHILD, PLAIN_CHILD, child, plain_child};

mod rewrite;

mod table;

mod paging;

mod harness;

mod domains;

mod output;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use crate::check;
use crate::spec::{Applied, CONTRACT};
use output::File;

const GENERATED: &str = "bigid-api/src/generated";

/// What the contract tests are driven by. No part of the crate, so that it may be missing from a copy of it.
const TESTS: &str = "bigid-api/tests/generated";

/// Rewrites whatever changed.
pub(crate) fn write(root: &Path) -> anyhow::Result<ExitCode> {
    let (files, summary) = build(root)?;
    let changed = output::write(root, &files)?;
    println!("{summary}");
    match changed.as_slice() {
        [] => println!("nothing changed"),
        changed => changed.iter().for_each(|name| println!("wrote {name}")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes nothing, and says what [`write()`] would change.
pub(crate) fn check(root: &Path) -> anyhow::Result<ExitCode> {
    let (files, summary) = build(root)?;
    let diff = output::diff(root, &files)?;
    if diff.is_empty() {
        println!("{summary}\nspec/ and the generated files agree");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "{diff}\nerror: the generated files are not what spec/ says\n  help: run `cargo xtask regen` and commit what it writes"
    );
    Ok(ExitCode::FAILURE)
}

/// Every generated file, in the order in which they are to be written: the one that carries the fingerprint comes last, so that a
/// stop half-way leaves a checkout that does not build rather than one that builds a mixture.
fn build(root: &Path) -> anyhow::Result<(Vec<File>, String)> {
    let applied = Applied::read(root)?;
    let model = check::gate(&applied)?;
    let paging = paging::find(&applied)?;
    let input = input::prepare(&model, paging.builders());
    let tokens = generator::generate(&input, &applied, &model)?;
    let rewritten = rewrite::rewrite(&tokens, &input)?;
    let header = table::header(&applied);
    let generated =
        |name: &str, code: &str| File { name: format!("{GENERATED}/{name}"), text: format!("{header}{code}") };
    let driver =
        |name: &str, code: &str| File { name: format!("{TESTS}/{name}"), text: format!("{}{code}", table::title()) };
    let table = |(name, text)| File { name: format!("{GENERATED}/domains/{name}.md"), text };
    let mut files: Vec<File> = domains::tables(&model, &paging).into_iter().map(table).collect();
    files.extend([
        File { name: format!("spec/{CONTRACT}"), text: applied.print() },
        generated("client.rs", &rewritten.client),
        generated("httpmock.rs", &rewritten.httpmock),
        generated("paging.rs", &paging.code()?),
        driver("calls.rs", &harness::calls(&model)?),
        driver("lists.rs", &harness::lists(&model, &paging)?),
        driver("records.rs", &harness::records(&input)),
        generated("operations.rs", &table::operations(&applied, &model)?),
    ]);
    let ours = |file: &&File| file.name.starts_with(GENERATED) && file.name.ends_with(".rs");
    let lines: usize = files.iter().filter(ours).map(|file| file.text.lines().count()).sum();
    Ok((files, format!("{}; {}; {lines} lines of Rust", rewritten.counts, paging.summary())))
}
