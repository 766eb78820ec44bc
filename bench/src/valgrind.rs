//! Instructions and allocations of a program, counted by valgrind's tools.

use std::process::{Command, Stdio};

pub fn is_installed() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What one of a program's rounds costs: the difference between `few` and `many` of them. `count` counts one run, and
/// `arguments` gives the words for a number of rounds.
pub fn per_round(count: fn(&[String]) -> u64, few: u64, many: u64, arguments: impl Fn(u64) -> Vec<String>) -> f64 {
    let (few_cost, many_cost) = (count(&arguments(few)), count(&arguments(many)));
    many_cost.saturating_sub(few_cost) as f64 / (many - few) as f64
}

/// The instructions of one run of this program.
pub fn instructions(arguments: &[String]) -> u64 {
    let said = run(["--tool=callgrind", "--callgrind-out-file=/dev/null"], arguments);
    figure(&said, "Collected :", "").unwrap_or_else(|| panic!("callgrind counted nothing: {said}"))
}

/// The allocations of one run of this program, in all threads.
pub fn allocations(arguments: &[String]) -> u64 {
    let said = run(["--tool=dhat", "--dhat-out-file=/dev/null"], arguments);
    figure(&said, "Total:", "bytes in").unwrap_or_else(|| panic!("dhat counted nothing: {said}"))
}

fn run(options: [&str; 2], arguments: &[String]) -> String {
    let mut command = Command::new("valgrind");
    let command = command.args(options).arg(std::env::current_exe().unwrap()).arg("program").args(arguments);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

/// The number after two texts in one line.
fn figure(said: &str, first: &str, second: &str) -> Option<u64> {
    let rest = said.lines().find_map(|line| line.split_once(first))?.1.split_once(second)?.1;
    rest.split_whitespace().next()?.replace(',', "").parse().ok()
}

pub fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}
