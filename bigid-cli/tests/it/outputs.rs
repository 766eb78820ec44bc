use std::fs;

use bigid_sandbox::http::StatusCode;
use bigid_sandbox::{Fault, ResponseTemplate};
use serde_json::{Value, json};

use crate::bigid::{Bigid, respond, respond_text, sandbox, unwatched};

#[test]
fn a_list_comes_in_four_formats_with_the_same_values() {
    let sandbox = sandbox(|builder| builder.data_sources(5));
    let bigid = Bigid::of(&sandbox);
    let words = ["data-sources", "list", "--columns", "name,type,connectionStatusScan.is_success"];
    let lines = bigid.run(&[&words[..], &["-o", "jsonl"]].concat()).json_lines();
    let array = bigid.run(&[&words[..], &["-o", "json"]].concat()).json();
    assert_eq!(array, json!(lines));
    let csv = bigid.run(&[&words[..], &["-o", "csv"]].concat()).ok();
    let table = bigid.run(&[&words[..], &["-o", "table"]].concat()).ok();
    assert_eq!(csv.lines().next(), Some("name,type,connectionStatusScan.is_success"));
    for (line, (row, cells)) in lines.iter().zip(csv.lines().zip(table.lines()).skip(1)) {
        let name = line["name"].as_str().unwrap();
        assert!(row.starts_with(&format!("{name},")) && cells.starts_with(name), "{row} {cells}");
    }
    assert_eq!((csv.lines().count(), table.lines().count()), (6, 6));
}

#[test]
fn an_empty_list_is_empty_in_every_format() {
    let sandbox = sandbox(|builder| builder.data_sources(0));
    let bigid = Bigid::of(&sandbox);
    for (format, expected) in [("jsonl", ""), ("json", "[]\n"), ("csv", ""), ("table", "")] {
        assert_eq!(bigid.run(&["data-sources", "list", "-o", format]).ok(), expected, "{format}");
    }
}

#[test]
fn values_of_a_server_cannot_steer_a_terminal_or_break_a_row() {
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\r\nsecond,\"row\"\u{9b}31m\u{202e}";
    let sandbox = sandbox(|builder| builder);
    let record = json!({ "_id": "1", "name": hostile, hostile: "x", "type": "a\u{0}b" });
    let page = json!({ "status": "success", "data": { "ds_connections": [record, { "_id": "2", "name": "calm" }], "totalCount": 2 } });
    sandbox.on("list_data_sources").always(respond(200, &page));
    let bigid = Bigid::of(&sandbox);
    let is_safe = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}');
    for format in ["table", "csv"] {
        let text = bigid.run(&["data-sources", "list", "-o", format]).ok();
        assert!(is_safe(&text), "{format}: {text:?}");
        assert_eq!(text.lines().count(), 3, "{format}: {text}");
    }
    let lines = bigid.run(&["data-sources", "list"]).json_lines();
    assert_eq!(lines[0]["name"], hostile);
    let error = json!({ "message": hostile });
    sandbox.on("get_scan").always(respond(400, &error));
    let said = bigid.run(&["scans", "get", "1"]).failed(1);
    assert!(is_safe(&said), "{said:?}");
}

#[test]
fn nothing_of_a_record_is_lost_or_rounded() {
    let sandbox = sandbox(|builder| builder);
    let text = r#"{"status":"success","data":{"ds_connections":[{"_id":"1","z":1.10,"a":1e400,"big":123456789012345678901234567890,"z2":{"b":1,"a":2}}],"totalCount":1}}"#;
    sandbox.on("list_data_sources").always(respond_text(text));
    let out = Bigid::of(&sandbox).run(&["data-sources", "list"]).ok();
    assert_eq!(
        out,
        "{\"_id\":\"1\",\"z\":1.10,\"a\":1e400,\"big\":123456789012345678901234567890,\"z2\":{\"b\":1,\"a\":2}}\n"
    );
}

