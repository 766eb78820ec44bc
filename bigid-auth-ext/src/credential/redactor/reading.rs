//! The ways in which a text may be read: as it is, and decoded once or several times.

use std::ops::Range;

use super::escapes::{Spelled, of_html, of_json, of_quoted_printable, of_url};

/// How many readings of a text are made of escapes: all of four decodings in any order, three times, which is a token
/// percent-encoded in JSON in JSON.
pub(super) const MOST: usize = 1 + 4 + 16 + 64;

/// The bytes that begin escapes: of JSON, of URLs, of HTML and of quoted-printable text.
const ESCAPES: [u8; 4] = [b'\\', b'%', b'&', b'='];

/// The shortest run of the alphabet of base64 that is decoded.
const MIN_BASE64: usize = 8;

/// The bytes of a text as a reading has them, and where the text spells each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    bytes: Vec<u8>,
    places: Vec<(u32, u32)>,
}

impl Reading {
    /// The text as it is, without what cannot be seen.
    pub(super) fn plain(text: &[u8]) -> Self {
        let places = (0..).zip(1..).take(text.len()).collect();
        Self { bytes: text.to_vec(), places }.settled()
    }

    fn with_capacity(length: usize) -> Self {
        Self { bytes: Vec::with_capacity(length), places: Vec::with_capacity(length) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the text spells some of the bytes.
    pub(super) fn place(&self, run: Range<usize>) -> Range<usize> {
        let places = self.places.get(run).unwrap_or_default();
        match (places.first(), places.last()) {
            (Some((start, _)), Some((_, end))) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// Where the text spells bytes with several of its own.
    pub(super) fn escapes(&self) -> impl Iterator<Item = Range<usize>> {
        let long = self.places.iter().filter(|(start, end)| end - start > 1);
        long.map(|(start, end)| *start as usize..*end as usize)
    }

    fn push(&mut self, byte: u8, place: (u32, u32)) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    fn extend(&mut self, other: &Self, range: Range<usize>) {
        self.bytes.extend_from_slice(other.bytes.get(range.clone()).unwrap_or_default());
        self.places.extend_from_slice(other.places.get(range).unwrap_or_default());
    }

    /// The place of a run of another reading, for a byte that it spells.
    fn span(&self, first: usize, last: usize) -> (u32, u32) {
        let first = self.places.get(first).copied().unwrap_or_default();
        (first.0, self.places.get(last).map_or(first.1, |last| last.1))
    }

    /// Without characters that cannot be seen, such as the zeros of UTF-16. White space may have been folded, and a
    /// form writes a space as a plus sign: both are one space.
    fn settled(self) -> Self {
        let mut settled = Self::with_capacity(self.bytes.len());
        self.characters(|class, range| match class {
            Class::Seen | Class::Undecodable => settled.extend(&self, range),
            Class::Unseen => {}
            Class::Space => {
                let place = self.span(range.start, range.end - 1);
                match (settled.bytes.last(), settled.places.last_mut()) {
                    (Some(b' '), Some(last)) => last.1 = place.1,
                    _ => settled.push(b' ', place),
                }
            }
        });
        settled
    }

    /// Without white space and what is not text, which may stand between any two characters; `None` where it has none.
    pub(super) fn squeezed(&self) -> Option<Self> {
        if self.bytes.iter().all(|byte| byte.is_ascii() && *byte != b' ') {
            return None;
        }
        let mut squeezed = Self::with_capacity(self.bytes.len());
        self.characters(|class, range| {
            if class == Class::Seen {
                squeezed.extend(self, range);
            }
        });
        (squeezed.bytes.len() < self.bytes.len()).then_some(squeezed)
    }

    /// Each character, by its place in the bytes; printable ASCII in runs.
    fn characters(&self, mut act: impl FnMut(Class, Range<usize>)) {
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'+';
        let mut at = 0;
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let plain = rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
            let (class, length) = match plain {
                0 => Class::at(rest.get(..4).unwrap_or(rest)),
                plain => (Class::Seen, plain),
            };
            act(class, at..at + length);
            at += length;
        }
    }

    /// A reading without the escapes that begin with a byte; `None` where it has none.
    fn decoded(&self, escape: u8) -> Option<Self> {
        let spells = |at: usize| {
            let rest = self.bytes.get(at + 1..).unwrap_or_default();
            match escape {
                b'\\' => of_json(rest),
                b'%' => of_url(rest),
                b'&' => of_html(rest),
                _ => of_quoted_printable(rest),
            }
        };
        let mut out = Self::default();
        let (mut from, mut at, mut changed, mut settles) = (0, 0, false, false);
        while let Some(skipped) = self.bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == escape)) {
            at += skipped;
            let Some((spelled, length)) = spells(at) else {
                at += 1;
                continue;
            };
            if !changed {
                out = Self::with_capacity(self.bytes.len());
                changed = true;
            }
            out.extend(self, from..at);
            let place = self.span(at, at + length);
            let mut push = |byte: u8| {
                settles |= !byte.is_ascii_graphic() || byte == b'+';
                out.push(byte, place);
            };
            match spelled {
                Spelled::Nothing => {}
                Spelled::Byte(byte) => push(u8::try_from(byte).unwrap_or_default()),
                Spelled::Character(code) => {
                    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    character.encode_utf8(&mut [0; 4]).bytes().for_each(push);
                }
            }
            at += 1 + length;
            from = at;
        }
        if !changed {
            return None;
        }
        out.extend(self, from..self.bytes.len());
        Some(if settles { out.settled() } else { out })
    }

    /// What each run of base64 holds, if it begins so many characters after the start of the run.
    fn of_base64(&self, skipped: usize) -> Option<Self> {
        let mut out = Self::default();
        let mut at = 0;
        for run in self.bytes.chunk_by(|one, other| sextet(*one).is_some() == sextet(*other).is_some()) {
            let (start, end) = (at + skipped, at + run.len());
            at = end;
            let is_base64 = run.first().is_some_and(|byte| sextet(*byte).is_some());
            if !is_base64 || run.len() < MIN_BASE64 + skipped {
                continue;
            }
            let mut bits = 0;
            for (index, digit) in run.iter().skip(skipped).filter_map(|byte| sextet(*byte)).enumerate() {
                bits = bits << 6 | digit;
                let digit = start + index;
                match index % 4 {
                    1 => out.push((bits >> 4) as u8, self.span(digit - 1, digit)),
                    2 => out.push((bits >> 2) as u8, self.span(digit - 1, digit)),
                    3 => out.push(bits as u8, self.span(digit - 1, digit)),
                    _ => {}
                }
            }
            // No part of a secret is spelled by the ends of two runs.
            out.push(b'\n', self.span(end - 1, end - 1));
        }
        (!out.bytes.is_empty()).then(|| out.settled())
    }
}

/// Every reading of a text by its escapes, the plain one first, then those decoded once, and so on.
pub(super) fn readings(text: &[u8], most: usize) -> Vec<Reading> {
    all_of(Reading::plain(text), most)
}

fn all_of(first: Reading, most: usize) -> Vec<Reading> {
    let (mut readings, mut next) = (vec![first], 0);
    while let Some(reading) = readings.get(next).filter(|_| readings.len() < most) {
        for decoded in ESCAPES.map(|escape| reading.decoded(escape)).into_iter().flatten() {
            if readings.len() < most && !readings.contains(&decoded) {
                readings.push(decoded);
            }
        }
        next += 1;
    }
    readings
}

/// The readings of what a text has in base64, in lines or in one, which may begin at any of four characters.
pub(super) fn base64_readings(text: &[u8]) -> Vec<Reading> {
    let mut joined = Reading::with_capacity(text.len());
    for (byte, start) in text.iter().zip(0..) {
        if !byte.is_ascii_whitespace() && !byte.is_ascii_control() {
            joined.push(*byte, (start, start + 1));
        }
    }
    let decoded = (0..4).filter_map(|skipped| joined.of_base64(skipped));
    decoded.flat_map(|decoded| all_of(decoded, 1 + ESCAPES.len())).collect()
}

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Seen,
    Space,
    /// A control character, or one that has no width.
    Unseen,
    /// A byte that is not a part of a character, or what stands for one.
    Undecodable,
}

