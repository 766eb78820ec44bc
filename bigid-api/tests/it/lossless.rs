//! Every declared field of every record, with every kind of JSON: decoding never fails, and encoding gives the same
//! JSON.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bigid_api::types;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const CONTRACT: &str = include_str!("../../../spec/bigid.openapi.json");

fn contract() -> Value {
    serde_json::from_str(CONTRACT).unwrap()
}

/// One value of every type and form, especially those that a strict decoder rejects.
fn kinds() -> Vec<Value> {
    let numbers = [
        json!(0),
        json!(-1),
        json!(1.0),
        json!(1e3),
        json!(0.1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
    ];
    let texts = ["", "2", "yes", "maybe", "true", "2022-12-22T19:04:14.000Z", "\u{0}\u{1f600}"].map(Value::from);
    let others = [
        Value::Null,
        json!(true),
        json!([]),
        json!([null]),
        json!(["a", 1]),
        json!([{}]),
        json!({}),
        json!({ "is_success": "yes", "email": null, "deeper": { "is_success": [] } }),
    ];
    numbers.into_iter().chain(texts).chain(others).collect()
}

fn same_again<T: DeserializeOwned + Serialize>(value: &Value) {
    let record: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"));
    assert_eq!(&serde_json::to_value(&record).unwrap(), value);
    let text = serde_json::to_string(value).unwrap();
    let record: T = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&serde_json::to_string(&record).unwrap()).unwrap(), *value);
}

/// The records of the generated client, by the name of their schema.
macro_rules! records {
    ($($name:ident),* $(,)?) => {
        const RECORDS: &[(&str, fn(&Value))] = &[$((stringify!($name), same_again::<types::$name>)),*];
    };
}

/// The enumerations of the generated client: a text decoded, and shown again.
macro_rules! enumerations {
    ($($name:ident),* $(,)?) => {
        const ENUMERATIONS: &[(&str, fn(&str) -> String)] =
            &[$((stringify!($name), |text| serde_json::from_value::<types::$name>(json!(text)).unwrap().to_string())),*];
    };
}

bigid_contract_harness::each_record!(records);
bigid_contract_harness::each_enumeration!(enumerations);

/// The object schemas that a response can reach.
fn decoded_records(contract: &Value) -> BTreeSet<String> {
    fn references(node: &Value, found: &mut Vec<String>) {
        match node {
            Value::Object(object) => {
                found.extend(
                    object.get("$ref").and_then(Value::as_str).map(|name| name.rsplit('/').next().unwrap().to_owned()),
                );
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(array) => array.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let mut open = Vec::new();
    for item in contract["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            references(&operation["responses"], &mut open);
        }
    }
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            references(&contract["components"]["schemas"][&name], &mut open);
        }
    }
    reached.retain(|name| contract["components"]["schemas"][name]["type"] == "object");
    reached
}

#[test]
fn every_record_of_the_contract_is_tested() {
    let tested: BTreeSet<String> = RECORDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let untested: Vec<_> = decoded_records(&contract()).difference(&tested).cloned().collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn every_declared_field_takes_every_kind_of_json_and_gives_it_back() {
    let contract = contract();
    let mut tried = 0;
    for (name, same_again) in RECORDS {
        let properties = contract["components"]["schemas"][name]["properties"].as_object().unwrap();
        for kind in kinds() {
            for field in properties.keys() {
                same_again(&json!({ field: kind, "not_declared": kind }));
                tried += 1;
            }
            let all: Map<String, Value> = properties.keys().map(|field| (field.clone(), kind.clone())).collect();
            same_again(&Value::Object(all));
        }
    }
    assert!(tried > 1500, "{tried}");
}

#[test]
fn what_fits_is_typed_and_what_does_not_stays() {
    let source: types::DataSource = serde_json::from_value(json!({
        "_id": "5f", "id": "Orders", "enabled": "yes", "last_scan_at": 1_671_638_184_986_i64, "tags": [],
        "owners": ["a", 1], "location": null, "scanWindowName": "None", "connectionStatusTest": { "is_success": true, "last_connection": 1 },
    }))
    .unwrap();
    assert_eq!(source.object_id.as_deref(), Some("5f"));
    assert_eq!(source.id.as_deref(), Some("Orders"));
    assert_eq!(source.enabled, Some(types::YesNo::Yes));
    assert_eq!(source.last_scan_at, Some(1_671_638_184_986));
    assert_eq!(source.tags, Some(Vec::new()));
    assert_eq!(source.connection_status_test.unwrap().is_success, Some(true));
    let mut left: Vec<String> = source.extra.keys().map(Into::into).collect();
    left.sort();
    assert_eq!(left, ["location", "owners", "scanWindowName"]);
}

#[test]
fn every_enumeration_keeps_what_the_contract_does_not_name() {
    for (name, again) in ENUMERATIONS {
        let named = &contract()["components"]["schemas"][name]["enum"];
        for text in named.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).chain(["maybe", ""]) {
            assert_eq!(again(text), text, "{name}");
        }
    }
}

#[test]
fn a_field_that_came_as_null_and_was_set_is_written_once() {
    let mut source: types::DataSource =
        serde_json::from_str(r#"{"name": "a", "location": null, "owners": 1}"#).unwrap();
    source.location = Some("Australia".to_owned());
    assert_eq!(serde_json::to_string(&source).unwrap(), r#"{"location":"Australia","name":"a","owners":1}"#);
}

#[test]
fn an_enumeration_is_open() {
    assert_eq!(types::YesNo::from("yes"), types::YesNo::Yes);
    let maybe: types::YesNo = serde_json::from_value(json!("maybe")).unwrap();
    assert_eq!(maybe.as_str(), "maybe");
    assert_eq!(serde_json::to_value(maybe).unwrap(), "maybe");
}

#[test]
fn debug_shows_no_secret_and_nothing_undeclared() {
    let source: types::DataSource =
        serde_json::from_value(json!({ "name": "shown", "password": "hunter2", "google_service_account_json": "hunter2", "tags": ["hunter2"] })).unwrap();
    let text = format!("{source:?} {source:#?}");
    assert!(
        text.contains("shown") && text.contains("google_service_account_json") && !text.contains("hunter2"),
        "{text}"
    );
    let token: types::TokenResponse = serde_json::from_value(json!({ "systemToken": "hunter2" })).unwrap();
    let request = types::SessionRequest::new("u", "hunter2");
    assert!(!format!("{token:?} {request:?}").contains("hunter2"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Declared names and others.
fn key() -> impl Strategy<Value = String> {
    // A recursive strategy is rebuilt for each value, and reading the contract each time would take minutes.
    static DECLARED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let contract = contract();
        let schemas = contract["components"]["schemas"].as_object().unwrap().values();
        schemas
            .filter_map(|schema| schema["properties"].as_object())
            .flat_map(|fields| fields.keys().cloned())
            .collect()
    });
    prop_oneof![prop::sample::select(DECLARED.as_slice()), ".{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_object_survives_any_record(
        record in prop::sample::select(RECORDS),
        object in prop::collection::btree_map(key(), any_json(), 0..12),
    ) {
        let (_, same_again) = record;
        same_again(&Value::Object(object.into_iter().collect()));
    }
}
