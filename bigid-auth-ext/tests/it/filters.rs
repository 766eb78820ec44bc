//! An independent parser, the sandbox's, reads back the filters and sorts that the builders write, with the same
//! meaning.
//!
//! `FILTER_FUZZ_RUNS` says how many random filters are tried; see docs/use-cases.md for the long run.
//!
//! This file is long because generators and checks of both filter languages belong together.

use std::time::Duration;

use bigid_auth_ext::automation::bql::{self, Bql, BqlValue};
use bigid_auth_ext::automation::{Filter, Sort};
use bigid_sandbox::{parse_bql, parse_filter, parse_sort};
use serde_json::{Value, json};

const NOW_MS: i64 = 1_700_000_000_000;

/// How many random filters of each kind a normal test run tries.
const RUNS: u64 = 20_000;

/// The same filters at every run.
struct Random(fastrand::Rng);

impl Random {
    fn next(&mut self) -> u64 {
        self.0.u64(..)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0.u64(..limit)
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn text(&mut self) -> String {
        let count = self.below(5);
        (0..count)
            .map(|_| match self.below(8) {
                0 => char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap()).unwrap_or('\u{fffd}').to_string(),
                _ => self.pick(TEXTS).to_owned(),
            })
            .collect()
    }

    /// A name, and whether the language can write it.
    fn name(&mut self) -> (String, bool) {
        if self.below(8) > 0 {
            return (self.pick(NAMES).to_owned(), true);
        }
        let name = self.text();
        let writable = bql_can_write(&name);
        (name, writable)
    }
}

const TEXTS: &[&str] = &[
    "a",
    "Orders",
    " ",
    "\"",
    "'",
    "\\",
    "\\\"",
    "\n",
    "\t",
    "\r",
    "\0",
    "(",
    ")",
    ",",
    " AND ",
    " OR ",
    "NOT ",
    " IN (",
    "=",
    "to_date(\"1970-01-01\")",
    "null",
    "true",
    "1",
    "%",
    ".",
    "@",
    "-",
    "ü",
    "🦤",
    "[",
    "]",
    "{",
    "}",
    "\u{2028}",
    "--",
    ";",
];

const NAMES: &[&str] = &[
    "system",
    "total_pii_count",
    "catalog_tag.Data Owner",
    "catalog_tag.system.risk level.x",
    "acl.rights",
    "@type",
    "a-b",
    "note",
    "android",
    "in_use",
    "orders.not",
    "x.1",
    "x.\"",
    "x.'",
    "x.\\",
    "x.and",
    "über",
    "x.a b.c d",
];

/// Written anew from the language's rules, so that the builder is not compared with itself.
fn bql_can_write(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let first = parts.first().copied().unwrap_or_default();
    let keyword = first.split(['-', '@']).next().unwrap_or_default().to_lowercase();
    first.starts_with(|letter: char| letter.is_alphabetic() || letter == '_' || letter == '@')
        && first.chars().all(|letter| letter.is_alphanumeric() || "_-@".contains(letter))
        && !["and", "or", "not", "in", "contains", "like"].contains(&keyword.as_str())
        && parts.iter().all(|part| !part.is_empty())
}

/// A random condition: its builder, its meaning, and whether the language can express it.
fn condition(random: &mut Random, depth: u32) -> (Bql, Value, bool) {
    let kinds = if depth == 0 { 3 } else { 7 };
    match random.below(kinds) {
        0 => {
            let ((name, writable), contained) = (random.name(), random.text());
            let meaning = json!({"field": name, "operator": "contains", "value": contained.to_lowercase()});
            (bql::field(&name).contains(contained), meaning, writable)
        }
        1 => {
            let (name, writable) = random.name();
            let values: Vec<(BqlValue, Value)> = (0..=random.below(4)).map(|_| value(random)).collect();
            let (built, meant): (Vec<_>, Vec<_>) = values.into_iter().unzip();
            (bql::field(&name).is_in(built), json!({"field": name, "operator": "in", "value": meant}), writable)
        }
        2 => {
            let ((name, writable), (built, meant)) = (random.name(), value(random));
            let field = bql::field(&name);
            let (built, operator) = match random.below(6) {
                0 => (field.eq(built), "="),
                1 => (field.ne(built), "!="),
                2 => (field.lt(built), "<"),
                3 => (field.le(built), "<="),
                4 => (field.gt(built), ">"),
                _ => (field.ge(built), ">="),
            };
            (built, json!({"field": name, "operator": operator, "value": meant}), writable)
        }
        3 => {
            let (inner, meaning, writable) = condition(random, depth - 1);
            (inner.not(), json!({"not": meaning}), writable)
        }
        kind => {
            let parts: Vec<_> = (0..2 + random.below(3)).map(|_| condition(random, depth - 1)).collect();
            let writable = parts.iter().all(|(_, _, writable)| *writable);
            let word = if kind == 4 { "or" } else { "and" };
            let (mut built, mut meant) = (Vec::new(), Vec::new());
            for (part, meaning, _) in parts {
                built.push(part);
                meant.push(meaning);
            }
            let one_by_one = random.below(2) == 0;
            let fold = |join: fn(Bql, Bql) -> Bql, parts: Vec<Bql>| parts.into_iter().reduce(join).unwrap();
            let built = match (word, one_by_one) {
                ("or", true) => fold(Bql::or, built),
                ("or", false) => bql::any(built),
                (_, true) => fold(Bql::and, built),
                (_, false) => bql::all(built),
            };
            (built, json!({word: meant}), writable)
        }
    }
}

