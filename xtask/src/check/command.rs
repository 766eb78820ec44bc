//! `spec check` and `spec explain`, and the check that `regen` makes first.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use lexopt::{Arg, ValueExt as _};

use super::report::{Format, print};
use super::{applied, document, explain as story, model, row};
use crate::command_line;
use crate::model::Model;
use crate::spec::{Applied, Diagnostics, Severity, Source, vocabulary_table};

/// `spec check [FILE..] [--format text|json]`
pub(crate) fn check(root: &Path, words: &[&str]) -> anyhow::Result<ExitCode> {
    let (files, format) = match arguments(words) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(command_line::refuse(&error, "cargo xtask spec check [FILE..] [--format text|json]")),
    };
    let mut findings = Diagnostics::default();
    if files.is_empty() {
        findings.extend(Applied::read(root).map_or_else(|findings| findings, |contract| applied(&contract)));
    }
    for file in files {
        let loaded = Source::load(Path::new(""), &file);
        findings.extend(loaded.map_or_else(Diagnostics::from, |source| document(&source)));
    }
    say(&print(&findings, format)?);
    Ok(if findings.count(Severity::Error) > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `spec explain [CODE]`
pub(crate) fn explain(words: &[&str]) -> anyhow::Result<ExitCode> {
    match words {
        [] => say(&story::list()),
        ["--table"] => say(&story::table()),
        ["--vocabulary"] => say(&vocabulary_table()),
        [code] => match row(code) {
            Some(row) => say(&story::story(row)?),
            None => {
                eprintln!("error: no trap is called `{code}`\n\n{}", story::list());
                return Ok(ExitCode::from(2));
            }
        },
        _ => {
            eprintln!("usage: cargo xtask spec explain [CODE]");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the warnings about a contract, and stops at its errors; otherwise, reads it.
///
/// # Errors
/// The findings if one of them is an error, or the parts that the model cannot represent.
pub(crate) fn gate(contract: &Applied) -> Result<Model, Diagnostics> {
    let findings = applied(contract);
    if findings.count(Severity::Error) > 0 {
        return Err(findings);
    }
    for warning in findings.iter() {
        eprintln!("{warning}\n");
    }
    model(contract)
}

/// Writes to standard output. A reader that closes it early, as `head` does, is not an error.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// The files and the format.
fn arguments(words: &[&str]) -> Result<(Vec<String>, Format), lexopt::Error> {
    let quiet = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut format = Format::Text { paint: !quiet && std::io::stdout().is_terminal() };
    let mut files = Vec::new();
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("format") => {
                let is_json = parser.value()?.parse_with(|format| match format {
                    "json" => Ok(true),
                    "text" => Ok(false),
                    _ => Err("the formats are text and json"),
                })?;
                if is_json {
                    format = Format::Json;
                }
            }
            Arg::Value(file) => files.push(file.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok((files, format))
}
