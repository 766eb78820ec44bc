//! The budget of instructions: a rise of more than 3 % over `budget.json` fails.
//!
//! Each is a ratio to a floor that is counted in the same run, so that processors, compilers and dependencies, which
//! both rows share, do not count as a rise.

use std::collections::BTreeMap;
use std::process::ExitCode;

use crate::server::Server;
use crate::{call, hit};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/budget.json");

/// How much of a rise is noise.
const TOLERANCE: f64 = 1.03;

pub fn run(accept: bool) -> ExitCode {
    let ratios = ratios();
    if accept {
        std::fs::write(FILE, serde_json::to_string_pretty(&ratios).unwrap() + "\n").unwrap();
        return ExitCode::SUCCESS;
    }
    let budget: BTreeMap<String, f64> = serde_json::from_slice(&std::fs::read(FILE).unwrap()).unwrap();
    let mut held = true;
    for (name, ratio) in &ratios {
        let allowed = budget.get(name).copied().unwrap_or_default();
        if *ratio > allowed * TOLERANCE {
            eprintln!(
                "{name}: {ratio:.3}, and the budget is {allowed:.3}; find what costs more (valgrind --tool=callgrind), or accept it \
                 with `cargo xtask bench --budget --accept` and say why in the commit"
            );
            held = false;
        }
    }
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn ratios() -> BTreeMap<String, f64> {
    let server = Server::start();
    let mut ratios = BTreeMap::new();
    let mut add = |name: &str, cost: f64, floor: f64| {
        println!("{name}: {cost:.0} instructions, {:.3} x the floor of {floor:.0}", cost / floor);
        ratios.insert(name.to_owned(), cost / floor);
    };
    add("hit", hit::instructions("the client"), hit::floor_instructions());
    for records in [1, 100] {
        let cost = |row| call::instructions(row, records, &server.address);
        add(&format!("call, {records}"), cost(call::CLIENT), cost(call::ROWS[0]));
    }
    ratios
}
