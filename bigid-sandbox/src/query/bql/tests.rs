//! The meaning of queries, and rejected queries.

use super::parser::{MAX_DEPTH, MAX_TERMS};
use super::*;
use crate::query::Record;
use serde_json::json;

const NOW_MS: i64 = 1_700_000_000_000;

fn holds(text: &str) -> bool {
    let object = json!({
        "source": "Orders \"North\"", "total_pii_count": 12, "open_access": "Yes", "was_scanned": true,
        "attribute": ["Email", "Last Name"], "scanDate": "2023-11-14T20:00:00.000Z", "owner": null,
        "acl": {"rights": "read"},
    });
    let record = Record::from_object(object.as_object().unwrap());
    Bql::parse(text, NOW_MS).unwrap_or_else(|error| panic!("{text}: {error}")).matches(&record)
}

#[test]
fn each_form_means_what_it_says() {
    for (text, expected) in [
        (r#"source = "Orders \"North\"""#, true),
        (r#"source = 'Orders "North"'"#, true),
        (r#"source = "orders \"north\"""#, false),
        (r#"source != "x""#, true),
        (r#"source <> 'x'"#, true),
        ("total_pii_count > 11", true),
        ("total_pii_count>=12 AND total_pii_count<=12", true),
        ("total_pii_count < 12", false),
        (r#"total_pii_count = "12""#, true),
        ("was_scanned = true", true),
        ("was_scanned = false", false),
        ("owner = null", true),
        ("absent = null", true),
        ("source = null", false),
        (r#"attribute = "Email""#, true),
        (r#"attribute != "Email""#, false),
        (r#"attribute IN ("x", "Last Name")"#, true),
        (r#"attribute not in ("x", "y")"#, true),
        (r#"source CONTAINS "NORTH""#, true),
        (r#"source NOT CONTAINS "south""#, true),
        (r#"acl.rights = "read""#, true),
        (r#"acl."rights" = "read""#, true),
        (r#"acl."rights".x = null"#, true),
        (r#"source CONTAINS "%""#, false),
        (r#"source LIKE "%north%""#, true),
        (r#"scanDate > past("1d")"#, true),
        (r#"scanDate > past("1h")"#, false),
        (r#"scanDate >= to_date("2023-11-14")"#, true),
        (r#"scanDate < to_date("2023-11-14")"#, false),
        (r#"NOT source = "x" AND (open_access = "No" OR total_pii_count > 3)"#, true),
        // AND binds more tightly than OR.
        (r#"was_scanned = true OR was_scanned = false AND open_access = "No""#, true),
        (r#"(was_scanned = true OR was_scanned = false) AND open_access = "No""#, false),
        (r#"not (not (was_scanned = true))"#, true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_a_query_is_refused_with_a_place() {
    for text in [
        "",
        "source",
        "source =",
        "source = x",
        r#"source = "a"b""#,
        r#"source = "open"#,
        r#"source = "a\"#,
        "source = 'a' AND",
        "(source = 'a'",
        "source = 'a')",
        "source IN ()",
        "source IN ('a'",
        "source not = 'a'",
        "= 'a'",
        "'a' = source",
        "a. = 1",
        "source = nan",
        "source = inf",
        r#"scanDate > past("soon")"#,
        r#"scanDate > to_date("tomorrow")"#,
        r#"[{"field":"a","operator":"equal","value":1}]"#,
        "ö = 'ü' ß",
    ] {
        let error = Bql::parse(text, NOW_MS).expect_err(text).to_string();
        assert!(error.contains("expected at character"), "{error}");
    }
}

#[test]
fn no_depth_and_no_length_exhausts_the_parser() {
    let nested = |depth: usize| "(".repeat(depth) + "a = 1" + &")".repeat(depth);
    assert!(Bql::parse(&nested(MAX_DEPTH - 1), 0).is_ok() && Bql::parse(&nested(100_000), 0).is_err());
    assert!(Bql::parse(&"NOT ".repeat(100_000), 0).is_err());
    assert!(Bql::parse(&vec!["a = 1"; MAX_TERMS].join(" OR "), 0).is_ok());
    assert!(Bql::parse(&vec!["a = 1"; MAX_TERMS + 1].join(" OR "), 0).is_err());
}

#[test]
fn no_text_panics() {
    let mut random = crate::random::Random::seeded(5);
    let pieces = ["a", " ", "=", "\"", "\\", "'", "(", ")", ",", "AND", "OR", "NOT", "IN", "past", "ü", "1", ".", "🦤"];
    for _ in 0..20_000 {
        let text: String = (0..random.below(12)).filter_map(|_| random.pick(&pieces)).collect();
        let _ = Bql::parse(&text, 0);
    }
}
