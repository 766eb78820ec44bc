//! Repairs a text that is nearly JSON.

use serde_json::Number;

/// The maximum nesting of repaired text. serde_json reads 127 levels.
pub(super) const MAX_DEPTH: usize = 100;

/// Replaces everything in single values that serde_json rejects; see [`from_json`](super::from_json). A text that is
/// wrong in another way, or ends early, stays wrong.
pub(super) fn repair(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(super::json_start(body));
    let mut repair = Repair { text: &text, at: 0, depth: 0, last: 0, out: Vec::with_capacity(text.len()) };
    while let Some(byte) = repair.peek() {
        repair.step(byte);
    }
    repair.out
}

struct Repair<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The last byte written that is not white space.
    last: u8,
    out: Vec<u8>,
}

impl Repair<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn write(&mut self, byte: u8) {
        if matches!(byte, b',' | b'}') && self.last == b':' {
            self.out.extend_from_slice(b"null");
        }
        self.last = byte;
        self.out.push(byte);
        self.at += 1;
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b'"' => self.string(),
            b'{' | b'[' if self.depth == MAX_DEPTH => self.nested(),
            b'{' | b'[' => {
                self.depth += 1;
                self.write(byte);
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.write(byte);
            }
            b',' | b':' => self.write(byte),
            _ if super::is_ignored(byte) => self.at += 1,
            _ => self.word(),
        }
    }

    /// A number, a literal, or any other bare word.
    fn word(&mut self) {
        let ends = |byte: u8| byte <= b' ' || b"\"{}[],:\x7f".contains(&byte);
        let length = self.rest().bytes().position(ends).unwrap_or(self.rest().len());
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        self.last = b'w';
        let is_json = matches!(word, "true" | "false" | "null") || serde_json::from_str::<Number>(word).is_ok();
        // Two words in a row must not be merged, and a body that is a single word is not JSON.
        self.out.push(b' ');
        if is_json || self.depth == 0 {
            self.out.extend_from_slice(word.as_bytes());
        } else {
            self.text(word);
        }
    }

    /// A value that is nested too deep becomes its text. If its end is missing, it stays as it is.
    fn nested(&mut self) {
        let mut open = 0_usize;
        let mut bytes = self.rest().bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    while bytes.by_ref().find(|(_, byte)| b"\"\\".contains(byte)).is_some_and(|(_, byte)| byte == b'\\')
                    {
                        bytes.next();
                    }
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' if open == 1 => {
                    let text = self.text.get(self.at..=self.at + at).unwrap_or_default();
                    self.at += text.len();
                    self.last = b'"';
                    return self.text(text);
                }
                b'}' | b']' => open -= 1,
                _ => {}
            }
        }
        self.out.extend_from_slice(b"[");
        self.at = self.text.len();
    }

    fn text(&mut self, text: &str) {
        // Writing a text to memory does not fail.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    fn string(&mut self) {
        self.write(b'"');
        loop {
            let plain = self.rest().bytes().position(|byte| byte < b' ' || b"\"\\".contains(&byte));
            let plain = plain.unwrap_or(self.rest().len());
            let start = self.at;
            self.at += plain;
            self.out.extend_from_slice(self.text.as_bytes().get(start..self.at).unwrap_or_default());
            match self.peek() {
                None => return,
                Some(b'"') => return self.write(b'"'),
                Some(b'\\') => self.escape(),
                Some(control) => {
                    self.out.extend_from_slice(format!("\\u{control:04x}").as_bytes());
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self) {
        match self.rest().as_bytes() {
            [_, b'u', ..] => match (self.unit(0), self.unit(6)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => self.keep(12),
                (Some(0xd800..=0xdfff), _) => {
                    self.out.extend_from_slice(b"\\ufffd");
                    self.at += 6;
                }
                (Some(_), _) => self.keep(6),
                (None, _) => self.backslash(),
            },
            [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => self.keep(2),
            _ => self.backslash(),
        }
    }

    /// The UTF-16 code unit of the escape at this offset.
    fn unit(&self, from: usize) -> Option<u16> {
        let digits = self.rest().get(from..from + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    }

    fn keep(&mut self, length: usize) {
        let end = self.at + length;
        self.out.extend_from_slice(self.text.as_bytes().get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    /// A backslash that escapes nothing is a literal one.
    fn backslash(&mut self) {
        self.out.extend_from_slice(b"\\\\");
        self.at += 1;
    }
}
