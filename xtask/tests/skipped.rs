//! Not a test but the end of all of them: lists what was skipped and why. It has no harness, so that `cargo test` shows
//! what it prints, and it comes last, because packages and their tests run by name. Before the list, it checks that a
//! skip is recorded and a run is not.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints a list")]

#[path = "../src/skipped.rs"]
mod skipped;

use std::path::Path;

fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    a_skip_is_recorded_until_it_is_listed_or_what_was_missing_is_there();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    println!("\n{}\n", skipped::table(&skipped::collect(target).unwrap()));
}

fn a_skip_is_recorded_until_it_is_listed_or_what_was_missing_is_there() {
    let target = tempfile::tempdir().unwrap();
    let asks = |needed: Result<u8, &str>| skipped::unless_missing(target.path(), needed);
    if std::env::var_os("REQUIRE_REFEREES").is_some() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let outcome = std::panic::catch_unwind(|| asks(Err("it is missing")));
        std::panic::set_hook(hook);
        assert!(outcome.is_err(), "REQUIRE_REFEREES makes a skip a failure");
        return;
    }
    assert_eq!(asks(Err("it is missing")), None);
    skipped::step(target.path(), "a step", "no program");
    assert_eq!(skipped::read(target.path()).len(), 2);
    let listed = skipped::collect(target.path()).unwrap();
    assert!(listed.iter().any(|line| line.contains("skipped.rs:") && line.ends_with(": it is missing")), "{listed:?}");
    assert_eq!(skipped::read(target.path()), listed, "the list outlives its records");
    assert_eq!(asks(Err("it is missing")), None);
    assert_eq!(asks(Ok(7)), Some(7));
    assert!(skipped::collect(target.path()).unwrap().is_empty(), "what ran is no longer skipped");
    assert_eq!(skipped::table(&[]), "skipped: nothing");
}
