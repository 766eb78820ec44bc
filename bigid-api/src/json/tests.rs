use proptest::prelude::*;
use serde_json::json;

use super::repair::MAX_DEPTH;
use super::*;

fn deep(levels: usize, open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(levels), close.repeat(levels))
}

/// Texts in place of a value, and the value that is read from each.
fn odd_values() -> Vec<(Vec<u8>, Value)> {
    let mut odd: Vec<(Vec<u8>, Value)> = [
        (r#""\ud83d""#, json!("\u{fffd}")),
        (r#""a\ud83d b""#, json!("a\u{fffd} b")),
        (r#""\ude00""#, json!("\u{fffd}")),
        (r#""\ud83d\ud83d\ude00""#, json!("\u{fffd}😀")),
        (r#""\ud83d\n""#, json!("\u{fffd}\n")),
        (r#""\ud83dA""#, json!("\u{fffd}A")),
        (r#""\u12""#, json!("\\u12")),
        (r#""\u+123""#, json!("\\u+123")),
        (r#""\x41\'""#, json!("\\x41\\'")),
        ("\"a\tb\nc\0d\"", json!("a\tb\nc\0d")),
        ("NaN", json!("NaN")),
        ("Infinity", json!("Infinity")),
        ("-Infinity", json!("-Infinity")),
        ("1e400", json!("1e400")),
        ("-1e999", json!("-1e999")),
        ("01", json!("01")),
        (".5", json!(".5")),
        ("undefined", json!("undefined")),
        ("None", json!("None")),
        ("ünïcode", json!("ünïcode")),
        ("", Value::Null),
    ]
    .map(|(text, value)| (text.as_bytes().to_vec(), value))
    .into();
    odd.push((b"\"a\xff\xfeb\"".to_vec(), json!("a\u{fffd}\u{fffd}b")));
    odd.push((b"\"\xed\xa0\xbd\"".to_vec(), json!("\u{fffd}\u{fffd}\u{fffd}")));
    for (open, close) in [("[", "]"), (r#"{"]}\"":"#, "}")] {
        // The object that holds it is the first level.
        let inner = deep(10_000 - (MAX_DEPTH - 1), open, close);
        let value = (1..MAX_DEPTH)
            .fold(json!(inner), |value, _| if open == "[" { json!([value]) } else { json!({ "]}\"": value }) });
        odd.push((deep(10_000, open, close).into_bytes(), value));
    }
    odd
}

#[test]
fn no_value_costs_more_than_its_own_field() {
    for (odd, expected) in odd_values() {
        for (before, after) in [("", ""), ("\u{feff}", ""), ("\u{feff} \u{c}", "\u{0}\n"), ("\n", "\u{7f}")] {
            let head = format!(r#"{before}{{"a":[1.5,{{"b":"c"}}],"odd":"#);
            let tail = format!(r#","last":null,"text":"x,y:z"}}{after}"#);
            let body = [head.as_bytes(), &odd, tail.as_bytes()].concat();
            let value: Value = from_json(&body).unwrap_or_else(|error| {
                panic!("{error} of {}", String::from_utf8_lossy(body.get(..200).unwrap_or(&body)))
            });
            assert_eq!(value, json!({ "a": [1.5, {"b": "c"}], "odd": expected, "last": null, "text": "x,y:z" }));
        }
    }
}

#[test]
fn what_ends_early_or_is_not_json_stays_an_error() {
    for (odd, _) in odd_values() {
        for end in 0..3 {
            let body = [&br#"{"a":1,"odd":"#[..], &odd].concat();
            assert!(from_json::<Value>(&body[..body.len() - end.min(body.len())]).is_err(), "{:?}", body.get(..50));
        }
    }
    for body in
        ["", " ", "\u{feff}", "OK", "NaN", "two words", "<html>", "{\"a\" 1}", "{\"a\":1}}", "[1]x", "{\"a\":\"x"]
    {
        assert!(from_json::<Value>(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn the_last_of_two_equal_keys_counts_in_any_type() {
    #[derive(serde::Deserialize)]
    struct One {
        a: u8,
    }
    assert_eq!(from_json::<One>(br#"{"a":1,"a":2}"#).unwrap().a, 2);
    let error = from_json::<One>(br#"{"a":1,"a":"x"}"#).err().unwrap();
    assert!(error.to_string().contains("duplicate field"), "the first error is told: {error}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = from_json::<Value>(&body);
    }

    #[test]
    fn what_looks_like_json_is_read_or_refused_and_json_is_kept(text in r#"[\[\]{},:"\\u0-9a-fd8NI .\x00-\x1f-]{0,60}"#) {
        let repaired = repair::repair(text.as_bytes());
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(serde_json::from_slice::<Value>(&repaired).unwrap(), value);
        }
    }
}