impl Class {
    /// That of the first character of a text, and how many bytes it takes.
    fn at(text: &[u8]) -> (Self, usize) {
        let Some(first) = text.utf8_chunks().next() else { return (Self::Undecodable, 1) };
        match first.valid().chars().next() {
            Some(character) => (Self::of(character), character.len_utf8()),
            None => (Self::Undecodable, first.invalid().len().max(1)),
        }
    }

    fn of(character: char) -> Self {
        match character {
            '+' => Self::Space,
            char::REPLACEMENT_CHARACTER => Self::Undecodable,
            _ if character.is_whitespace() => Self::Space,
            _ if character.is_control() => Self::Unseen,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => Self::Unseen,
            '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => Self::Unseen,
            '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => Self::Unseen,
            '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => Self::Unseen,
            _ => Self::Seen,
        }
    }
}

/// A digit of base64, of either alphabet.
fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_every_way_and_each_byte_knows_its_place() {
        let last = |text: &str| {
            let readings = readings(text.as_bytes(), MOST);
            (readings.last().unwrap().bytes().to_vec(), readings.len() - 1)
        };
        for (text, expected, rounds) in [
            ("a b", "a b", 0),
            ("a+b\n\t", "a b ", 0),
            ("a\u{0}b\u{200b}c\u{a0}\u{3000}d", "abc d", 0),
            (r"a\/b", "a/b", 1),
            (r"a\u0000\u200bb", "ab", 1),
            (r"\u002f\u00e9\ud83d\ude00\x2f\u{53}\u{1F600}\U00000065", "/é😀/S😀e", 1),
            (r"\\u002f", "/", 2),
            ("%2f%C3%A9%252F", "/é/", 2),
            ("&#47;&#x2F;&sol;&amp;amp;", "///&", 2),
            ("&#83&#101&#x53&ampx&period;", "SeS&x.", 1),
            ("=53=65= =2f=\r\nx", "Se/x", 1),
            ("%5cu002f", "/", 2),
            (r"\q%zz&x;\u12=x&#;\u{}\u{zz}", r"\q%zz&x;\u12=x&#;\u{}\u{zz}", 0),
            (r"\ud800", "\u{fffd}", 1),
        ] {
            assert_eq!(last(text), (expected.as_bytes().to_vec(), rounds), "{text}");
        }
        let readings = readings(br"x\\u002fy", MOST);
        assert_eq!(readings.last().unwrap().places, [(0, 1), (1, 8), (8, 9)]);
    }

    #[test]
    fn what_stands_between_characters_is_squeezed_out_and_base64_is_decoded_wherever_it_begins() {
        assert_eq!(Reading::plain(b"abc").squeezed(), None);
        let squeezed = Reading::plain("a b\n\u{e9}\u{fffd}c".as_bytes()).squeezed().unwrap();
        assert_eq!(
            (squeezed.bytes(), &*squeezed.places),
            ("ab\u{e9}c".as_bytes(), &[(0, 1), (2, 3), (4, 5), (5, 6), (9, 10)][..])
        );
        assert_eq!(Reading::plain(b"a\xe9b c").squeezed().unwrap().bytes(), b"abc");
        for before in ["", "x", "xy", "xyz", "xyz0"] {
            let text = format!("{before}aHVudGVy\r\nMi1odW50ZXIy");
            let found = base64_readings(text.as_bytes());
            assert!(found.iter().any(|reading| reading.bytes().ends_with(b"hunter2-hunter2 ")), "{before}");
        }
    }
}
