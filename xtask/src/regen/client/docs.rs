//! Documentation from descriptions: a first line that names the item, then the rest, wrapped.

use crate::model::{Bounds, Field};
use crate::prose;
use crate::spec::visible;

/// The widest line of documentation: with the indent of a field and of a list, it fits into 120 columns.
const WIDTH: usize = 106;

/// `#[doc]` attributes, one per line.
pub(in crate::regen) fn attributes(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| {
            if line.is_empty() {
                "#[doc = \"\"]".to_owned()
            } else {
                format!("#[doc = {:?}]", format!(" {}", visible(line)))
            }
        })
        .collect()
}

/// Lines of documentation as a comment, indented. No character of a line can end the comment.
pub(in crate::regen) fn comment(lines: &[String], indent: &str) -> String {
    lines.iter().map(|line| format!("{indent}{}\n", format!("/// {}", visible(line)).trim_end())).collect()
}

/// A description as lines of documentation: its first sentence is a separate paragraph.
pub(in crate::regen) fn lines(description: &str) -> Vec<String> {
    let text = prose::plain(description.trim());
    let (first, rest) = first_sentence(&text);
    let mut lines = if first.is_empty() { Vec::new() } else { wrap(&capitalized(first)) };
    if !rest.is_empty() {
        if !first.is_empty() {
            lines.push(String::new());
        }
        let mut fenced = false;
        for line in rest.lines() {
            let text = line.trim_start();
            // The only fences of plain text.
            let is_fence = ["```text", "```"].contains(&line);
            fenced ^= is_fence;
            if fenced || is_fence || text.is_empty() || text.starts_with('|') {
                lines.push(line.trim_end().to_owned());
            } else if text.starts_with("- ") || text.starts_with("* ") {
                lines.extend(hanging(text));
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
        wrap(&format!("The field {}.", code(&field.wire)))
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

/// The text up to the first full stop that ends a sentence, and what follows it. A sentence ends before a fence.
fn first_sentence(text: &str) -> (&str, &str) {
    if text.starts_with("```") {
        return ("", text);
    }
    let ends = ["\n\n", "\n```"].into_iter().filter_map(|end| text.find(end));
    let paragraph = &text[..ends.min().unwrap_or(text.len())];
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

/// An item of a list of arguments.
pub(super) fn item(name: &str, description: &str) -> Vec<String> {
    let text = lines(description).into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    hanging(&format!("- `{name}`: {text}"))
}

/// The lines of an item of a list.
fn hanging(item: &str) -> Vec<String> {
    let mut lines = wrap(item);
    lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, "  "));
    lines
}

/// Breaks a paragraph into lines.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if lines[last].is_empty() {
            lines[last] = word.to_owned();
        } else if lines[last].chars().count() + 1 + word.chars().count() > WIDTH && !starts_a_block(word) {
            lines.push(word.to_owned());
        } else {
            lines[last] = format!("{} {word}", lines[last]);
        }
    }
    lines
}

