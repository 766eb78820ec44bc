//! What `regen` does without its gate to the traps that are its own: each is an error of the rewrites, or code that does not compile.

use serde_json::{Value, json};

use super::{generator, input, rewrite};
use crate::check::row;

/// What the rewrites make of a trap's example, beside a struct, without which progenitor writes no builders.
fn unguarded(code: &str) -> Result<String, String> {
    let mut document: Value = serde_yaml::from_str(row(code).unwrap().example).unwrap();
    let any = json!({ "type": "object", "properties": { "any": { "type": "string" } }, "additionalProperties": {} });
    document["components"]["schemas"]["Any"] = any;
    let input = input::prepare(&document, std::collections::BTreeSet::new());
    let tokens = generator::unguarded(input.client.clone(), input.httpmock.clone()).unwrap();
    rewrite::rewrite(&tokens, &input).map(|rewritten| rewritten.client).map_err(|error| format!("{error:#}"))
}

#[test]
fn the_rewrites_stop_at_what_a_record_cannot_be() {
    for (code, said) in [
        ("P209", "an error answer without a documented JSON body"),
        ("P417", "has no `extra`"),
        ("P422", "the field tags of Thing must be there"),
        ("P501", "the field name of Thing must be there"),
        ("P506", "has a value that is called as the open variant is"),
        ("P507", "Owner is not a struct with names"),
    ] {
        let error = unguarded(code).expect_err(code);
        assert!(error.contains(said), "{code}: {error}");
    }
}

#[test]
fn what_a_record_cannot_hold_would_not_compile() {
    // None of these types implements `bigid_api::lossless::Field`.
    for (code, field) in [
        ("P502", "pub size: ::std::option::Option<ThingSize>"),
        ("P503", "pub owner: ::std::option::Option<ThingOwner>"),
        ("P504", "pub count: ::std::option::Option<u64>"),
    ] {
        let code_of = unguarded(code).expect(code);
        assert!(code_of.contains(field), "{code}: {code_of}");
    }
    // The records refuse this one already, for want of an `extra`.
    assert!(unguarded("P421").is_err());
}

#[test]
fn a_rust_name_that_is_none_loses_the_name_on_the_wire() {
    assert!(!unguarded("P505").unwrap().contains("rename = \"_id\""));
}

#[test]
fn what_regen_defuses_is_harmless_in_its_code() {
    let open = unguarded("P601").unwrap();
    assert!(open.contains("```text") && !open.contains("/// ```\n    /// curl"), "{open}");
    let plain = unguarded("P602").unwrap();
    assert!(plain.contains(r"Send \<token\>") && plain.contains("<https://example.com/tokens>"), "{plain}");
    let paths: String = unguarded("P314").unwrap().split_whitespace().collect();
    assert!(paths.contains("client.transport.url("), "{paths}");
    assert!(unguarded("P415").unwrap().contains("Unrecognized("));
    assert!(!unguarded("P418").unwrap().contains("no value supplied for extra"));
}
