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

/// One line as text.
pub(crate) fn words(line: &str) -> String {
    line.split(' ')
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
        assert_eq!(plain("see https://a.example/b."), "see <https://a.example/b>.");
        assert_eq!(plain("see https://{t}.example/b"), "see `https://{t}.example/b`");
    }
}
