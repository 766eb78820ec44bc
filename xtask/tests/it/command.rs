//! The commands as they are called: exit codes, JSON, and no colour where there is no terminal.

use serde_json::Value;

use crate::child::{codes, run};

fn trap(code: &str) -> String {
    format!("{}/tests/traps/{code}.yaml", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn errors_exit_with_1_and_warnings_with_0() {
    assert_eq!(run(&["spec", "check", &trap("P301")], "").status.code(), Some(1));
    assert_eq!(run(&["spec", "check", &trap("W702"), &trap("W703")], "").status.code(), Some(0));
    assert_eq!(run(&["spec", "check", &trap("W702"), "/nowhere.yaml"], "").status.code(), Some(1));
}

#[test]
fn what_cannot_be_read_on_the_command_line_exits_with_2() {
    for words in [
        vec!["spec", "check", "--fix"],
        vec!["spec", "check", "--format"],
        vec!["spec", "check", "--format", "xml"],
        vec!["spec", "explain", "P000"],
        vec!["spec"],
        vec!["referee", "nobody"],
    ] {
        assert_eq!(run(&words, "").status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn the_contract_of_this_checkout_has_neither_errors_nor_warnings() {
    let output = run(&["spec", "check"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!((text.as_str(), output.status.code()), ("0 errors, 0 warnings\n", Some(0)));
}

#[test]
fn tools_get_every_finding_with_its_place_and_its_fix() {
    let path = trap("P108");
    let output = run(&["spec", "check", &path, "--format", "json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(report["errors"], 1);
    assert_eq!(finding["code"], "P108");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["file"], path.as_str());
    assert_eq!(finding["line"], 11);
    assert_eq!(finding["pointer"], "/paths/~1things~1{id}/get/parameters/0");
    assert!(finding["effect"].is_string() && finding["help"].is_string());
    assert!(finding["actions"].as_str().unwrap().contains("target: $.paths['/things/{id}'].get.parameters[0]"));
}

#[test]
fn there_is_no_colour_without_a_terminal() {
    let output = run(&["spec", "check", &trap("P301")], "");
    assert!(!output.stdout.contains(&0x1b));
}

#[test]
fn every_code_has_a_story_with_a_fixed_example() {
    for code in codes() {
        let output = run(&["spec", "explain", &code.to_lowercase()], "");
        let story = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && story.starts_with(&code) && story.contains("    +++ fixed"), "{story}");
    }
}