/// Whether a word at the start of a line would begin a list, a heading, a quotation or code. It stays on the line
/// before.
fn starts_a_block(word: &str) -> bool {
    let is_list = ["-", "*", "+"].contains(&word)
        || word.strip_suffix(['.', ')']).is_some_and(|number| number.parse::<u64>().is_ok());
    is_list || word.starts_with(['#', '>', '|']) || word.starts_with("```") || word.starts_with("~~~")
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
    fn only_tables_and_code_stay_as_they_are() {
        let long = "word ".repeat(WIDTH / 2);
        for (start, is_wrapped) in [("", true), ("`code` ", true), ("- ", true), ("* ", true), ("| ", false)] {
            let widest = lines(&format!("First.\n\n{start}{long}")).iter().map(|line| line.chars().count()).max();
            assert_eq!(widest <= Some(WIDTH + 2), is_wrapped, "{start}");
        }
        assert_eq!(lines(&format!("First.\n\n```\n{long}\n```"))[3], long.trim_end());
        assert_eq!(item("limit", &format!("A {long}"))[1].split("word").next(), Some("  "));
    }

    #[test]
    fn no_line_becomes_a_list_by_being_wrapped() {
        for word in ["-", "*", "+", "1.", "2)", "#", "## a", "> a", "| a", "``` a", "~~~"] {
            let text = format!("{} {word} x", "a".repeat(WIDTH));
            assert!(wrap(&text)[0].starts_with(&"a".repeat(WIDTH)) && wrap(&text)[0].len() > WIDTH, "{word}");
        }
        for word in ["-x", "100", "1.5"] {
            assert_eq!(wrap(&format!("{} {word}", "a".repeat(WIDTH)))[1], word);
        }
    }

    #[test]
    fn no_character_leaves_its_line_of_documentation() {
        for character in ('\0'..='\u{300}').chain('\u{2000}'..='\u{2100}') {
            let text = format!("a{character}b");
            let field = Field {
                wire: text.clone(),
                rust: "a".into(),
                ty: crate::model::Type::Any,
                required: false,
                nullable: false,
                default: Some(text.clone().into()),
                bounds: Bounds { pattern: Some(text.clone()), ..Bounds::default() },
                description: String::new(),
                deprecated: false,
                pointer: String::new(),
            };
            for lines in
                [field_lines(&field), vec![text.clone()], lines(&format!("First.\n\n| {text} |\n```\n{text}\n```"))]
            {
                let (comments, attributes) = (comment(&lines, "  "), attributes(&lines));
                assert_eq!(comments.lines().count(), lines.len(), "{comments:?}");
                for line in comments.split_terminator('\n') {
                    assert!(line.starts_with("  ///") && visible(line) == line, "{line:?}");
                }
                for code in [comments, attributes] {
                    let item: syn::ItemStruct = syn::parse_str(&format!("{code} struct A;")).unwrap();
                    assert_eq!(item.attrs.len(), lines.len(), "{code:?}");
                }
            }
        }
    }

    /// Descriptions with a fence, an indented block, or what resembles one, in every list and quotation.
    fn descriptions() -> Vec<String> {
        let mut all = Vec::new();
        let containers = [
            "", "- ", "* ", "+ ", "1. ", "12) ", "> ", ">", "> - ", "- > ", "- - ", "    - ", "\t- ", "-\t", "-     ",
            ">     ", "-",
        ];
        let fences = [
            "```",
            "~~~",
            "```rust",
            "~~~ rust",
            "````",
            "   ```no_run",
            "``` a` b",
            "```let x = ;```",
            "    let x = ;",
            "\tlet x = ;",
        ];
        for start in ["", "First.\n\n", "First:\n", "First: a. B\n- c\n\n"] {
            for container in containers {
                for fence in fences {
                    for (inner, end) in
                        [("", "```"), ("  ", "~~~"), ("    ", ""), ("> ", "````"), ("\t\t", "```\n\nAfter. More")]
                    {
                        all.push(format!("{start}{container}{fence}\n{inner}let x = ;. Y\n\n{inner}    let y = ;\n{inner}{end}\n\n    z."));
                    }
                }
            }
        }
        all
    }

    /// The descriptions in which rustdoc finds a test, among those that some functions make of each description.
    fn tested(made: &[fn(&str) -> Vec<String>]) -> Vec<(usize, String)> {
        let all = descriptions();
        let of = |index: usize, number: usize| comment(&made[number](&all[index]), "");
        let mut code = String::new();
        for index in 0..all.len() {
            for number in 0..made.len() {
                code += &format!("{}pub fn described_{index}_{number}() {{}}\n", of(index, number));
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("described.rs");
        std::fs::write(&file, &code).unwrap();
        let mut command = std::process::Command::new("rustdoc");
        let listed = command.args(["--test", "--test-args", "--list"]).arg(&file).output().unwrap();
        let said = String::from_utf8_lossy(&listed.stdout);
        assert!(
            listed.status.success() && said.contains(" tests"),
            "{said}{}",
            String::from_utf8_lossy(&listed.stderr)
        );
        let names =
            said.lines().filter_map(|line| line.split(" - described_").nth(1)?.split(' ').next()?.split_once('_'));
        names
            .map(|(index, number)| (index.parse().unwrap(), of(index.parse().unwrap(), number.parse().unwrap())))
            .collect()
    }

    #[test]
    fn rustdoc_finds_no_test_in_any_description() {
        let plain = |text: &str| prose::plain(text).lines().map(str::to_owned).collect();
        let found = tested(&[lines, plain, |text| item("a", text)]);
        assert!(found.is_empty(), "{} tests, the first is in\n{}", found.len(), found[0].1);
    }

    #[test]
    fn each_description_in_which_rustdoc_finds_a_test_is_one_with_code() {
        let found = tested(&[|text| text.lines().map(str::to_owned).collect()]);
        assert!(found.len() > 500, "{}", found.len());
        let all = descriptions();
        let missed: Vec<&str> =
            found.iter().filter(|(index, _)| !prose::is_code(&all[*index])).map(|(_, code)| code.as_str()).collect();
        assert!(missed.is_empty(), "{} of {} are missed, the first is\n{}", missed.len(), found.len(), missed[0]);
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
