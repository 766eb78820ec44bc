//! The contract pipeline as its users meet it: a checkout, a command, what it says and what it leaves behind.
//! This file is long because one checkout and one table of mistakes serve every scenario.

use std::fs;

use crate::checkout::{Checkout, DOMAIN, stderr};

const BUILDERS: &str = "bigid-api/src/generated/builder.rs";

const PAGED: &str = "key: [_id, id], total: totalCount, sort: {field: _id, form: text}";

#[test]
fn the_checked_in_files_are_what_spec_says() {
    let checkout = Checkout::new();
    let output = checkout.run(&["regen", "--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_word_changed_is_a_diff_and_regen_heals_it() {
    let checkout = Checkout::few();
    assert_eq!(checkout.run(&["regen"]).status.code(), Some(0));
    let before = checkout.generated();
    checkout.edit(DOMAIN, "Maximum number of records.", "How many records may be sent.");
    let output = checkout.run(&["regen", "--check"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("+") && said.contains("How many records may be sent.") && said.contains("cargo xtask regen"),
        "{said}"
    );
    assert_eq!(checkout.generated(), before, "--check writes nothing");

    assert_eq!(checkout.run(&["regen"]).status.code(), Some(0));
    let after = checkout.generated();
    assert!(
        after
            .iter()
            .zip(&before)
            .all(|(after, before)| after != before || !before.contains("How many records to send"))
    );
    assert_eq!(checkout.run(&["regen", "--check"]).status.code(), Some(0));
    checkout.run(&["regen"]);
    assert_eq!(checkout.generated(), after, "the same input gives the same bytes");
}

#[test]
fn a_generated_file_edited_by_hand_is_drift() {
    let checkout = Checkout::few();
    assert_eq!(checkout.run(&["regen"]).status.code(), Some(0));
    for name in checkout.generated_names() {
        let text = checkout.read(&name);
        checkout.write(&name, &format!("{text}\n"));
        let output = checkout.run(&["regen", "--check"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(&name), "{name}");
        checkout.write(&name, &text);
    }
}

#[test]
fn a_failure_leaves_the_old_files_whole_and_nothing_else() {
    let checkout = Checkout::few();
    checkout.edit(DOMAIN, "operationId: listDataSources", "operationId: exchangeUserToken");
    let before = checkout.files();
    assert_eq!(checkout.run(&["regen"]).status.code(), Some(1));
    assert!(checkout.files() == before);
}

#[test]
fn a_place_that_cannot_be_written_leaves_the_old_files_whole_and_nothing_else() {
    let changed = |name: &String| name.ends_with(".rs") || name.ends_with("json") || name.ends_with("manifest.txt");
    for name in Checkout::few().generated_names().into_iter().filter(changed) {
        let checkout = Checkout::few();
        checkout.edit(DOMAIN, "Maximum number of records.", "How many records may be sent.");
        fs::remove_file(checkout.path().join(&name)).unwrap();
        fs::create_dir(checkout.path().join(&name)).unwrap();
        checkout.write(&format!("{name}/kept"), "kept");
        let before = checkout.files();
        let output = checkout.run(&["regen"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&name) && said.contains("cannot write the file"), "{said}");
        assert!(checkout.files() == before, "{name}");
    }
}

#[test]
fn each_mistake_is_one_clear_error_with_its_place() {
    type Mistake = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);
    const OVERLAY: &str = "spec/overlays/10-corrections.yaml";
    let mistakes: [Mistake; 31] = [
        ("bad YAML", DOMAIN, "paths:\n", "paths: [\n", &["not YAML", "data-sources.yaml:"]),
        ("OpenAPI 3.1", DOMAIN, "openapi: 3.0.3", "openapi: 3.1.0", &["OpenAPI 3.1.0", "data-sources.yaml:3", "3.0.3"]),
        (
            "an unresolved reference",
            DOMAIN,
            "schemas/ListDataSourcesResponse'",
            "schemas/DataSourceLst'",
            &["DataSourceLst", "data-sources.yaml:", "leads nowhere"],
        ),
        (
            "a reference to a file",
            DOMAIN,
            "'#/components/schemas/ListDataSourcesResponse'",
            "'other.yaml#/X'",
            &["P004", "other.yaml#/X", "another file", "data-sources.yaml:"],
        ),
        (
            "an operationId twice",
            DOMAIN,
            "operationId: listDataSources",
            "operationId: createSession",
            &["P102", "createSession", "occurs twice", "bigid-authentication.openapi.yaml:31", "~1ds-connections/get"],
        ),
        (
            "names that collide in Rust",
            DOMAIN,
            "operationId: listDataSources",
            "operationId: create_session",
            &["P103", "create_session", "createSession", "Rust name"],
        ),
        (
            "no operationId",
            DOMAIN,
            "      operationId: listDataSources\n",
            "",
            &["GET /ds-connections has no operationId"],
        ),
        (
            "no evidence",
            DOMAIN,
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: []",
            &["GET /ds-connections has no evidence", "data-sources.yaml:"],
        ),
        (
            "a clash of two files",
            DOMAIN,
            "    ListDataSourcesResponse:\n",
            "    ApiErrorBody: {type: string}\n    ListDataSourcesResponse:\n",
            &["`ApiErrorBody`", "authentication.yaml", "data-sources.yaml:"],
        ),
        (
            "an overlay that matches nothing",
            OVERLAY,
            "target: $.servers",
            "target: $.servants",
            &["matches nothing", "10-corrections.yaml:"],
        ),
        (
            "fields that collide in Rust",
            "spec/overlays/20-codegen.yaml",
            "x-rust-name: object_id",
            "x-rust-name: name",
            &["`name`", "Rust field", "20-codegen"],
        ),
        (
            "two successes of different forms",
            DOMAIN,
            "'200':\n          description: One page",
            "'204': {description: None.}\n        '200':\n          description: One page",
            &["P202", "204 of listDataSources", "data-sources.yaml:"],
        ),
        (
            "a JSON response without a name",
            DOMAIN,
            "$ref: '#/components/schemas/ListDataSourcesResponse'",
            "type: object",
            &["200 of listDataSources is JSON without a name", "components/schemas", "data-sources.yaml:"],
        ),
        (
            "an error response without a body",
            DOMAIN,
            "  content: *failure\nx-forbidden",
            "x-forbidden",
            &["P209", "no JSON body", "data-sources.yaml:"],
        ),
        (
            "two lists in a page",
            DOMAIN,
            "        totalCount:\n",
            "        others:\n          type: array\n          items: {$ref: '#/components/schemas/DataSource'}\n        totalCount:\n",
            &["listDataSources", "the lists /data/ds_connections and /data/others", "x-paging", "data-sources.yaml:"],
        ),
        (
            "a page without a list",
            DOMAIN,
            PAGED,
            "records: /data/other, key: [_id], total: null, sort: null",
            &["no list of records is in its response", "unpaged: why", "data-sources.yaml:"],
        ),
        (
            "a count that is not there",
            DOMAIN,
            PAGED,
            "key: [_id], total: count, sort: null",
            &["counts its records in `count`, which is not beside them", "data-sources.yaml:"],
        ),
        (
            "a key that records do not have",
            DOMAIN,
            PAGED,
            "key: [_id, key], total: null, sort: null",
            &["identifies its records by `key`, which they do not have", "data-sources.yaml:"],
        ),
        (
            "a list without a key",
            DOMAIN,
            PAGED,
            "total: null, sort: null",
            &["an `x-paging` without `key`", "data-sources.yaml:"],
        ),
        (
            "a word of paging that means nothing",
            DOMAIN,
            PAGED,
            "record: /data, key: [_id], total: null, sort: null",
            &["an `x-paging` with `record: \"/data\"`, which means nothing", "data-sources.yaml:"],
        ),
        (
            "pages of nothing",
            DOMAIN,
            PAGED,
            "page-size: 0, key: [_id], total: null, sort: null",
            &["an `x-paging` with `page-size: 0`, which means nothing"],
        ),
        (
            "an order that is not there",
            DOMAIN,
            PAGED,
            "key: [_id], total: null, sort: {field: names, form: text}",
            &["is sorted by `names`, which its records do not have"],
        ),
        (
            "an order in no known form",
            DOMAIN,
            PAGED,
            "key: [_id], total: null, sort: {field: name, form: xml}",
            &["an `x-paging` with `sort: {", "which means nothing"],
        ),
        (
            "an offset that is not taken",
            DOMAIN,
            PAGED,
            "key: [_id], total: null, sort: null, offset: true",
            &["has an `x-paging` with `offset`, and takes no number of that name beside skip"],
        ),
        (
            "a skip in a query that is not a number",
            DOMAIN,
            "- name: skip\n          in: query\n          description: Number of records to skip.\n          schema:\n            type: integer\n            format: int64\n            minimum: 0",
            "- name: skip\n          in: query\n          description: Number of records to skip.\n          schema:\n            type: string",
            &["listDataSources takes a `skip` that is not an optional integer", "declare both as `type: integer`"],
        ),
        (
            "a limit in a body that is not a number",
            DOMAIN,
            "limit: {type: integer, format: int64, description: 'Maximum number of records.'}",
            "limit: {type: string, description: 'Maximum number of records.'}",
            &["queryDataSources takes a `limit` that is not an optional integer", "data-sources.yaml:"],
        ),
        (
            "a list that nothing is said of",
            DOMAIN,
            "      x-paging: {key: [_id, id], total: totalCount, sort: {field: _id, form: text}, x-evidence: {sources: ['J1:rec', WIKI], independent: 2}}\n",
            "",
            &["listDataSources takes skip and limit, and has no `x-paging`", "data-sources.yaml:"],
        ),
        (
            "an offset of which nothing is said",
            DOMAIN,
            "sort: null, offset: true,",
            "sort: null,",
            &["queryDataSources takes skip and offset, and its `x-paging` does not say whether both are sent"],
        ),
        (
            "a word where a mapping is",
            DOMAIN,
            "x-paging: {key: [_id, id], total: totalCount, sort: {field: _id, form: text}, x-evidence: {sources: ['J1:rec', WIKI], independent: 2}}",
            "x-paging: no",
            &["an `x-paging` that is not a mapping"],
        ),
        (
            "paging without pages",
            DOMAIN,
            "operationId: listEntitySources\n",
            "operationId: listEntitySources\n      x-paging: {unpaged: because}\n",
            &["listEntitySources has an `x-paging` and no page to ask for", "leave `x-paging` out"],
        ),
        (
            "what progenitor panics on",
            DOMAIN,
            "schema:\n            type: integer\n            format: int64\n            minimum: 0",
            "schema: {not: {type: string}}",
            &["P402", "progenitor panics", "data-sources.yaml:"],
        ),
    ];
    for (what, file, from, to, expected) in mistakes {
        let checkout = Checkout::few();
        checkout.edit(file, from, to);
        let output = checkout.run(&["regen"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{what}: {said}");
        for part in expected {
            assert!(said.contains(part), "{what}: no `{part}` in: {said}");
        }
        assert!(!said.contains("RUST_BACKTRACE"), "{what}: {said}");
    }
}

#[test]
fn a_parameter_that_is_called_as_a_name_inside_its_builder_keeps_its_name_on_the_wire() {
    let checkout = Checkout::few();
    checkout.edit(DOMAIN, "name: fields", "name: send");
    let output = checkout.run(&["regen"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let builders: String = checkout.read(BUILDERS).split_whitespace().collect();
    assert!(builders.contains("pubfnsend_param(") && builders.contains("query(\"send\",send_param"), "{builders}");
    assert!(checkout.read("contract-harness/src/generated/calls.rs").contains(".send_param(TEXT)"));
}

#[test]
fn what_would_abort_progenitor_is_a_diagnostic() {
    let checkout = Checkout::few();
    checkout.edit(DOMAIN, "    YesNo:\n", "    Loop:\n      allOf: [{$ref: '#/components/schemas/Loop'}, {type: object, properties: {x: {type: string}}}]\n    YesNo:\n");
    let output = checkout.run(&["regen"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("P401") && said.contains("stack overflows"), "{said}");
}

#[test]
fn a_missing_file_is_named() {
    let checkout = Checkout::few();
    fs::remove_file(checkout.path().join("spec/upstream/bigid-authentication.openapi.yaml")).unwrap();
    assert!(stderr(&checkout.run(&["regen"])).contains("bigid-authentication.openapi.yaml is missing"));
    fs::remove_file(checkout.path().join("spec/upstream/PROVENANCE.yaml")).unwrap();
    assert!(stderr(&checkout.run(&["regen"])).contains("spec/upstream/PROVENANCE.yaml"));
    fs::remove_dir_all(checkout.path().join("spec/domains")).unwrap();
    assert!(stderr(&checkout.run(&["regen"])).contains("spec/domains"));
}

#[test]
fn a_received_document_is_never_edited() {
    let checkout = Checkout::few();
    checkout.edit("spec/upstream/bigid-authentication.openapi.yaml", "BigID Support", "Support");
    let said = stderr(&checkout.run(&["regen"]));
    assert!(said.contains("was changed") && said.contains("10-corrections.yaml"), "{said}");
}

#[test]
fn a_description_never_becomes_a_doctest() {
    let checkout = Checkout::few();
    checkout.edit(
        DOMAIN,
        "description: Maximum number of records.",
        "description: \"Fenced:\\n\\n```rust\\nlet x = ;\\n```\\n\\n    indented <b> [x] */ http://a.example\"",
    );
    assert_eq!(checkout.run(&["regen"]).status.code(), Some(0));
    let client = checkout.read(BUILDERS);
    assert!(client.contains("```text") && !client.contains("```rust") && !client.contains("```ignore"));
    assert!(client.contains(r"\<b\>") && client.contains("<http://a.example>"));
}

#[test]
fn a_wrong_word_is_a_usage_error() {
    let checkout = Checkout::few();
    let output = checkout.run(&["regenerate"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("usage"));
}
