//! `cargo xtask referee`: external programs judge whether contract, client and sandbox agree.
//!
//! `referees/` describes them and their settings; they are installed in `target/referees/`, and then need no network.

mod outcome;
use outcome::CheckResult;

mod install;
pub(crate) use install::are_ready;

mod lint;

mod changes;

mod rustc;

mod sandbox;

mod served;

mod lenient_contract;

mod fuzz;

mod planted;

mod schemathesis;

mod prism;

mod console;

use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;
use install::{install, is_installed};

/// The name of a referee on the command line.
type Referee = (&'static str, fn(&Path) -> anyhow::Result<CheckResult>);

/// The cheapest first.
const REFEREES: [Referee; 6] = [
    ("lint", lint::judge),
    ("diff", changes::judge),
    ("rustc", rustc::judge),
    ("schemathesis", schemathesis::judge),
    ("prism", prism::judge),
    ("console", console::judge),
];

/// Runs one subcommand; without one, installs what is missing and runs every referee.
pub(crate) fn run(root: &Path, words: &[&str]) -> anyhow::Result<ExitCode> {
    let asked: Vec<Referee> = match words {
        ["install"] => {
            install(root)?;
            return Ok(ExitCode::SUCCESS);
        }
        [] => {
            install(root)?;
            REFEREES.to_vec()
        }
        ["console", "--screenshots"] => vec![("console", console::take_pictures)],
        [name] => REFEREES.into_iter().filter(|(known, _)| known == name).collect(),
        _ => Vec::new(),
    };
    if asked.is_empty() {
        eprintln!(
            "error: unknown referee `{}`; known are install, lint, diff, rustc, schemathesis, prism and console",
            words.join(" ")
        );
        return Ok(ExitCode::from(2));
    }
    let is_here = |(name, _): &Referee| *name == "rustc";
    ensure!(
        asked.iter().all(is_here) || is_installed(root),
        "the referees are not installed, or not in the versions of referees/: cargo xtask referee install"
    );
    let outcomes = asked.iter().map(|(_, judge)| judge(root)).collect::<anyhow::Result<Vec<_>>>()?;
    print!("{}", outcome::table(&outcomes));
    Ok(if outcomes.iter().all(CheckResult::is_good) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
