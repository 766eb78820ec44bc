//! Compares the reader with serde_json: both accept the same texts, and read the same strings.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::schema::Member;
use super::*;
use crate::types::{ApiErrorBody, DataSource, ListDataSourcesResponse, RECORDS};

fn is_json(text: &str) -> bool {
    let mut json = Reader::new(text);
    json.skip().and_then(|_| json.end()).is_ok()
}

/// JSON and near-JSON.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just(":"),
        Just(" "),
        Just("\n"),
        Just("\u{c}"),
        Just("\"a\""),
        Just("\"é\""),
        Just("\"\\u00e9\\n\""),
        Just("\"\\ud83d\""),
        Just("\"\\ud83d\\ude00\""),
        Just("\"\\x\""),
        Just("\""),
        Just("\\"),
        Just("\"\t\""),
        Just("0"),
        Just("-0"),
        Just("01"),
        Just("-"),
        Just("1.5"),
        Just("1."),
        Just(".5"),
        Just("1e400"),
        Just("1E-2"),
        Just("1e"),
        Just("true"),
        Just("false"),
        Just("null"),
        Just("nul"),
        Just("NaN"),
        Just("\"name\":"),
        Just("\"long text of more than eight bytes\""),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_text_is_json_for_the_reader_where_it_is_for_serde_json(text in text()) {
        prop_assert_eq!(is_json(&text), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn any_text_is_json_for_the_reader_where_it_is_for_serde_json(text in r#"[\[\]{},:"\\u0-9a-fd.eE+\- \t]{0,40}"#) {
        prop_assert_eq!(is_json(&text), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn a_text_means_what_it_means_for_serde_json(text in ".{0,24}") {
        let written = json!(text).to_string();
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
        for written in [written, format!("\"{escaped}\"")] {
            prop_assert_eq!(decode::<String>(&written).unwrap(), Some(text.clone()));
        }
    }
}

#[test]
fn what_rust_cannot_hold_costs_its_own_field() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let text =
        format!(r#"{{"name": "cut \ud83d", "tags": {deep}, "last_scan_at": 1e400, "location": "here", "x": -0}}"#);
    let source: DataSource = decode(&text).unwrap().unwrap();
    assert_eq!(source.name.as_deref(), Some("cut \u{fffd}"));
    assert_eq!((source.location.as_deref(), source.last_scan_at), (Some("here"), None));
    assert_eq!(source.extra.raw("tags"), Some(deep.as_str()));
    assert_eq!((source.extra.raw("last_scan_at"), source.extra.get("last_scan_at")), (Some("1e400"), None));
    assert_eq!(source.extra.raw("x"), Some("-0"));
    let again = serde_json::to_string(&source).unwrap();
    assert!(again.contains("1e400") && again.contains(&deep), "{again}");
}

#[test]
fn the_last_of_two_members_of_one_name_counts() {
    for (text, name, rest) in [
        (r#"{"name": "a", "name": "b"}"#, Some("b"), "{}"),
        (r#"{"name": "a", "name": null}"#, None, r#"{"name":null}"#),
        (r#"{"name": 1, "name": "b"}"#, Some("b"), r#"{"name":1}"#),
        (r#"{"x": 1, "x": 2}"#, None, r#"{"x":1,"x":2}"#),
    ] {
        let source: DataSource = decode(text).unwrap().unwrap();
        assert_eq!((source.name.as_deref(), source.extra.as_json().as_str()), (name, rest), "{text}");
        let last: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&source).unwrap(), last, "{text}");
    }
}

#[test]
fn an_envelope_may_come_as_its_bare_list_and_nothing_else_may() {
    let list: ListDataSourcesResponse = decode(r#"[{"name": "a"}]"#).unwrap().unwrap();
    assert_eq!(list.data.unwrap().ds_connections.unwrap()[0].name.as_deref(), Some("a"));
    for text in [r#"[1]"#, r#"[[]]"#, "1", "null", "\"x\"", "true"] {
        assert_eq!(decode::<ListDataSourcesResponse>(text).unwrap(), None, "{text}");
    }
    assert_eq!(decode::<ApiErrorBody>("[]").unwrap(), None);
    assert_eq!(decode::<ApiErrorBody>("{} x"), Err(Malformed));
    let mut json = Reader::new("{} x");
    assert!(json.skip().is_ok() && json.end().is_err());
    assert_eq!(json.mark(), 3, "the reader stands where the text stops being JSON");
}

#[test]
fn a_record_is_read_from_any_format_that_serde_knows() {
    #[derive(serde::Deserialize, serde::Serialize, PartialEq, Debug)]
    struct Flat {
        #[serde(flatten)]
        source: DataSource,
    }
    #[derive(serde::Deserialize, PartialEq, Debug)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Source(Box<DataSource>),
    }
    let value = json!({ "name": "a", "owners": [null], "unknown": { "b": 1.0 } });
    let source: DataSource = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&source).unwrap(), value);
    let flat: Flat = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&flat).unwrap(), value);
    assert_eq!(serde_json::from_value::<Either>(value.clone()).unwrap(), Either::Source(Box::new(source.clone())));
    assert_eq!(serde_json::from_value::<Either>(json!("a")).unwrap(), Either::Text("a".to_owned()));
    let yaml = "name: a\nowners: [null]\nunknown: {b: 1.0}\n";
    assert_eq!(serde_yaml::from_str::<DataSource>(yaml).unwrap(), source);
    assert_eq!(serde_yaml::from_str::<DataSource>(&serde_yaml::to_string(&source).unwrap()).unwrap(), source);
}

#[test]
fn what_is_kept_is_changed_by_name() {
    let mut extra: Extra = [("a", json!(1)), ("b\"", json!(null)), ("a", json!([2]))].into_iter().collect();
    assert_eq!((extra.get("a"), extra.raw("b\""), extra.get("c")), (Some(json!([2])), Some("null"), None));
    extra.insert("a", "x");
    assert_eq!(extra.to_map(), json!({ "a": "x", "b\"": null }).as_object().unwrap().clone());
    assert_eq!(extra, json!({ "b\"": null, "a": "x" }).as_object().unwrap().clone().into());
    assert_eq!(
        (extra.remove("a"), extra.remove("a"), extra.remove("b\"")),
        (Some(json!("x")), None, Some(Value::Null))
    );
    assert!(extra.is_empty() && extra == Extra::default() && extra.as_json() == "{}");
}

/// The records of a list are read as if each were alone, whatever came before.
#[test]
fn no_record_is_read_differently_for_those_before_it() {
    let many = |from: usize, to: usize| (from..to).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",");
    let records = [
        r#"{"name":"a","type":"b","x":1}"#.to_owned(),
        r#"{"name":"a","type":"b","x":1}"#.to_owned(),
        r#"{"type":"b","x":2}"#.to_owned(),
        r#"{ "name" : "a" , "type" : 1 , "x" : [ 1 ] }"#.to_owned(),
        r#"{"n\u0061me":"escaped","name":"plain"}"#.to_owned(),
        r#"{"n\u0061me":"escaped","x":3,"x":4}"#.to_owned(),
        r#"{"x":3,"name":"a","type":"b","name":null}"#.to_owned(),
        r#"{"named":"a","nam":"b","":"c","name\"":"d","na":1}"#.to_owned(),
        r#"{"named":"a","nam":"b","":"c","name\"":"d","na":1}"#.to_owned(),
        "{}".to_owned(),
        format!("{{{}}}", many(0, 300)),
        format!("{{{},\"name\":\"z\"}}", many(100, 400)),
        format!("{{\"name\":\"z\",{}}}", many(0, 300)),
    ];
    for first in &records {
        for second in &records {
            for third in &records {
                // The first three have no shape.
                let list = [first, first, second, first, second, third];
                let text = format!("[{first},{first},{second},{first},{second},{third}]");
                let all: Vec<DataSource> = decode(&text).unwrap().unwrap();
                for (text, of_list) in list.into_iter().zip(all) {
                    let alone: DataSource = decode(text).unwrap().unwrap();
                    assert_eq!(of_list.extra.as_json(), alone.extra.as_json(), "{text}");
                    assert_eq!(of_list, alone, "{text}");
                }
            }
        }
    }
    for broken in [r#"{"name"}"#, r#"{"name","#, r#"{"name" 1}"#, r#"{"name"#, r#"{"name":}"#] {
        for before in 0..6 {
            let text = format!("[{}{broken}]", r#"{"name":"a"},"#.repeat(before));
            assert!(decode::<Vec<DataSource>>(&text).is_err(), "{text}");
            assert!(serde_json::from_str::<Value>(&text).is_err());
        }
    }
}

/// Keys of records: declared ones, beginnings and extensions of these, and others.
fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "name",
        "nam",
        "names",
        "_id",
        "id",
        "type",
        "enabled",
        "tags",
        "é",
        "",
        "x",
        "na\\u006de",
    ])
}

