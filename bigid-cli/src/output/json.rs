//! Reformats JSON text. Values are copied unchanged.

/// On one line, without white space between the tokens.
pub(crate) fn on_one_line(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for character in json.chars() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character.is_ascii_whitespace() {
            continue;
        } else {
            in_string = character == '"';
        }
        text.push(character);
    }
    text
}

/// Indented by two spaces, after `margin`.
pub(crate) fn pretty(json: &str, margin: &str) -> String {
    let compact = on_one_line(json);
    let mut text = String::with_capacity(compact.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let new_line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(margin);
        text.extend(std::iter::repeat_n("  ", depth));
    };
    let mut characters = compact.chars().peekable();
    while let Some(character) = characters.next() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            text.push(character);
            continue;
        }
        match character {
            '{' | '[' => {
                text.push(character);
                let is_empty = characters.peek().is_some_and(|next| matches!(next, '}' | ']'));
                if is_empty {
                    text.extend(characters.next());
                } else {
                    depth += 1;
                    new_line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(',');
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                in_string = character == '"';
                text.push(character);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn layouts_are_those_of_serde_json() {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!([[], {}, [{}]]),
            json!({"a\"\\": " , : { [ ", "b": [1, "\\", {"c": null}]}),
        ] {
            let pretty_text = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(pretty(&value.to_string(), ""), pretty_text);
            assert_eq!(on_one_line(&pretty_text), value.to_string());
        }
        assert_eq!(serde_json::from_str::<Value>(&pretty("[1,{\"a\":2}]", "    ")).unwrap(), json!([1, {"a": 2}]));
        assert_eq!(on_one_line(" { \"a b\" : 1e400 } "), "{\"a b\":1e400}");
    }
}
