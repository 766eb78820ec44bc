//! The operations that the contract describes and the sandbox does not serve.
//!
//! Without this list, a request for one of them would be answered as BigID answers a path that it does not have.

use std::sync::LazyLock;

use http::Method;

use crate::operation::below_base;
use crate::wire::Answer;

/// An operation of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    method: &'static str,
    path: &'static str,
    pub(crate) id: &'static str,
}

/// The operation of the contract that a request is for. The exchange is none: which of its two methods a server has is up
/// to the profile, and the other one is a path that the server does not have.
pub(crate) fn described(method: &Method, path: &str) -> Option<Described> {
    let below = below_base(path)?;
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let fits = CONTRACT.iter().filter(|one| one.method == method && matches(one.path, below));
    // `/inventory/file-download` is not `/inventory/{type}`.
    fits.min_by_key(|one| one.path.matches('{').count()).copied().filter(|one| one.path != EXCHANGE)
}

/// What a request for it is told.
pub(crate) fn not_served(described: Described, method: &Method, path: &str) -> Answer {
    let Described { id, path: template, .. } = described;
    let message = format!(
        "the sandbox does not serve {id} ({method} {template}); answer it in the test with \
         sandbox.route_with_session(Method::{method}, {path:?}, |request| ..)"
    );
    Answer::json(&serde_json::json!({"message": message})).status(http::StatusCode::NOT_IMPLEMENTED)
}

/// Without regard to case and to one trailing slash, as Express compares paths.
fn matches(template: &str, path: &str) -> bool {
    let trimmed = |path: &'_ str| -> Vec<String> {
        path.strip_suffix('/').unwrap_or(path).split('/').map(str::to_owned).collect()
    };
    let (wanted, given) = (trimmed(&template[1..]), trimmed(path));
    wanted.len() == given.len() && wanted.iter().zip(&given).all(|(wanted, given)| fits(wanted, given))
}

/// A segment of a template may hold parameters, with literal text before, between and behind them.
fn fits(wanted: &str, given: &str) -> bool {
    let (wanted, given) = (wanted.to_ascii_lowercase(), given.to_ascii_lowercase());
    let mut parts = wanted.split('{');
    let Some(mut rest) = given.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let behind: Vec<&str> = parts.filter_map(|part| part.split_once('}')).map(|(_, behind)| behind).collect();
    let Some((last, others)) = behind.split_last() else { return rest.is_empty() };
    for behind in others {
        match rest.split_once(behind) {
            Some((value, after)) if !value.is_empty() => rest = after,
            _ => return false,
        }
    }
    rest.strip_suffix(last).is_some_and(|value| !value.is_empty())
}

const EXCHANGE: &str = "/refresh-access-token";

/// Every operation of the contract, by path and method; a test holds the list to the contract.
static CONTRACT: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let described = |line: &'static str| {
        let mut words = line.split(' ');
        Some(Described { method: words.next()?, path: words.next()?, id: words.next()? })
    };
    include_str!("contract.txt").lines().filter_map(described).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::BASE;

    fn id(method: Method, path: &str) -> Option<&'static str> {
        described(&method, &format!("{BASE}{path}")).map(|described| described.id)
    }

    #[test]
    fn a_request_finds_the_operation_that_fits_best() {
        for (method, path, expected) in [
            (Method::GET, "roles", Some("listRoles")),
            (Method::HEAD, "Roles/", Some("listRoles")),
            (Method::GET, "roles/an%20auditor", Some("getRole")),
            (Method::GET, "aci/groups", Some("listAccessGroups")),
            (Method::PATCH, "actionable-insights/cases:close", Some("updateCases")),
            (Method::PATCH, "actionable-insights/cases:", None),
            (Method::POST, "data-explorer/objects/quick", Some("searchExplorerObjectsQuick")),
            (Method::POST, "data-explorer/objects/files", Some("queryExplorerObjectsOfType")),
            (Method::POST, "inventory/file-download/export/source", Some("exportInventorySources")),
            (Method::DELETE, "roles", None),
            (Method::GET, "roles/a/b", None),
            (Method::GET, "roles//", None),
            (Method::GET, "", None),
            (Method::GET, "no-such-path", None),
            (Method::GET, "refresh-access-token", None),
            (Method::POST, "refresh-access-token", None),
        ] {
            assert_eq!(id(method.clone(), path), expected, "{method} {path}");
        }
        assert_eq!(described(&Method::GET, "/roles"), None, "beside the base path there is nothing");
    }
}
