//! `cargo xtask regen`: generates `bigid-api/src/generated/` from the applied contract.

mod input;
pub(crate) use input::lossless_records;

mod source;

mod limited;

mod generator;
pub(crate) use generator::{CHILD, child};

mod rewrite;

mod client;
pub(crate) use client::{Argument, Of, optional, output, required, rust, taken};

mod table;

mod paging;

mod harness;

mod domains;

mod commands;

mod sandbox;

mod evidence;

mod lock;

mod output;

mod strays;

#[cfg(test)]
mod tests;

#[cfg(test)]
mod mutation_tests;

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use serde_json::Value;

use crate::check;
use crate::model::Model;
use crate::spec::{Applied, CONTRACT, Diagnostic, manifest};
use input::Input;
use lock::Lock;
use output::File;
use paging::Paging;

const GENERATED: &str = "bigid-api/src/generated";

/// The harness of the contract tests.
const HARNESS: &str = "contract-harness/src/generated";

/// The commands of `bigid`.
const CLI: &str = "bigid-cli/src/generated";

/// The effects of the contract's change, determined before anything is written, from its text, the same with its Rust
/// names, and its model.
pub(crate) type Explain = fn(&Path, &str, &Value, &Model) -> Option<String>;

/// Rewrites changed files, and removes stray ones.
pub(crate) fn write(root: &Path, explain: Explain) -> anyhow::Result<ExitCode> {
    let _lock = Lock::acquire(root)?;
    let leftovers = strays::leftovers(root)?;
    strays::remove(root, &leftovers)?;
    let Built { files, summary, contract, codegen, model } = build(root)?;
    let changes = explain(root, &contract, &codegen, &model);
    let changed = output::write(root, &files)?;
    let strangers = strays::strangers(root, &files)?;
    strays::remove(root, &strangers)?;
    println!("{summary}");
    leftovers.iter().chain(&strangers).for_each(|name| println!("removed {name}"));
    changed.iter().for_each(|name| println!("wrote {name}"));
    if leftovers.is_empty() && strangers.is_empty() && changed.is_empty() {
        println!("nothing changed");
    }
    if let Some(changes) = changes {
        println!("{changes}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes nothing, and prints what [`write()`] would change.
pub(crate) fn check(root: &Path) -> anyhow::Result<ExitCode> {
    let _lock = Lock::acquire_if_writable(root)?;
    let Built { files, summary, .. } = build(root)?;
    let diff = output::diff(root, &files)?;
    let mut strays = strays::leftovers(root)?;
    strays.extend(strays::strangers(root, &files)?);
    if diff.is_empty() && strays.is_empty() {
        println!("{summary}\nspec/ and the generated files agree");
        return Ok(ExitCode::SUCCESS);
    }
    eprint!("{diff}");
    strays.iter().for_each(|name| eprintln!("{name} should not be there"));
    eprintln!("\nerror: the generated files do not match spec/\n  help: run `cargo xtask regen` and commit the result");
    Ok(ExitCode::FAILURE)
}

/// The finding about a failed rewrite, at the operation or schema that its error names.
fn placed(error: &anyhow::Error, applied: &Applied, model: &Model) -> Diagnostic {
    let said = format!("{error:#}");
    let words: BTreeSet<&str> = said.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let operation = model
        .operations
        .iter()
        .find(|one| [&one.builder, &one.rust, &one.id].iter().any(|name| words.contains(name.as_str())));
    let schema = || model.schemas.values().find(|schema| words.contains(schema.rust.as_str()));
    let place = operation.map(|one| one.pointer.as_str()).or_else(|| schema().map(|schema| schema.pointer.as_str()));
    applied.merged.finding(place.unwrap_or_default(), said)
}

/// The files that a run is about to write, and their inputs.
struct Built {
    files: Vec<File>,
    /// One line.
    summary: String,
    /// The text of the contract, and the contract with its names in Rust.
    contract: String,
    codegen: Value,
    model: Model,
}

fn generated(name: &str, header: &str, code: &str) -> File {
    File { name: format!("{GENERATED}/{name}"), text: format!("{header}{code}") }
}

/// The files that do not depend on progenitor.
fn from_model(applied: &Applied, model: &Model, paging: &Paging, input: &Input) -> anyhow::Result<Vec<File>> {
    let header = table::header(applied);
    let generated = |name, code: &str| generated(name, &header, code);
    let driver =
        |name: &str, code: &str| File { name: format!("{HARNESS}/{name}"), text: format!("{}{code}", table::title()) };
    let table = |(name, text)| File { name: format!("{GENERATED}/domains/{name}.md"), text };
    let mut files: Vec<File> = domains::tables(model, paging).into_iter().map(table).collect();
    files.extend([
        generated("client.rs", &client::methods(model)?),
        generated("builder.rs", &client::builders(model)?),
        generated("paging.rs", &paging.code()?),
        driver("calls.rs", &harness::calls(model)?),
        driver("lists.rs", &harness::lists(model, paging)?),
        driver("records.rs", &harness::records(input)),
        generated("operations.rs", &table::operations(applied, model, paging)?),
        File { name: format!("{GENERATED}/evidence.md"), text: evidence::tables(model, &applied.sources) },
        File {
            name: format!("{CLI}/commands.rs"),
            text: format!("{}{}", table::title(), commands::table(model, paging)?),
        },
        File { name: sandbox::COPY.to_owned(), text: sandbox::copy(&applied.contract) },
    ]);
    Ok(files)
}

/// Every generated file, in the order of writing: the manifest comes last, so that a run that is stopped half-way
/// leaves a checkout that does not build rather than one that builds a mixture.
fn build(root: &Path) -> anyhow::Result<Built> {
    let applied = Applied::read(root)?;
    let model = check::gate(&applied)?;
    let paging = paging::find(&applied, &model)?;
    let input = input::prepare(&model);
    // progenitor runs in a separate process; meanwhile, everything that needs only the model is written.
    let (tokens, ours) = thread::scope(|scope| {
        let tokens = scope.spawn(|| generator::generate(&input, &applied, &model));
        let ours = from_model(&applied, &model, &paging, &input);
        (tokens.join().unwrap_or_else(|panic| resume_unwind(panic)), ours)
    });
    let rewritten = rewrite::rewrite(&tokens?, &input, &model).map_err(|error| placed(&error, &applied, &model))?;
    let header = table::header(&applied);
    let mut files = ours?;
    files.extend([
        generated("types.rs", &header, &rewritten.types),
        generated("httpmock.rs", &header, &rewritten.httpmock),
        File { name: format!("spec/{CONTRACT}"), text: applied.print() },
    ]);
    let inputs = applied.inputs.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let outputs = files.iter().map(|file| (file.name.as_str(), file.text.as_bytes()));
    let manifest = manifest::print(inputs.chain(outputs));
    files.push(File { name: manifest::MANIFEST.to_owned(), text: manifest });
    let ours = |file: &&File| file.name.starts_with(GENERATED) && file.name.ends_with(".rs");
    let lines: usize = files.iter().filter(ours).map(|file| file.text.lines().count()).sum();
    let summary = format!("{}; {}; {lines} lines of Rust", rewritten.counts, paging.summary());
    Ok(Built { files, summary, contract: applied.print(), codegen: applied.codegen, model })
}
