//! Path templates: literal text with any number of parameters in a segment.

use percent_encoding::percent_decode_str;

/// A path template of the contract.
pub(crate) struct Template(Vec<Segment>);

/// A segment: the text before its first parameter, and each parameter with the text behind it.
struct Segment {
    before: String,
    parameters: Vec<(String, String)>,
}

impl Segment {
    fn new(text: &str) -> Self {
        let mut parts = text.split('{');
        let before = parts.next().unwrap_or_default().to_owned();
        let parameters = parts.filter_map(|part| part.split_once('}'));
        Self { before, parameters: parameters.map(|(name, after)| (name.to_owned(), after.to_owned())).collect() }
    }

    /// The parameters as they were sent, each as short as possible; the last takes the rest.
    fn matched<'a, 'b>(&'a self, text: &'b str) -> Option<Vec<(&'a str, &'b str)>> {
        let mut rest = text.strip_prefix(self.before.as_str())?;
        let Some(((last, end), others)) = self.parameters.split_last() else {
            return rest.is_empty().then(Vec::new);
        };
        let mut found = Vec::new();
        for (name, after) in others {
            let (value, behind) = rest.split_once(after.as_str())?;
            found.push((name.as_str(), value));
            rest = behind;
        }
        found.push((last.as_str(), rest.strip_suffix(end.as_str())?));
        Some(found)
    }
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        Self(path.split('/').map(Segment::new).collect())
    }

    /// How many parameters it has. Of two that match, the one with fewer is meant: concrete paths come before
    /// templates.
    pub(crate) fn parameters(&self) -> usize {
        self.0.iter().map(|segment| segment.parameters.len()).sum()
    }

    /// The decoded parameters of a path as sent, if it fits.
    pub(crate) fn matched(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut parameters = Vec::new();
        let mut given = path.split('/');
        for segment in &self.0 {
            for (name, value) in segment.matched(given.next()?)? {
                let value = percent_decode_str(value).decode_utf8().ok().filter(|value| !value.is_empty())?;
                parameters.push((name, value.into_owned()));
            }
        }
        given.next().is_none().then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_its_template_segment_by_segment() {
        let two = |a: &str, b: &str| Some(vec![("a", a.to_owned()), ("b", b.to_owned())]);
        for (template, path, expected) in [
            ("/a", "/a", Some(vec![])),
            ("/a", "/a/", None),
            ("/a", "/A", None),
            ("/a", "/ab", None),
            ("/a/{x}", "/a/b%2Fc", Some(vec![("x", "b/c".to_owned())])),
            ("/a/{x}", "/a/", None),
            ("/a/{x}", "/a/b/c", None),
            ("/a/{x}", "/a/%ff", None),
            ("/cases:{action}", "/cases:close", Some(vec![("action", "close".to_owned())])),
            ("/cases:{action}", "/cases", None),
            ("/t/{a}/k/{b}", "/t/1/k/2", two("1", "2")),
            ("/{a}:{b}", "/1:2", two("1", "2")),
            ("/{a}:{b}", "/1%3A2:3", two("1:2", "3")),
            ("/{a}:{b}", "/1:2:3", two("1", "2:3")),
            ("/x{a}:{b}y", "/x1:2y", two("1", "2")),
            ("/{a}:{b}", "/1", None),
            ("/{a}:{b}", "/:2", None),
            ("/{a}:{b}", "/1:", None),
        ] {
            assert_eq!(Template::new(template).matched(path), expected, "{template} {path}");
        }
    }
}
