use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::needles::RUN;
use super::*;

mod encodings;

fn redactor_of(secrets: &[&str]) -> Redactor {
    let redactor = Redactor::default();
    secrets.iter().for_each(|secret| redactor.register(&Secret::from(*secret)));
    redactor
}

fn redacted(redactor: &Redactor, text: &str) -> Option<String> {
    redactor.find_and_redact(text.as_bytes()).map(|text| String::from_utf8(text).unwrap())
}

#[test]
fn every_secret_is_found_as_it_is_and_as_json_writes_it() {
    let redactor = redactor_of(&["aab", "pass\"word\\", ""]);
    assert_eq!(redacted(&redactor, "nothing here: aa b"), None);
    assert_eq!(redacted(&redactor, "aaab, aab").as_deref(), Some("a[redacted], [redacted]"));
    assert_eq!(redacted(&redactor, r#"it was pass"word\"#).as_deref(), Some("it was [redacted]"));
    assert_eq!(redacted(&redactor, r#"{"m":"pass\"word\\"}"#).as_deref(), Some(r#"{"m":"[redacted]"}"#));
}

#[test]
fn every_spelling_is_found() {
    let redactor = redactor_of(&["a/secret+value?x"]);
    for text in [
        r"a\/secret+value?x",
        r"a\u002fsecret\u002Bvalue\u003fx",
        r"a\\/secret+value?x",
        r"a\\u002fsecret+value?x",
        "a%2fsecret%2Bvalue%3Fx",
        "a%252Fsecret%252bvalue%253Fx",
        "a%5cu002fsecret+value?x",
        "a&#47;secret&#x2B;value?x",
        "a&amp;#x2f;secret+value?x",
        "a/secret value?x",
        "a/secret\nvalue?x",
    ] {
        let text = format!("before {text}, after");
        assert_eq!(redacted(&redactor, &text).as_deref(), Some("before [redacted], after"), "{text}");
    }
    for around in ["", "x", "xy", "user:"] {
        let text = format!("{around}a/secret+value?x{around}");
        for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            let redacted = redacted(&redactor, &format!("Basic {encoded}.")).unwrap();
            assert!(redacted.starts_with("Basic ") && redacted.contains("[redacted]"), "{redacted}");
            assert!(!encoded.as_bytes().windows(12).any(|run| redacted.contains(std::str::from_utf8(run).unwrap())));
        }
    }
}

#[test]
fn words_are_not_taken_for_a_secret_that_they_only_resemble() {
    let redactor = redactor_of(&["the", "e t", "Session-Token_0123.abcdef", "correct horse", "no,"]);
    for text in ["at hearing", "fin, on", "correct-answer", "Session Tok", "n o , t h e", r"n\u0000 o"] {
        assert_eq!(redacted(&redactor_of(&["Session-Token_0123.abcdef", "correct horse"]), text), None, "{text}");
    }
    // A very short secret is one only as it is written.
    for text in ["it heard", "so t he n o"] {
        assert_eq!(redacted(&redactor, text), None, "{text}");
    }
}

#[test]
fn a_long_secret_of_escapes_takes_no_more_memory_than_a_few_of_its_readings() {
    let secret = r"%2541\u0041&amp;".repeat(4_096);
    let redactor = redactor_of(&[&secret]);
    let part = &secret[1_000..1_100];
    assert_eq!(redacted(&redactor, part).as_deref(), Some("[redacted]"));
}

#[test]
fn a_text_that_takes_too_long_is_left_out_from_there_on() {
    let redactor = redactor_of(&["Session-Token_0123.abcdef"]);
    let plain = r#"{"name":"a \"quoted\" name", "url":"https://x.example/a%20b?c=d&amp;e=f"}, "#.repeat(12 * 1024);
    assert_eq!(redacted(&redactor, &plain), None);
    let hostile = format!("{} a b", r"\\u0025%2541&amp;amp;=3d=253d\u0026amp;&#61;x").repeat(12 * 1024);
    let clean = redacted(&redactor, &hostile).unwrap();
    assert!(clean.ends_with("[redacted]") && hostile.starts_with(clean.trim_end_matches("[redacted]")));
    assert!((PART..hostile.len() * 3 / 4).contains(&clean.len()), "{}", clean.len());
}

#[test]
fn parts_of_a_token_are_found() {
    let (head, claims, signature) = ("eyJhbGciOiJIUzI1NiJ9", "eyJpZCI6Imh1bnRlcjIifQ", "c2lnbmF0dXJlLW9m");
    let redactor = redactor_of(&[&format!("{head}.{claims}.{signature}")]);
    for part in
        [format!("{head}.{claims}"), head.to_owned(), claims.to_owned(), signature.to_owned(), claims[3..12].to_owned()]
    {
        assert_eq!(
            redacted(&redactor, &format!("the token {part} is bad")).as_deref(),
            Some("the token [redacted] is bad")
        );
    }
    assert_eq!(
        redacted(&redactor, &format!("{head} and {}", &head[..RUN - 1])),
        Some(format!("[redacted] and {}", &head[..RUN - 1]))
    );
}

#[test]
fn nothing_is_found_in_what_stands_in_a_secrets_place() {
    let redactor = redactor_of(&["hunter2", "red", "act", "[redacted]", "ed]"]);
    assert_eq!(redacted(&redactor, "hunter2 is not hunter2").as_deref(), Some("[redacted] is not [redacted]"));
    assert_eq!(redacted(&redactor, "xhunter2redactx").as_deref(), Some("x[redacted]x"));
}

#[test]
fn a_text_with_a_very_short_secret_is_left_out() {
    for secret in ["e", "te", "\\"] {
        let redactor = redactor_of(&[secret, "hunter2"]);
        for (text, expected) in [
            (r"wri\te hunter2", Some("[redacted]")),
            (r#"{"m":"wri\\te"}"#, Some(r#"{"message":"[redacted]"}"#)),
            (r#" ["wri\\te"]"#, Some(r#"["[redacted]"]"#)),
            ("no", None),
            ("no hunter2", Some(if secret == "\\" { "no [redacted]" } else { "[redacted]" })),
        ] {
            assert_eq!(redacted(&redactor, text).as_deref(), expected, "{secret} in {text}");
        }
    }
}

#[test]
fn the_beginning_of_a_secret_goes_where_a_text_breaks_off() {
    let redactor = redactor_of(&["hunter2", "\"quoted\"", "a/b/c/d/e/f/g"]);
    let kept = |text: &str| String::from_utf8(redactor.redact_truncated(text.as_bytes()).into_owned()).unwrap();
    assert_eq!(kept("it was hunter"), "it was ");
    assert_eq!(kept("hunter2, hunt"), "[redacted], ");
    assert_eq!(kept(r#"it was \"quoted"#), "it was ");
    assert_eq!(kept("hunt and hun"), "hunt and hun");
    assert_eq!(kept("hunt hunt"), "hunt ");
    for cut in
        ["a/b/", "a/b/c/d", r"a\/b\/", r"a\/b\/c\", "a%2fb%2fc%2", r"a/b/\u00", "a&#47;b&#47;", "a&#47;b&#47;c&#4"]
    {
        assert_eq!(kept(&format!("it was {cut}")), "it was ", "{cut}");
    }
    assert_eq!(redactor.find_and_redact(b"it was \"quoted\"."), Some(b"it was [redacted].".to_vec()));
}

#[test]
fn the_latest_are_held_and_the_list_does_not_grow() {
    let redactor = Redactor::default();
    for number in 0..1_000 {
        redactor.register(&Secret::from(format!("{number:04}-secret")));
        redactor.register(&Secret::from(format!("{number:04}-secret")));
    }
    assert_eq!(redactor.with_held(|held| held.secrets.len()), LATEST);
    assert!(redactor.find_and_redact(b"0999-secret").is_some());
    let old = redactor.find_and_redact(b"0001-").is_some();
    assert!(!old);
}

#[test]
fn a_secret_is_found_wherever_the_parts_of_a_large_text_meet() {
    let redactor = redactor_of(&["a/secret+value?x"]);
    for at in [0, PART - OVERLAP - 9, PART - 17, PART - 8, PART, 2 * PART - 2 * OVERLAP - 3] {
        let text = format!("{}{}{}", "-".repeat(at), r"a\u002fsecret\u002Bvalue?x", "-".repeat(PART));
        let expected = format!("{}[redacted]{}", "-".repeat(at), "-".repeat(PART));
        assert!(redacted(&redactor, &text).as_deref() == Some(&*expected), "{at}");
    }
}

/// A way to write a text within another, and to read it there.
#[derive(Debug, Clone, Copy)]
enum Codec {
    Json,
    Url,
    Html,
    QuotedPrintable,
}

impl Codec {
    /// By `bits`, more is escaped than has to be.
    fn write(self, text: &str, bits: u64) -> String {
        let mut out = String::new();
        for (index, character) in text.chars().enumerate() {
            let more = bits >> (index % 64) & 1 == 1;
            match self {
                Self::Json if more => {
                    character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}"));
                }
                Self::Json if character == '/' && bits & 2 == 2 => out += "\\/",
                Self::Json => {
                    out += serde_json::to_string(&character).unwrap().trim_matches('"').trim_start_matches("\u{0}")
                }
                Self::Url if more || !character.is_ascii_alphanumeric() => {
                    character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| {
                        out += &if bits & 1 == 1 { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
                    });
                }
                Self::Html if more || matches!(character, '&' | '<' | '>') => {
                    out += &format!("&#{};", u32::from(character))
                }
                Self::QuotedPrintable if more || character == '=' || !character.is_ascii() => {
                    character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out += &format!("={byte:02X}"));
                }
                _ => out.push(character),
            }
        }
        if let Self::Json = self {
            // A quote at either end was trimmed with those of the text around it.
            let checked: Result<String, _> = serde_json::from_str(&format!("\"{out}\""));
            if checked.ok().as_deref() != Some(text) {
                let whole = serde_json::to_string(text).unwrap();
                return whole[1..whole.len() - 1].to_owned();
            }
        }
        out
    }

    /// The text that was written; `None` where it is not well-formed.
    fn read(self, text: &str) -> Option<String> {
        match self {
            Self::Json => serde_json::from_str(&format!("\"{text}\"")).ok(),
            Self::Url | Self::QuotedPrintable => {
                let mut pieces = text.split(if let Self::Url = self { '%' } else { '=' });
                let mut out = pieces.next()?.as_bytes().to_vec();
                for piece in pieces {
                    out.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
                    out.extend_from_slice(piece.get(2..)?.as_bytes());
                }
                String::from_utf8(out).ok()
            }
            Self::Html => {
                let mut pieces = text.split("&#");
                let mut out = pieces.next()?.to_owned();
                for piece in pieces {
                    let (code, rest) = piece.split_once(';')?;
                    out.push(char::from_u32(code.parse().ok()?)?);
                    out += rest;
                }
                Some(out)
            }
        }
    }
}

fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z0-9_-]{10,40}\\.[A-Za-z0-9_-]{10,40}\\.[A-Za-z0-9_-]{10,40}",
        3 => "[ -~]{8,40}",
        2 => "[A-Za-z0-9+/]{8,60}={0,2}",
        1 => "[!-~éßж😀%\\\\\"&u0-9a-f]{8,24}",
    ]
}

fn codecs() -> impl Strategy<Value = Vec<Codec>> {
    proptest::collection::vec(
        proptest::sample::select(&[Codec::Json, Codec::Url, Codec::Html, Codec::QuotedPrintable][..]),
        0..4,
    )
}

/// Whether eight characters of a secret in a row are in a text.
fn survives(secret: &str, text: &str) -> bool {
    let characters: Vec<char> = secret.chars().collect();
    characters.windows(RUN).any(|run| text.contains(&run.iter().collect::<String>()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_eight_characters_of_a_secret_survive_in_any_spelling_at_any_place(
        secret in secret(),
        codecs in codecs(),
        bits in any::<u64>(),
        around in ("[a-z ]{0,20}", "[a-z ]{0,20}"),
        cut in (0_usize..60, 0_usize..60),
    ) {
        let redactor = redactor_of(&["an-older-secret", &secret]);
        // All of it, or a part.
        let characters: Vec<char> = secret.chars().collect();
        let (start, end) = (cut.0.min(characters.len()), characters.len().saturating_sub(cut.1));
        for part in [&characters[..], characters.get(start..end).unwrap_or_default()] {
            let said = format!("{}{}{}", around.0, part.iter().collect::<String>(), around.1);
            let text = codecs.iter().fold(said, |text, codec| codec.write(&text, bits));
            let clean = String::from_utf8(redactor.redact(text.as_bytes()).into_owned()).unwrap();
            prop_assert!(!survives(&secret, &clean), "{text} became {clean}");
            let mut read = Some(clean.clone());
            for (depth, codec) in codecs.iter().rev().enumerate() {
                read = read.and_then(|text| codec.read(&text));
                prop_assert!(read.is_some() || depth > 0, "{text} became {clean}, which is not {codec:?}");
                prop_assert!(read.as_ref().is_none_or(|read| !survives(&secret, read)), "{text} became {clean}");
            }
        }
    }

    #[test]
    fn what_holds_no_part_of_a_secret_is_untouched(secret in "[N-Z]{8,40}", text in "[a-m0-9%\\\\\"/ .{}:,&;#]{0,200}") {
        prop_assert_eq!(redacted(&redactor_of(&[&secret]), &text), None);
    }
}
