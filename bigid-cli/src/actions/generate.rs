//! `bigid completions` and `bigid man`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::cli;
use crate::failure::{Failure, Outcome};
use crate::output::Sink;

/// Prints the completions for a shell.
pub(crate) fn completions(matches: &ArgMatches) -> Outcome {
    let shell = matches.get_one::<clap_complete::Shell>("shell").copied();
    let shell = shell.ok_or_else(|| Failure::usage("a shell is missing"))?;
    let mut root = cli::root();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut root, "bigid", &mut script);
    let mut out = Sink::stdout();
    out.write_all(&script)?;
    out.finish()
}

/// Writes a manual page for each command.
pub(crate) fn man(matches: &ArgMatches) -> Outcome {
    let folder = matches.get_one::<PathBuf>("folder").ok_or_else(|| Failure::usage("a folder is missing"))?;
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    let mut root = cli::root();
    root.build();
    let mut count = 0;
    write(&root, "bigid", folder, &mut count)?;
    let mut out = Sink::stdout();
    writeln!(out, "{count} manual pages in {}", folder.display())?;
    out.finish()
}

fn write(command: &clap::Command, name: &str, folder: &Path, count: &mut usize) -> Outcome {
    let path = folder.join(format!("{name}.1"));
    let page = clap_mangen::Man::new(command.clone().display_name(name.to_owned()));
    let mut text = Vec::new();
    page.render(&mut text)?;
    fs::write(&path, text).map_err(|error| Failure::file(&path, &error))?;
    *count += 1;
    command.get_subcommands().try_for_each(|inner| write(inner, &format!("{name}-{}", inner.get_name()), folder, count))
}
