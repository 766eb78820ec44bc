//! Allocations and bytes, counted by the program `allocations`.

use std::process::Command;

/// What the program printed for these words: in groups of three, bytes at most, bytes kept, and allocations.
pub fn count(words: &[&str]) -> Vec<f64> {
    let program = std::env::current_exe().unwrap().with_file_name("allocations");
    let output = Command::new(program).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().map(|figure| figure.parse().unwrap()).collect()
}