/// The members of an object; whether white space is between a key and its colon.
fn members() -> impl Strategy<Value = Vec<(&'static str, &'static str, bool)>> {
    let value = prop::sample::select(vec!["null", "1", r#""a""#, "[]", r#"{"name":"b"}"#]);
    prop::collection::vec((key(), value, prop::bool::weighted(0.1)), 0..8)
}

/// A key is read in one of three ways: by the order of earlier records, by the shape of those in the same text, or by
/// itself, as every key with an escape is.
#[test]
fn a_key_means_the_same_in_whatever_way_it_is_read() {
    let escaped = |key: &str| match key.chars().next() {
        Some(first) if first != '\\' => format!("\\u{:04x}{}", u32::from(first), &key[first.len_utf8()..]),
        _ => key.to_owned(),
    };
    let write = |members: &[(&str, &str, bool)], key: &dyn Fn(&str) -> String| {
        let member = |(name, value, space): &(&str, &str, bool)| {
            format!("\"{}\"{}:{value}", key(name), if *space { " " } else { "" })
        };
        format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
    };
    proptest!(|(records in prop::collection::vec(members(), 1..8))| {
        let all = |key: &dyn Fn(&str) -> String| records.iter().map(|record| write(record, key)).collect::<Vec<_>>();
        let (plain, by_itself) = (all(&str::to_owned), all(&escaped));
        let list: Vec<DataSource> = decode(&format!("[{}]", plain.join(","))).unwrap().unwrap();
        for ((plain, by_itself), of_list) in plain.iter().zip(&by_itself).zip(list) {
            let one: DataSource = decode(plain).unwrap().unwrap();
            let expected: DataSource = decode(by_itself).unwrap().unwrap();
            prop_assert!(one == expected, "{plain}");
            prop_assert!(of_list == expected, "{plain}");
            prop_assert_eq!(of_list.extra.as_json(), one.extra.as_json());
        }
    });
}

/// What creators send in any field: other clients write null for what they leave out, and text for switches and
/// numbers.
const SENT: &[&str] = &[
    "null",
    r#""""#,
    r#""true""#,
    r#""7""#,
    "true",
    "7",
    "1.0",
    "1e400",
    "[]",
    "[null]",
    r#"["a"]"#,
    "{}",
    r#"{"a":null}"#,
];

#[test]
fn every_field_of_every_record_takes_null_text_and_all_other_json_and_writes_it_back() {
    let mut fields = 0;
    for read in RECORDS {
        let schema = read("{}").unwrap().schema();
        for Member { field, name, .. } in schema.members().iter() {
            fields += 1;
            for sent in SENT {
                let text = format!("{{{}:{sent}}}", json!(name));
                let record = read(&text).unwrap_or_else(|| panic!("{}.{field}: {text}", schema.name));
                let written = serde_json::to_string(&View::Record(&*record)).unwrap();
                assert_eq!(written, text, "{}.{field}", schema.name);
                // What was set by hand is written in the same way.
                let mut record = read("{}").unwrap();
                record.fields_mut(&mut |_, extra| *extra = Extra::of_object(&text).unwrap());
                assert_eq!(serde_json::to_string(&View::Record(&*record)).unwrap(), text, "{}.{field}", schema.name);
            }
        }
    }
    assert!(fields > 1000, "{fields} fields");
}

#[test]
fn every_record_is_equal_to_what_it_was_read_from_and_to_no_other() {
    for read in RECORDS {
        let schema = read("{}").unwrap().schema();
        for Member { field, name, .. } in schema.members().iter() {
            for sent in SENT {
                let text = format!("{{{}:{sent}}}", json!(name));
                let (one, same, none) = (read(&text).unwrap(), read(&text).unwrap(), read("{}").unwrap());
                assert!(equal(&*one, &*same), "{}.{field}: {text}", schema.name);
                assert!(!equal(&*one, &*none) && !equal(&*none, &*one), "{}.{field}: {text}", schema.name);
                let mut copied = read("{}").unwrap();
                copy(&*one, &mut *copied);
                assert!(equal(&*one, &*copied), "{}.{field}: {text}", schema.name);
            }
        }
    }
}
