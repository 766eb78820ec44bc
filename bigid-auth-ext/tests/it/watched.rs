//! Every sandbox of these tests is started by the witness: without it, disagreements with the contract would go unseen.

use std::path::Path;

/// Every file of a folder and those below it.
fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_server_is_started_through_the_witness() {
    let mut found = Vec::new();
    for folder in ["tests", "src"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    // Concatenated, so that this file does not match.
    let starts = ["builder", "start"].map(|name| format!("Sandbox::{name}("));
    for (path, text) in &found {
        for start in &starts {
            assert!(!text.contains(start), "{path} says `{start}..)`; use `bigid_witness::sandbox()`");
        }
    }
    let mocks = ["MockServer", "start"].join("::");
    for (path, text) in found.iter().filter(|(_, text)| text.contains(&mocks)) {
        assert!(
            text.contains("().check(&request.to_http_request()"),
            "{path} mocks a server and lets any request pass"
        );
    }
    assert!(found.iter().filter(|(_, text)| text.contains("bigid_witness::sandbox(")).count() >= 6);
}
