//! Every encoding in which a secret is found, with everything that may stand between its characters.

use super::*;

/// A text with something between the characters, each time after so many.
fn spaced(text: &str, by: &str, each: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(each).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(by)
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// A text in every encoding that the documentation names, and the characters of its own that it needs around it.
fn encoded(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let each = |write: &dyn Fn(char) -> String| text.chars().map(write).collect::<String>().into_bytes();
    let bytes = |write: &dyn Fn(u8) -> String| text.bytes().map(write).collect::<String>().into_bytes();
    for (name, written) in [
        ("as it is", text.to_owned().into_bytes()),
        ("lower case", text.to_ascii_lowercase().into_bytes()),
        ("upper case", text.to_ascii_uppercase().into_bytes()),
        ("hexadecimal", hexadecimal(text).into_bytes()),
        ("hexadecimal in upper case", hexadecimal(text).to_uppercase().into_bytes()),
        ("hexadecimal in pairs", spaced(&hexadecimal(text), " ", 2).into_bytes()),
        ("quoted-printable", bytes(&|byte| format!("={byte:02X}"))),
        ("quoted-printable in lower case", bytes(&|byte| format!("={byte:02x}"))),
        ("lines of quoted-printable", spaced(text, "=\r\n", 5).into_bytes()),
        ("percent-encoded", bytes(&|byte| format!("%{byte:02X}"))),
        ("percent-encoded twice", bytes(&|byte| format!("%25{byte:02x}"))),
        ("HTML", each(&|character| format!("&#{};", u32::from(character)))),
        ("HTML without semicolons", each(&|character| format!("&#{}", u32::from(character)))),
        ("HTML in hexadecimal", each(&|character| format!("&#x{:x};", u32::from(character)))),
        ("HTML with zeros", each(&|character| format!("&#{:07}", u32::from(character)))),
        ("HTML in HTML", each(&|character| format!("&amp;#{};", u32::from(character)))),
        (
            "JSON",
            each(&|character| {
                character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
            }),
        ),
        ("Rust", each(&|character| format!("\\u{{{:x}}}", u32::from(character)))),
        ("Python", each(&|character| format!("\\U{:08x}", u32::from(character)))),
        ("bytes", bytes(&|byte| format!("\\x{byte:02x}"))),
        ("UTF-16", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16, big end first", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("UTF-32", text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect()),
        ("UTF-16 in JSON", each(&|character| format!("\\u{:04x}\\u0000", u32::from(character)))),
    ] {
        // UTF-32 is UTF-16 with more zeros, as far as it is read.
        if text.is_ascii() || name != "UTF-32" {
            all.push((name.to_owned(), written));
        }
    }
    let latin = text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect::<Option<Vec<u8>>>();
    all.extend(latin.map(|latin| ("Latin-1".to_owned(), latin)));
    let between = (0..=0x20).chain(0x7f..=0xa0).filter_map(char::from_u32);
    for by in between.chain("\u{ad}\u{200b}\u{200f}\u{2003}\u{2028}\u{202e}\u{2060}\u{3000}\u{feff}\u{fffd}".chars()) {
        for (each, times) in [(1, 1), (1, 3), (3, 1), (7, 2)] {
            let written = spaced(text, &by.to_string().repeat(times), each);
            all.push((format!("{times} {by:?} after {each}"), written.into_bytes()));
        }
    }
    all
}

#[test]
fn every_secret_is_found_in_every_encoding_and_with_everything_that_is_not_seen_in_it() {
    for secret in [
        "Session-Token_0123.abcdef",
        "pa55=\"x&<%/\\>",
        "geh\u{e9}im\u{df}t\u{fc}r",
        "k\u{20ac}y-\u{20ac}uro-key",
        "Passw",
        "corr",
    ] {
        let redactor = redactor_of(&["an-older-secret", secret]);
        for (name, written) in encoded(secret) {
            if name.starts_with("hexadecimal") && secret.len() < RUN / 2 {
                continue;
            }
            for around in ["", "~~ ", "a: "] {
                let text = [around.as_bytes(), &written, b", no"].concat();
                let clean = redactor.redact(&text);
                let expected = format!("{around}[redacted], no");
                // The zeros at the ends of UTF-16 stay.
                let clean: Vec<u8> = clean.iter().copied().filter(|byte| *byte != 0).collect();
                let clean = String::from_utf8_lossy(&clean).replace("\\u0000,", ",");
                assert_eq!(clean, expected, "{secret} as {name} after {around:?}");
            }
        }
    }
}

#[test]
fn every_secret_is_found_in_base64_of_every_encoding_and_in_base64_of_base64() {
    let standard: fn(&[u8]) -> String = |text| STANDARD.encode(text);
    let url_safe: fn(&[u8]) -> String = |text| URL_SAFE_NO_PAD.encode(text);
    let wrapped: fn(&[u8]) -> String = |text| spaced(&STANDARD.encode(text), "\r\n", 19);
    let writers: [fn(&[u8]) -> String; 3] = [standard, url_safe, wrapped];
    for secret in ["Session-Token_0123.abcdef", "pa55word-\"x&<%/\\>", "geh\u{e9}im\u{df}t\u{fc}r-geheim"] {
        let redactor = redactor_of(&[secret]);
        for before in ["", "u", "us", "user:"] {
            let said = format!("{before}{secret}");
            let mut texts = vec![said.clone().into_bytes(), said.encode_utf16().flat_map(u16::to_le_bytes).collect()];
            texts.push(serde_json::to_string(&said).unwrap().into_bytes());
            texts.extend(writers.map(|write| write(said.as_bytes()).into_bytes()));
            for (text, write) in texts.iter().flat_map(|text| writers.map(|write| (text, write))) {
                for around in ["", "Basic ", "x=", "xy/"] {
                    let written = format!("{around}{}", write(text));
                    let clean = redacted(&redactor, &written).unwrap_or_default();
                    let rest = clean.replace(around, "").replace("[redacted]", "");
                    assert!(clean.contains("[redacted]") && rest.len() < 24, "{secret}: {written} became {clean}");
                }
            }
        }
    }
}
