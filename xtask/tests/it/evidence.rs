//! Rules for the evidence in `spec/`: each source is explained, each parameter has a source, each name follows the
//! rule.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

const CONTRACT: &str = include_str!("../../../spec/bigid.openapi.json");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const EVIDENCE: &str = include_str!("../../../bigid-api/src/generated/evidence.md");
const README: &str = include_str!("../../../spec/README.md");

fn contract() -> Value {
    serde_json::from_str(CONTRACT).unwrap()
}

fn operations(contract: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = contract["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.collect()
}

#[test]
fn every_parameter_is_known_to_somebody_and_described() {
    for (path, method, operation) in operations(&contract()) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["x-evidence"]["sources"].is_array(), "{method} {path}: {parameter}");
            assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
        }
        let templates = path.matches('{').count();
        let given = operation["parameters"].as_array().into_iter().flatten().filter(|given| given["in"] == "path");
        assert_eq!(given.count(), templates, "{method} {path}");
    }
}

#[test]
fn every_domain_has_a_module_with_an_example() {
    const MODULES: &str = include_str!("../../../bigid-api/src/domains.rs");
    let tags = contract()["tags"].as_array().unwrap().len();
    let parts: Vec<&str> = MODULES.split("#[doc = include_str!(\"generated/domains/").skip(1).collect();
    assert_eq!(parts.len(), tags);
    for part in parts {
        let (name, rest) = part.split_once(".md\")]").unwrap();
        assert!(rest.contains("/// # Ok(())\n") && rest.contains(&format!("pub mod {name} {{}}")), "{name}");
        assert!(Path::new(&format!("{ROOT}/bigid-api/src/generated/domains/{name}.md")).exists(), "{name}");
    }
}

#[test]
fn every_name_follows_the_rule() {
    const BY_METHOD: [(&str, &[&str]); 5] = [
        ("get", &["list", "get", "count", "export", "exchange"]),
        (
            "post",
            &[
                "query", "search", "count", "create", "start", "test", "analyze", "assign", "export", "refresh",
                "update", "exchange",
            ],
        ),
        ("put", &["update"]),
        ("patch", &["update", "assign"]),
        ("delete", &["delete", "detach"]),
    ];
    let contract = contract();
    for (path, method, operation) in operations(&contract) {
        let id = operation["operationId"].as_str().unwrap();
        let verb: String = id.chars().take_while(char::is_ascii_lowercase).collect();
        let (_, verbs) = BY_METHOD.iter().find(|(known, _)| *known == method).unwrap();
        assert!(verbs.contains(&verb.as_str()), "{method} {path}: {id}");
        let reads = ["query", "search", "count", "export"].contains(&verb.as_str()) && method == "post";
        assert_eq!(operation["x-safe"] == true, reads, "{id}");
        let success = operation["responses"].as_object().unwrap().iter().find(|(status, _)| status.starts_with('2'));
        let content = success.unwrap().1["content"].as_object();
        let raw = content.is_some_and(|content| !content.contains_key("application/json"));
        assert!(!raw || verb == "export" || ["getDsarShortReport", "getAppPublicKey"].contains(&id), "{id}");
    }
}

#[test]
fn the_tables_count_every_operation_and_nothing_left_out_is_in() {
    let contract = contract();
    let tags: BTreeSet<&str> =
        operations(&contract).iter().map(|(_, _, operation)| operation["tags"][0].as_str().unwrap()).collect();
    for tag in tags {
        let all = operations(&contract);
        let count = all.iter().filter(|(_, _, operation)| operation["tags"][0] == tag).count();
        assert!(EVIDENCE.contains(&format!("| {tag} | {count} |")), "{tag} has {count}");
    }
    let all = operations(&contract).len();
    let rows = EVIDENCE.lines().take_while(|line| !line.is_empty()).skip(2).map(|row| {
        let cells: Vec<usize> = row.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        assert_eq!(cells[0], cells[1..].iter().sum::<usize>(), "{row}");
        (row.starts_with("| all |"), cells[0])
    });
    let front_page = include_str!("../../../README.md");
    let numbers: Vec<usize> = rows.clone().map(|(_, count)| count).filter(|count| *count > 0).collect();
    let sentence = front_page.split("- **Evidence**").nth(1).unwrap().split("\n- ").next().unwrap();
    let said: BTreeSet<usize> = sentence.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    assert!(
        numbers.iter().all(|number| said.contains(number)),
        "README.md says {sentence}, and the counts are {numbers:?}"
    );
    let (total, kinds): (Vec<_>, Vec<_>) = rows.partition(|(is_total, _)| *is_total);
    assert_eq!(total, [(true, all)]);
    assert_eq!(kinds.iter().map(|(_, count)| count).sum::<usize>(), all);
    let left_out = README.split("## What is left out").nth(1).unwrap();
    for (path, method, _) in operations(&contract) {
        assert!(!left_out.contains(&format!("`{} {path}`", method.to_uppercase())), "{method} {path}");
    }
}

