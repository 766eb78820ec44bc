use std::fs;

use serde_json::{Value, json};

use crate::bigid::{Bigid, sandbox};

/// The body that a command would send.
fn body(bigid: &Bigid, words: &[&str], stdin: &str) -> Value {
    let shown = bigid.run_with_stdin(&[words, &["--dry-run"]].concat(), stdin).ok();
    let (head, body) = shown.split_once("\n\n").unwrap();
    assert!(head.starts_with("POST https://your-deployment.bigid.cloud/api/v1/"), "{head}");
    serde_json::from_str(body).unwrap()
}

#[test]
fn a_body_comes_from_an_argument_a_file_stdin_or_fields() {
    let bigid = Bigid::new();
    let expected = json!({ "scanProfileName": "nightly", "scanType": "dsScan" });
    let text = expected.to_string();
    fs::write(bigid.folder().join("body.json"), &text).unwrap();
    fs::write(bigid.folder().join("name"), "nightly\n").unwrap();
    for (words, stdin) in [
        (&["--body", &text][..], ""),
        (&["--body", "@body.json"], ""),
        (&["--body", "-"], &text),
        (&["--field", "scanProfileName=nightly", "--field", "scanType=dsScan"], ""),
        (&["-f", "scanProfileName=@name", "-f", "scanType=@-"], "dsScan"),
        (&["-f", "scanProfileName:=\"nightly\"", "--body", "{\"scanType\": \"dsScan\"}"], ""),
    ] {
        assert_eq!(body(&bigid, &[&["scans", "start"], words].concat(), stdin), expected, "{words:?}");
    }
    let nested = body(
        &bigid,
        &["data-sources", "create", "-f", "ds_connection.name=Orders", "-f", "ds_connection.scannable:=true"],
        "",
    );
    assert_eq!(nested, json!({ "ds_connection": { "name": "Orders", "scannable": true } }));
}

#[test]
fn what_is_created_is_there() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    let created = bigid.run(&["tags", "create-catalog-tag", "--dry-run", "-f", "name=x", "-f", "type=TAG"]);
    created.ok();
    assert_eq!(sandbox.total_calls(), 0);
    let names: Vec<String> = bigid
        .run(&["data-sources", "list", "--limit", "1"])
        .json_lines()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    let whole = bigid.run(&["data-sources", "get", &names[0]]).json();
    assert_eq!(
        whole["data"]["ds_connection"]["name"].as_str().or(whole["ds_connection"]["name"].as_str()),
        Some(names[0].as_str()),
        "{whole}"
    );
}
