//! rustfmt does not wrap comments.

use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// As `max_width` in rustfmt.toml.
const WIDTH: usize = 120;

/// Lines that are too wide, with their numbers. Code and tables in comments cannot be wrapped.
fn wide(source: &str) -> Vec<usize> {
    let (mut found, mut is_code) = (Vec::new(), false);
    for (number, line) in (1..).zip(source.lines()) {
        let Some(text) = line.trim_start().strip_prefix("//") else {
            is_code = false;
            continue;
        };
        let text = text.trim_start_matches(['/', '!']).trim_start();
        is_code ^= text.starts_with("```");
        if line.chars().count() > WIDTH && !is_code && !text.starts_with('|') {
            found.push(number);
        }
    }
    found
}

fn visit(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            visit(&path, found);
        } else if name.ends_with(".rs") {
            let lines = wide(&fs::read_to_string(&path).unwrap());
            found.extend(lines.into_iter().map(|line| format!("{}:{line}", path.display())));
        }
    }
}

#[test]
fn no_comment_is_wider_than_the_code() {
    let mut found = Vec::new();
    visit(Path::new(ROOT), &mut found);
    assert!(found.is_empty(), "wrap these comments at {WIDTH} columns:\n{}", found.join("\n"));
}

#[test]
fn what_can_be_wrapped_must_be() {
    let long = "a ".repeat(WIDTH);
    let source =
        format!("/// {long}\n//! | {long}\n/// ```\n/// {long}\n/// ```\n    // {long}\nlet x = \"{long}\";\n");
    assert_eq!(wide(&source), [1, 6]);
}
