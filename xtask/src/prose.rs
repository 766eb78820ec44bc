//! Escapes descriptions for rustdoc, where a fence would be a doctest and `<token>` HTML.

use std::borrow::Cow;

use serde_json::Value;

/// Escapes every summary and description below a node.
pub(crate) fn escape(node: &mut Value) {
    match node {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "description" || key == "summary" => *text = plain(text),
                    // The names of properties are not keywords: a property may be called `description`.
                    value => escape(value),
                }
            }
        }
        Value::Array(array) => array.iter_mut().for_each(escape),
        _ => {}
    }
}

/// Markdown that is safe for rustdoc: fences marked as text and outside of lists and quotations, no indented code, no
/// HTML, links in angle brackets.
pub(crate) fn plain(text: &str) -> String {
    let mut lines = Vec::new();
    let mut is_open = false;
    for line in scan(text) {
        match line {
            Line::Open(_) => {
                lines.push("```text".to_owned());
                is_open = true;
            }
            Line::Code(code) => lines.push(code.replace("```", "'''")),
            Line::Close => {
                lines.push("```".to_owned());
                is_open = false;
            }
            Line::Text { containers, text } => {
                let mut plain = String::new();
                let mut rest = text.as_str();
                for container in &containers {
                    let (marker, after) = rest.trim_start().split_at(container.marker);
                    plain +=
                        &" ".repeat((rest.len() - rest.trim_start().len()).min(if plain.is_empty() { 3 } else { 0 }));
                    plain += if marker == ">" { "\\>" } else { marker };
                    plain.push(' ');
                    rest = after;
                }
                let trimmed = rest.trim_start();
                let indent = if containers.is_empty() { (rest.len() - trimmed.len()).min(3) } else { 0 };
                lines.push(
                    format!("{plain}{}{}", " ".repeat(indent), words(&without_fence(trimmed))).trim_end().to_owned(),
                );
            }
        }
    }
    if is_open {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

/// A line that starts with a code span of three backticks or more, which would be a fence if it were broken, with one
/// backtick instead.
fn without_fence(line: &str) -> Cow<'_, str> {
    let ticks = run(line);
    match code_span(line) {
        _ if ticks < 3 => line.into(),
        Some(("", code, after)) => {
            format!("`{}`{after}", code[ticks..code.len() - ticks].trim().replace('`', "'")).into()
        }
        _ => format!("{}{}", "'".repeat(ticks), &line[ticks..]).into(),
    }
}

/// A line of Markdown, as far as code is concerned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The start of a fence, with its language.
    Open(String),
    /// A line in a fence, without the list or the quotation around it.
    Code(String),
    /// The end of a fence.
    Close,
    /// Any other line, and the lists and quotations that it starts.
    Text { containers: Vec<Container>, text: String },
}

/// The start of an item of a list, or a line of a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    /// The length of its marker.
    marker: usize,
    /// How far the lines of an item are indented; `None` for a quotation.
    width: Option<usize>,
}

/// The lines of a text. A tab counts as four spaces.
pub(crate) fn scan(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Option<Fence> = None;
    for line in text.lines() {
        let line = line.replace('\t', "    ");
        if let Some(fence) = &open {
            match fence.line(&line) {
                Some(Line::Close) => {
                    open = None;
                    lines.push(Line::Close);
                    continue;
                }
                Some(code) => {
                    lines.push(code);
                    continue;
                }
                // The list or quotation ends, and the fence with it.
                None => {
                    open = None;
                    lines.push(Line::Close);
                }
            }
        }
        let (containers, rest) = containers(&line);
        if let Some((marker, length, language)) = fence(rest.trim_start()) {
            lines.push(Line::Open(language.to_owned()));
            open = Some(Fence { marker, length, containers, indent: rest.len() - rest.trim_start().len() });
        } else {
            lines.push(Line::Text { containers, text: line });
        }
    }
    lines
}

/// The lists and quotations that a line starts, and what follows their markers.
fn containers(line: &str) -> (Vec<Container>, &str) {
    let (mut found, mut rest) = (Vec::new(), line);
    loop {
        let text = rest.trim_start();
        let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let marker = match text[number..].chars().next() {
            Some('>') if number == 0 => {
                found.push(Container { marker: 1, width: None });
                rest = text[1..].strip_prefix(' ').unwrap_or(&text[1..]);
                continue;
            }
            Some('-' | '*' | '+') if number == 0 => 1,
            Some('.' | ')') if (1..10).contains(&number) => number + 1,
            _ => return (found, rest),
        };
        let after = &text[marker..];
        let spaces = after.len() - after.trim_start().len();
        if spaces == 0 && !after.is_empty() {
            return (found, rest);
        }
        let indent = rest.len() - text.len();
        let gap = if spaces > 4 || after.trim_start().is_empty() { 1 } else { spaces };
        found.push(Container { marker, width: Some(indent + marker + gap) });
        rest = &after[gap.min(after.len())..];
    }
}

/// The character, length and language of a fence.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let marker = line.chars().next().filter(|first| ['`', '~'].contains(first))?;
    let language = line.trim_start_matches(marker);
    let length = line.len() - language.len();
    (length >= 3 && (marker == '~' || !language.contains('`'))).then(|| (marker, length, language.trim()))
}

struct Fence {
    marker: char,
    length: usize,
    containers: Vec<Container>,
    indent: usize,
}