#[test]
fn a_filter_prints_strings_as_they_are_and_values_as_json() {
    let sandbox = sandbox(|builder| builder.data_sources(4));
    let bigid = Bigid::of(&sandbox);
    let all = bigid.run(&["data-sources", "list"]).json_lines();
    let names = bigid.run(&["data-sources", "list", "--jq", ".name"]).ok();
    assert_eq!(
        names.lines().collect::<Vec<_>>(),
        all.iter().map(|one| one["name"].as_str().unwrap()).collect::<Vec<_>>()
    );
    let quoted = bigid.run(&["data-sources", "list", "--jq", ".name", "-o", "jsonl"]).json_lines();
    assert!(quoted.iter().all(Value::is_string));
    let table = bigid.run(&["data-sources", "list", "--jq", "{n: .name, t: .type}", "-o", "csv"]).ok();
    assert_eq!(table.lines().next(), Some("n,t"));
}

#[test]
fn a_file_appears_when_it_is_complete() {
    let sandbox = sandbox(|builder| builder.data_sources(30));
    let bigid = Bigid::of(&sandbox);
    let path = bigid.folder().join("sources.csv");
    bigid.run(&["data-sources", "list", "-o", "csv", "--columns", "name", "--to", "sources.csv"]).ok();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 31);

    let exported = bigid.run(&["findings", "export", "--to", "findings.bin"]);
    assert_eq!(
        (exported.ok().as_str(), fs::read(bigid.folder().join("findings.bin")).unwrap().is_empty()),
        ("", false)
    );
    let piped = bigid.run(&["findings", "export"]).ok();
    assert_eq!(piped.as_bytes(), fs::read(bigid.folder().join("findings.bin")).unwrap());

    sandbox.on("export_findings").always(respond(503, &json!({})));
    bigid.run(&["findings", "export", "--to", "broken.bin", "--no-retry"]).failed(5);
    let left: Vec<_> =
        fs::read_dir(bigid.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("broken") || name.starts_with(".tmp")), "{left:?}");
    assert!(bigid.run(&["findings", "export", "--to", "."]).failed(2).contains("is a folder"));
}

#[test]
fn any_endpoint_can_be_called() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::of(&sandbox);
    let whole = bigid.run(&["api", "get", "/ds-connections?limit=2"]).json();
    assert_eq!(whole["data"]["ds_connections"].as_array().unwrap().len(), 2);
    let count = bigid.run(&["api", "GET", "/ds-connections?requireTotalCount=true", "--jq", ".data.totalCount"]).ok();
    assert_eq!(count, "3\n");
    // The witness would object to a path that the contract does not have.
    let unwatched = unwatched();
    Bigid::of(&unwatched).run(&["api", "GET", "/nothing/here"]).failed(4);
}

#[test]
fn a_column_that_no_record_has_is_named_after_the_records() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::of(&sandbox);
    let list = |columns: &str, format: &str, limit: &str| {
        bigid.run(&["data-sources", "list", "--columns", columns, "-o", format, "--limit", limit])
    };
    for format in ["table", "json", "jsonl", "csv"] {
        for (columns, expected) in [
            ("nmae,type", "note: no record has the field `nmae`; did you mean `name`?\n"),
            ("name,foobarbaz", "note: no record has the field `foobarbaz`\n"),
            (
                "conectionStatusScan.is_success,name",
                "note: no record has the field `conectionStatusScan.is_success`; did you mean \
                 `connectionStatusScan.is_success`?\n",
            ),
            ("connectionStatusScan.is_sucess", "note: no record has the field `connectionStatusScan.is_sucess`\n"),
        ] {
            let ran = list(columns, format, "2");
            assert_eq!((ran.code, ran.err.as_str()), (0, expected), "{format}");
            assert!(!ran.out.is_empty(), "{format}");
            assert_eq!(list(columns, format, "0").err, "", "{format}");
        }
        list("name,connectionStatusScan.is_success", format, "2").ok();
        let one = bigid.run(&["scopes", "list", "--columns", "nmae", "-o", format, "--jq", "{name}"]);
        assert_eq!((one.code, one.err.lines().count()), (0, 1), "{one:?}");
        let whole = bigid.run(&["api", "GET", "/ds-connections?limit=1", "--columns", "statsu,data", "-o", format]);
        assert_eq!(
            (whole.code, whole.err.as_str()),
            (0, "note: no record has the field `statsu`; did you mean `status`?\n")
        );
    }
    // One record is enough, and a declared field may be in none.
    let page =
        json!({ "status": "success", "data": { "ds_connections": [{ "_id": "1" }, { "mine": 1 }], "totalCount": 2 } });
    sandbox.on("list_data_sources").always(respond(200, &page));
    list("mine,location", "csv", "2").ok();
}

