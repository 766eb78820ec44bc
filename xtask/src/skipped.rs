//! Tests and steps that were skipped, recorded below `target`, so that a run can list them at its end: `cargo test`
//! hides what a passing test prints. The last test of the workspace, `xtask/tests/skipped.rs`, prints and empties the
//! list; `cargo xtask ci` prints it again.
//!
//! Other crates' tests include this file, because nothing may depend on xtask.
#![allow(dead_code, reason = "each program that includes this file uses a part of it")]

use std::panic::Location;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// With this variable set, as in CI, a skip is a failure.
pub(crate) const STRICT: &str = "REQUIRE_REFEREES";

/// The requirement of a test, or `None` if it is missing; the skipped test is then recorded.
///
/// # Panics
/// If it is missing and `REQUIRE_REFEREES` is set.
#[track_caller]
pub(crate) fn unless_missing<T>(target: &Path, needed: Result<T, &str>) -> Option<T> {
    let at = Location::caller();
    let place = format!("{}:{}", at.file(), at.line());
    let record = records(target).join(place.replace(['/', '\\', ':'], "-"));
    match needed {
        Ok(needed) => {
            let _ = fs::remove_file(record);
            Some(needed)
        }
        Err(why) => {
            assert!(env::var_os(STRICT).is_none(), "{why}, and {STRICT} is set");
            let thread = std::thread::current();
            let test = thread.name().filter(|name| *name != "main").unwrap_or("a test");
            add(&record, &format!("{test} ({place}): {why}"));
            None
        }
    }
}

/// Records a step of CI that was skipped.
pub(crate) fn step(target: &Path, name: &str, why: &str) {
    add(&records(target).join(name), &format!("{name}: {why}"));
}

/// Collects the records of a run into its list, and returns the list.
pub(crate) fn collect(target: &Path) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(records(target)).into_iter().flatten() {
        let path = entry?.path();
        lines.extend(fs::read_to_string(&path)?.lines().map(str::to_owned));
        fs::remove_file(path)?;
    }
    lines.sort();
    fs::create_dir_all(target)?;
    fs::write(list(target), lines.join("\n"))?;
    Ok(lines)
}

/// The list of the last run of all tests, and the records of the steps since.
pub(crate) fn read(target: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> = vec![list(target)];
    files.extend(fs::read_dir(records(target)).into_iter().flatten().flatten().map(|entry| entry.path()));
    let mut lines: Vec<String> = files.iter().flat_map(fs::read_to_string).flat_map(|text| lines_of(&text)).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// The list as a run prints it.
pub(crate) fn table(lines: &[String]) -> String {
    match lines {
        [] => "skipped: nothing".to_owned(),
        lines => format!("skipped: {}\n  {}", lines.len(), lines.join("\n  ")),
    }
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn add(record: &Path, line: &str) {
    let written = record.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(record, line));
    assert!(written.is_ok(), "{line}; this cannot be recorded in {}: {written:?}", record.display());
}

fn records(target: &Path) -> PathBuf {
    target.join("skipped")
}

fn list(target: &Path) -> PathBuf {
    target.join("skipped.txt")
}
