use std::io::Read as _;

use serde_json::{Value, json};

use crate::bigid::{Bigid, respond, sandbox};

#[test]
fn scripts_can_act_on_the_exit_code_and_read_the_error() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    for (status, code, kind) in [
        (400, 1, "failed"),
        (401, 3, "rejected"),
        (403, 3, "rejected"),
        (404, 4, "not_found"),
        (409, 1, "failed"),
        (429, 5, "try_later"),
        (503, 5, "try_later"),
    ] {
        sandbox.clear_faults();
        sandbox.on("get_scan").always(respond(status, &json!({ "message": "told so" })));
        let words = ["scans", "get", "1", "--no-retry"];
        let said = bigid.run(&words).failed(code);
        assert_eq!(said.lines().count(), 1, "{said}");
        let ran = bigid.run(&[&words[..], &["--format-error", "json"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{status}");
        let error: Value = serde_json::from_str(&ran.err).unwrap();
        assert_eq!(
            (&error["error"]["kind"], &error["error"]["exit_code"]),
            (&json!(kind), &json!(code)),
            "{status}: {error}"
        );
        if status != 401 {
            assert_eq!(error["error"]["status"], status, "{error}");
        }
    }
}

#[test]
fn a_token_that_was_never_issued_is_rejected() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::new().with("BIGID_BASE_URL", &sandbox.base_url()).with("BIGID_USER_TOKEN", "never-issued");
    let said = bigid.run(&["data-sources", "list"]).failed(3);
    assert!(said.contains("Access Management") && !said.contains("never-issued"), "{said}");
}

#[test]
fn a_deployment_that_is_not_there_is_tried_later() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bigid = Bigid::new().with("BIGID_BASE_URL", &format!("http://{closed}")).with("BIGID_USER_TOKEN", "token");
    assert!(bigid.run(&["data-sources", "list"]).failed(5).contains("could not be reached"));
}

#[test]
fn wrong_arguments_and_variables_are_2_and_send_nothing() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    for words in [
        &["data-sources", "list", "--limit", "many"][..],
        &["data-sources", "list", "--skip", "1.5"],
        &["data-sources", "list", "--require-total-count=maybe"],
        &["data-sources", "list", "--page-size", "0"],
        &["data-sources", "list", "-o", "xml"],
        &["data-sources", "list", "--nonsense"],
        &["data-sources", "get"],
        &["data-sources", "nonsense"],
        &["nonsense"],
        &["data-sources", "list", "--jq", ".["],
        &["data-sources", "list", "--columns", "name,,type"],
        &["data-sources", "list", "--columns", ""],
        &["scans", "start"],
        &["scans", "start", "--body", "{"],
        &["scans", "start", "--body", "@missing.json"],
        &["scans", "start", "--field", "scanProfileNmae=x"],
        &["scans", "start", "--field", "novalue"],
        &["api", "G T", "/roles"],
        &["api", "GET", "https://elsewhere.example/roles"],
        &["fields", "data-sources", "nonsense"],
    ] {
        let ran = bigid.run(words);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{words:?}: {ran:?}");
        assert!(ran.err.starts_with("error: "), "{words:?}: {ran:?}");
        let ran = bigid.run(&[&["--format-error", "json"], words].concat());
        let error: Value = serde_json::from_str(&ran.err).unwrap_or_else(|_| panic!("{words:?}: {ran:?}"));
        assert_eq!((ran.code, &error["error"]["kind"]), (2, &json!("usage")), "{words:?}");
    }
    let mistyped = Bigid::of(&sandbox).with("BIGID_USER_TOKNE", "x");
    assert!(mistyped.run(&["data-sources", "list"]).failed(2).contains("BIGID_USER_TOKNE"));
    assert_eq!(sandbox.total_calls(), 0);
    for (name, expected) in [
        (
            "scanProfileNmae",
            "of this name; did you mean `scanProfileName`? To send it anyway, use scanProfileNmae:=JSON",
        ),
        ("foobarbaz", "of this name. To send it anyway, use foobarbaz:=JSON"),
    ] {
        let said = bigid.run(&["scans", "start", "--dry-run", "--field", &format!("{name}=1")]).failed(2);
        assert!(said.trim_end().ends_with(expected), "{said}");
    }
}

#[test]
fn help_goes_to_stdout_and_is_0() {
    let bigid = Bigid::new();
    for words in
        [&["--help"][..], &["-h"], &["--version"], &["data-sources", "--help"], &["data-sources", "list", "-h"]]
    {
        assert!(!bigid.run(words).ok().is_empty(), "{words:?}");
    }
}

#[test]
fn a_pipe_that_closes_ends_the_command_quietly() {
    let sandbox = sandbox(|builder| builder.data_sources(400));
    let bigid = Bigid::of(&sandbox);
    for format in ["jsonl", "json", "csv", "table"] {
        let mut child = bigid.command(&["data-sources", "list", "-o", format]).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{format}");
    }
}