/// The operations that the second reading of the sources found, which the contract had not: with BigID's own or a
/// working client's code, and six by a rule of naming.
const FOUND_LATER: [&str; 42] = [
    "POST /data-catalog/tags",
    "GET /data-catalog/tags/{}",
    "PUT /data-catalog/tags/{}",
    "DELETE /data-catalog/tags/{}",
    "DELETE /data-catalog/manual-fields/tags",
    "GET /compliance-rules/{}",
    "PUT /compliance-rules/{}",
    "GET /system_users",
    "GET /system_users/{}",
    "GET /roles/rbac/user-permissions",
    "GET /scopes",
    "GET /access-management/scopes",
    "PUT /scopes/{}",
    "GET /id_connections/{}",
    "POST /sar/profiles",
    "GET /sar/profiles/{}",
    "DELETE /sar/profiles/{}",
    "POST /sar/profiles/{}/connections",
    "POST /sar/profiles/{}/fields",
    "GET /sar/config",
    "GET /data-catalog/system-attributes",
    "POST /generic-ds-queries",
    "POST /pii-records/grouped-by-objects",
    "POST /tasks/tpa-notifications",
    "GET /tpa",
    "DELETE /tpa/{}/storage/key/{}",
    "POST /tpa/executions/{}/attachment",
    "POST /token-exchange",
    "GET /tenant-service/applications/registrations",
    "POST /bi-events",
    "GET /saved-queries",
    "POST /saved-queries",
    "DELETE /saved-queries/{}",
    "GET /scan-result/stream/json/full",
    "GET /credentials/{}",
    "GET /piiRecords/objects",
    "PATCH /actionable-insights/cases/{}",
    "POST /actionable-insights/cases/{}:{}",
    "GET /actionable-insights/top-critical-cases",
    "GET /actionable-insights/cases-by-severity",
    "GET /actionable-insights/cases-metadata",
    "GET /tpa/ids",
];

/// A method and a path without the names of its parameters.
fn shape(method: &str, path: &str) -> String {
    let pieces: Vec<&str> =
        path.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest)).collect();
    format!("{} {}", method.to_uppercase(), pieces.join("{}"))
}

#[test]
fn what_was_found_later_is_described_or_left_out_with_a_reason() {
    let contract = contract();
    let described: BTreeSet<String> =
        operations(&contract).into_iter().map(|(path, method, _)| shape(method, path)).collect();
    let left_out = README.split("## What is left out").nth(1).unwrap();
    let rows = left_out.lines().filter_map(|line| line.strip_prefix("| `"));
    let with_reason: BTreeSet<String> = rows
        .filter(|row| row.split('|').nth(2).is_some_and(|why| !why.trim().is_empty()))
        .filter_map(|row| row.split('`').next()?.split_once(' '))
        .map(|(method, path)| shape(method, path))
        .collect();
    assert!(with_reason.len() > 40, "{with_reason:?}");
    for found in FOUND_LATER {
        assert_ne!(described.contains(found), with_reason.contains(found), "{found}");
    }
}

#[test]
fn an_open_response_says_why() {
    let contract = contract();
    for (path, method, operation) in operations(&contract) {
        let responses = operation["responses"].as_object().unwrap();
        let is_open = responses.values().any(|response| {
            response["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/AnyJson"
        });
        let description = operation["description"].as_str().unwrap_or_default();
        let says_why =
            ["No source", "no source", "is open", "any JSON"].iter().any(|words| description.contains(words));
        assert!(!is_open || says_why, "{method} {path}: {description}");
    }
}

/// The fields of each schema of the third party's derived description, where this project has the same operation.
const DERIVED: [&[&str]; 7] = [
    &["id", "name", "description"],
    &["profileId", "userValues", "skipAlertOnNoData"],
    &["attributeName", "attributeValue"],
    &["requestId"],
    &["status"],
    &["status", "progress"],
    &["id", "name", "dataSourceList", "scanTemplateId", "active", "isCustomScanProfile", "schedule"],
];

/// The parameters that only that description has.
const DERIVED_PARAMETERS: [(&str, &str); 5] = [
    ("listDsarAttributes", "profile_id"),
    ("listSimilarColumns", "cluster_id"),
    ("getDsarShortReport", "format"),
    ("listClusters", "filter"),
    ("listClusters", "limit"),
];

#[test]
fn what_equals_the_derived_description_field_for_field_is_said_to_be_from_it() {
    let contract = contract();
    let sources = |node: &Value| -> Vec<String> {
        let sources = node["x-evidence"]["sources"].as_array().unwrap();
        sources.iter().map(|source| source.as_str().unwrap().to_owned()).collect()
    };
    for (name, schema) in contract["components"]["schemas"].as_object().unwrap() {
        let Some(properties) = schema["properties"].as_object() else { continue };
        let fields: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let is_theirs = DERIVED.iter().any(|derived| fields == derived.iter().copied().collect());
        let says_wiki = schema.get("x-evidence").is_some() && sources(schema) == ["WIKI"];
        assert!(!is_theirs || !says_wiki, "{name} is the derived description's: say `sources: [AE]`");
    }
    for (id, name) in DERIVED_PARAMETERS {
        let all = operations(&contract);
        let (_, _, operation) = all.iter().find(|(_, _, operation)| operation["operationId"] == id).unwrap();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["name"] == name) {
            assert_ne!(
                sources(parameter),
                ["WIKI"],
                "{name} of {id} is the derived description's: say `sources: [AE]`"
            );
        }
    }
}
