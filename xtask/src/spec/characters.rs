//! The characters that no key and no text of a contract may have: in generated code, they would end a comment, or
//! change the order in which its readers see it.

use std::borrow::Cow;

use serde_json::Value;

use super::{Violation, escape};

/// Every key and text of a document with such a character.
pub(crate) fn unsafe_characters(document: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    walk(document, "", &mut found);
    found
}

fn walk(node: &Value, pointer: &str, found: &mut Vec<Violation>) {
    match node {
        Value::Object(object) => {
            for (key, value) in object {
                let pointer = format!("{pointer}/{}", escape(key));
                found.extend(first(key, true).map(|character| violation("a key", character, &pointer)));
                walk(value, &pointer, found);
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| walk(value, &format!("{pointer}/{index}"), found));
        }
        Value::String(text) => {
            found.extend(first(text, false).map(|character| violation("a text", character, pointer)));
        }
        _ => {}
    }
}

fn violation(what: &str, character: char, pointer: &str) -> Violation {
    let (name, help) = match character {
        '\n' => ("a line break", "write it on one line"),
        '\r' => ("a carriage return", "write line breaks as `\\n` or `\\r\\n`"),
        character if is_bidi_control(character) => {
            ("which changes the order in which text is shown", "remove it: the compiler rejects code with it")
        }
        _ => ("a control character", "remove it, or write its name in words"),
    };
    Violation {
        pointer: pointer.to_owned(),
        message: format!("{what} with the character U+{:04X}, {name}", u32::from(character)),
        help: help.to_owned(),
    }
}

/// The first character that a key or a text may not have. A text may have tabs and line breaks of either kind.
fn first(text: &str, is_key: bool) -> Option<char> {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_allowed = match character {
            '\t' => true,
            '\n' => !is_key,
            '\r' => !is_key && characters.peek() == Some(&'\n'),
            character => !is_unsafe(character),
        };
        if !is_allowed {
            return Some(character);
        }
    }
    None
}

/// One line of text whose every character is safe in a comment and on a terminal: others are written as escapes.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => safe.extend(character.escape_default()),
            character if is_unsafe(character) => safe.extend(character.escape_unicode()),
            character => safe.push(character),
        }
    }
    safe.into()
}

/// Whether a character may not be in a line: a control character other than a tab, or a bidi control.
fn is_unsafe(character: char) -> bool {
    (character.is_control() && character != '\t') || is_bidi_control(character)
}

/// The characters of rustc's lint `text_direction_codepoint_in_comment`.
fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Every character of the first blocks, and those around the bidi controls.
    fn characters() -> impl Iterator<Item = char> {
        ('\0'..='\u{300}').chain('\u{2000}'..='\u{2100}').chain(['\u{feff}', '\u{1f600}'])
    }

    #[test]
    fn each_control_character_is_refused_in_each_place_and_no_other_is() {
        let bidi: Vec<char> =
            "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".chars().collect();
        for character in characters() {
            let is_wrong = matches!(character, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}')
                || bidi.contains(&character);
            for text in
                [character.to_string(), format!("a{character}"), format!("{character}b"), format!("a{character}b")]
            {
                let places = [
                    (json!({ text.clone(): 1 }), is_wrong || character == '\n'),
                    (json!({ "a": { text.clone(): [] } }), is_wrong || character == '\n'),
                    (json!({ "a": text }), is_wrong),
                    (json!([{ "a": ["b", text] }]), is_wrong),
                ];
                for (document, is_wrong) in places {
                    let found = unsafe_characters(&document);
                    assert_eq!(found.len(), usize::from(is_wrong), "{document}");
                    let name = format!("U+{:04X}", u32::from(character));
                    assert!(found.iter().all(|one| one.message.contains(&name) && !one.help.is_empty()), "{found:?}");
                }
            }
        }
    }

    #[test]
    fn a_carriage_return_belongs_to_a_line_break() {
        for (text, is_wrong) in
            [("a\r\nb", false), ("a\r\n\r\n", false), ("a\rb", true), ("a\r", true), ("\r\r\n", true), ("\n\r", true)]
        {
            assert_eq!(unsafe_characters(&json!({ "a": text })).is_empty(), !is_wrong, "{text:?}");
            assert_eq!(unsafe_characters(&json!({ text: "a" })).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn what_is_visible_is_one_line() {
        for character in characters() {
            let text = format!("a{character}b");
            let safe = visible(&text);
            assert!(first(&safe, true).is_none() && safe.lines().count() == 1, "{safe:?}");
            assert_eq!(safe == text, first(&text, true).is_none(), "{safe:?}");
        }
        assert_eq!(visible("a\nb\r\u{202e}"), r"a\nb\r\u{202e}");
    }
}