impl Fence {
    /// What a line after the start of the fence is; `None` if it is no longer in the same list and quotation.
    fn line(&self, line: &str) -> Option<Line> {
        let mut rest = line;
        for container in &self.containers {
            match container.width {
                None => {
                    let inner = rest.trim_start().strip_prefix('>')?;
                    rest = inner.strip_prefix(' ').unwrap_or(inner);
                }
                Some(width) => {
                    let spaces = rest.len() - rest.trim_start().len();
                    if spaces < width && !rest.trim().is_empty() {
                        return None;
                    }
                    rest = &rest[spaces.min(width)..];
                }
            }
        }
        let text = rest.trim();
        let length = text.len() - text.trim_start_matches(self.marker).len();
        if length >= self.length && length == text.len() {
            return Some(Line::Close);
        }
        let spaces = rest.len() - rest.trim_start().len();
        Some(Line::Code(rest[spaces.min(self.indent)..].to_owned()))
    }
}

/// Whether rustdoc finds a test in a text: a fence that names no other language, or an indented block.
pub(crate) fn is_code(text: &str) -> bool {
    let (mut blank, mut around) = (true, Vec::new());
    scan(text).into_iter().any(|line| {
        let Line::Text { containers: started, text } = line else {
            blank = true;
            let Line::Open(language) = line else { return false };
            return language.is_empty() || language.split([',', ' ']).any(|word| RUST.contains(&word));
        };
        let rest = containers(&text).1;
        let is_new = started.iter().any(|one| one.width.is_some()) || started.len() > around.len();
        let is_indented = !rest.trim().is_empty() && rest.len() - rest.trim_start().len() >= 4;
        let is_code = (blank || is_new) && is_indented;
        blank = rest.trim().is_empty();
        around = started;
        is_code
    })
}

/// The info strings of a fence whose content is still compiled as Rust.
const RUST: [&str; 8] =
    ["rust", "no_run", "should_panic", "compile_fail", "edition2015", "edition2018", "edition2021", "edition2024"];

/// One line as text. Code spans stay as they are.
pub(crate) fn words(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, code, after)) = code_span(rest) {
        text.push_str(&escaped(before));
        text.push_str(code);
        rest = after;
    }
    text + &escaped(rest)
}

/// The first code span of a line, with its backticks, and what is before and after it.
fn code_span(line: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(start) = line[from..].find('`').map(|at| from + at) {
        let ticks = run(&line[start..]);
        let mut end = start + ticks;
        while let Some(next) = line[end..].find('`').map(|at| end + at) {
            end = next + run(&line[next..]);
            if end - next == ticks {
                return Some((&line[..start], &line[start..end], &line[end..]));
            }
        }
        from = start + ticks;
    }
    None
}

/// The number of backticks at the start.
fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

fn escaped(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            if word.starts_with("http://") || word.starts_with("https://") {
                let end = word.trim_end_matches(['.', ',', ';', ':', ')']).len();
                if !word[..end].contains(['{', '}', '<', '>']) {
                    return format!("<{}>{}", &word[..end], &word[end..]);
                }
                return format!("`{}`{}", &word[..end].replace('`', "'"), &word[end..]);
            }
            if !word.contains(['\\', '<', '>', '[', ']']) {
                return word.to_owned();
            }
            word.replace('\\', "\\\\").replace('<', "\\<").replace('>', "\\>").replace('[', "\\[").replace(']', "\\]")
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_description_becomes_a_doctest_or_a_warning() {
        assert_eq!(plain("a\n```rust\nfn x() {}\n```\nb"), "a\n```text\nfn x() {}\n```\nb");
        assert_eq!(plain("a\n\n    let x = 1;"), "a\n\n   let x = 1;");
        assert_eq!(plain("never closed\n~~~\nx"), "never closed\n```text\nx\n```");
        for (text, expected) in [
            ("- ```\n  a <b>\n\n    [c]\n  ```\n- d", "```text\na <b>\n\n  [c]\n```\n- d"),
            ("1. ~~~ rust\n   a\n   ~~~\n", "```text\na\n```"),
            ("> ```\n> a <b>\n>   c\n> ```\n> <d>", "```text\na <b>\n  c\n```\n\\> \\<d\\>"),
            ("> - ```\n>   a\nb <c>", "```text\na\n```\nb \\<c\\>"),
            ("- ```\n  a\nb", "```text\na\n```\nb"),
            ("````\n```\na\n````", "```text\n'''\na\n```"),
            ("```\na\n```b\n```\nc", "```text\na\n'''b\n```\nc"),
            ("-     a\n1.\tb", "- a\n1. b"),
            ("```a``` <b>", "`a` \\<b\\>"),
            ("```a` b", "'''a` b"),
            ("* * *\n-\n10 - 2", "* * *\n-\n10 - 2"),
        ] {
            assert_eq!(plain(text), expected);
        }
        assert_eq!(plain("a <token> in [x]"), r"a \<token\> in \[x\]");
        for code in ["`[<a>]`", "a `x > 0` b", "``a ` [b]`` c", "`{\"a\": [1]}`.", "`https://{t}.example`"] {
            assert_eq!(plain(code), code);
        }
        assert_eq!(plain("<a> `<b>` [c] `d]"), r"\<a\> `<b>` \[c\] `d\]");
        assert_eq!(plain("``<a>`"), r"``\<a\>`");
        assert_eq!(plain("see https://a.example/b."), "see <https://a.example/b>.");
        assert_eq!(plain("see https://{t}.example/b"), "see `https://{t}.example/b`");
    }
}
