//! The operations the sandbox answers, and how a request finds its own.

use std::fmt;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::contract::described;
use crate::profile::Profile;

/// What a request asks for: the name under which it is counted, and at which faults are aimed.
///
/// Wherever one is expected, its [`name`](Self::name) as text will do: `sandbox.calls("exchange")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// `GET` (deployed) or `POST` (spec) `/refresh-access-token`.
    Exchange,
    /// `POST /sessions`.
    CreateSession,
    /// `GET /ds-connections`: the list in an envelope.
    ListDataSources,
    /// `POST /ds-connections`: the same list, its query in the body.
    QueryDataSources,
    /// `GET /ds_connections`: the older, bare list.
    ListDataSourcesLegacy,
    /// `POST /ds_connections`.
    CreateDataSource,
    /// `GET /ds_connections/{name}`.
    GetDataSource,
    /// `PUT /ds_connections/{name}`.
    UpdateDataSource,
    /// `DELETE /ds_connections/{name}`.
    DeleteDataSource,
    /// `POST /ds-connection-test`.
    TestConnection,
    /// `GET /ds-connections-types`.
    ListConnectorTypes,
    /// `GET /ds-connections-types/template/{type}`.
    GetConnectorTemplate,
    /// `GET /access-management/users`.
    ListUsers,
    /// `GET /piiRecords/objects/file-download/export`.
    ExportFindings,
    /// `GET /scanProfiles`.
    ListScanProfiles,
    /// `POST /scanProfiles`, as JSON or as a multipart form.
    CreateScanProfile,
    /// `GET /sar/profiles`.
    ListSarProfiles,
    /// `GET /clusters`.
    ListClusters,
    /// `GET /data-catalog/tags/all-pairs-ds`, which fails on every server it was tried on.
    ListDataSourceTags,
    /// `POST /data-minimization/objects/action`.
    RunMinimizationAction,
    /// A route of the test's own.
    Custom,
    /// An operation of the contract that the sandbox does not serve: with a good session, 501 and a sentence that names
    /// the operation.
    NotServed,
    /// Everything else: an unknown path, a method the path does not have, a refused `Host`.
    Unmatched,
}

impl Operation {
    /// Every operation, in the order of the table above.
    pub const ALL: [Self; 23] = [
        Self::Exchange,
        Self::CreateSession,
        Self::ListDataSources,
        Self::QueryDataSources,
        Self::ListDataSourcesLegacy,
        Self::CreateDataSource,
        Self::GetDataSource,
        Self::UpdateDataSource,
        Self::DeleteDataSource,
        Self::TestConnection,
        Self::ListConnectorTypes,
        Self::GetConnectorTemplate,
        Self::ListUsers,
        Self::ExportFindings,
        Self::ListScanProfiles,
        Self::CreateScanProfile,
        Self::ListSarProfiles,
        Self::ListClusters,
        Self::ListDataSourceTags,
        Self::RunMinimizationAction,
        Self::Custom,
        Self::NotServed,
        Self::Unmatched,
    ];

