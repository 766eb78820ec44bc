//! Paths and templates, compared as Express does: ignoring case and one trailing slash.

use percent_encoding::percent_decode_str;

/// The prefix of every operation's path.
pub(crate) const BASE: &str = "/api/v1/";

/// The path after the base path.
pub(crate) fn below_base(path: &str) -> Option<&str> {
    path.get(..BASE.len()).filter(|base| base.eq_ignore_ascii_case(BASE)).map(|_| &path[BASE.len()..])
}

/// Whether two templates differ at most in the names of their parameters.
pub(crate) fn same_template(one: &str, other: &str) -> bool {
    Template::new(one) == Template::new(other)
}

/// A path with parameters, segment by segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Segment>);

/// A segment: the text before its first parameter, and after each parameter, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    before: String,
    behind: Vec<String>,
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        Self(path.strip_suffix('/').unwrap_or(path).split('/').map(Segment::new).collect())
    }

    /// The decoded parameters of a path below the base path, if it matches.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<String>> {
        let mut given = path.strip_suffix('/').unwrap_or(path).split('/');
        let mut parameters = Vec::new();
        for segment in &self.0 {
            for value in segment.values(given.next()?)? {
                let value = percent_decode_str(value).decode_utf8().ok().filter(|value| !value.is_empty())?;
                parameters.push(value.into_owned());
            }
        }
        given.next().is_none().then_some(parameters)
    }

    /// Whether the last segment is just a parameter, so that the path is an item of the path before it.
    pub(crate) fn is_item(&self) -> bool {
        self.0.last().is_some_and(|segment| segment.before.is_empty() && segment.behind == [""])
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        let mut parts = text.split('{');
        let before = parts.next().unwrap_or_default().to_owned();
        let behind = parts.map(|part| part.split_once('}').map_or("", |(_, behind)| behind).to_owned());
        Self { behind: behind.collect(), before }
    }

    /// The parameters as sent, each as short as possible; the last takes the rest.
    fn values<'p>(&self, text: &'p str) -> Option<Vec<&'p str>> {
        // ASCII lower case has the same length, so offsets in one text are offsets in the other.
        let lower = text.to_ascii_lowercase();
        let mut start = lower.starts_with(&self.before).then_some(self.before.len())?;
        let Some((last, others)) = self.behind.split_last() else { return (start == text.len()).then(Vec::new) };
        let mut values = Vec::new();
        for behind in others {
            let end = start + lower.get(start..)?.find(behind.as_str())?;
            values.push(text.get(start..end)?);
            start = end + behind.len();
        }
        let end = lower.get(start..)?.strip_suffix(last.as_str())?.len() + start;
        values.push(text.get(start..end)?);
        Some(values)
    }
}
