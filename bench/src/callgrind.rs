//! Instructions, counted by callgrind.

use std::process::{Command, Stdio};

pub fn is_installed() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What one of a program's rounds costs: the difference between `few` and `many` of them. `arguments` gives the words
/// for a number.
pub fn per_round(few: u64, many: u64, arguments: impl Fn(u64) -> Vec<String>) -> f64 {
    let (few_cost, many_cost) = (count(&arguments(few)), count(&arguments(many)));
    many_cost.saturating_sub(few_cost) as f64 / (many - few) as f64
}

/// The instructions of one run of this program.
pub fn count(arguments: &[String]) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .arg("program")
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    let collected = said.lines().find_map(|line| line.split("Collected :").nth(1)).unwrap_or_default();
    collected.trim().parse().unwrap_or_else(|_| panic!("callgrind counted nothing: {said}"))
}

pub fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}
