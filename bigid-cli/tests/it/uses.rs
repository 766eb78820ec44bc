//! `bigid-cli/USES.md` shows commands and what they print against the sandbox. `BIGID_CLI_BLESS=1` rewrites it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::bigid::Bigid;
use crate::jobs::with_scans_in;

/// The uses: what for, and the words after `bigid`.
const USES: [(&str, &[&str]); 22] = [
    ("The first data sources", &["data-sources", "list", "--limit", "3", "-o", "table"]),
    ("Some columns of them", &["data-sources", "list", "--limit", "2", "--columns", "name,type", "-o", "table"]),
    ("The same for a program", &["data-sources", "list", "--limit", "2", "--columns", "name,type"]),
    ("As CSV", &["data-sources", "list", "--limit", "2", "--columns", "name,type", "-o", "csv"]),
    ("As one JSON document", &["data-sources", "list", "--limit", "1", "--columns", "name,type", "-o", "json"]),
    ("Names alone", &["data-sources", "list", "--limit", "2", "--jq", ".name"]),
    (
        "In another order",
        &["data-sources", "list", "--sort", "type", "--limit", "2", "--columns", "name,type", "-o", "csv"],
    ),
    ("From the tenth on", &["data-sources", "list", "--skip", "9", "--limit", "1", "--jq", ".name"]),
    (
        "Cases, by severity and status",
        &["cases", "list", "--limit", "2", "--columns", "severityLevel,caseStatus", "-o", "table"],
    ),
    (
        "Close cases, with a result for each",
        &["cases", "close", "6beb5dbb0000000000000001", "6beb5dbb0000000000000002"],
    ),
    (WAITED, &["scans", "start", "-f", "scanType=dsScan", "--wait", "--jq", ".result._id"]),
    ("Names of the catalog's objects", &["catalog", "list-objects", "--limit", "2", "--jq", ".objectName"]),
    ("Scopes", &["scopes", "list", "--limit", "1", "--jq", ".name"]),
    ("What a command takes and prints", &["fields", "scans", "start", "-o", "table"]),
    ("A body out of fields, shown and not sent", &["scans", "start", "-f", "scanProfileName=Nightly", "--dry-run"]),
    ("A name with a slash, shown and not sent", &["data-sources", "get", "HR / Payroll", "--dry-run"]),
    ("Any endpoint", &["api", "GET", "/ds-connections?limit=1&requireTotalCount=true", "--jq", ".data.totalCount"]),
    ("What is not there: exit code 4", &["api", "GET", "/nothing"]),
    ("The error for a program", &["api", "GET", "/nothing", "--format-error", "json"]),
    ("A mistyped field: exit code 2", &["scans", "start", "-f", "scanProfileNmae=Nightly"]),
    ("A body that is missing: exit code 2", &["scans", "start"]),
    ("The version", &["--version"]),
];

/// The test runs it against a sandbox where scans end at once.
const WAITED: &str = "Start a scan and wait for its end, which takes 65 seconds";

#[test]
fn all_uses_print_what_their_page_shows() {
    let mut page = String::from(
        "# Uses of bigid\n\nEach against a sandbox (`--sandbox`, which is left out here): no account is needed to try them. A test runs \
         them and compares\nwhat they print.\n",
    );
    let bigid = Bigid::new();
    for (purpose, words) in USES {
        let ran = match purpose {
            WAITED => with_scans_in("Completed").1.run(words),
            _ => bigid.run(&[words, &["--sandbox"]].concat()),
        };
        let quoted = words.iter().map(|word| {
            let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_/,=.".contains(c));
            if is_plain { (*word).to_owned() } else { format!("'{word}'") }
        });
        let command = quoted.collect::<Vec<_>>().join(" ");
        write!(page, "\n## {purpose}\n\n```text\n$ bigid {command}\n{}{}", ran.out, ran.err).unwrap();
        if !page.ends_with('\n') {
            page.push('\n');
        }
        page += "```\n";
        let expected = match purpose.rsplit_once("exit code ") {
            Some((_, code)) => code.parse().unwrap(),
            None => i32::from(purpose.starts_with("The error")) * 4,
        };
        assert_eq!(ran.code, expected, "{command}: {}", ran.err);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("USES.md");
    if std::env::var_os("BIGID_CLI_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let shown = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(shown, page, "run the test with BIGID_CLI_BLESS=1, and look at what has changed");
}
