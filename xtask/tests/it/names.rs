//! The names of schemas, which become the names of Rust types: by the rules of `spec/README.md`, and none that a reader
//! takes for another.

use std::collections::BTreeMap;

use serde_json::Value;

const CONTRACT: &str = include_str!("../../../spec/bigid.openapi.json");

/// Words that make no difference between two names.
const SMALL: [&str; 6] = ["a", "an", "and", "by", "of", "the"];

/// Endings that say nothing, or the same as another ending of the rules.
const REFUSED: [&str; 4] = ["Answer", "Answers", "List", "Results"];

fn schemas() -> Vec<String> {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    contract["components"]["schemas"].as_object().unwrap().keys().cloned().collect()
}

/// `CatalogObjectDetails`: `catalog`, `object`, `details`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_lowercase().collect()),
        }
    }
    words
}

/// A word without the endings of plurals and verbs.
fn stem(word: &str) -> String {
    let mut stem = word;
    for ending in ["ies", "ses", "s", "ed", "ing", "y", "e"] {
        if stem.len() > ending.len() + 2 && !stem.ends_with("ss") {
            stem = stem.strip_suffix(ending).unwrap_or(stem);
        }
    }
    stem.to_owned()
}

/// What two names have in common that are taken for each other.
fn sense(name: &str) -> Vec<String> {
    let mut stems: Vec<String> = words(name).iter().filter(|w| !SMALL.contains(&w.as_str())).map(|w| stem(w)).collect();
    stems.sort();
    stems
}

/// Whether one letter more, less or other makes one name of the other.
fn differ_by_one_letter(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let start = left.iter().zip(&right).take_while(|(l, r)| l == r).count();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(l, r)| l == r).count();
    left.len() - end <= 1 && right.len() - end <= 1
}

/// Every pair of names that a reader takes for one another.
fn confusing(names: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut by_sense: BTreeMap<Vec<String>, &String> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(other) = by_sense.insert(sense(name), name) {
            found.push(format!("{other}/{name}"));
        }
        let near = names[..index].iter().filter(|other| differ_by_one_letter(other, name));
        found.extend(near.map(|other| format!("{other}/{name}")));
    }
    found.sort();
    found.dedup();
    found
}

/// Every name with an ending that the rules do not have.
fn refused(names: &[String]) -> Vec<&String> {
    names.iter().filter(|name| REFUSED.iter().any(|ending| name.ends_with(ending))).collect()
}

/// Every schema of a success that is an envelope, and is not called one.
fn unnamed_envelopes(contract: &Value) -> Vec<String> {
    let schemas = contract["components"]["schemas"].as_object().unwrap();
    let envelopes = schemas.iter().filter(|(_, schema)| {
        let has = |field: &str| schema["properties"].get(field).is_some();
        has("statusCode") && has("data")
    });
    envelopes.map(|(name, _)| name.clone()).filter(|name| !name.ends_with("Response")).collect()
}

#[test]
fn no_two_names_can_be_taken_for_one_another() {
    assert_eq!(confusing(&schemas()), Vec::<String>::new());
}

#[test]
fn every_ending_is_one_of_the_rules() {
    assert_eq!(refused(&schemas()), Vec::<&String>::new());
}

#[test]
fn an_envelope_is_a_response() {
    assert_eq!(unnamed_envelopes(&serde_json::from_str(CONTRACT).unwrap()), Vec::<String>::new());
}

#[test]
fn each_kind_of_confusion_is_found() {
    const PAIRS: [[&str; 2]; 10] = [
        ["CatalogObjectDetail", "CatalogObjectDetails"],
        ["DataSource", "DataSources"],
        ["DataCategory", "DataCategories"],
        ["ScannerStatus", "ScannerStatuses"],
        ["ScanStart", "StartedScan"],
        ["CasesByPolicy", "PolicyCase"],
        ["RolePage", "RulePage"],
        ["Tag", "Tags"],
        ["ListTagResponse", "TagListResponse"],
        ["CaseStatusUpdate", "CaseUpdateStatus"],
    ];
    for pair in PAIRS {
        let names = pair.map(str::to_owned);
        assert_eq!(confusing(&names).len(), 1, "{pair:?}");
        assert_eq!(confusing(&[names[0].clone(), "Other".to_owned()]).len(), 0, "{pair:?}");
    }
    assert_eq!(refused(&["MinimizationAnswer".to_owned(), "Minimization".to_owned()]).len(), 1);
}
