//! Escapes text from a server or a file, so that it is safe for a terminal.

use std::borrow::Cow;

/// Whether a terminal may interpret a character, or reorder others because of it.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// One line of text, with unsafe characters escaped as in Rust (`\n`, `\u{1b}`).
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unsafe(character) { safe.extend(character.escape_default()) } else { safe.push(character) }
    }
    Cow::Owned(safe)
}

/// Several lines of text.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// JSON text. Unsafe characters occur only in its strings and are escaped there, so the JSON stays the same.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let is_unsafe = |character: char| is_unsafe(character) && !matches!(character, '\n' | '\t' | '\r');
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        // All of them are in the basic multilingual plane.
        if is_unsafe(character) { safe += &format!("\\u{:04x}", u32::from(character)) } else { safe.push(character) }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        for code in (0..0x20).chain(0x7f..0xa0).chain([0x200e, 0x202e, 0x2028, 0x2066]) {
            let character = char::from_u32(code).unwrap();
            let text = format!("a{character}b");
            assert!(!line(&text).contains(character), "{code:x}");
            let written = serde_json::to_string(&text).unwrap();
            let safe = json(&written);
            assert!(!safe.contains(character), "{code:x}");
            assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text, "{code:x}");
        }
        assert_eq!(line("Zürich – 東京"), "Zürich – 東京");
        assert_eq!(lines("a\nb\u{1b}[2J"), "a\nb\\u{1b}[2J");
    }
}
