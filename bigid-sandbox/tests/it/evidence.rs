//! Checks the tables of EVIDENCE.md and the first test of the README.

use std::collections::BTreeMap;

const EVIDENCE: &str = include_str!("../../EVIDENCE.md");
const README: &str = include_str!("../../README.md");
const FILES: [(&str, &str); 19] = [
    ("access", include_str!("access.rs")),
    ("responses", include_str!("responses.rs")),
    ("binary", include_str!("binary.rs")),
    ("contract", include_str!("contract.rs")),
    ("deployed", include_str!("deployed.rs")),
    ("exports", include_str!("exports.rs")),
    ("faults", include_str!("faults.rs")),
    ("fields", include_str!("fields.rs")),
    ("first_test", include_str!("first_test.rs")),
    ("hostile", include_str!("hostile.rs")),
    ("journal", include_str!("journal.rs")),
    ("lifecycle", include_str!("lifecycle.rs")),
    ("lists", include_str!("lists.rs")),
    ("nodes", include_str!("nodes.rs")),
    ("records", include_str!("records.rs")),
    ("tls", include_str!("tls.rs")),
    ("tokens", include_str!("tokens.rs")),
    ("wire_faults", include_str!("wire_faults.rs")),
    ("world", include_str!("world.rs")),
];

/// Whether a file has a test function with that name.
fn is_test(file: &str, name: &str) -> bool {
    let Some((_, text)) = FILES.iter().find(|(known, _)| *known == file) else { return false };
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).any(|pair| {
        let attribute = pair[0].starts_with("#[tokio::test") || pair[0].starts_with("#[test");
        attribute && pair[1].contains(&format!("fn {name}("))
    })
}

/// The tests named in the last column of each table row, by the heading above.
fn rows() -> BTreeMap<&'static str, Vec<Vec<&'static str>>> {
    let mut heading = "";
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in EVIDENCE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
        } else if line == "# Operations" {
            // A separate table, which the code is checked against.
            break;
        } else if line.starts_with("| ") && !line.starts_with("| what ") {
            let last = line.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
            rows.entry(heading).or_default().push(last.split('`').skip(1).step_by(2).collect());
        }
    }
    rows
}

#[test]
fn every_row_names_a_test_and_every_test_named_exists() {
    for (heading, rows) in rows() {
        for tests in rows {
            assert!(!tests.is_empty(), "a row of {heading} names no test");
            for test in tests {
                let (file, name) = test.split_once("::").unwrap_or_default();
                assert!(is_test(file, name), "{heading} names {test}, which is not a test");
            }
        }
    }
}

#[test]
fn no_row_of_the_facts_is_left_out() {
    let counts: Vec<(&str, usize)> = rows().into_iter().map(|(heading, rows)| (heading, rows.len())).collect();
    let expected = [
        ("1.2 Responses, byte for byte", 14),
        ("2.1 Two lists that look alike", 14),
        ("2.2 Query parameters", 12),
        ("6 Published documents against deployed servers", 20),
        ("Faults that users found, and the tests against them", 17),
    ];
    assert_eq!(counts, expected);
}

#[test]
fn the_readme_shows_the_first_test_as_it_is_run() {
    let (_, file) = FILES.iter().find(|(name, _)| *name == "first_test").copied().unwrap_or_default();
    let code = file.split("\n\n/// A service").next().unwrap_or_default();
    let code = code.split_once("\n\n").map_or("", |(_, code)| code);
    assert!(code.lines().count() > 8 && README.contains(code));
}