    /// The name in snake case: `exchange`, `list_data_sources`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::CreateSession => "create_session",
            Self::ListDataSources => "list_data_sources",
            Self::QueryDataSources => "query_data_sources",
            Self::ListDataSourcesLegacy => "list_data_sources_legacy",
            Self::CreateDataSource => "create_data_source",
            Self::GetDataSource => "get_data_source",
            Self::UpdateDataSource => "update_data_source",
            Self::DeleteDataSource => "delete_data_source",
            Self::TestConnection => "test_connection",
            Self::ListConnectorTypes => "list_connector_types",
            Self::GetConnectorTemplate => "get_connector_template",
            Self::ListUsers => "list_users",
            Self::ExportFindings => "export_findings",
            Self::ListScanProfiles => "list_scan_profiles",
            Self::CreateScanProfile => "create_scan_profile",
            Self::ListSarProfiles => "list_sar_profiles",
            Self::ListClusters => "list_clusters",
            Self::ListDataSourceTags => "list_data_source_tags",
            Self::RunMinimizationAction => "run_minimization_action",
            Self::Custom => "custom",
            Self::NotServed => "not_served",
            Self::Unmatched => "unmatched",
        }
    }

    /// Whether a request for it has to carry a session.
    pub(crate) fn needs_session(self) -> bool {
        !matches!(self, Self::Exchange | Self::CreateSession | Self::Custom | Self::Unmatched)
    }

    fn route(self, profile: Profile) -> Option<(Method, &'static str)> {
        Some(match self {
            Self::Exchange => (profile.exchange_method(), "refresh-access-token"),
            Self::CreateSession => (Method::POST, "sessions"),
            Self::ListDataSources => (Method::GET, "ds-connections"),
            Self::QueryDataSources => (Method::POST, "ds-connections"),
            Self::ListDataSourcesLegacy => (Method::GET, "ds_connections"),
            Self::CreateDataSource => (Method::POST, "ds_connections"),
            Self::GetDataSource => (Method::GET, "ds_connections/{}"),
            Self::UpdateDataSource => (Method::PUT, "ds_connections/{}"),
            Self::DeleteDataSource => (Method::DELETE, "ds_connections/{}"),
            Self::TestConnection => (Method::POST, "ds-connection-test"),
            Self::ListConnectorTypes => (Method::GET, "ds-connections-types"),
            Self::GetConnectorTemplate => (Method::GET, "ds-connections-types/template/{}"),
            Self::ListUsers => (Method::GET, "access-management/users"),
            Self::ExportFindings => (Method::GET, "piiRecords/objects/file-download/export"),
            Self::ListScanProfiles => (Method::GET, "scanProfiles"),
            Self::CreateScanProfile => (Method::POST, "scanProfiles"),
            Self::ListSarProfiles => (Method::GET, "sar/profiles"),
            Self::ListClusters => (Method::GET, "clusters"),
            Self::ListDataSourceTags => (Method::GET, "data-catalog/tags/all-pairs-ds"),
            Self::RunMinimizationAction => (Method::POST, "data-minimization/objects/action"),
            Self::Custom | Self::NotServed | Self::Unmatched => return None,
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<&str> for Operation {
    /// # Panics
    /// On a name that no operation has: a mistyped name in a test must not count as "no calls".
    #[allow(clippy::panic, reason = "reached from the text of a test only, never from a request")]
    fn from(name: &str) -> Self {
        match Self::ALL.into_iter().find(|operation| operation.name() == name) {
            Some(operation) => operation,
            None => panic!("no operation is named {name:?}; there are {}", Self::ALL.map(Self::name).join(", ")),
        }
    }
}

/// The operation of a request, and the path parameter it carries, decoded.
pub(crate) fn find(profile: Profile, method: &Method, path: &str) -> (Operation, Option<String>) {
    let Some(below) = below_base(path) else { return (Operation::Unmatched, None) };
    // Express serves HEAD from the GET route.
    let method = if method == Method::HEAD { &Method::GET } else { method };
    for operation in Operation::ALL {
        if let Some((wanted, template)) = operation.route(profile)
            && wanted == *method
            && let Some(parameter) = matched(template, below)
        {
            return (operation, parameter);
        }
    }
    match described(method, path) {
        Some(_) => (Operation::NotServed, None),
        None => (Operation::Unmatched, None),
    }
}

/// What stands behind the base path.
pub(crate) fn below_base(path: &str) -> Option<&str> {
    path.get(..BASE.len()).filter(|base| base.eq_ignore_ascii_case(BASE)).map(|_| &path[BASE.len()..])
}

/// Express compares paths without regard to case and forgives one trailing slash.
fn matched(template: &str, path: &str) -> Option<Option<String>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut parameter = None;
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parameter),
            (Some("{}"), Some(segment)) if !segment.is_empty() => {
                parameter = Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned());
            }
            (Some(literal), Some(segment)) if literal.eq_ignore_ascii_case(segment) => {}
            _ => return None,
        }
    }
}

pub(crate) const BASE: &str = "/api/v1/";

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: Method, path: &str) -> (Operation, Option<String>) {
        find(Profile::Deployed6x, &method, path)
    }

    #[test]
    fn every_name_is_read_back() {
        for operation in Operation::ALL {
            assert_eq!(Operation::from(operation.name()), operation);
        }
    }

    #[test]
    fn a_request_finds_its_operation() {
        use Operation::*;
        for (method, path, operation) in [
            (Method::GET, "/api/v1/refresh-access-token", Exchange),
            (Method::POST, "/api/v1/refresh-access-token", Unmatched),
            (Method::GET, "/api/v1/ds-connections/", ListDataSources),
            (Method::GET, "/API/v1/DS-Connections", ListDataSources),
            (Method::HEAD, "/api/v1/ds-connections", ListDataSources),
            (Method::GET, "/api/v1/ds-connections//", Unmatched),
            (Method::GET, "/api/v1/ds_connections", ListDataSourcesLegacy),
            (Method::GET, "/ds-connections", Unmatched),
            (Method::GET, "/api/v1", Unmatched),
            (Method::GET, "/api/v1/", Unmatched),
            (Method::PATCH, "/api/v1/sessions", Unmatched),
            (Method::GET, "/api/v1/roles", NotServed),
            (Method::DELETE, "/api/v1/roles", Unmatched),
        ] {
            assert_eq!(found(method, path).0, operation, "{path}");
        }
        assert_eq!(find(Profile::Spec, &Method::POST, "/api/v1/refresh-access-token").0, Exchange);
    }

    #[test]
    fn a_parameter_is_one_decoded_segment() {
        for (path, name) in [
            ("/api/v1/ds_connections/a%20b%2Fc", Some("a b/c")),
            ("/api/v1/ds_connections/%E9%A1%A7", Some("顧")),
            ("/api/v1/ds_connections/a+b", Some("a+b")),
            ("/api/v1/ds_connections/a/b", None),
            ("/api/v1/ds_connections/%ff", None),
        ] {
            assert_eq!(found(Method::GET, path).1.as_deref(), name, "{path}");
        }
    }
}
