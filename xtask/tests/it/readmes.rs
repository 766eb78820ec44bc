//! Each published library has a README that is its front page, and whose table of features is that of its Cargo.toml.
//! The figures of the workspace's own README are true.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::cargo;

const SECTIONS: [&str; 2] = ["## Install", "## License"];

/// The features of a README's table, each with whether it is on by default.
fn table(readme: &str) -> BTreeSet<(String, bool)> {
    let (_, table) = readme.split_once("| feature | default | what it adds |\n|---|---|---|\n").unwrap_or_default();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(matches!(cells[2], "yes" | "no") && !cells[3].is_empty(), "{row}");
        (cells[1].trim_matches('`').to_owned(), cells[2] == "yes")
    })
    .collect()
}

/// The features that a package declares. Those with the name of an optional dependency are not meant for users.
fn declared(package: &Value) -> BTreeSet<(String, bool)> {
    let features = package["features"].as_object().unwrap();
    let defaults = features.get("default").and_then(Value::as_array).into_iter().flatten();
    let defaults: BTreeSet<&str> = defaults.filter_map(Value::as_str).collect();
    let names = features.keys().filter(|name| *name != "default");
    names.map(|name| (name.clone(), defaults.contains(name.as_str()))).collect()
}

/// A program has no front page in the documentation of its code.
fn is_library(package: &Value) -> bool {
    let targets = package["targets"].as_array().unwrap();
    targets.iter().any(|target| target["kind"][0] == "lib")
}

#[test]
fn every_published_library_has_a_front_page_with_its_features() {
    let metadata = cargo::metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().unwrap();
    let published: Vec<&Value> =
        packages.iter().filter(|package| package["publish"].is_null() && is_library(package)).collect();
    assert_eq!(published.len(), 4);
    for package in published {
        let name = package["name"].as_str().unwrap();
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
        let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
        let code = std::fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(code.starts_with("#![doc = include_str!(\"../README.md\")]"), "{name} has another front page");
        assert!(readme.starts_with(&format!("# {name}\n")), "{name} has another title");
        for section in SECTIONS {
            assert!(readme.contains(&format!("\n{section}\n")), "{name} has no section {section}");
        }
        assert_eq!(
            table(&readme),
            declared(package),
            "the features of {name}: README on the left, Cargo.toml on the right"
        );
        let docs = &package["metadata"]["docs"]["rs"]["all-features"];
        assert_eq!(docs, &Value::Bool(true), "docs.rs shows {name} without some of its features");
    }
}

/// How many crates a program gets with a package, by cargo's own count.
fn dependencies(words: &[&str]) -> usize {
    let tree = ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package"];
    let text = cargo::output(&[&tree, words].concat());
    let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.is_empty()).map(name).collect::<BTreeSet<_>>().len() - 1
}

#[test]
fn the_figures_of_the_front_page_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = |text: String| assert!(readme.contains(&text), "README.md does not say: {text}");
    // Other systems have other crates; README counts those of Linux.
    let packages = [
        ("bigid-auth-ext", &["--no-default-features"][..], "without TLS"),
        ("bigid-api", &["--features", "httpmock"], "with `httpmock`"),
        ("bigid-app", &["--features", "axum"], "with `axum`"),
    ];
    for (package, features, in_words) in packages.into_iter().filter(|_| cfg!(target_os = "linux")) {
        let (all, other) = (dependencies(&[package]), dependencies(&[&[package], features].concat()));
        says(format!("| dependencies of `{package}` | {all} ({other} {in_words}) |"));
    }
    if cfg!(target_os = "linux") {
        says(format!("| dependencies of `bigid-sandbox` | {} |", dependencies(&["bigid-sandbox"])));
    }

    let evidence = std::fs::read_to_string(root.join("bigid-api/src/generated/evidence.md")).unwrap();
    let row = |name: &str| -> Vec<String> {
        let row = evidence.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap();
        row.split('|').skip(2).map(|cell| cell.trim().to_owned()).collect()
    };
    let [all, typed, bytes, open] = &row("all")[..4] else { unreachable!("the table has these columns") };
    says(format!("for each of {all} operations"));
    says(format!("{typed} have typed responses, {bytes} return bytes, {open} any JSON"));
    let of = |name: &str| row(name)[0].clone();
    says(format!(
        "{} rest on recorded traffic, {} on BigID's own code or documents, {} on working clients of others, {} are inferred",
        of("recorded traffic"),
        of("code or documents of BigID"),
        of("a working client of others"),
        of("inferred by a rule of naming"),
    ));
}