#[test]
fn a_file_is_not_formatted_and_an_option_that_would_is_refused() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::of(&sandbox);
    let mut options = vec![["-o", "json"], ["--columns", "name"]];
    if cfg!(feature = "jq") {
        options.push(["--jq", "."]);
    }
    for option in &options {
        for file in [&["findings", "export"][..], &["findings", "export", "--to", "findings.json"]] {
            let ran = bigid.run(&[file, option].concat());
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{option:?}: {ran:?}");
            assert!(ran.err.contains("unexpected argument"), "{option:?}: {ran:?}");
        }
    }
    assert_eq!(sandbox.total_calls(), 0);
    assert!(!bigid.run(&["findings", "export", "--help"]).ok().contains("--columns"));

    let unwatched = unwatched();
    let bigid = Bigid::of(&unwatched);
    unwatched.on("list_roles").always(Fault::Response(ResponseTemplate::csv("name\nAdmin\n")));
    assert_eq!(bigid.run(&["api", "GET", "/roles", "--to", "-"]).ok(), "name\nAdmin\n");
    for option in &options {
        let ran = bigid.run(&[&["api", "GET", "/roles", "--to", "roles.json"][..], option].concat());
        assert_eq!(ran.out, "", "{option:?}");
        let said = ran.failed(1);
        assert!(said.contains("the response is text/csv") && said.contains("without this option"), "{said}");
    }
    assert!(!bigid.folder().join("roles.json").exists());
    // An empty response has nothing to format.
    unwatched.clear_faults();
    unwatched.on("list_roles").always(Fault::Response(ResponseTemplate::empty(StatusCode::NO_CONTENT)));
    assert_eq!(bigid.run(&["api", "GET", "/roles", "-o", "json"]).ok(), "");
}

#[test]
fn the_sandbox_needs_no_configuration() {
    let records = Bigid::new().run(&["data-sources", "list", "--sandbox", "--limit", "3"]).json_lines();
    assert_eq!(records.len(), 3);
}

#[test]
fn completions_manual_pages_and_fields_cover_the_commands() {
    let bigid = Bigid::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bigid.run(&["completions", shell]).ok();
        assert!(script.contains("data-sources") && script.contains("page-size"), "{shell}");
    }
    assert!(bigid.run(&["man", "pages"]).ok().contains("manual pages"));
    let page = fs::read_to_string(bigid.folder().join("pages/bigid-data-sources-list.1")).unwrap();
    assert!(page.contains("page\\-size"), "{page}");
    for (command, expected) in [
        (
            ["data-sources", "list"],
            &[
                ("arguments", "--filter", "text"),
                ("arguments", "--limit", "integer"),
                ("arguments", "--page-size", "integer"),
                ("record", "name", "text"),
                ("record", "location", "text"),
            ][..],
        ),
        (["scans", "start"], &[("arguments", "--wait", "true|false"), ("body", "scanType", "text")]),
        (
            ["cases", "close"],
            &[("arguments", "ID", "text"), ("arguments", "--reason", "text"), ("record", "closed", "true|false")],
        ),
    ] {
        let fields = bigid.run(&[&["fields"], &command[..]].concat()).json_lines();
        for (of, name, kind) in expected {
            let is_it = |field: &&Value| field["of"] == *of && field["name"] == *name && field["type"] == *kind;
            assert_eq!(fields.iter().filter(is_it).count(), 1, "{name}: {fields:?}");
        }
        assert!(fields.iter().all(|field| field["name"] != "--output" && field["name"] != "--body"), "{fields:?}");
    }
}
