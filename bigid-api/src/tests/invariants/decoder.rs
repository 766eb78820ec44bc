//! Compares the decoder with serde_json: both accept the same texts, with the same meaning. `fuzz/decoder` runs this
//! for longer.

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::lossless::{Field, Reader, decode};
use crate::types::{DataSource, ListDataSourcesResponse};

/// The number of texts in a run, by kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// All of them.
    pub texts: u64,
    /// Those that are JSON.
    pub json: u64,
    /// Those that were read as records, and compared member by member.
    pub records: u64,
}

/// Generates texts, nearly all of which are almost JSON, and checks each. The texts depend only on the seed.
///
/// # Panics
/// If the decoder and serde_json read a text differently.
#[must_use]
pub fn decoder(seed: u64, texts: u64) -> Counts {
    let mut random = Random(seed);
    let mut counts = Counts::default();
    let mut text = String::new();
    for _ in 0..texts {
        text.clear();
        document(&mut random, &mut text);
        if random.below(3) == 0 {
            harm(&mut random, &mut text);
        }
        counts.texts += 1;
        let is_json = is_json(&text);
        counts.json += u64::from(is_json);
        // Mostly as the type that its start suggests; one in eight as every type.
        let is_like = |begin: &str| random.below(8) == 0 || text.starts_with(begin);
        counts.records += u64::from(read(&text, is_json, is_like));
    }
    counts
}

/// Reads a text as several types; returns whether it is a record of one of them.
fn read(text: &str, is_json: bool, mut is_like: impl FnMut(&str) -> bool) -> bool {
    let list = is_like("[") && reads_the_same::<Vec<DataSource>>(text, is_json);
    let envelope = is_like("{\"data") && reads_the_same::<ListDataSourcesResponse>(text, is_json);
    let record = is_like("{") && reads_the_same::<DataSource>(text, is_json);
    list || envelope || record
}

fn is_json(text: &str) -> bool {
    let mut json = Reader::new(text);
    let is_json = json.skip().and_then(|_| json.end()).is_ok();
    assert_eq!(is_json, serde_json::from_str::<IgnoredAny>(text).is_ok(), "whether this is JSON: {text}");
    is_json
}

/// Whether a text is such a record. If it is, serializing it must give the same JSON.
fn reads_the_same<T: Field + Serialize>(text: &str, is_json: bool) -> bool {
    let decoded = decode::<T>(text);
    assert_eq!(decoded.is_ok(), is_json, "whether this is JSON for a record: {text}");
    let Ok(Some(record)) = decoded else { return false };
    // serde_json cannot hold half a surrogate pair or `1e400`.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return true };
    // An envelope may come as a bare list.
    if std::mem::discriminant(&value) == std::mem::discriminant(&serde_json::to_value(&record).unwrap_or_default()) {
        assert_eq!(serde_json::to_value(&record).ok(), Some(value), "{text}");
    }
    true
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices.get(self.below(choices.len())).copied().unwrap_or_default()
    }
}

const KEYS: [&str; 22] = [
    "\"name\"",
    "\"type\"",
    "\"_id\"",
    "\"id\"",
    "\"tags\"",
    "\"owners\"",
    "\"enabled\"",
    "\"last_scan_at\"",
    "\"location\"",
    "\"connectionStatusScan\"",
    "\"connectionStatusTest\"",
    "\"is_success\"",
    "\"data\"",
    "\"ds_connections\"",
    "\"n\\u0061me\"",
    "\"nam\"",
    "\"named\"",
    "\"\"",
    "\"name\\\"\"",
    "\"é\"",
    "\"a_name_of_more_than_sixteen_bytes\"",
    "\"x\"",
];

const VALUES: [&str; 34] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-17",
    "1.0",
    "0.1",
    "1e3",
    "1E-2",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "123456789012345678901234567890",
    "1e300",
    "\"\"",
    "\"a\"",
    "\"yes\"",
    "\"7 bytes\"",
    "\"fifteen bytes..\"",
    "\"sixteen bytes...\"",
    "\"a text that is longer than two vectors of bytes\"",
    "\"2022-12-22T19:04:14.000Z\"",
    "\"é😀\"",
    "\"\\\"\"",
    "\"sixteen bytes..\\\\\"",
    "\"\\u00e9\\ud83d\\ude00\\n\\/\\b\\f\\r\\t\"",
    "\"\\ud83d\"",
    "\"\\ud83d\\u0041\"",
    "\"\\u0000\"",
    "1e400",
    "[]",
    "{}",
];

const GAPS: [&str; 8] = ["", "", "", "", "", " ", "\n\t", "\r "];

fn document(random: &mut Random, text: &mut String) {
    match random.below(8) {
        0 => value(random, text, 0),
        1 | 2 => object(random, text, 0),
        3 => {
            text.push_str("{\"data\":{\"ds_connections\":");
            list(random, text, 0);
            text.push_str("}}");
        }
        _ => list(random, text, 0),
    }
}

fn value(random: &mut Random, text: &mut String, depth: usize) {
    match random.below(if depth > 3 { 6 } else { 8 }) {
        6 => object(random, text, depth + 1),
        7 => {
            text.push('[');
            for at in 0..random.below(3) {
                text.push_str(if at == 0 { "" } else { "," });
                value(random, text, depth + 1);
            }
            text.push(']');
        }
        _ => text.push_str(random.of(&VALUES)),
    }
}

/// Records that are mostly like their predecessors.
fn list(random: &mut Random, text: &mut String, depth: usize) {
    text.push('[');
    let mut last: Option<std::ops::Range<usize>> = None;
    for at in 0..random.below(6) {
        text.push_str(if at == 0 { "" } else { "," });
        let start = text.len();
        match last.filter(|_| random.below(2) == 0).and_then(|last| text.get(last).map(str::to_owned)) {
            Some(before) => text.push_str(&before),
            None => object(random, text, depth),
        }
        last = Some(start..text.len());
    }
    text.push(']');
}

fn object(random: &mut Random, text: &mut String, depth: usize) {
    text.push('{');
    let mut key = random.below(KEYS.len());
    for at in 0..random.below(7) {
        // Mostly in one order, so that records have the same shape.
        key = if random.below(4) == 0 { random.below(KEYS.len()) } else { (key + 1) % KEYS.len() };
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(random.of(&GAPS));
        text.push_str(KEYS.get(key).copied().unwrap_or_default());
        text.push_str(random.of(&GAPS));
        text.push(':');
        text.push_str(random.of(&GAPS));
        value(random, text, depth + 1);
    }
    text.push_str(random.of(&GAPS));
    text.push('}');
}

/// Removes, adds or replaces a character or a part.
fn harm(random: &mut Random, text: &mut String) {
    let mut place = || {
        let mut at = random.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (one, other) = (place(), place());
    let (from, to) = (one.min(other), one.max(other));
    match random.below(6) {
        0 => text.truncate(from),
        1 if to - from < 20 => text.replace_range(from..to, ""),
        _ => {
            let odd = [
                "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "0", "-", ".", "e", "t", "\u{1}", "\u{7f}", "é", " ",
                "\u{c}", "NaN", "\"\"", ",,", "null",
            ];
            let end = text.get(from..).and_then(|rest| rest.chars().next()).map_or(from, |next| from + next.len_utf8());
            let end = if random.below(2) == 0 { from } else { end };
            text.replace_range(from..end, random.of(&odd));
        }
    }
}

#[test]
fn the_decoder_reads_what_serde_json_reads() {
    let counts = decoder(1, 30_000);
    assert!(counts.json > 18_000 && counts.records > 10_000, "{counts:?}");
}
