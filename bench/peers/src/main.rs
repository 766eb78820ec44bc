//! What a cached token costs in other SDKs, and what they do when something goes wrong, beside ours.
//! `cargo xtask bench --peers` runs this; BENCHMARKS.md says what each row means. Nothing leaves the loopback
//! interface.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails ends")]

use std::process::ExitCode;

mod behaviour;
mod hit;
mod key;
mod peer;
mod revocation;
mod source;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        // What valgrind counts.
        ["program", "hit", name, times] => hit::program(name, times.parse().unwrap()),
        [] => full(false, None),
        ["--quick"] => full(true, None),
        ["--json", file] => full(false, Some(file)),
        ["--quick", "--json", file] | ["--json", file, "--quick"] => full(true, Some(file)),
        _ => {
            eprintln!("usage: peers [--quick] [--json FILE]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn full(quick: bool, json: Option<&str>) {
    let mut table = bench::table::Table::default();
    hit::measure(&mut table, quick);
    if !quick {
        behaviour::measure(&mut table);
    }
    table.print();
    if let Some(file) = json {
        std::fs::write(file, table.json()).unwrap();
    }
}
