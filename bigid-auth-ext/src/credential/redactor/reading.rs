//! The ways in which a text may be read: as it is, and decoded once or several times.

/// How many readings of a text are made: all of three decodings in any order, which is a token percent-encoded in JSON
/// in JSON.
const MOST: usize = 1 + 3 + 9 + 27;

/// A byte as a reading has it, and where the text spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) byte: u8,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Every reading of a text, the plain one first, then those decoded once, and so on.
pub(super) fn readings(text: &[u8]) -> Vec<Vec<Read>> {
    let mut plain = Vec::with_capacity(text.len());
    text.iter().enumerate().for_each(|(at, byte)| push(&mut plain, Read { byte: *byte, start: at, end: at + 1 }));
    let (mut readings, mut next) = (vec![plain], 0);
    while let Some(reading) = readings.get(next) {
        for decoded in [b'\\', b'%', b'&'].map(|escape| decoded(reading, escape)).into_iter().flatten() {
            if readings.len() < MOST && !readings.contains(&decoded) {
                readings.push(decoded);
            }
        }
        next += 1;
    }
    readings
}

/// Adds a byte. White space may have been folded, and a form writes a space as a plus sign.
fn push(reading: &mut Vec<Read>, read: Read) {
    if read.byte != b'+' && !read.byte.is_ascii_whitespace() {
        return reading.push(read);
    }
    match reading.last_mut() {
        Some(last) if last.byte == b' ' => last.end = read.end,
        _ => reading.push(Read { byte: b' ', ..read }),
    }
}

/// A reading without the escapes of JSON (`\\`), of URLs (`%`) or of HTML (`&`); `None` where it has none.
fn decoded(text: &[Read], escape: u8) -> Option<Vec<Read>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut at, mut changed) = (0, false);
    while let Some(read) = text.get(at) {
        let rest = text.get(at + 1..).unwrap_or_default();
        let spelled = match read.byte {
            byte if byte != escape => None,
            b'\\' => of_json(rest),
            b'%' => number(rest, 2, 16).map(|byte| (byte, 2)),
            _ => of_html(rest),
        };
        let Some((code, length)) = spelled else {
            push(&mut out, *read);
            at += 1;
            continue;
        };
        let end = text.get(at + length).map_or(read.end, |last| last.end);
        let mut push = |byte| push(&mut out, Read { byte, start: read.start, end });
        match char::from_u32(code) {
            // A byte of a URL, which may be a part of a character.
            Some(_) if read.byte == b'%' => push(u8::try_from(code).unwrap_or_default()),
            Some(character) => character.encode_utf8(&mut [0; 4]).bytes().for_each(push),
            None => char::REPLACEMENT_CHARACTER.encode_utf8(&mut [0; 4]).bytes().for_each(push),
        }
        changed = true;
        at += 1 + length;
    }
    changed.then_some(out)
}

/// What follows a backslash: a code, and how many bytes spell it.
fn of_json(rest: &[Read]) -> Option<(u32, usize)> {
    let code = match rest.first()?.byte {
        byte @ (b'"' | b'\'' | b'\\' | b'/') => u32::from(byte),
        b'n' | b'r' | b't' => u32::from(b' '),
        b'x' => return Some((number(rest.get(1..)?, 2, 16)?, 3)),
        b'u' => {
            let code = number(rest.get(1..)?, 4, 16)?;
            let low = match rest.get(5..7) {
                Some([slash, u]) if slash.byte == b'\\' && u.byte == b'u' => number(rest.get(7..)?, 4, 16),
                _ => None,
            };
            return Some(match low {
                Some(low @ 0xdc00..0xe000) if (0xd800..0xdc00).contains(&code) => {
                    (0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), 11)
                }
                _ => (code, 5),
            });
        }
        _ => return None,
    };
    Some((code, 1))
}

/// What follows an ampersand.
fn of_html(rest: &[Read]) -> Option<(u32, usize)> {
    let length = rest.iter().take(10).position(|read| read.byte == b';')?;
    let name: Vec<u8> = rest.get(..length)?.iter().map(|read| read.byte.to_ascii_lowercase()).collect();
    let code = match name.as_slice() {
        b"amp" => u32::from(b'&'),
        b"lt" => u32::from(b'<'),
        b"gt" => u32::from(b'>'),
        b"quot" => u32::from(b'"'),
        b"apos" => u32::from(b'\''),
        b"sol" => u32::from(b'/'),
        [b'#', b'x', digits @ ..] => u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?,
        [b'#', digits @ ..] => std::str::from_utf8(digits).ok()?.parse().ok()?,
        _ => return None,
    };
    Some((code, length + 1))
}

/// A number of so many digits.
fn number(text: &[Read], digits: usize, radix: u32) -> Option<u32> {
    text.get(..digits)?.iter().try_fold(0, |sum, read| Some(sum * radix + char::from(read.byte).to_digit(radix)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_every_way_and_each_byte_knows_its_place() {
        let last = |text: &str| {
            let readings = readings(text.as_bytes());
            let last = readings.last().unwrap();
            (last.iter().map(|read| read.byte).collect::<Vec<_>>(), readings.len() - 1)
        };
        for (text, expected, rounds) in [
            ("a b", "a b", 0),
            ("a+b\n\t", "a b ", 0),
            (r"a\/b", "a/b", 1),
            (r"\u002f\u00e9\ud83d\ude00\x2f", "/é😀/", 1),
            (r"\\u002f", "/", 2),
            ("%2f%C3%A9%252F", "/é/", 2),
            ("&#47;&#x2F;&sol;&amp;amp;", "///&", 2),
            ("%5cu002f", "/", 2),
            (r"\q%zz&x;\u12", r"\q%zz&x;\u12", 0),
            (r"\ud800", "\u{fffd}", 1),
        ] {
            assert_eq!(last(text), (expected.as_bytes().to_vec(), rounds), "{text}");
        }
        let readings = readings(br"x\\u002fy");
        let place = readings.last().unwrap().iter().map(|read| (read.start, read.end)).collect::<Vec<_>>();
        assert_eq!(place, [(0, 1), (1, 8), (8, 9)]);
    }
}
