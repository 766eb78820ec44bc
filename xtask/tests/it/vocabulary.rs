//! What is not understood is refused, with its file and line, before anything is generated. Single nodes are changed by
//! the loop of `xtask/src/regen/mutation_tests.rs`; here is what takes several files, an overlay, or a command to see.
//!
//! This file is long because most of it is one table of mistakes.

use std::fs;

use crate::checkout::{Checkout, DOMAIN, stderr};

const CORRECTIONS: &str = "spec/overlays/10-corrections.yaml";
const CODEGEN: &str = "spec/overlays/20-codegen.yaml";
const AUTHENTICATION: &str = "spec/domains/authentication.yaml";

/// Runs `regen`, which must fail with these words, each finding in a file and at a line.
fn refused(checkout: &Checkout, what: &str, expected: &[&str]) {
    let before = fs::read_to_string(checkout.path().join("bigid-api/src/generated/client.rs")).unwrap();
    let output = checkout.run(&["regen"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{what}: {said}");
    for part in expected {
        assert!(said.contains(part), "{what}: no `{part}` in: {said}");
    }
    let findings = said.lines().filter(|line| line.starts_with("error")).count();
    let places = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> spec/"));
    let lines = places
        .filter(|place| place.split_once(':').is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit())));
    assert_eq!(lines.count(), findings, "{what}: a finding without a line: {said}");
    assert!(findings > 0, "{what}: {said}");
    assert_eq!(
        fs::read_to_string(checkout.path().join("bigid-api/src/generated/client.rs")).unwrap(),
        before,
        "{what}"
    );
}

#[test]
fn what_a_file_says_and_nobody_reads_is_an_error_with_its_line() {
    type Mistake = (&'static str, &'static str, &'static str, &'static [&'static str]);
    let list = "operationId: listDataSources\n";
    let mistakes: [Mistake; 27] = [
        (
            "a key",
            "      parameters:\n        - name: skip",
            "      paramters:\n        - name: skip",
            &["did you mean `parameters`?", "data-sources.yaml:"],
        ),
        (
            "a word of our own",
            "operationId: listDataSourcesLegacy\n",
            "operationId: listDataSourcesLegacy\n      x-pageing: {}\n",
            &["`x-pageing` has no place in an operation", "did you mean"],
        ),
        (
            "a safe create",
            "operationId: createDataSource\n",
            "operationId: createDataSource\n      x-safe: true\n",
            &["`createDataSource` is said to be safe", "data-sources.yaml:"],
        ),
        ("a safe get", list, "operationId: listDataSources\n      x-safe: true\n", &["which its method says already"]),
        (
            "a source that nobody lists",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WKI]",
            &["the source `WKI` is listed nowhere", "did you mean `WIKI`?"],
        ),
        (
            "a count too high",
            "        independent: 6\n",
            "        independent: 7\n",
            &["6 sources are counted as `independent: 7`", "write `independent: 6`"],
        ),
        (
            "a count too low",
            "        independent: 6\n",
            "        independent: 1\n",
            &["6 sources are counted as `independent: 1`", "write `independent: 6`"],
        ),
        (
            "a mark that means nothing",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:seen, DH, ATA, CYB, SGC, WIKI]",
            &["the source `J1:seen` has the mark `seen`", "rec, inferred"],
        ),
        (
            "an inference that counts",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:rec, DH, ATA, CYB, SGC, PLG:inferred]",
            &["6 sources are counted as `independent: 6`", "write `independent: 5, inferred: 1`"],
        ),
        (
            "history that counts",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:rec, DH, ATA, CYB, SGC, MCPh]",
            &["6 sources are counted as `independent: 6`", "write `independent: 5, historical: 1`"],
        ),
        (
            "a client in two states that counts twice",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:rec, DH, ATA, CYB, SGC, J1]",
            &["6 sources are counted as `independent: 6`", "write `independent: 5`"],
        ),
        (
            "a derived description that counts",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:rec, DH, ATA, CYB, SGC, AE]",
            &["6 sources are counted as `independent: 6`", "write `independent: 5`"],
        ),
        (
            "a path from a list of tools",
            "sources: [J1:rec, DH, ATA, CYB, SGC, WIKI]",
            "sources: [J1:rec, DH, ATA, CYB, SGC, PLG]",
            &["GET /ds-connections is said to be in `PLG`, which names tools", "write `PLG:inferred`"],
        ),
        (
            "a merge key",
            list,
            "operationId: listDataSources\n      <<: *missing\n",
            &["a YAML merge key", "data-sources.yaml:"],
        ),
        (
            "a scheme that does not exist",
            "  - SystemToken: []\n",
            "  - SystemTokn: []\n",
            &["`SystemTokn` does not exist", "did you mean `SystemToken`?", "data-sources.yaml:"],
        ),
        (
            "a tag that nobody declares",
            "      tags:\n        - DataSources\n      summary: List data sources",
            "      tags:\n        - DataSource\n      summary: List data sources",
            &["the tag `DataSource` is not declared", "data-sources.yaml:"],
        ),
        (
            "an operation without a tag",
            "      tags:\n        - DataSources\n      summary: List data sources",
            "      summary: List data sources",
            &["listDataSources has 0 tags", "data-sources.yaml:"],
        ),
        (
            "servers of an operation",
            list,
            "operationId: listDataSources\n      servers: [{url: https://a.example}]\n",
            &["`servers` has no place in an operation"],
        ),
        (
            "a reserved query",
            "          description: Number of records to skip.\n",
            "          description: How many.\n          allowReserved: true\n",
            &["`allowReserved` has no place in a parameter"],
        ),
        (
            "a date in the query",
            "        - name: fields\n          in: query\n          description: The fields to return.\n          schema:\n            type: string\n",
            "        - name: fields\n          in: query\n          description: A projection.\n          schema:\n            type: string\n            format: date-time\n",
            &["the format `date-time`", "data-sources.yaml:"],
        ),
        (
            "two paths that are one",
            "  /ds_connections/{name}:\n    get:",
            "  /ds_connections/{id}: {get: {operationId: getOther, tags: [DataSources], summary: Get It, security: *session, x-evidence: {sources: [J1], independent: 1}, parameters: [{name: id, in: path, required: true, description: It., schema: {type: string}, x-evidence: {sources: [J1], independent: 1}}], responses: {'200': {description: It., content: *open}, '401': *unauthorized}}}\n  /ds_connections/{name}:\n    get:",
            &["are one path"],
        ),
        (
            "JSON as the response to HEAD",
            "  /ds_connections:\n    get:\n      operationId: listDataSourcesLegacy",
            "  /ds_connections:\n    head:\n      operationId: listDataSourcesLegacy",
            &["`head` has no place in a path"],
        ),
        (
            "a required property that is not declared",
            "    ListDataSourcesResponse:\n",
            "    Wrong: {type: object, required: [other], properties: {name: {type: string}}}\n    ListDataSourcesResponse:\n",
            &["`other` is required and not declared"],
        ),
        (
            "a parameter twice",
            "        - name: limit\n",
            "        - {name: skip, in: query, description: Again., schema: {type: string}, x-evidence: {sources: [J1], independent: 1}}\n        - name: limit\n",
            &["the parameter `skip` of listDataSources occurs twice"],
        ),
        (
            "a form",
            "          application/json:\n            schema: {$ref: '#/components/schemas/DataSourceBody'}",
            "          application/x-www-form-urlencoded:\n            schema: {$ref: '#/components/schemas/DataSourceBody'}",
            &["the body of createDataSource does not fit into a form"],
        ),
        (
            "an anchor that nobody uses",
            "x-session: &session",
            "x-saved: &saved {a: 1}\nx-session: &session",
            &["`x-saved` holds no part that an alias repeats"],
        ),
        (
            "a part that nobody uses",
            "components:\n",
            "components:\n  responses: {Gone: {description: Gone.}}\n",
            &["nothing refers to `Gone`"],
        ),
    ];
    for (what, from, to, expected) in mistakes {
        let checkout = Checkout::few();
        checkout.edit(DOMAIN, from, to);
        refused(&checkout, what, expected);
    }
}

