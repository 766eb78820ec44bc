//! The applied contract: the operations and their responses.
//!
//! `applied.json` is a copy that `cargo xtask regen` writes, so that the crate builds on its own.

mod described;
pub(crate) use described::Described;

mod path;
pub(crate) use path::below_base;
pub(crate) use path::{BASE, same_template};

mod schema;
pub(crate) use schema::{Accepted, Schema, Type};

use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

/// The text of the contract, from which clients can be generated.
pub(crate) const TEXT: &str = include_str!("applied.json");

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());

static OPERATIONS: LazyLock<Vec<Described>> = LazyLock::new(|| described::all(&DOCUMENT));

/// Every operation of the contract, by path and method.
pub(crate) fn operations() -> &'static [Described] {
    &OPERATIONS
}

/// The operation of a request, and its decoded path parameters.
pub(crate) fn find(method: &Method, path: &str) -> Option<(&'static Described, Vec<String>)> {
    let below = below_base(path)?;
    // Express serves HEAD from the GET route.
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let matching = operations().iter().filter(|one| one.method == *method);
    // `/inventory/file-download` also matches `/inventory/{type}`: the template with the fewest parameters wins.
    matching.filter_map(|one| Some((one, one.template.matches(below)?))).min_by_key(|(_, parameters)| parameters.len())
}

/// The operation with this method and path template; the names of path parameters do not matter.
pub(crate) fn at(method: &Method, path: &str) -> Option<&'static Described> {
    operations().iter().find(|one| one.method == *method && same_template(one.path, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(method: Method, path: &str) -> Option<&'static str> {
        find(&method, &format!("{BASE}{path}")).map(|(described, _)| described.id)
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
            (Method::PATCH, "roles", None),
            (Method::GET, "roles//", None),
            (Method::GET, "", None),
            (Method::GET, "no-such-path", None),
            (Method::GET, "refresh-access-token", Some("exchangeUserToken")),
            (Method::POST, "refresh-access-token", Some("refreshAccessToken")),
        ] {
            assert_eq!(id(method.clone(), path), expected, "{method} {path}");
        }
        assert!(find(&Method::GET, "/roles").is_none(), "beside the base path there is nothing");
    }

    #[test]
    fn a_parameter_is_one_decoded_segment() {
        for (path, parameters) in [
            ("ds_connections/a%20b%2Fc", Some(vec!["a b/c"])),
            ("ds_connections/%E9%A1%A7", Some(vec!["顧"])),
            ("ds_connections/a+b", Some(vec!["a+b"])),
            ("ds_connections/%ff", None),
            ("actionable-insights/case-status/x", None),
            ("tpa/app/storage/key/a%2Fb", Some(vec!["app", "a/b"])),
            ("tpa/app/storage/KEY/B", Some(vec!["app", "B"])),
        ] {
            let found = find(&Method::GET, &format!("{BASE}{path}")).map(|(_, parameters)| parameters);
            let parameters = parameters.map(|list| list.into_iter().map(str::to_owned).collect());
            assert_eq!(found, parameters, "{path}");
        }
    }

    #[test]
    fn a_segment_may_have_several_parameters_in_any_case() {
        let matches = |template: &str, path: &str| path::Template::new(template).matches(path);
        let two = |one: &str, other: &str| Some(vec![one.to_owned(), other.to_owned()]);
        for (template, path, expected) in [
            ("/a/{x}:{y}", "A/1:2", two("1", "2")),
            ("/{x}:{y}", "1%3A2:3", two("1:2", "3")),
            ("/{x}:{y}", "1:2:3", two("1", "2:3")),
            ("/p{x}-To-{y}s", "P1-tO-2S", two("1", "2")),
            ("/{x}:{y}", "1", None),
            ("/{x}:{y}", ":2", None),
            ("/{x}:{y}", "1:", None),
            ("/p{x}", "ü", None),
        ] {
            assert_eq!(matches(template, path), expected, "{template} {path}");
        }
    }

    #[test]
    fn the_copy_is_read_whole() {
        let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
        let methods = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        let described = methods.filter(|(_, operation)| operation.get("operationId").is_some()).count();
        assert!(described > 100 && operations().len() == described);
    }
}
