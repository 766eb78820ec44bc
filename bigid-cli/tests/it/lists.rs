use serde_json::{Value, json};

use crate::bigid::{Bigid, respond, sandbox};

#[test]
fn a_list_is_read_to_its_end_page_by_page() {
    let sandbox = sandbox(|builder| builder.data_sources(450));
    let records = Bigid::of(&sandbox).run(&["data-sources", "list"]).json_lines();
    assert_eq!(records.len(), 450);
    let names: std::collections::BTreeSet<&str> =
        records.iter().map(|record| record["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 450);
    assert_eq!(sandbox.calls("list_data_sources"), 3);
}

#[test]
fn a_limit_asks_for_no_more_than_it_takes() {
    let sandbox = sandbox(|builder| builder.data_sources(450));
    let bigid = Bigid::of(&sandbox);
    for (limit, calls) in [(0, 0), (1, 1), (7, 1), (200, 1), (201, 2)] {
        let before = sandbox.calls("list_data_sources");
        let records = bigid.run(&["data-sources", "list", "--limit", &limit.to_string()]).json_lines();
        assert_eq!((records.len(), sandbox.calls("list_data_sources") - before), (limit, calls), "{limit}");
    }
    let seen = sandbox.requests().into_iter().filter(|request| request.query().contains("limit=7"));
    assert_eq!(seen.count(), 1);
}

#[test]
fn filters_and_start_go_to_the_server() {
    let sandbox = sandbox(|builder| builder.data_sources(60));
    let bigid = Bigid::of(&sandbox);
    let all = bigid.run(&["data-sources", "list"]).json_lines();
    let tail = bigid.run(&["data-sources", "list", "--skip", "50"]).json_lines();
    assert_eq!(tail, all[50..]);
    let kind = all[0]["type"].as_str().unwrap();
    let some = bigid
        .run(&[
            "data-sources",
            "list",
            "--filter",
            &json!([{ "field": "type", "operator": "equal", "value": kind }]).to_string(),
        ])
        .json_lines();
    assert!(!some.is_empty() && some.len() < 60 && some.iter().all(|record| record["type"] == kind));
}

#[test]
fn a_list_that_is_not_whole_is_printed_and_ends_with_6() {
    let sandbox = sandbox(|builder| builder);
    let page =
        json!({ "status": "success", "data": { "ds_connections": [{ "_id": "1", "name": "one" }], "totalCount": 2 } });
    sandbox.on("list_data_sources").always(respond(200, &page));
    let ran = Bigid::of(&sandbox).run(&["data-sources", "list", "--columns", "name"]);
    assert_eq!(ran.out, "{\"name\":\"one\"}\n");
    assert!(ran.failed(6).contains("the list is incomplete"));
}

#[test]
fn lists_that_are_not_paged_are_lists_too() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    for words in [&["scopes", "list"][..], &["policies", "list-compliance-rules"]] {
        let records = bigid.run(words).json_lines();
        assert!(records.iter().all(Value::is_object) && records.len() > 1, "{words:?}: {records:?}");
        let first = bigid.run(&[words, &["--limit", "1"]].concat()).json_lines();
        assert_eq!(first, records[..1]);
    }
}
