//! Query strings, read with the tolerance of the server.

use percent_encoding::percent_decode_str;

/// The parameters of a query string, decoded, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Self(pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (text(k), text(v))).collect())
    }

    /// The first value with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A whole number as parsed by JavaScript's `parseInt`: the leading digits of a value, or `None` if there are none.
    /// That is why `skip=0limit%3D100` means `skip=0`.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        leading_number(self.get(name)?)
    }
}

/// The number at the start of a text.
pub(crate) fn leading_number(text: &str) -> Option<usize> {
    let digits = text.trim_start().split(|c: char| !c.is_ascii_digit()).next().filter(|digits| !digits.is_empty())?;
    Some(digits.parse().unwrap_or(usize::MAX))
}

fn text(encoded: &str) -> String {
    let spaced = encoded.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let query = Query::parse("filter=%5B%22a%22%5D&name=a+b%2Bc&&flag&x=%ff");
        assert_eq!(query.get("filter"), Some(r#"["a"]"#));
        assert_eq!(query.get("name"), Some("a b+c"));
        assert_eq!(query.get("flag"), Some(""));
        assert_eq!(query.get("x"), Some("\u{fffd}"));
        assert_eq!(query.get("absent"), None);
    }

    #[test]
    fn numbers_are_read_as_javascript_reads_them() {
        for (query, skip) in [
            ("skip=7", Some(7)),
            ("skip=0limit%3D100&requireTotalCount=true", Some(0)),
            ("skip=+12", Some(12)),
            ("skip=-1", None),
            ("skip=ten", None),
            ("skip=", None),
            ("skip=99999999999999999999999", Some(usize::MAX)),
        ] {
            assert_eq!(Query::parse(query).number("skip"), skip, "{query}");
        }
    }
}
