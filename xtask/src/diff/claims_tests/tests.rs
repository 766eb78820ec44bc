//! The claims, compared with the vocabulary and tried at every place of a complete contract.
//!
//! This file is long because it contains that contract.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Claim, fixture, table::ROWS};
use crate::diff::kind::ChangeKind;
use crate::diff::report::Report;
use crate::diff::side::Side;
use crate::spec::test_places::{self, ValueKind};
use crate::spec::{Layer, escape, senseless, violations};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    Added,
    Removed,
    Changed,
}

/// The objects that a row covers.
fn is_of(row: &str, object: &str) -> bool {
    row == object || row == "schema" && object.starts_with("schema ")
}

fn claim(object: &str, key: &str, edit: Edit) -> Option<Claim> {
    // A row for one object goes before the row for all schemas.
    let exact = ROWS.iter().find(|row| row.object == object && row.key == key);
    let row = exact.or_else(|| ROWS.iter().find(|row| is_of(row.object, object) && row.key == key))?;
    Some(match edit {
        Edit::Added => row.added,
        Edit::Removed => row.removed,
        Edit::Changed => row.changed,
    })
}

#[test]
fn every_key_of_the_vocabulary_is_claimed_and_no_other() {
    let keys = test_places::keys();
    for (object, key) in &keys {
        assert!(
            claim(object, key, Edit::Added).is_some(),
            "nobody claims `{key}` of {object}: add it to the table of claims"
        );
    }
    for row in ROWS {
        let is_known = keys.iter().any(|(object, key)| is_of(row.object, object) && row.key == *key);
        assert!(is_known, "`{}` of {} is claimed and not in the vocabulary", row.key, row.object);
    }
    let names: BTreeSet<(&str, &str)> = ROWS.iter().map(|row| (row.object, row.key)).collect();
    assert_eq!(names.len(), ROWS.len(), "a key is claimed twice");
}

/// Reads a contract; `None` if it is rejected before any comparison.
fn side(contract: &Value, with_check: bool) -> Option<Side> {
    let fine = violations(contract, Layer::Codegen, &|_| false).is_empty() && senseless(contract).is_empty();
    let side = fine.then(|| Side::of("a", contract.clone()).ok()).flatten();
    side.filter(|_| !with_check || crate::check::refusals(contract).is_empty())
}

/// The keys that the model accepts in some places, although the check of the whole document rejects them.
const CHECKED: [&str; 8] =
    ["$ref", "responses", "parameters", "requestBodies", "discriminator", "allOf", "anyOf", "oneOf"];

/// The fixture has each object under each key that allows it; where it has none, a contract must not have it either.
#[test]
fn the_contract_that_has_everything_has_every_object_at_every_place() {
    let contract = fixture::contract();
    assert_eq!(crate::check::refusals(&contract), [""; 0]);
    assert!(side(&contract, true).is_some(), "{:?}", Side::of("a", contract.clone()).err());
    let found = test_places::found(&contract);
    for (object, key, child, example) in test_places::edges() {
        if found.iter().any(|one| one.under == (object, key) && one.object == child) {
            continue;
        }
        for home in found.iter().filter(|one| one.under == (object, key)) {
            let mut changed = contract.clone();
            *changed.pointer_mut(&home.pointer).unwrap() = example.clone();
            assert!(
                side(&changed, true).is_none(),
                "the fixture has no {child} under `{key}` of {object}, at {}",
                home.pointer
            );
        }
    }
}

/// Every edit of the value under a key: adding, removing or replacing it.
fn edits(contract: &Value, pointer: &str, key: &str, sort: ValueKind) -> Vec<(Edit, Value)> {
    let object = contract.pointer(pointer).unwrap();
    let there = object.get(key);
    let edit = |change: &dyn Fn(&mut Map<String, Value>)| {
        let mut changed = contract.clone();
        change(changed.pointer_mut(pointer).unwrap().as_object_mut().unwrap());
        changed
    };
    let mut edits = Vec::new();
    if there.is_some() {
        edits.push((Edit::Removed, edit(&|object| drop(object.remove(key)))));
    }
    let kind = if there.is_some() { Edit::Changed } else { Edit::Added };
    for value in others(contract, pointer, key, sort, there) {
        if there != Some(&value) {
            edits.push((kind, edit(&|object| drop(object.insert(key.to_owned(), value.clone())))));
        }
    }
    edits
}

