//! Path templates: literal text with one parameter in a segment at most.

use percent_encoding::percent_decode_str;

/// A path template of the contract.
pub(crate) struct Template(Vec<Segment>);

enum Segment {
    Literal(String),
    Parameter { before: String, name: String, after: String },
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        let segment =
            |text: &str| match text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
                Some((before, (name, after))) => {
                    Segment::Parameter { before: before.to_owned(), name: name.to_owned(), after: after.to_owned() }
                }
                None => Segment::Literal(text.to_owned()),
            };
        Self(path.split('/').map(segment).collect())
    }

    /// How many parameters it has. Of two that match, the one with fewer is meant: concrete paths come before templates.
    pub(crate) fn parameters(&self) -> usize {
        self.0.iter().filter(|segment| matches!(segment, Segment::Parameter { .. })).count()
    }

    /// The decoded parameters of a path as sent, if it fits.
    pub(crate) fn matched(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut parameters = Vec::new();
        let mut given = path.split('/');
        for segment in &self.0 {
            let text = given.next()?;
            match segment {
                Segment::Literal(literal) => (literal == text).then_some(())?,
                Segment::Parameter { before, name, after } => {
                    let value = text.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
                    let value = percent_decode_str(value).decode_utf8().ok().filter(|value| !value.is_empty())?;
                    parameters.push((name.as_str(), value.into_owned()));
                }
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
        for (template, path, expected) in [
            ("/a", "/a", Some(vec![])),
            ("/a", "/a/", None),
            ("/a", "/A", None),
            ("/a/{x}", "/a/b%2Fc", Some(vec![("x", "b/c".to_owned())])),
            ("/a/{x}", "/a/", None),
            ("/a/{x}", "/a/b/c", None),
            ("/a/{x}", "/a/%ff", None),
            ("/cases:{action}", "/cases:close", Some(vec![("action", "close".to_owned())])),
            ("/cases:{action}", "/cases", None),
            ("/t/{a}/k/{b}", "/t/1/k/2", Some(vec![("a", "1".to_owned()), ("b", "2".to_owned())])),
        ] {
            assert_eq!(Template::new(template).matched(path), expected, "{template} {path}");
        }
    }
}
