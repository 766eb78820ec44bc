//! The benchmarks, and each program that they count or watch.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails ends")]

use std::process::ExitCode;

use bench::{budget, call, construct, hit, list, server, table};

const USAGE: &str = "usage: bench [--quick] [--json FILE] | bench --budget [--accept]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        // What the benchmark starts of itself.
        ["serve"] => server::serve(),
        #[cfg(feature = "tls")]
        ["serve-tls"] => server::serve_tls(),
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
        ("calls-at-once", [row, tasks, calls, server]) => {
            call::batch_program(row, tasks.parse().unwrap(), calls.parse().unwrap(), server);
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
    #[cfg(feature = "tls")]
    call::measure_tls(&mut table, quick, &server::Server::start_tls().address);
    construct::measure(&mut table, &server.address);
    list::measure(&mut table, quick, &server.address);
    table.print();
    if let Some(file) = json {
        std::fs::write(file, table.json()).unwrap();
    }
}