/// Other values for a key.
fn others(contract: &Value, pointer: &str, key: &str, sort: ValueKind, there: Option<&Value>) -> Vec<Value> {
    let known = || json!({ "sources": ["MCP"], "independent": 1 });
    let string = || json!({ "type": "string" });
    match (key, sort) {
        ("$ref", _) => references(contract, there.and_then(Value::as_str).unwrap_or_default()),
        ("x-evidence", _) => vec![known()],
        ("x-paging", _) => vec![json!({ "key": ["day"], "total": null, "sort": null, "x-evidence": known() })],
        ("operationId", _) => vec![json!("quiteAnotherName")],
        ("name", ValueKind::Other) => vec![json!("quite_another")],
        ("x-rust-name", _) => vec![json!("quite_another")],
        ("nullable" | "deprecated" | "x-safe", _) => vec![json!(true)],
        ("additionalProperties", ValueKind::Other) => vec![json!(true), json!({})],
        ("additionalProperties", _) => vec![json!({ "type": "boolean" }), json!({ "type": "string" })],
        ("default", _) => vec![json!(7), json!("seven")],
        ("oneOf", _) => {
            vec![json!([string(), { "type": "array", "items": string() }]), json!([string(), { "type": "integer" }])]
        }
        ("allOf" | "anyOf", _) => vec![json!([string()])],
        ("not" | "discriminator", _) => vec![string()],
        ("security", _) => vec![json!([]), json!([{ "Unused": [] }]), json!([{ "SystemToken": [] }, { "Unused": [] }])],
        ("servers", _) => vec![json!([{ "url": "https://third.example" }])],
        ("contact", _) => vec![json!({ "name": "Other" })],
        ("license", _) => vec![json!({ "name": "Other" })],
        ("tags", _) if pointer.is_empty() => {
            let tags = [
                json!({ "name": "Things", "description": "All things." }),
                json!({ "name": "Third", "description": "T." }),
            ];
            vec![json!(tags)]
        }
        ("tags", _) => vec![json!(["Others"])],
        ("get" | "put" | "post" | "delete" | "patch", _) => {
            let mut operation = contract["paths"]["/word"]["get"].clone();
            operation["operationId"] = json!("quiteAnotherOperation");
            vec![operation]
        }
        ("paths", _) => {
            let mut paths = contract["paths"].clone();
            paths["/another"]["get"] = paths["/word"]["get"].clone();
            paths["/another"]["get"]["operationId"] = json!("quiteAnotherOperation");
            vec![paths]
        }
        ("parameters", ValueKind::List) => {
            let mut list = there.cloned().unwrap_or(json!([]));
            list.as_array_mut().unwrap().push(json!({ "name": "added", "in": "query", "schema": string() }));
            let shorter = there.and_then(Value::as_array).map(|list| json!(list[1..]));
            [Some(list), shorter].into_iter().flatten().collect()
        }
        ("requestBody", _) => vec![
            json!({ "$ref": "#/components/requestBodies/Other" }),
            json!({ "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Open" } } } }),
        ],
        ("responses", ValueKind::Named) if pointer.starts_with("/paths") => {
            with_and_without(there, "404", &json!({ "description": "None." }))
        }
        ("content", _) => vec![
            json!({ "text/plain": { "schema": { "type": "string", "format": "binary" } } }),
            json!({ "application/json": { "schema": { "$ref": "#/components/schemas/ThingList" } } }),
        ],
        ("properties", _) => with_and_without(there, "added", &string()),
        ("schemas" | "responses" | "parameters" | "requestBodies" | "securitySchemes", _) => {
            let example =
                there.and_then(Value::as_object).and_then(|all| all.values().next_back()).cloned().unwrap_or_default();
            with_and_without(there, "Added", &example)
        }
        ("variables", _) => vec![json!({ "tenant": { "default": "u" } })],
        ("components" | "info", _) => Vec::new(),
        ("required", ValueKind::List) => {
            let first =
                contract.pointer(pointer).and_then(|object| object["properties"].as_object()?.keys().next().cloned());
            vec![json!([]), json!([first.unwrap_or_default()])]
        }
        ("enum" | "sources", _) => {
            let mut list = there.and_then(Value::as_array).cloned().unwrap_or_default();
            let shorter = json!(list.iter().skip(1).collect::<Vec<_>>());
            list.push(json!("MCP"));
            vec![json!(list), shorter]
        }
        ("schema" | "items", _) => vec![
            string(),
            json!({ "type": "integer" }),
            json!({ "$ref": "#/components/schemas/Thing" }),
            json!({ "$ref": "#/components/schemas/Failure" }),
        ],
        (_, ValueKind::Text) => vec![json!("quite another text")],
        (_, ValueKind::Flag) => vec![json!(true), json!(false)],
        (_, ValueKind::Number) => {
            let number = there.and_then(Value::as_u64).unwrap_or(3);
            vec![json!(number + 1), json!(number.saturating_sub(1))]
        }
        (_, ValueKind::Words(words)) => words.iter().map(|word| json!(word)).collect(),
        (key, sort) => panic!("no other value is known for `{key}` at {pointer}, which is {sort:?}"),
    }
}