#[test]
fn a_file_that_is_not_read_is_named() {
    for name in [
        "spec/domains/more.yml",
        "spec/domains/more/data.yaml",
        "spec/overlays/30-more.yml",
        "spec/overlays/30-more.overlay",
        "spec/upstream/notes.txt",
        "spec/domain/more.yaml",
        "spec/more.yaml",
    ] {
        let checkout = Checkout::few();
        let path = checkout.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "openapi: 3.0.3\n").unwrap();
        refused(&checkout, name, &["that is not read"]);
    }
    let checkout = Checkout::few();
    fs::remove_file(checkout.path().join("spec/README.md")).unwrap();
    refused(&checkout, "no list of sources", &["the list of sources cannot be read"]);
}

#[test]
fn parameters_of_a_path_are_not_given_to_the_operations_of_another_file() {
    let checkout = Checkout::few();
    let shared = "  /ds-connections:\n    parameters: [{name: who, in: query, description: Who., schema: {type: string}, x-evidence: {sources: [J1], independent: 1}}]\n";
    checkout.edit(AUTHENTICATION, "components:\n", &format!("{shared}components:\n"));
    refused(
        &checkout,
        "shared parameters",
        &["would take the parameters that spec/domains/authentication.yaml gives", "authentication.yaml:"],
    );
}

/// An action at the end of an overlay.
fn act(checkout: &Checkout, file: &str, target: &str, change: &str) {
    let text = checkout.read(file);
    let source = if file == CODEGEN { "'progenitor 0.15.1: x'" } else { "J1" };
    let action = format!(
        "  - target: {target}\n    description: Because.\n    x-evidence: {{sources: [{source}], independent: 1}}\n    {change}\n"
    );
    checkout.write(file, &format!("{}\n{action}", text.trim_end()));
}

