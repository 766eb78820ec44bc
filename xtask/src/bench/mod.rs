//! `cargo xtask bench`: what the SDK costs, beside alternatives without it; BENCHMARKS.md says what each row means.
//!
//! `bench/` and `bench/peers/` are workspaces of their own; the contract pipeline and the cost to adopt are measured
//! here.

mod plain;

mod usage;
pub(crate) use usage::{CHILD as USAGE_CHILD, child as usage_child};

mod table;

mod adopt;

mod copies;

mod pipeline;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::bail;
use lexopt::{Arg, ValueExt as _};

use crate::{cargo, command_line};
use table::Table;

/// The cached tokens of other SDKs.
const PEERS: &str = "bench/peers";

/// Runs the benchmarks that the words name, or all but those that take an hour.
pub(crate) fn run(root: &Path, words: &[&str]) -> anyhow::Result<ExitCode> {
    if words.contains(&"--budget") {
        return cargo(
            &root.join("bench"),
            &[&["run", "--quiet", "--release", "--no-default-features", "--"], words].concat(),
            &[],
        );
    }
    let Options { quick, json, only, programs } = match Options::read(words) {
        Ok(options) => options,
        Err(error) => return Ok(command_line::refuse(&error, USAGE)),
    };
    let mut table = Table::default();
    match only {
        Some(Part::Adopt) => adopt::measure(root, &programs, &mut table)?,
        Some(Part::Peers) => program(&root.join(PEERS), quick, &mut table)?,
        Some(Part::Pipeline) => pipeline::measure(root, quick, &mut table)?,
        _ => {
            calls(root, quick, &mut table)?;
            if !quick {
                program(&root.join(PEERS), quick, &mut table)?;
            }
            pipeline::measure(root, quick, &mut table)?;
        }
    }
    table.print();
    if let Some(file) = json {
        std::fs::write(file, table.json()?)?;
    }
    Ok(ExitCode::SUCCESS)
}

const USAGE: &str = "cargo xtask bench [--adopt [PROGRAM..] | --peers | --pipeline] [--quick] [--json FILE]\n       \
    cargo xtask bench --budget [--accept]";

#[derive(Default)]
struct Options {
    quick: bool,
    json: Option<PathBuf>,
    /// The one part to run.
    only: Option<Part>,
    /// The programs of `--adopt`; all if there is none.
    programs: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Adopt,
    Peers,
    Pipeline,
}

impl Options {
    fn read(words: &[&str]) -> Result<Self, lexopt::Error> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(words);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("quick") => options.quick = true,
                Arg::Long("json") => options.json = Some(parser.value()?.into()),
                Arg::Long("adopt") if options.only.is_none() => options.only = Some(Part::Adopt),
                Arg::Long("peers") if options.only.is_none() => options.only = Some(Part::Peers),
                Arg::Long("pipeline") if options.only.is_none() => options.only = Some(Part::Pipeline),
                Arg::Value(program) if options.only == Some(Part::Adopt) => options.programs.push(program.string()?),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// Whether valgrind, which counts instructions, is installed.
pub(crate) fn counts_instructions() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The rows of `bench/`.
fn calls(root: &Path, quick: bool, table: &mut Table) -> anyhow::Result<()> {
    plain::write(root)?;
    program(&root.join("bench"), quick, table)
}

/// The rows of a program that shows them on standard error as it goes, and writes them as JSON.
fn program(folder: &Path, quick: bool, table: &mut Table) -> anyhow::Result<()> {
    if cargo(folder, &["build", "--quiet", "--release", "--bins"], &[])? != ExitCode::SUCCESS {
        bail!("{} does not build", folder.display());
    }
    let file = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--", "--json"]).arg(file.path()).args(quick.then_some("--quick"));
    // It prints the table of its own rows, and ours has them as well.
    if !command.current_dir(folder).stdout(Stdio::null()).status()?.success() {
        bail!("{} failed", folder.display());
    }
    table.extend(serde_json::from_slice(&std::fs::read(file.path())?)?);
    Ok(())
}
