//! Documentation from descriptions: a first line that names the item, then the rest, wrapped.

use crate::model::{Bounds, Field};
use crate::prose;

/// The widest line of a comment.
const WIDTH: usize = 116;

/// `#[doc]` attributes, one per line.
pub(in crate::regen) fn attributes(lines: &[String]) -> String {
    lines
        .iter()
        .map(
            |line| {
                if line.is_empty() { "#[doc = \"\"]".to_owned() } else { format!("#[doc = {:?}]", format!(" {line}")) }
            },
        )
        .collect()
}

/// Lines of documentation as a comment, indented.
pub(in crate::regen) fn comment(lines: &[String], indent: &str) -> String {
    lines.iter().map(|line| format!("{indent}{}\n", format!("/// {line}").trim_end())).collect()
}

/// A description as lines of documentation: its first sentence is a separate paragraph.
pub(in crate::regen) fn lines(description: &str) -> Vec<String> {
    let text = prose::plain(description.trim());
    let (first, rest) = first_sentence(&text);
    let mut lines = wrap(&capitalized(first));
    if !rest.is_empty() {
        lines.push(String::new());
        let mut fenced = false;
        for line in rest.lines() {
            fenced ^= line.trim_start().starts_with("```");
            if fenced || line.trim().is_empty() || line.trim_start().starts_with(['|', '`', '-', '*', '>']) {
                lines.push(line.trim_end().to_owned());
            } else {
                lines.extend(wrap(line));
            }
        }
    }
    lines
}

/// Facts about a value in addition to its description.
pub(super) fn value(
    wire: &str,
    rust: &str,
    default: Option<&serde_json::Value>,
    bounds: &Bounds,
    values: &[String],
) -> Vec<String> {
    let mut facts = Vec::new();
    if !values.is_empty() {
        facts.push(format!("Known values: {}.", values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", ")));
    }
    if let Some(default) = default {
        facts.push(format!(
            "The server's default is {}.",
            code(&default.as_str().map_or_else(|| default.to_string(), str::to_owned))
        ));
    }
    facts.extend(range(bounds));
    if wire != rust {
        facts.push(format!("{} on the wire.", code(wire)));
    }
    if facts.is_empty() { facts } else { [vec![String::new()], wrap(&facts.join(" "))].concat() }
}

/// The documentation of a record's field.
pub(in crate::regen) fn field_lines(field: &Field) -> Vec<String> {
    let mut lines = if field.description.is_empty() {
        vec![format!("The field {}.", code(&field.wire))]
    } else {
        lines(&field.description)
    };
    lines.extend(value(&field.wire, &field.rust, field.default.as_ref(), &field.bounds, &[]));
    lines
}

fn range(bounds: &Bounds) -> Option<String> {
    let mut parts = Vec::new();
    let mut part = |what: &str, value: Option<String>| parts.extend(value.map(|value| format!("{what} {value}")));
    part("at least", bounds.minimum.as_ref().map(ToString::to_string));
    part("at most", bounds.maximum.as_ref().map(ToString::to_string));
    part("at least", bounds.min_length.map(|length| format!("{length} characters")));
    part("at most", bounds.max_length.map(|length| format!("{length} characters")));
    part("at least", bounds.min_items.map(|count| format!("{count} items")));
    part("at most", bounds.max_items.map(|count| format!("{count} items")));
    part("matches", bounds.pattern.as_deref().map(code));
    let text = parts.join(", ");
    (!text.is_empty()).then(|| format!("{}.", capitalized(&text)))
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// The text up to the first full stop that ends a sentence, and what follows it.
fn first_sentence(text: &str) -> (&str, &str) {
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let end = paragraph.match_indices(['.', '?', '!']).map(|(at, _)| at + 1).find(|end| {
        let rest = &paragraph[*end..];
        let next = rest.trim_start().chars().next();
        rest.starts_with(char::is_whitespace) && next.is_some_and(|next| next.is_uppercase() || next == '`')
    });
    let end = end.unwrap_or(paragraph.len());
    (text[..end].trim_end(), text[end..].trim_start())
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Breaks a paragraph into lines.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if lines[last].is_empty() {
            lines[last] = word.to_owned();
        } else if lines[last].chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else {
            lines[last] = format!("{} {word}", lines[last]);
        }
    }
    // A word at the start of a line must not start a list or a heading.
    for line in lines.iter_mut().skip(1).filter(|line| line.starts_with(['-', '*', '+', '#', '>'])) {
        line.insert(0, '\\');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_is_a_paragraph_of_its_own() {
        assert_eq!(lines("one page. Or more."), ["One page.", "", "Or more."]);
        assert_eq!(lines("A value, e.g. 1.5 of it."), ["A value, e.g. 1.5 of it."]);
        assert_eq!(lines("a\nb\n\nc. D"), ["A b", "", "c. D"]);
    }

    #[test]
    fn no_line_becomes_a_list_by_being_wrapped() {
        let text = format!("{} - x", "a".repeat(WIDTH));
        assert_eq!(wrap(&text)[1], "\\- x");
    }

    #[test]
    fn facts_about_a_value_follow_its_description() {
        let bounds = Bounds { minimum: Some(0.into()), max_items: Some(3), ..Bounds::default() };
        let facts = value("maxRows", "max_rows", Some(&serde_json::json!(10)), &bounds, &["a".into(), "b".into()]);
        assert_eq!(
            facts,
            [
                "",
                "Known values: `a`, `b`. The server's default is `10`. At least 0, at most 3 items. `maxRows` on the wire."
            ]
        );
        assert!(value("limit", "limit", None, &Bounds::default(), &[]).is_empty());
    }
}