fn value(random: &mut Random) -> (BqlValue, Value) {
    match random.below(9) {
        0 => (BqlValue::null(), Value::Null),
        1 => (true.into(), true.into()),
        2 => (false.into(), false.into()),
        3 => {
            let number = (random.next() >> random.below(64)) as i64;
            (number.into(), json!(number as f64))
        }
        4 => {
            let number = f64::from_bits(random.next());
            let meant = if number.is_finite() { json!(number) } else { number.to_string().into() };
            (number.into(), meant)
        }
        5 => {
            let ms = random.below(253_402_300_800_000);
            (BqlValue::at(Duration::from_millis(ms)), json!({"time": ms}))
        }
        6 => {
            let hours = 1 + random.below(100_000);
            let time = NOW_MS - i64::try_from(hours).unwrap() * 3_600_000;
            (BqlValue::past(Duration::from_secs(hours * 3_600)), json!({"time": time}))
        }
        _ => {
            let text = random.text();
            (BqlValue::from(&text), text.into())
        }
    }
}

/// The same meaning in a normal form: operands of the same operator are one list.
fn flat(meaning: &Value) -> Value {
    for word in ["and", "or"] {
        if let Some(parts) = meaning.get(word).and_then(Value::as_array) {
            let parts = parts.iter().map(flat).flat_map(|part| match part.get(word).and_then(Value::as_array) {
                Some(inner) => inner.clone(),
                None => vec![part],
            });
            return json!({word: parts.collect::<Vec<_>>()});
        }
    }
    match meaning.get("not") {
        Some(inner) => json!({"not": flat(inner)}),
        None => meaning.clone(),
    }
}

fn try_bql(random: &mut Random) {
    let depth = u32::try_from(random.below(4)).unwrap();
    let (built, meaning, writable) = condition(random, depth);
    match parse_bql(built.as_str(), NOW_MS) {
        Ok(read) => assert_eq!((flat(&read), writable), (flat(&meaning), true), "{built}"),
        Err(error) => assert!(!writable, "{error}: {built}"),
    }
}

fn try_filter(random: &mut Random) {
    let (mut filter, mut meant, mut has_quote) = (Filter::new(), Vec::new(), false);
    for _ in 0..random.below(4) {
        let (field, one, other) = (random.text(), random.text(), random.text());
        let kind = random.below(3);
        has_quote |= one.contains('"') || (kind == 1 && other.contains('"'));
        let (operator, value) = match kind {
            0 => ("equal", json!(one)),
            1 => {
                let mut values = vec![one.clone(), other.clone()];
                values.sort();
                values.dedup();
                ("in", json!(values))
            }
            _ => ("contains", json!(one)),
        };
        filter = match kind {
            0 => filter.equal(&field, one),
            1 => filter.is_in(&field, [one, other]),
            _ => filter.contains(&field, one),
        };
        meant.push(json!({"field": field, "operator": operator, "value": value}));
    }
    match parse_filter(filter.as_ref()) {
        Ok(mut read) => {
            for condition in read.as_array_mut().unwrap() {
                if let Some(values) = condition["value"].as_array_mut() {
                    values.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
                }
            }
            assert_eq!((read, false), (Value::from(meant), has_quote), "{filter}");
        }
        Err(error) => assert!(has_quote, "{error}: {filter}"),
    }
}

fn try_sort(random: &mut Random) {
    let fields: Vec<(String, bool)> = (0..=random.below(3)).map(|_| (random.text(), random.below(2) == 0)).collect();
    let mut sort = None;
    let mut meant: Vec<Value> = Vec::new();
    for (field, descending) in &fields {
        let next = match sort {
            None => Sort::by(field),
            Some(sort) => Sort::then(sort, field),
        };
        sort = Some(if *descending { next.descending() } else { next });
        if meant.iter().all(|key| key["field"] != *field) {
            meant.push(json!({"field": field, "desc": descending}));
        }
    }
    let sort = sort.unwrap();
    for text in [sort.with_order(), sort.with_desc()] {
        assert_eq!(parse_sort(&text), Ok(meant.clone().into()), "{text}");
    }
}

#[test]
fn whatever_is_built_is_read_back_as_the_same() {
    let runs: u64 = std::env::var("FILTER_FUZZ_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let mut random = Random(fastrand::Rng::with_seed(22));
    for run in 0..runs {
        match run % 8 {
            0..6 => try_bql(&mut random),
            6 => try_filter(&mut random),
            _ => try_sort(&mut random),
        }
        if run % 1_000_000 == 999_999 {
            eprintln!("{} filters, all read back as the same", run + 1);
        }
    }
}

#[test]
fn nothing_and_everything_can_be_said() {
    let is_in_nothing = bql::field("system").is_in(Vec::<String>::new());
    assert_eq!(is_in_nothing.as_str(), "system = null AND NOT (system = null)");
    assert_eq!(bql::all([]).as_str(), "");
    assert_eq!(bql::all([]).and(bql::field("a").eq(1)).as_str(), "a = 1");
    assert_eq!(bql::all([]).or(bql::field("a").eq(1)).as_str(), "", "everything, or something");
    assert_eq!(bql::any([]).as_str(), "id = null AND NOT (id = null)");
    assert_eq!(bql::all([]).not(), bql::any([]));
    assert_eq!(Filter::new().as_ref(), "[]");
}

#[test]
fn text_of_your_own_stays_together() {
    let raw = Bql::raw("a = 1 OR b = 2");
    assert_eq!(raw.clone().and(bql::field("c").eq("x")).as_str(), r#"(a = 1 OR b = 2) AND c = "x""#);
    assert_eq!(raw.not().as_str(), "NOT (a = 1 OR b = 2)");
}
