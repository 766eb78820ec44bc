use std::collections::BTreeMap;
use std::path::Path;

use super::{run, text};

/// What each example prints, in this order. The file of `export_findings` goes to a folder of the test.
const EXAMPLES: [(&str, &[&str]); 12] = [
    ("call_any_endpoint", &["200 OK: every 30 seconds", "outside the client's deployment"]),
    (
        "explain_errors",
        &[
            "overloaded: retryable true, status Some(503)",
            "forbidden: retryable false, status Some(403)",
            "cut off: retryable true, status Some(200)",
            "unreachable: retryable true, status None",
            "missing: not found true",
            "credential: rejected true",
        ],
    ),
    ("export_findings", &["wrote ", "findings.csv"]),
    ("filter_data_sources", &["rdb-mysql", " data sources\n", "refused: "]),
    ("list_data_sources", &["NAME", "250 data sources of 250"]),
    (
        "onboard_data_sources",
        &["sandbox-admin", "first run: 200 created, 0 unchanged", "second run: 0 created, 200 unchanged, 0 failed"],
    ),
    ("own_middleware", &["2 attempts, by status: {200: 1, 502: 1}"]),
    ("rotate_credentials", &["listed with the first token", "listed with the second token, 2 exchanges", "Replayed"]),
    ("several_deployments", &["america: 70 data sources, dialect spec", "europe: 30 data sources, dialect deployed"]),
    ("update_data_source", &["created Orders", "Orders exists already", "scanner group: eu", "deleted Orders"]),
    (
        "whole_world",
        &[
            "onboarded 200 data sources",
            "Europe has 203",
            "the scan was Completed after ",
            "200 new sensitive objects",
            "tagged 200 of them",
            "closed 200 of their 200 cases",
            "exported 1406 findings",
            " lines of the audit log",
        ],
    ),
    ("without_async", &["200 OK", "120 data sources", " bytes"]),
];

#[tokio::test]
async fn every_example_runs_against_a_sandbox_and_prints_what_it_promises() {
    let bin = Path::new(env!("CARGO_BIN_EXE_list_data_sources")).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("findings.csv");
    for (name, promised) in EXAMPLES {
        let program = bin.join(name).with_extension(std::env::consts::EXE_EXTENSION);
        let words: &[&Path] = if name == "export_findings" { &[&file] } else { &[] };
        let output = run(&program, words, &[]).await;
        let (printed, said) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{name}: {said}");
        let mut rest = printed.as_str();
        for line in promised {
            let (_, after) =
                rest.split_once(line).unwrap_or_else(|| panic!("{name} does not print `{line}`: {printed}"));
            rest = after;
        }
    }
    let export = std::fs::read_to_string(file).unwrap();
    assert!(export.starts_with("\"Data Source\"") && export.lines().count() > 250, "{export}");
}

#[test]
fn every_example_is_tested_and_listed_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let tested = BTreeMap::from(EXAMPLES);
    let programs = std::fs::read_dir(root.join("src/bin")).unwrap().map(|entry| entry.unwrap().path());
    let mut found = 0;
    for program in programs {
        let name = program.file_stem().unwrap().to_str().unwrap();
        assert!(tested.contains_key(name), "{name} is not run by a test");
        assert!(readme.contains(&format!("(src/bin/{name}.rs)")), "{name} is not in examples/README.md");
        found += 1;
    }
    assert_eq!(found, tested.len());
}