/// The mapping with one more member, and with each member removed.
fn with_and_without(there: Option<&Value>, name: &str, member: &Value) -> Vec<Value> {
    let there = there.cloned().unwrap_or(json!({}));
    let mut more = there.clone();
    more[name] = member.clone();
    let mut all = vec![more];
    for name in there.as_object().into_iter().flat_map(Map::keys) {
        let mut less = there.clone();
        less.as_object_mut().unwrap().remove(name);
        all.push(less);
    }
    all
}

/// References to everything else of the same kind.
fn references(contract: &Value, there: &str) -> Vec<Value> {
    let kind = there.rsplit_once('/').map_or("", |(kind, _)| kind);
    let all = contract.pointer(kind.trim_start_matches('#')).and_then(Value::as_object);
    all.into_iter().flat_map(Map::keys).map(|name| json!(format!("{kind}/{}", escape(name)))).collect()
}

/// The edits that were tried for one claim.
#[derive(Default)]
struct Tried {
    refused: usize,
    silent: Vec<String>,
    told: Vec<(String, BTreeSet<ChangeKind>)>,
}

/// Tries every edit at every place.
fn tried() -> BTreeMap<(&'static str, &'static str, Edit), Tried> {
    let contract = fixture::contract();
    let old = side(&contract, true).unwrap();
    let mut tried: BTreeMap<_, Tried> = BTreeMap::new();
    for place in test_places::found(&contract) {
        for (key, sort) in &place.keys {
            for (edit, changed) in edits(&contract, &place.pointer, key, *sort) {
                let here = tried.entry((place.object, *key, edit)).or_default();
                let at = format!("{}/{key}", place.pointer);
                let is_checked = CHECKED.contains(key) || *key == "not" || place.object == "API key";
                let Some(new) = side(&changed, is_checked) else {
                    here.refused += 1;
                    continue;
                };
                let report = Report::new(&old, &new);
                let kinds: BTreeSet<ChangeKind> =
                    report.changes.iter().flat_map(|change| &change.notes).map(|note| note.kind).collect();
                if report.changes.is_empty() { here.silent.push(at) } else { here.told.push((at, kinds)) }
            }
        }
    }
    tried
}