#[test]
fn an_overlay_says_one_thing_of_each_value_and_takes_no_evidence_away() {
    let get = "$.paths['/ds-connections'].get";
    let cases: [(&str, &str, &str, &str, &[&str]); 12] = [
        (
            "an idle leaf",
            CORRECTIONS,
            get,
            "update: {summary: List data sources, description: New.}",
            &["this part of the action changes nothing", "10-corrections.yaml:"],
        ),
        (
            "an idle item",
            CORRECTIONS,
            get,
            "update: {tags: [DataSources]}",
            &["this part of the action changes nothing"],
        ),
        (
            "two actions over one value",
            CORRECTIONS,
            "$.info",
            "update: {title: Another}",
            &["two actions over one value", "#/info/title"],
        ),
        ("evidence removed", CORRECTIONS, &format!("{get}['x-evidence']"), "remove: true", &["takes evidence away"]),
        (
            "sources removed",
            CORRECTIONS,
            &format!("{get}['x-evidence'].sources[0]"),
            "remove: true",
            &["takes evidence away"],
        ),
        (
            "a source replaced",
            CORRECTIONS,
            &format!("{get}['x-evidence'].sources[0]"),
            "update: DH",
            &["takes evidence away"],
        ),
        (
            "a lower count",
            CORRECTIONS,
            &format!("{get}['x-evidence']"),
            "update: {independent: 2}",
            &["takes evidence away"],
        ),
        (
            "a contract changed for the generator",
            CODEGEN,
            get,
            "update: {operationId: listThem}",
            &["the codegen layer changes the contract", "20-codegen.yaml:"],
        ),
        (
            "a schema opened for the generator",
            CODEGEN,
            "$.components.schemas.DataSource",
            "update: {additionalProperties: {}}",
            &["the codegen layer changes the contract"],
        ),
        (
            "an unknown key",
            CORRECTIONS,
            get,
            "update: {x-save: true}",
            &["`x-save` has no place in an operation", "10-corrections.yaml:"],
        ),
        (
            "a name in Rust as a fact",
            CORRECTIONS,
            "$.components.schemas.DataSource.properties.name",
            "update: {x-rust-name: title}",
            &["`x-rust-name` has no place", "10-corrections.yaml:"],
        ),
        (
            "a source that nobody lists",
            CORRECTIONS,
            get,
            "update: {x-evidence: {sources: [NOBODY]}}",
            &["NOBODY", "listed nowhere", "10-corrections.yaml:"],
        ),
    ];
    for (what, file, target, change, expected) in cases {
        let checkout = Checkout::few();
        act(&checkout, file, target, change);
        refused(&checkout, what, expected);
    }
    let checkout = Checkout::few();
    checkout.edit(CODEGEN, "x-applies-to: codegen", "x-applies-to: contract");
    refused(&checkout, "the codegen layer as facts", &["not of the layer that its name says", "20-codegen.yaml:"]);
    let checkout = Checkout::few();
    let text = checkout.read(CORRECTIONS);
    let more = text.split("actions:").next().unwrap().to_owned() + "actions:\n";
    checkout.write("spec/overlays/15-more.yaml", &more);
    act(&checkout, "spec/overlays/15-more.yaml", "$.info", "update: {title: Another}");
    refused(&checkout, "two overlays over one value", &["another overlay has changed #/info/title", "15-more.yaml:"]);
}

#[test]
fn a_trap_is_blamed_on_the_file_and_the_action_that_made_it() {
    for (what, target, change, expected) in [
        ("a value", "$.paths['/ds-connections'].get", "update: {operationId: createSession}", "P102"),
        ("a schema", "$.components.schemas.DataSource.properties.name", "update: {format: colour}", "`format`"),
        ("a removal", "$.components.schemas.DataSourcePage", "remove: true", "leads nowhere"),
        (
            "what is lacking",
            "$.paths['/ds_connections/{name}'].get.parameters[0].required",
            "remove: true",
            "is not required",
        ),
    ] {
        let checkout = Checkout::few();
        act(&checkout, CORRECTIONS, target, change);
        let line = checkout.read(CORRECTIONS).lines().count();
        let lines = [line - 3, line - 2, line - 1, line].map(|line| format!("10-corrections.yaml:{line} "));
        let output = checkout.run(&["regen"]);
        let said = stderr(&output);
        assert!(said.contains(expected) && lines.iter().any(|at| said.contains(at)), "{what}: {said}");
        refused(&checkout, what, &[]);
    }
    let checkout = Checkout::few();
    checkout.edit(DOMAIN, "info:\n  title: Data sources\n", "info:\n  titel: Data sources\n");
    refused(&checkout, "info", &["did you mean `title`?", "data-sources.yaml:"]);
}
