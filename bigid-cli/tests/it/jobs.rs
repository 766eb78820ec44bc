//! Commands that make more than one call.

use bigid_sandbox::http::header::{HeaderValue, RETRY_AFTER};
use bigid_sandbox::{Fault, ResponseTemplate, Sandbox};
use serde_json::json;

use crate::bigid::{Bigid, respond, sandbox};

const START: [&str; 5] = ["scans", "start", "-f", "scanProfileName=Nightly", "--wait"];

/// A sandbox with a scan profile, where each scan is in a state.
pub(crate) fn with_scans_in(state: &str) -> (Sandbox, Bigid) {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    bigid.run(&["api", "POST", "/scanProfiles", "--body", "{\"name\": \"Nightly\"}"]).ok();
    // The server asks for a pause beyond every deadline, so the test does not wait.
    let scan =
        ResponseTemplate::json(&json!([{ "state": state }])).header(RETRY_AFTER, HeaderValue::from_static("999999"));
    sandbox.on("get_scan").always(Fault::Response(scan));
    (sandbox, bigid)
}

#[test]
fn a_scan_is_waited_for_and_its_end_is_the_exit_code() {
    for (state, code, said) in [
        ("Completed", 0, ""),
        ("Failed", 1, "ended in state \"Failed\""),
        ("Stopped", 1, "ended in state \"Stopped\""),
        ("Queued", 5, "wait again"),
    ] {
        let (sandbox, bigid) = with_scans_in(state);
        let ran = bigid.run(&START);
        assert_eq!(ran.code, code, "{state}: {ran:?}");
        assert!(ran.err.contains(said) && (code != 0 || ran.err.is_empty()), "{state}: {ran:?}");
        let started: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let id = started["result"]["_id"].as_str().unwrap();
        assert!(code == 0 || ran.err.contains(id), "{state}: {ran:?}");
        assert_eq!((sandbox.calls("start_scan"), sandbox.calls("get_scan")), (1, 1), "{state}");
    }
}

#[test]
fn a_wait_that_cannot_ask_ends_as_the_call_does() {
    for (status, code) in [(403, 3), (404, 4)] {
        let (sandbox, bigid) = with_scans_in("Completed");
        sandbox.clear_faults();
        sandbox.on("get_scan").always(respond(status, &json!({ "message": "no" })));
        let ran = bigid.run(&START);
        assert_eq!((ran.code, sandbox.calls("start_scan")), (code, 1), "{ran:?}");
    }
}

#[test]
fn nothing_is_waited_for_unless_it_is_asked_for() {
    let (sandbox, bigid) = with_scans_in("Queued");
    bigid.run(&START[..4]).ok();
    bigid.run(&[&START[..], &["--dry-run"]].concat()).ok();
    bigid.run(&[&START[..4], &["--wait-timeout", "5"]].concat()).failed(2);
    bigid.run(&["scans", "get", "1", "--wait"]).failed(2);
    assert_eq!((sandbox.calls("start_scan"), sandbox.calls("get_scan")), (1, 0));
}

/// The ids of the first cases.
fn ids(bigid: &Bigid, count: usize) -> Vec<String> {
    let cases = bigid.run(&["cases", "list", "--limit", &count.to_string(), "--columns", "caseId"]).json_lines();
    cases.iter().map(|case| case["caseId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn cases_are_closed_with_a_result_for_each() {
    let sandbox = sandbox(|builder| builder.cases(20));
    let bigid = Bigid::of(&sandbox);
    let ids = ids(&bigid, 3);
    let words: Vec<&str> = ["cases", "close"].into_iter().chain(ids.iter().map(String::as_str)).collect();
    let closed = bigid.run(&[&words[..], &["--reason", "remediated"]].concat()).json_lines();
    assert_eq!(closed, ids.iter().map(|id| json!({ "id": id, "closed": true, "error": null })).collect::<Vec<_>>());
    let sent = sandbox.requests();
    let sent: Vec<_> = sent.iter().filter(|request| request.method() == "PATCH").collect();
    assert_eq!(sent.len(), 3);
    for id in &ids {
        assert_eq!(sandbox.case(id).unwrap().text("caseStatus"), "closed", "{id}");
    }
}

#[test]
fn a_case_that_is_not_there_keeps_no_other_from_being_closed() {
    let sandbox = sandbox(|builder| builder.cases(20));
    let bigid = Bigid::of(&sandbox);
    let ids = ids(&bigid, 2);
    let ran = bigid.run(&["cases", "close", &ids[0], "missing", &ids[1]]);
    let closed: Vec<bool> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["closed"].as_bool().unwrap())
        .collect();
    assert_eq!(closed, [true, false, true]);
    assert!(ran.failed(4).contains("1 of 3 cases were not closed; the first is missing"));
    assert!(bigid.run(&["cases", "close"]).failed(2).contains("ID"));
}
