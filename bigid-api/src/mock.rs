//! The path patterns of mocks.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

/// The pattern of a path template: `*` is any one segment, and `{}` the given one, percent-encoded in any of the usual
/// ways.
#[expect(clippy::expect_used, reason = "every piece is escaped or written here, so that the pattern is always valid")]
pub(crate) fn pattern(template: &str, value: Option<&str>) -> Regex {
    let value = value.map(encodings).unwrap_or_default();
    let pattern = regex::escape(template).replace("\\*", "[^/]*").replace("\\{\\}", &value);
    Regex::new(&format!("^{pattern}$")).expect("an escaped pattern is valid")
}

/// A pattern for all encodings of a text: each byte plain, if allowed, or encoded in upper or lower case.
fn encodings(value: &str) -> String {
    let mut pattern = String::new();
    for character in value.chars() {
        let plain = character.to_string();
        let encoded: String = utf8_percent_encode(&plain, NON_ALPHANUMERIC).collect();
        if encoded == plain {
            pattern += &plain;
        } else if character == '%' || character == '/' {
            pattern += &format!("(?i:{encoded})");
        } else {
            pattern += &format!("(?:{}|(?i:{encoded}))", regex::escape(&plain));
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_itself_in_every_encoding_and_nothing_else() {
        let matches = |name: &str, path: &str| {
            pattern("/api/v1/ds_connections/{}", Some(name)).is_match(&format!("/api/v1/ds_connections/{path}"))
        };
        assert!(matches("a b", "a%20b"));
        assert!(matches("a/b", "a%2Fb") && matches("a/b", "a%2fb") && !matches("a/b", "a/b"));
        assert!(matches("a%b", "a%25b") && !matches("a%20b", "a%20b"));
        assert!(matches("é", "%C3%A9"));
        assert!(matches("a.b", "a.b") && !matches("a.b", "axb"));
        assert!(matches("x(y|*", "x%28y%7C%2A"));
        assert!(matches("x(y|*", "x(y|*"));
        assert!(matches("{}", "%7B%7D"));
    }

    #[test]
    fn a_star_is_one_segment() {
        let pattern = pattern("/api/v1/a/*/c", None);
        assert!(pattern.is_match("/api/v1/a/b%2Fb/c") && !pattern.is_match("/api/v1/a/b/b/c"));
    }
}
