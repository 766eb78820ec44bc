//! Decides from the start of a stream whether it is the requested file.

use bigid_api::json_start;

use crate::wire::page::is_page;

/// Inspects a stream as it arrives. Each byte is inspected once, except the first ones of a page.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    state: State,
    /// How much of the start has been inspected.
    seen: usize,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    /// Nothing so far but what a decoder of JSON ignores.
    #[default]
    Blank,
    /// A `{`, and what is ignored.
    Brace,
    Object {
        depth: usize,
        text: Text,
    },
    /// An object, and what is ignored after it.
    AfterObject,
    Markup,
    Page,
    Decided,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Text {
    #[default]
    Outside,
    Inside,
    Escape,
}

impl Preview {
    /// Whether the stream is known to be a file, given everything received so far. An object or a page is known to be
    /// one only at its end.
    pub(crate) fn decides(&mut self, start: &[u8]) -> bool {
        if let State::Blank = self.state {
            let text = json_start(start.get(self.seen..).unwrap_or_default());
            self.seen = start.len() - text.len();
            self.state = match text {
                // Nothing, or the beginning of a byte order mark.
                b"" | b"\xef" | b"\xef\xbb" => return false,
                [b'{', ..] => State::Brace,
                [b'<', ..] => State::Markup,
                _ => State::Decided,
            };
            self.seen += usize::from(matches!(self.state, State::Brace));
        }
        if let State::Markup = self.state {
            self.state = match is_page(start.get(self.seen..).unwrap_or_default()) {
                None => State::Markup,
                Some(true) => State::Page,
                Some(false) => State::Decided,
            };
        }
        for byte in start.get(self.seen..).unwrap_or_default() {
            self.state = match self.state {
                State::Markup | State::Page | State::Decided | State::Blank => break,
                state => after(state, *byte),
            };
            self.seen += 1;
        }
        matches!(self.state, State::Decided)
    }
}

fn after(state: State, byte: u8) -> State {
    match (state, byte) {
        (State::Brace, b'"') => State::Object { depth: 1, text: Text::Inside },
        (State::Brace, b'}') => State::AfterObject,
        (State::Brace | State::AfterObject, byte) if json_start(&[byte]).is_empty() => state,
        (State::Object { depth, text: Text::Inside }, b'"') => State::Object { depth, text: Text::Outside },
        (State::Object { depth, text: Text::Inside }, b'\\') => State::Object { depth, text: Text::Escape },
        (State::Object { depth, text: Text::Escape | Text::Inside }, _) => State::Object { depth, text: Text::Inside },
        (State::Object { depth, .. }, b'"') => State::Object { depth, text: Text::Inside },
        (State::Object { depth, text }, b'{' | b'[') => State::Object { depth: depth + 1, text },
        (State::Object { depth: 1, .. }, b'}' | b']') => State::AfterObject,
        (State::Object { depth, text }, b'}' | b']') => State::Object { depth: depth - 1, text },
        (State::Object { .. }, _) => state,
        _ => State::Decided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of bytes after which a text is decided, for any split into pieces.
    fn decided_after(text: &[u8]) -> Option<usize> {
        let at_once = |piece: usize| {
            let mut preview = Preview::default();
            (1..=text.len())
                .filter(|end| end % piece == 0 || *end == text.len())
                .find(|end| preview.decides(&text[..*end]))
        };
        let first = at_once(1);
        for piece in 2..=text.len() {
            assert_eq!(at_once(piece).is_some(), first.is_some(), "{text:?} in pieces of {piece}");
        }
        first
    }

    #[test]
    fn a_stream_is_decided_by_its_first_byte_or_by_the_end_of_its_object() {
        for (text, end) in [
            (&b"a,b"[..], Some(1)),
            (b"\"a\"", Some(1)),
            (b" \r\n\t[1]", Some(5)),
            (b"\xef\xbb\xbfa", Some(4)),
            (b"\xef\xbb\xbf {\"a\":1}", None),
            (b"\xefx", Some(2)),
            (b"\0", None),
            (b"\0a", Some(2)),
            (b"\xef\xbb\xbf\xef\xbb\xbf\x0b\x7f{\0\"a\":1}\0", None),
            (b"   ", None),
            (b"{1,2}", Some(2)),
            (b"{ \n\"a\":1}", None),
            (b"{}", None),
            (b"{} \n", None),
            (b"{\"a\":1}\n{\"a\":2}", Some(9)),
            (b"{\"a\":\"}{\\\"\"}x", Some(13)),
            (b"{\"a\":[{}]}", None),
            (b"{\"a\":[{}]", None),
            (b"<html>", None),
            (b"<report>", Some(2)),
            (b"\xef\xbb\xbf <!doctype html>a", None),
            (b"<htx", Some(4)),
        ] {
            assert_eq!(decided_after(text), end, "{}", String::from_utf8_lossy(text));
        }
    }
}
