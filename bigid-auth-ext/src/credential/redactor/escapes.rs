//! What the escapes of JSON, URLs, HTML and quoted-printable text spell.

/// What an escape spells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelled {
    Nothing,
    /// A byte, which may be a part of a character.
    Byte(u32),
    Character(u32),
}

/// What follows a backslash: what it spells, and how many bytes spell it.
pub(super) fn of_json(rest: &[u8]) -> Option<(Spelled, usize)> {
    let (code, length) = match rest.first()? {
        byte @ (b'"' | b'\'' | b'\\' | b'/') => (u32::from(*byte), 1),
        b'n' | b'r' | b't' => (u32::from(b' '), 1),
        b'x' => return Some((Spelled::Byte(number(rest.get(1..)?, 2, 16)?), 3)),
        b'U' => (number(rest.get(1..)?, 8, 16)?, 9),
        b'u' if rest.get(1) == Some(&b'{') => {
            let length = rest.iter().take(10).position(|byte| *byte == b'}')?;
            (number(rest.get(2..length)?, length - 2, 16).filter(|_| length > 2)?, length + 1)
        }
        b'u' => {
            let code = number(rest.get(1..)?, 4, 16)?;
            let low = match rest.get(5..7) {
                Some(br"\u") => number(rest.get(7..)?, 4, 16),
                _ => None,
            };
            match low {
                Some(low @ 0xdc00..0xe000) if (0xd800..0xdc00).contains(&code) => {
                    (0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), 11)
                }
                _ => (code, 5),
            }
        }
        _ => return None,
    };
    Some((Spelled::Character(code), length))
}

/// What follows an ampersand. The semicolon is often left out after a number and after the oldest names.
pub(super) fn of_html(rest: &[u8]) -> Option<(Spelled, usize)> {
    const LONGEST: usize = 10;
    if rest.first() == Some(&b'#') {
        let is_hex = rest.get(1).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'x'));
        let (from, radix) = if is_hex { (2, 16) } else { (1, 10) };
        let digits = rest.get(from..)?;
        let count = digits.iter().take(LONGEST).take_while(|byte| char::from(**byte).is_digit(radix)).count();
        let code = number(digits, count, radix).filter(|_| count > 0)?;
        let end = from + count;
        return Some((Spelled::Character(code), end + usize::from(rest.get(end) == Some(&b';'))));
    }
    let length = rest.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = rest.get(..length)?;
    if rest.get(length) == Some(&b';') {
        let character = NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))?.1;
        return Some((Spelled::Character(character.into()), length + 1));
    }
    let (known, character) = NAMES
        .iter()
        .take(BARE_NAMES)
        .find(|(known, _)| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known.as_bytes())))?;
    Some((Spelled::Character((*character).into()), known.len()))
}

/// How many of the names may stand without a semicolon.
const BARE_NAMES: usize = 6;

/// The names of characters in HTML that may be in a secret, or between its characters.
const NAMES: [(&str, char); 40] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("nbsp", ' '),
    ("shy", '\u{ad}'),
    ("apos", '\''),
    ("sol", '/'),
    ("bsol", '\\'),
    ("plus", '+'),
    ("equals", '='),
    ("period", '.'),
    ("lowbar", '_'),
    ("underbar", '_'),
    ("hyphen", '-'),
    ("colon", ':'),
    ("semi", ';'),
    ("comma", ','),
    ("num", '#'),
    ("percnt", '%'),
    ("excl", '!'),
    ("quest", '?'),
    ("dollar", '$'),
    ("commat", '@'),
    ("ast", '*'),
    ("midast", '*'),
    ("hat", '^'),
    ("grave", '`'),
    ("verbar", '|'),
    ("vert", '|'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

/// What follows an equals sign: a byte, or the end of a line that goes on, which was folded to a space.
pub(super) fn of_quoted_printable(rest: &[u8]) -> Option<(Spelled, usize)> {
    match rest.first()? {
        b' ' => Some((Spelled::Nothing, 1)),
        _ => number(rest, 2, 16).map(|byte| (Spelled::Byte(byte), 2)),
    }
}

/// What follows a percent sign.
pub(super) fn of_url(rest: &[u8]) -> Option<(Spelled, usize)> {
    number(rest, 2, 16).map(|byte| (Spelled::Byte(byte), 2))
}

/// A number of so many digits.
fn number(text: &[u8], digits: usize, radix: u32) -> Option<u32> {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    text.get(..digits)?.iter().try_fold(0_u32, |sum, byte| sum.checked_mul(radix)?.checked_add(digit(byte)?))
}
