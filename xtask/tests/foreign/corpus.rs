//! Documents of others: progenitor neither panics nor aborts on what passed the check without errors.
//!
//! Few documents pass as they are, so each is fixed with what the check says shall be pasted, and then generated from.
//! The samples stand in the published packages that this workspace resolves; they are looked up, never copied.

#[path = "../../src/skipped.rs"]
mod skipped;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs, thread};

use serde_json::Value;

use crate::cargo;
use crate::child::{GeneratorOutcome, generate, run};

/// The packages whose samples are looked at.
const PACKAGES: [&str; 3] = ["openapiv3", "progenitor", "progenitor-impl"];

/// Overlay actions copy a document before each change: above this, fixing takes minutes, and a document is checked as
/// it is.
const LARGEST_TO_FIX: usize = 1 << 20;

#[test]
fn progenitor_survives_whatever_passed_the_check() {
    let samples = samples();
    let found = samples.len();
    let few =
        format!("in part: only {found} sample documents were found in {PACKAGES:?}; `cargo fetch` brings the packages");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    skipped::unless_missing(target, if found < 20 { Err(&few) } else { Ok(()) });
    let ours = ["../spec/bigid.openapi.json", "../spec/upstream/bigid-authentication.openapi.yaml"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let queue: Mutex<VecDeque<PathBuf>> =
        Mutex::new(ours.iter().map(|name| root.join(name)).chain(samples).chain(examples(root)).collect());
    let results: Mutex<Vec<Result<Passed, String>>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(path) = { queue.lock().unwrap().pop_front() } {
                    let result = document(&path).map_err(|said| format!("{}: {said}", path.display()));
                    results.lock().unwrap().push(result);
                }
            });
        }
    });
    let results = results.into_inner().unwrap();
    let count = |wanted: Passed| results.iter().filter(|result| **result == Ok(wanted)).count();
    eprintln!(
        "{} documents: {} passed as they are, {} after fixing, {} were checked only",
        results.len(),
        count(Passed::AsItIs),
        count(Passed::Fixed),
        count(Passed::CheckedOnly),
    );
    let failed: Vec<&String> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// How a document came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passed {
    AsItIs,
    Fixed,
    /// It was found to have errors, and nothing was generated from it.
    CheckedOnly,
}

fn document(path: &Path) -> Result<Passed, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    if run(&["spec", "check", &path.to_string_lossy()], "").status.success() {
        return survives(&text).map(|()| Passed::AsItIs);
    }
    if text.len() > LARGEST_TO_FIX {
        return Ok(Passed::CheckedOnly);
    }
    let output = run(&["fix-from-stdin"], &text);
    let fixed: Value =
        serde_json::from_slice(&output.stdout).map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    match fixed["errors"].as_array().map(Vec::as_slice) {
        Some([]) => survives(&fixed["document"].to_string()).map(|()| Passed::Fixed),
        // No overlay makes 3.0 of another version.
        Some([only]) if only.as_str().is_some_and(|text| text.contains("error[P002]")) => Ok(Passed::CheckedOnly),
        errors => Err(format!("what was pasted leaves {errors:#?}")),
    }
}

fn survives(text: &str) -> Result<(), String> {
    match generate(text) {
        GeneratorOutcome::Wrote(_) => Ok(()),
        other => Err(format!("passed the check, and then: {other:?}")),
    }
}

/// The documents in the packages of the registry, as cargo finds them.
fn samples() -> Vec<PathBuf> {
    // Without a platform, cargo needs the packages of all platforms, which are not available offline.
    let metadata = cargo::metadata(&["--filter-platform", &host()]);
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let named = packages.filter(|package| PACKAGES.contains(&package["name"].as_str().unwrap_or_default()));
    let mut found = Vec::new();
    for package in named {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        found.extend(manifest.parent().map(documents).unwrap_or_default());
    }
    found.sort();
    found
}

/// The platform that this compiler builds for.
fn host() -> String {
    let said =
        Command::new("rustc").arg("-vV").output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    said.unwrap_or_default().lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned()
}

/// The examples of the traps themselves: those that are warnings pass, the others are fixed.
fn examples(root: &Path) -> Vec<PathBuf> {
    documents(&root.join("tests/traps"))
}

/// Every file below a folder that starts like an OpenAPI document.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| ["json", "yaml", "yml"].iter().any(|known| end == *known))
                && fs::read_to_string(&path).is_ok_and(|text| text.contains("openapi") && text.contains("paths"))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
