//! What `cargo xtask regen` and `cargo xtask spec diff` print for realistic changes of the contract;
//! docs/contract-changes.md shows the same.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::checkout::{Checkout, DOMAIN, stderr};

const PAGE: &str = include_str!("../../../docs/contract-changes.md");

/// A change by its text before and after.
const CHANGES: [(&str, &str, &str); 5] = [
    (
        "a new operation",
        "  /ds-connection-test:\n",
        "  /ds-connections/count:\n    get:\n      operationId: countDataSources\n      tags: [DataSources]\n      \
         summary: Count Data Sources\n      description: How many data sources there are.\n      \
         x-evidence: {sources: ['J1:rec'], independent: 1}\n      security: *session\n      responses:\n        \
         '200': {description: The count., content: *open}\n        '401': *unauthorized\n        '403': *forbidden\n  \
         /ds-connection-test:\n",
    ),
    ("a renamed field", "        isNotified: {", "        wasNotified: {"),
    (
        "a parameter that became required",
        "        - name: fields\n          in: query\n",
        "        - name: fields\n          in: query\n          required: true\n",
    ),
    ("a value more", "enum: ['yes', 'no']", "enum: ['yes', 'no', 'maybe']"),
    ("a token no longer asked for", TOKEN, NO_TOKEN),
];

const TOKEN: &str =
    "      security: *session\n      parameters:\n        - *name\n        - name: shouldKeepDisabledCustomFields";
const NO_TOKEN: &str =
    "      security: []\n      parameters:\n        - *name\n        - name: shouldKeepDisabledCustomFields";

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn assert_shown(what: &str, text: &str) {
    assert!(PAGE.contains(text.trim_end()), "docs/contract-changes.md does not show {what}:\n{text}");
}

#[test]
fn regen_says_what_it_changed_in_a_few_lines() {
    for (name, before, after) in CHANGES {
        let checkout = Checkout::new();
        let first = checkout.run(&["regen"]);
        assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
        checkout.edit(DOMAIN, before, after);
        let output = checkout.run(&["regen"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        let said = stdout(&output);
        let changed = said.split_once("the contract changed").map(|(_, rest)| format!("the contract changed{rest}"));
        assert_shown(name, &changed.unwrap_or(said));
        assert!(!stdout(&checkout.run(&["regen"])).contains("the contract changed"), "{name}: said once");
    }
}

#[test]
fn the_changelog_entry_has_all_five_and_a_breaking_change_is_exit_1() {
    let (old, new) = (Checkout::new(), Checkout::new());
    for (_, before, after) in CHANGES {
        new.edit(DOMAIN, before, after);
    }
    let spec = |checkout: &Checkout| checkout.path().join("spec").display().to_string();
    let diff = |words: &[&str]| new.run(&[&["spec", "diff"], words].concat());
    let (before, after) = (spec(&old), spec(&new));
    let output = diff(&[&before, &after, "--format", "markdown"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_shown("the changelog entry", &stdout(&output));
    // The other way round it breaks as well; the same twice does not.
    assert_eq!(diff(&[&after, &before]).status.code(), Some(1));
    let same = diff(&[&before, &before]);
    assert_eq!(same.status.code(), Some(0));
    assert!(stdout(&same).contains("nothing changed"));
    let json = diff(&[&before, &after, "--format=json"]);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&report["semver"]["step"], report["summary"]["breaking"].as_u64().is_some()), (&"major".into(), true));
}

#[test]
fn a_side_may_be_a_file_and_what_is_none_is_said() {
    let checkout = Checkout::new();
    let file = checkout.path().join("spec/bigid.openapi.json").display().to_string();
    let output = checkout.run(&["spec", "diff", &file, &file]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = checkout.run(&["spec", "diff", &file, "no-such-revision"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("`no-such-revision` is neither a file, nor a folder, nor a revision"), "{said}");
    assert!(!said.trim_end().ends_with(':'), "{said}");
    assert_eq!(checkout.run(&["spec", "diff", &file]).status.code(), Some(2));
    let odd = checkout.path().join("odd.json");
    let text = fs::read_to_string(Path::new(&file)).unwrap().replacen("\"summary\"", "\"sumary\"", 1);
    fs::write(&odd, text).unwrap();
    let output = checkout.run(&["spec", "diff", &file, &odd.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `summary`?"), "{}", stderr(&output));
}

#[test]
fn a_part_of_an_overlay_that_the_documents_say_themselves_is_idle() {
    let (old, new) = (Checkout::new(), Checkout::new());
    // A correction gives this title.
    new.edit("spec/upstream/bigid-authentication.openapi.yaml", "title: BigID Authentication API", "title: BigID API");
    let spec = |checkout: &Checkout| checkout.path().join("spec").display().to_string();
    let output = new.run(&["spec", "diff", &spec(&old), &spec(&new)]);
    let said = stdout(&output);
    assert!(
        said.contains("overlays that say nothing any more") && said.contains("10-corrections.yaml"),
        "{said}{}",
        stderr(&output)
    );
}