#[test]
fn every_edit_at_every_place_is_what_its_claim_says() {
    let tried = tried();
    let mut wrong = Vec::new();
    let (mut told, mut silent, mut refused) = (0, 0, 0);
    for (object, key) in test_places::keys() {
        for edit in [Edit::Added, Edit::Removed, Edit::Changed] {
            let nothing = Tried::default();
            let here = tried.get(&(object, key, edit)).unwrap_or(&nothing);
            told += here.told.len();
            silent += here.silent.len();
            refused += here.refused;
            let name = format!("`{key}` of {object}, {edit:?}");
            let claim = claim(object, key, edit).unwrap();
            let unlike = |kinds: &[ChangeKind]| -> Vec<String> {
                let is_other =
                    |(_, told): &&(String, BTreeSet<ChangeKind>)| !kinds.iter().any(|kind| told.contains(kind));
                here.told.iter().filter(is_other).map(|(at, told)| format!("{at} is told as {told:?}")).collect()
            };
            match claim {
                Claim::Told(kinds) | Claim::Partly(kinds, _) if here.told.is_empty() => {
                    wrong.push(format!(
                        "{name}: claimed as {kinds:?} and never told ({} refused, silent {:?})",
                        here.refused, here.silent
                    ));
                }
                Claim::Told(kinds) => {
                    wrong.extend(here.silent.iter().map(|at| format!("{name}: silent at {at}")));
                    wrong.extend(unlike(kinds).into_iter().map(|one| format!("{name}: {one}, not {kinds:?}")));
                }
                Claim::Partly(kinds, why) => {
                    wrong.extend(unlike(kinds).into_iter().map(|one| format!("{name}: {one}, not {kinds:?}")));
                    if here.silent.is_empty() {
                        wrong.push(format!("{name}: the waiver ({why}) is stale, every edit is told"));
                    }
                }
                Claim::Waived(why) => {
                    let stale = here
                        .told
                        .iter()
                        .map(|(at, told)| format!("{name}: the waiver ({why}) is stale, {at} is told as {told:?}"));
                    wrong.extend(stale);
                    if here.silent.is_empty() {
                        wrong.push(format!("{name}: waived and never tried ({} refused)", here.refused));
                    }
                }
                Claim::Refused(why) => {
                    let passed = here.silent.iter().chain(here.told.iter().map(|(at, _)| at));
                    wrong.extend(passed.map(|at| format!("{name}: said to be refused ({why}), and is not at {at}")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), told + silent + refused, wrong.join("\n"));
    println!("{told} edits told, {silent} waived, {refused} refused");
    assert!(told > 1000, "{told}");
}

#[test]
fn every_kind_of_change_is_claimed() {
    let claimed: BTreeSet<ChangeKind> = ROWS
        .iter()
        .flat_map(|row| [row.added, row.removed, row.changed])
        .flat_map(|claim| match claim {
            Claim::Told(kinds) | Claim::Partly(kinds, _) => kinds.to_vec(),
            Claim::Waived(_) | Claim::Refused(_) => Vec::new(),
        })
        .collect();
    let compound: BTreeSet<ChangeKind> = COMPOUND.iter().map(|(kind, _)| *kind).collect();
    // A consequence of another change has no separate key.
    let is_claimed =
        |kind: &ChangeKind| claimed.contains(kind) || compound.contains(kind) || *kind == ChangeKind::Consequence;
    let unclaimed: Vec<&ChangeKind> = ChangeKind::ALL.iter().filter(|kind| !is_claimed(kind)).collect();
    assert!(unclaimed.is_empty(), "{unclaimed:?}");
    let old = side(&fixture::contract(), true).unwrap();
    for (kind, edit) in COMPOUND {
        let mut changed = fixture::contract();
        edit(&mut changed);
        let new = side(&changed, true)
            .unwrap_or_else(|| panic!("{kind} is refused: {:?}", Side::of("a", changed.clone()).err()));
        let report = Report::new(&old, &new);
        let told: Vec<ChangeKind> =
            report.changes.iter().flat_map(|change| &change.notes).map(|note| note.kind).collect();
        assert!(told.contains(kind), "{kind}: {told:?}");
        assert!(
            !told.contains(&ChangeKind::OperationRemoved) && !told.contains(&ChangeKind::SchemaRemoved),
            "{kind}: {told:?}"
        );
    }
}

/// An edit of more than one key.
type Compound = (ChangeKind, fn(&mut Value));

/// Changes that need more than one key: a move, or two keys that change together.
const COMPOUND: &[Compound] = &[
    (ChangeKind::MethodChanged, |contract| take(contract, "/paths/~1others", "put", "/paths/~1others", "patch")),
    (ChangeKind::PathChanged, |contract| {
        contract["paths"]["/another"] = json!({});
        take(contract, "/paths/~1word", "get", "/paths/~1another", "get");
    }),
    (ChangeKind::ParameterOrder, |contract| {
        contract["paths"]["/things"]["get"]["parameters"].as_array_mut().unwrap().swap(1, 3);
    }),
    (ChangeKind::SchemaRenamed, |contract| {
        take(contract, "/components/schemas", "ThingList", "/components/schemas", "ThingEnvelope");
        let text = contract.to_string().replace("#/components/schemas/ThingList", "#/components/schemas/ThingEnvelope");
        *contract = serde_json::from_str(&text).unwrap();
    }),
    (ChangeKind::FieldRenamed, |contract| {
        let fields = "/components/schemas/Thing/properties";
        take(contract, fields, "names", fields, "namesOf");
    }),
    (ChangeKind::SchemeChanged, |contract| {
        contract["components"]["securitySchemes"]["SystemToken"] = json!({ "type": "http", "scheme": "bearer" });
    }),
];

/// Moves a member from one object to another.
fn take(contract: &mut Value, from: &str, name: &str, to: &str, other: &str) {
    let member = contract.pointer_mut(from).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    contract.pointer_mut(to).unwrap()[other] = member;
}
