//! What the SDK costs. `cargo xtask bench` runs this; BENCHMARKS.md says what each row means.
//!
//! Instructions are counted by callgrind: a program that makes some calls, against the same program with more of them, so that what is
//! left is the calls. The server is another process. Times are medians of rounds in which the rows take turns, so that a machine that is
//! now quick and now slow is so for all of them; read their ratios.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails ends")]

mod budget;
mod call;
mod callgrind;
mod construct;
mod hit;
mod list;
#[cfg(feature = "plain")]
mod plain;
mod server;
mod table;
mod timing;

use std::process::ExitCode;

const USAGE: &str = "usage: bench [--quick] [--json FILE] | bench --budget [--accept]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        // What the benchmark starts of itself.
        ["serve"] => server::serve(),
        ["program", name, rest @ ..] => program(name, rest),
        ["--budget"] => return budget::run(false),
        ["--budget", "--accept"] => return budget::run(true),
        [] => full(false, None),
        ["--quick"] => full(true, None),
        ["--json", file] => full(false, Some(file)),
        ["--quick", "--json", file] | ["--json", file, "--quick"] => full(true, Some(file)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// One program to be counted or watched: its name, how often, and what else it needs.
fn program(name: &str, rest: &[&str]) {
    match (name, rest) {
        ("hit", [row, times]) => hit::program(row, times.parse().unwrap()),
        ("call", [row, records, times, server]) => {
            call::program(row, records.parse().unwrap(), times.parse().unwrap(), server);
        }
        ("construct", [row, times, server]) => construct::program(row, times.parse().unwrap(), server),
        ("list", [row, records, server]) => list::program(row, records.parse().unwrap(), server),
        _ => panic!("no program {name} {rest:?}"),
    }
}

/// Everything, as one table.
fn full(quick: bool, json: Option<&str>) {
    let server = server::Server::start();
    let mut table = table::Table::default();
    hit::measure(&mut table, quick);
    call::measure(&mut table, quick, &server.address);
    construct::measure(&mut table, &server.address);
    list::measure(&mut table, quick, &server.address);
    table.print();
    if let Some(file) = json {
        std::fs::write(file, table.json()).unwrap();
    }
}
