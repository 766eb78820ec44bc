//! The project's commands. `cargo xtask` lists them; each has its own file.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its terminal")]

mod naming;

mod status;

mod this_program;

mod spec;

mod model;

mod prose;

mod command_line;

mod check;

mod regen;

mod diff;

mod skipped;

mod programs;

mod canary;

mod coverage;

mod package_smoke_test;

mod minimum_rust;

mod referee;

mod bench;

mod ci;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::bail;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  regen            rewrite spec/bigid.openapi.json and bigid-api/src/generated/ from spec/
  regen --check    write nothing; exit 1 with a diff if a rewrite would change a file
  torture          test `regen` with 200 kills and 20 concurrent pairs: all generated files are the old ones, or all are the new ones
  property         test 25 contracts of 150 random operations each: rejected with a location, or compiled and called
  foreign          test documents of other people: what progenitor does with each trap, and with the samples of other packages
  bench            measure sessions, calls, clients and lists, next to alternatives without the SDK; see BENCHMARKS.md
                   --quick, --json FILE; --peers: only what other SDKs do with a cached token; --pipeline: only `regen` at several
                   sizes of the contract; --adopt [PROGRAM..]: only what SDKs cost to build (an hour); --budget: fail if
                   instruction counts rose; --budget --accept: accept the new counts
  canary           run the integration tests with all logs, and fail if they print one of their secrets
  fleet            run fleets of 100 processes with a shared folder and with Redis; kill a writer 10,000 times
  soak             make 1,000,000 calls with random faults, optimised
  mutants [ARG..]  check with cargo-mutants that each mutation of sessions, layers and wire fails a unit test; takes hours without
                   --shard N/M or --in-diff FILE
  ci               run everything that CI runs; with --after-tests, all but the tests

  referee          check contract, client and sandbox with external programs, which it installs first
  referee install  only install them, into target/referees/
  referee NAME     run one of them: lint, diff, rustc, schemathesis, prism or console

  spec check                    check spec/ for what the generator cannot handle, as `regen` uses it
  spec check FILE..             check other documents, as for progenitor alone
  spec check --format json      print the findings as JSON
  spec explain [CODE]           explain one trap, with an example; without a code, list all
  spec diff OLD NEW             show what changed between two contracts (files, folders or revisions): wire, Rust, behaviour, semver;
                                exit 1 if something breaks; --format text, markdown (a changelog entry) or json
  spec coverage                 show which operations, statuses, media types and security schemes the tests exercise and assert on
  spec coverage --check         compare that with spec/coverage.json; --write accepts the new figures, --json prints JSON

options: --root DIR   use another checkout";

fn main() -> ExitCode {
    this_program::find();
    // Reading an argument that is not Unicode must not panic.
    let args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    match run(args.collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Vec<String>) -> anyhow::Result<ExitCode> {
    // Its arguments are another program's.
    if args.first().is_some_and(|word| word == bench::USAGE_CHILD) {
        return bench::usage_child(&args[1..]);
    }
    let root = take_root(&mut args)?;
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["regen"] => regen::write(&root, diff::since_last),
        ["regen", "--check"] => regen::check(&root),
        ["referee", rest @ ..] => referee::run(&root, rest),
        ["ci"] => ci::run(&root, false),
        ["ci", "--after-tests"] => ci::run(&root, true),
        ["ci", ci::SECOND_HALF] => ci::run_second_half(&root),
        ["bench", rest @ ..] => bench::run(&root, rest),
        ["torture"] => cargo(&root, &TORTURE, &[("REGEN_KILLS", "200"), ("REGEN_PAIRS", "20")]),
        ["property"] => cargo(&root, &PROPERTY, &[("PROPERTY_BATCHES", "25"), ("PROPERTY_OPERATIONS", "150")]),
        ["foreign"] => cargo(&root, &FOREIGN, &[]),
        ["fleet"] => cargo(&root, &FLEET, &[("FLEET_PROCESSES", "100"), ("FLEET_KILLS", "10000")]),
        ["canary"] => canary::run(&root),
        ["mutants", rest @ ..] => cargo(&root, &[&MUTANTS[..], rest, &["--", "--lib"]].concat(), &[]),
        ["soak"] => cargo(&root, &SOAK, &[("SOAK_CALLS", "1000000")]),
        ["spec", "check", rest @ ..] => check::check(&root, rest),
        ["spec", "coverage", rest @ ..] => coverage::run(&root, rest),
        ["spec", "diff", rest @ ..] => diff::run(&root, rest),
        ["spec", "explain", rest @ ..] => check::explain(rest),
        [regen::CHILD] => regen::child(),
        [check::FIXING_CHILD] => check::fixing_child(),
        [check::PLAIN_CHILD] => check::plain_child(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("error: unknown command `{}`\n\n{USAGE}", words.join(" "));
            Ok(ExitCode::from(2))
        }
    }
}

/// The test whose memory is measured, so nothing else runs at the same time.
const SOAK: [&str; 9] =
    ["test", "--release", "--package", "bigid-auth-ext", "--test", "soak", "--", "--nocapture", "no_response_is_wrong"];
const FLEET: [&str; 6] = ["test", "--package", "fleet", "--", "--nocapture", "--test-threads=1"];
const MUTANTS: [&str; 9] = [
    "mutants",
    "--package",
    "bigid-auth-ext",
    "--file",
    "bigid-auth-ext/src/session/**",
    "--file",
    "bigid-auth-ext/src/layers/**",
    "--file",
    "bigid-auth-ext/src/wire/**",
];
const TORTURE: [&str; 8] = ["test", "--package", "xtask", "--test", "it", "interrupted::", "--", "--nocapture"];
const PROPERTY: [&str; 8] = ["test", "--package", "xtask", "--test", "it", "property::", "--", "--nocapture"];
const FOREIGN: [&str; 7] = ["test", "--package", "xtask", "--test", "foreign", "--", "--nocapture"];

/// Runs cargo in a folder, and returns its exit code.
fn cargo(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<ExitCode> {
    let status = Command::new("cargo").args(args).envs(variables.iter().copied()).current_dir(folder).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The checkout to work on: the one this program was built from, unless `--root` names another.
fn take_root(args: &mut Vec<String>) -> anyhow::Result<PathBuf> {
    let Some(at) = args.iter().position(|arg| arg == "--root") else {
        return Ok(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")));
    };
    if at + 1 >= args.len() {
        bail!("error: --root requires a folder");
    }
    let root = PathBuf::from(args.remove(at + 1));
    args.remove(at);
    Ok(root)
}
