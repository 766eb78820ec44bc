//! Paths and their templates, compared as Express does: without regard to case and to one trailing slash.

use percent_encoding::percent_decode_str;

/// What stands in front of every operation's path.
pub(crate) const BASE: &str = "/api/v1/";

/// What stands behind the base path.
pub(crate) fn below_base(path: &str) -> Option<&str> {
    path.get(..BASE.len()).filter(|base| base.eq_ignore_ascii_case(BASE)).map(|_| &path[BASE.len()..])
}

/// Whether two templates differ in the names of their parameters at most.
pub(crate) fn same_template(one: &str, other: &str) -> bool {
    Template::new(one) == Template::new(other)
}

/// A path with parameters, segment by segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Segment>);

/// A segment is literal, or holds one parameter with literal text before and behind it. The literal text is in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter { before: String, behind: String },
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        let segment = |text: &str| {
            let parts = text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
            match parts {
                Some((before, behind)) => {
                    Segment::Parameter { before: before.to_ascii_lowercase(), behind: behind.to_ascii_lowercase() }
                }
                None => Segment::Literal(text.to_ascii_lowercase()),
            }
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        Self(path.strip_suffix('/').unwrap_or(path).split('/').map(segment).collect())
    }

    /// The decoded parameters of a path below the base, if it matches.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<String>> {
        let mut given = path.strip_suffix('/').unwrap_or(path).split('/');
        let mut parameters = Vec::new();
        for segment in &self.0 {
            let given = given.next()?;
            match segment {
                Segment::Literal(literal) if literal.eq_ignore_ascii_case(given) => {}
                Segment::Literal(_) => return None,
                Segment::Parameter { before, behind } => parameters.push(between(given, before, behind)?),
            }
        }
        given.next().is_none().then_some(parameters)
    }

    /// Whether the last segment is nothing but a parameter, so that the path is one item of what stands before it.
    pub(crate) fn is_item(&self) -> bool {
        matches!(self.0.last(), Some(Segment::Parameter { before, behind }) if before.is_empty() && behind.is_empty())
    }
}

fn between(given: &str, before: &str, behind: &str) -> Option<String> {
    let starts = given.get(..before.len())?.eq_ignore_ascii_case(before);
    let rest = given.get(before.len()..)?;
    let end = rest.len().checked_sub(behind.len())?;
    let ends = rest.get(end..)?.eq_ignore_ascii_case(behind);
    let value = rest.get(..end).filter(|value| starts && ends && !value.is_empty())?;
    Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
}
