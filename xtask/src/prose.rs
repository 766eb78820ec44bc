//! Escapes descriptions for rustdoc, where a fence would be a doctest and `<token>` HTML.

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

/// Markdown that is safe for rustdoc: fences marked as text, no indented code, no HTML, links in angle brackets.
pub(crate) fn plain(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|marker| trimmed.starts_with(marker));
        match (fence, marker) {
            (None, Some(marker)) => {
                fence = Some(marker);
                lines.push("```text".to_owned());
            }
            (Some(open), Some(marker)) if open == marker => {
                fence = None;
                lines.push("```".to_owned());
            }
            (Some(_), _) => lines.push(line.replace("```", "'''")),
            (None, None) => {
                let indent = (line.len() - trimmed.len()).min(3);
                lines.push(format!("{}{}", " ".repeat(indent), words(trimmed)));
            }
        }
    }
    if fence.is_some() {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

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
