// This file is long because it has one function for each form of JSON value, over one cursor.
use std::borrow::Cow;
use std::ops::Range;

use super::order::Position;
use super::schema::Members;
use super::shape::{Shape, Shapes};

/// Walks JSON text (RFC 8259). It is not generic, does not recurse, and allocates only for what is kept.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The number of open records and arrays of records.
    pub(crate) depth: u16,
    /// The kept members of the open records, one record after the other.
    pub(super) kept: String,
    pub(super) shapes: Shapes<'a>,
}

/// The text is not JSON, from the reader's position on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

type Result<T> = std::result::Result<T, Malformed>;

/// A string, without its quotes.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    inner: &'a str,
    escaped: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, kept: String::new(), shapes: Shapes::default() }
    }

    /// The start of the next value.
    pub(crate) fn mark(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// Goes back to a mark.
    pub(crate) fn rewind(&mut self, mark: usize) {
        self.at = mark;
    }

    /// Whether this is the next byte that is not white space.
    pub(crate) fn begins(&mut self, byte: u8) -> bool {
        self.peek() == byte
    }

    /// Whether a number is next.
    pub(super) fn begins_number(&mut self) -> bool {
        matches!(self.peek(), b'-' | b'0'..=b'9')
    }

    /// Enters the array or object whose first byte is next; returns whether it has an element.
    pub(crate) fn open(&mut self, end: u8) -> bool {
        self.at += 1;
        let is_empty = self.peek() == end;
        self.at += usize::from(is_empty);
        !is_empty
    }

    /// Skips a comma or the end; returns whether another element follows.
    pub(crate) fn next(&mut self, end: u8) -> Result<bool> {
        match self.peek() {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            byte if byte == end => {
                self.at += 1;
                Ok(false)
            }
            _ => self.malformed(),
        }
    }

    /// Reads the key of a member and the colon; returns the key, and where it ends.
    pub(super) fn key(&mut self) -> Result<(Text<'a>, usize)> {
        let key = self.string()?;
        let end = self.at;
        self.eat(b':')?;
        Ok((key, end))
    }

    /// The raw key of a member, from a mark to the colon, which was just read.
    pub(super) fn written_key(&self, mark: usize) -> &'a str {
        self.slice(mark)
    }

    /// Skips the key of a member and the colon, if the same key came at this place before; returns its length and its
    /// field.
    #[inline]
    pub(super) fn familiar_key(&mut self, shape: &mut Shape<'a>) -> Option<(usize, Option<usize>)> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (written, length, index) = shape.predict(rest)?;
        self.at += written;
        Some((length, index))
    }

    /// Skips the key of a member and the colon, if it is the one that is likely at this position and has no escapes;
    /// returns its length and its field.
    #[inline]
    pub(super) fn likely_key(&mut self, members: &Members, position: &mut Position) -> Option<(usize, Option<usize>)> {
        let (index, key) = members.likely(*position)?;
        if !self.text.as_bytes().get(self.at..)?.starts_with(key.as_bytes()) {
            return None;
        }
        self.at += key.len();
        position.advance(index);
        Some((key.len() - 1, Some(index)))
    }

    /// The next member of a text in which each follows a comma.
    pub(super) fn member(&mut self) -> Option<(Cow<'a, str>, &'a str)> {
        self.eat(b',').ok()?;
        let (key, _) = self.key().ok()?;
        let value = self.skip().ok()?;
        Some((key.unescaped(), value))
    }

    /// A string.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Text<'a>> {
        self.eat(b'"')?;
        let from = self.at;
        self.run();
        let escaped = self.byte() != b'"';
        if escaped {
            self.rest_of_string()?;
        }
        let inner = self.slice(from);
        self.at += 1;
        Ok(Text { inner, escaped })
    }

    /// Continues to the closing quote of a string after a backslash or another special byte.
    #[cold]
    fn rest_of_string(&mut self) -> Result<()> {
        loop {
            match self.byte() {
                b'"' => return Ok(()),
                b'\\' => self.escape()?,
                _ => return self.malformed(),
            }
            self.run();
        }
    }

    fn escape(&mut self) -> Result<()> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let length = match rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => 6,
            _ => return self.malformed(),
        };
        self.at += length;
        Ok(())
    }

    /// The text of a number.
    pub(super) fn number(&mut self) -> Result<&'a str> {
        let from = self.mark();
        if self.byte() == b'-' {
            self.at += 1;
        }
        if self.byte() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.byte(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.slice(from))
    }

    fn digits(&mut self) -> Result<()> {
        let from = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == from { self.malformed() } else { Ok(()) }
    }

    /// One of `true`, `false` and `null`.
    pub(super) fn word(&mut self, word: &str) -> Result<()> {
        if self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            return Ok(());
        }
        self.malformed()
    }

    /// Skips any value, however deep, and returns its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str> {
        let from = self.mark();
        if !self.skip_scalar()? {
            self.skip_nested()?;
        }
        Ok(self.slice(from))
    }

    /// Skips a value; returns `false`, with nothing skipped, if it is an array or an object.
    #[inline]
    fn skip_scalar(&mut self) -> Result<bool> {
        match self.peek() {
            b'"' => self.string().map(|_| true),
            b'-' | b'0'..=b'9' => self.number().map(|_| true),
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| true),
            b'n' => self.word("null").map(|()| true),
            b'[' | b'{' => Ok(false),
            _ => self.malformed(),
        }
    }

    /// Skips the array or object that is next.
    #[inline(never)]
    fn skip_nested(&mut self) -> Result<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let mut more = false;
            if !self.skip_scalar()? {
                let end = if self.begins(b'[') { b']' } else { b'}' };
                more = self.open(end);
                open.extend(more.then_some(end));
            }
            while !more {
                let Some(end) = open.last().copied() else { return Ok(()) };
                more = self.next(end)?;
                if !more {
                    open.pop();
                }
            }
            if open.last() == Some(&b'}') {
                self.key()?;
            }
        }
    }

    /// Estimates how many more elements an array has that started at a mark and has `count` so far.
    pub(super) fn expected_more(&self, mark: usize, count: usize) -> usize {
        let (read, left) = (self.at.saturating_sub(mark).max(1), self.text.len() - self.at);
        // This also counts text after the array; the limit keeps the estimate small.
        (left / (read / count.max(1)).max(1)).clamp(count, 3 * count)
    }

    /// Keeps a member for the open record: its key at this range, and its value, which is next.
    pub(super) fn keep(&mut self, key: Range<usize>) -> Result<()> {
        let value = self.skip()?;
        if self.kept.is_empty() {
            // The usual size for one record.
            self.kept.reserve(self.text.len().min(1024));
        }
        self.kept.push(',');
        if self.at - value.len() == key.end + 1 {
            self.kept.push_str(self.slice(key.start));
        } else {
            for part in [self.text.get(key).unwrap_or_default(), ":", value] {
                self.kept.push_str(part);
            }
        }
        Ok(())
    }

    /// Checks that only white space is left.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.peek();
        if self.at == self.text.len() { Ok(()) } else { self.malformed() }
    }

    fn eat(&mut self, byte: u8) -> Result<()> {
        if self.peek() != byte {
            return self.malformed();
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is not white space; 0, which starts no JSON token, at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        loop {
            match self.byte() {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                byte => return byte,
            }
        }
    }

    #[inline]
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The text from an offset to here. Both are next to an ASCII byte, so they are character boundaries.
    fn slice(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn malformed<T>(&self) -> Result<T> {
        Err(Malformed)
    }

    /// Skips to the next quote, backslash or control character, in steps that compile to vector instructions.
    #[inline]
    fn run(&mut self) {
        const STEP: usize = size_of::<u128>();
        let ends = |byte: &u8| (*byte == b'"') | (*byte == b'\\') | (*byte < 0x20);
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        while let Some((step, after)) = rest.split_first_chunk::<STEP>() {
            let mut found = [0; STEP];
            for (found, byte) in found.iter_mut().zip(step) {
                *found = if ends(byte) { u8::MAX } else { 0 };
            }
            let ends = u128::from_le_bytes(found);
            if ends != 0 {
                self.at = self.text.len() - rest.len() + (ends.trailing_zeros() / 8) as usize;
                return;
            }
            rest = after;
        }
        self.at = self.text.len() - rest.len() + rest.iter().position(ends).unwrap_or(rest.len());
    }
}

impl<'a> Text<'a> {
    pub(super) fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// The unescaped text. Half of a surrogate pair, which Node.js writes for a string that was cut within a character,
    /// becomes U+FFFD.
    #[inline]
    pub(super) fn unescaped(&self) -> Cow<'a, str> {
        if self.escaped { self.unescape().into() } else { self.inner.into() }
    }

    #[cold]
    fn unescape(&self) -> String {
        let mut text = String::with_capacity(self.inner.len());
        let mut rest = self.inner;
        while let Some((before, after)) = rest.split_once('\\') {
            text.push_str(before);
            let mut characters = after.chars();
            let character = characters.next().unwrap_or('\\');
            rest = characters.as_str();
            text.push(match character {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let unit = take_unit(&mut rest);
                    match surrogate_pair(unit, rest) {
                        Some(character) => {
                            rest = rest.get(6..).unwrap_or_default();
                            character
                        }
                        None => char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                    }
                }
                other => other,
            });
        }
        text.push_str(rest);
        text
    }
}

/// The four digits after `\u`, which [`Reader::string`] has checked.
fn take_unit(rest: &mut &str) -> u32 {
    let unit = rest.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    *rest = rest.get(4..).unwrap_or_default();
    unit.unwrap_or(char::REPLACEMENT_CHARACTER as u32)
}

/// The character of a high surrogate whose low one follows.
fn surrogate_pair(high: u32, rest: &str) -> Option<char> {
    let low = rest.strip_prefix("\\u")?.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok())?;
    if !(0xd800..0xdc00).contains(&high) || !(0xdc00..0xe000).contains(&low) {
        return None;
    }
    char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}
