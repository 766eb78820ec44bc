//! The operations with their own behaviour, and the evidence for it. All others are played from the contract's schema.

use std::collections::HashMap;
use std::sync::LazyLock;

use http::Method;

use super::{
    Call, apps, authentication, cases, catalog, connectors, data_sources, exports, findings, people, policies,
};
use super::{requests, roles, rows, saved_queries, scan_profiles, scans, scopes, storage, tags, tenants};
use crate::contract::{self, Described};
use crate::profile::Profile;
use crate::state::State;
use crate::wire::ResponseTemplate;

/// The evidence for the sandbox's response to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Evidence {
    /// A published recording of a real server, of this profile's kind, shows such a response.
    Recorded,
    /// The sandbox does what clients and documents say about the operation; what they leave open is its own choice,
    /// listed in EVIDENCE.md.
    Behaviour,
    /// The response is made from the contract's schema alone. It is evidence of nothing but the schema.
    Schema,
}

impl Evidence {
    /// The evidence for an operation's response in a profile.
    pub(crate) fn of(described: &Described, profile: Profile) -> Self {
        match behaviour(described) {
            Some(behaviour) if behaviour.is_recorded && profile == Profile::Deployed2023 => Self::Recorded,
            Some(_) => Self::Behaviour,
            None => Self::Schema,
        }
    }
}

pub(crate) struct Behaviour {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Whether a recording of 2023 shows it. The other profiles behave the same, except for authentication and newer
    /// fields.
    pub(crate) is_recorded: bool,
    /// The choice that no source documents, as EVIDENCE.md states it.
    #[cfg_attr(not(test), expect(dead_code, reason = "EVIDENCE.md is held to it"))]
    pub(crate) choice: &'static str,
    pub(crate) handler: fn(&mut State, &Call<'_>) -> ResponseTemplate,
}

pub(crate) fn behaviour(described: &Described) -> Option<&'static Behaviour> {
    BY_ID.get(described.id).copied()
}

static BY_ID: LazyLock<HashMap<&'static str, &'static Behaviour>> = LazyLock::new(|| {
    // A behaviour of an operation that is not in the contract has no effect until it is.
    let described = |one: &'static Behaviour| Some((contract::at(&one.method, one.path)?.id, one));
    BEHAVIOURS.iter().filter_map(described).collect()
});

const fn recorded(
    method: Method,
    path: &'static str,
    choice: &'static str,
    handler: fn(&mut State, &Call<'_>) -> ResponseTemplate,
) -> Behaviour {
    Behaviour { method, path, is_recorded: true, choice, handler }
}

const fn chosen(
    method: Method,
    path: &'static str,
    choice: &'static str,
    handler: fn(&mut State, &Call<'_>) -> ResponseTemplate,
) -> Behaviour {
    Behaviour { method, path, is_recorded: false, choice, handler }
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

static BEHAVIOURS: &[Behaviour] = &[
    recorded(GET, "/refresh-access-token", "an exchange does not end earlier sessions", authentication::exchange),
    chosen(POST, "/refresh-access-token", "the same by the published method", authentication::exchange),
    recorded(POST, "/sessions", "every refusal has the same text", authentication::create_session),
    chosen(POST, "/token-exchange", "an unknown tenant is refused like an invalid token", tenants::exchange),
    chosen(GET, "/tenant-service/applications/registrations", "which tenants there are", tenants::list),
    recorded(GET, "/ds-connections", "a limit of 0 means no limit", data_sources::list),
    chosen(POST, "/ds-connections", "like the GET", data_sources::query),
    recorded(GET, "/ds_connections", "parameters are ignored", data_sources::list_legacy),
    chosen(POST, "/ds_connections", "a duplicate name is 400", data_sources::create),
    chosen(GET, "/ds_connections/{name}", "none", data_sources::get),
    chosen(PUT, "/ds_connections/{name}", "omitted fields stay unchanged", data_sources::update),
    chosen(DELETE, "/ds_connections/{name}", "deletes its objects and cases, too", data_sources::delete),
    chosen(POST, "/ds-connection-test", "succeeds for a known type", connectors::test),
    chosen(GET, "/ds-connections/file-download/export", "the columns", exports::data_sources),
    chosen(GET, "/ds-connections-types", "which types there are", connectors::types),
    chosen(GET, "/ds-connections-types/template/{type}", "an unknown type is 400", connectors::template),
    chosen(GET, "/ds-connections/{name}/scan", "the latest scan; none is not found", scans::of_data_source),
    chosen(POST, "/ds-connections/{name}/scan", "any number may be queued", scans::start_of_data_source),
    chosen(POST, "/scans", "an unknown profile is 400; without one, every data source is scanned", scans::start),
    chosen(GET, "/scans", "the newest first", scans::list),
    chosen(GET, "/scans/parent-scans", "the newest first, unless sorted", scans::list),
    chosen(GET, "/scans/{scanId}", "queued for 5 s, running for 60 s on the clock", scans::get),
    chosen(GET, "/scans/{scanId}/status", "the same words as state", scans::status),
    chosen(GET, "/scan-insights/{scanId}", "the summary's fields", scans::insights),
    chosen(GET, "/scanProfiles", "none exist at the start", scan_profiles::list),
    chosen(POST, "/scanProfiles", "needs no name", scan_profiles::create),
    chosen(GET, "/scanProfiles/{id}", "by id or by name", scan_profiles::get),
    chosen(GET, "/data-catalog", "a page has at most 1,000 rows", catalog::list),
    chosen(POST, "/data-catalog", "like the GET", catalog::list),
    chosen(GET, "/data-catalog/objects", "like /data-catalog", catalog::list),
    chosen(GET, "/data-catalog/count", "counts the objects in the list", catalog::count),
    chosen(GET, "/data-catalog/object-details", "by qualified name or id", catalog::details),
    chosen(GET, "/data-catalog/object-details/columns", "personal fields have a separate column", catalog::columns_of),
    chosen(GET, "/data-catalog/object-details/attributes", "the findings of the object", catalog::attributes_of),
    chosen(GET, "/data-catalog/columns", "a page has at most 1,000 rows", catalog::columns),
    chosen(GET, "/data-catalog/object-summary", "the first 1,000 data sources", catalog::summary),
    chosen(GET, "/data-catalog/object-summary/{ds}", "none", catalog::summary_of),
    chosen(
        GET,
        "/data-catalog/objects-with-pii/{source}/",
        "a page has at most 1,000 rows",
        catalog::objects_with_findings,
    ),
    chosen(GET, "/data-catalog/tags", "which tags there are; a filter is one field and its text", tags::list),
    chosen(POST, "/data-catalog/tags", "a name without a parent is a tag; with a parent, a value", tags::create),
    chosen(GET, "/data-catalog/tags/{id}", "none", tags::get),
    chosen(PUT, "/data-catalog/tags/{id}", "changes the name and the description", tags::update),
    chosen(PATCH, "/data-catalog/tags/{id}", "the same", tags::update),
    chosen(DELETE, "/data-catalog/tags/{id}", "deletes the tag's values, too", tags::delete),
    chosen(GET, "/data-catalog/tags/all-pairs", "search covers both names", tags::pairs),
    chosen(
        POST,
        "/data-catalog/manual-fields/tags",
        "the value assigned last replaces the one that it excludes",
        tags::assign,
    ),
    chosen(DELETE, "/data-catalog/manual-fields/tags", "an unknown pair is ignored", tags::detach),
    chosen(GET, "/actionable-insights/all-cases", "none", cases::list),
    chosen(PATCH, "/actionable-insights/case-status/{caseId}", "any status in the contract", cases::set_status),
    chosen(PATCH, "/actionable-insights/cases/{caseId}", "any field of a case except its keys", cases::update),
    chosen(
        PATCH,
        "/actionable-insights/cases:{actionType}",
        "the cases that match the filter get the other fields",
        cases::update_many,
    ),
    chosen(GET, "/actionable-insights/cases-group-by-policy", "skip and limit count policies", cases::by_policy),
    chosen(GET, "/actionable-insights/cases-by-severity", "none", cases::by_severity),
    chosen(GET, "/actionable-insights/top-critical-cases", "without an envelope", cases::top_critical),
    chosen(GET, "/actionable-insights/cases-metadata", "which fields", cases::metadata),
    chosen(POST, "/actionable-insights/cases/{caseId}:{actionType}", "invents a ticket", cases::start_action),
    chosen(GET, "/actionable-insights/trends", "one point: now", cases::trends),
    chosen(GET, "/compliance-rules", "name matches the whole name", policies::list),
    chosen(POST, "/compliance-rules", "an invalid query is refused", policies::create),
    chosen(GET, "/compliance-rules/{id}", "none", policies::get),
    chosen(PUT, "/compliance-rules/{id}", "omitted fields stay unchanged", policies::update),
    chosen(DELETE, "/compliance-rules/{id}", "deletes its cases, too", policies::delete),
    chosen(GET, "/sar/profiles", "which profiles there are", requests::profiles),
    chosen(POST, "/sar/profiles", "a duplicate name is refused", requests::create_profile),
    chosen(GET, "/sar/profiles/{id}", "by id or by name", requests::profile),
    chosen(DELETE, "/sar/profiles/{id}", "requests that were made with it remain", requests::delete_profile),
    chosen(
        POST,
        "/sar/profiles/{id}/connections",
        "they replace the existing ones; unknown data sources are refused",
        requests::update_connections,
    ),
    chosen(POST, "/sar/reports", "an unknown profile is refused", requests::submit),
    chosen(GET, "/sar/reports/{requestId}", "no record before it is completed", requests::report),
    chosen(GET, "/sar/reports/{requestId}/status", "takes 30 s on the clock", requests::status),
    chosen(GET, "/sar/reports/{requestId}/short-report", "CSV, whatever the format", requests::short_report),
    chosen(GET, "/data-minimization/objects", "the findings of completed reports", requests::minimization_objects),
    chosen(POST, "/data-minimization/objects/action", "no action is 400 in the body", requests::minimization_action),
    recorded(GET, "/access-management/users", "none", people::list_users),
    chosen(GET, "/system-users", "the same users", people::list_system_users),
    chosen(GET, "/system_users", "the same users", people::list_system_users),
    chosen(POST, "/system_users/{id}", "a duplicate name is refused", people::create),
    chosen(GET, "/system_users/{id}", "none", people::get),
    chosen(PUT, "/system_users/{id}", "names and roles", people::update),
    chosen(DELETE, "/system_users/{id}", "its sessions stay valid until they expire", people::delete),
    chosen(GET, "/access-management/scopes", "which scopes there are", scopes::list),
    chosen(GET, "/scopes", "the same scopes", scopes::list),
    chosen(PUT, "/scopes/{id}", "sent lists replace the existing ones", scopes::update),
    chosen(GET, "/roles", "which roles there are", roles::list),
    chosen(POST, "/roles", "a duplicate name or an unknown scope is refused", roles::create),
    chosen(GET, "/roles/{name}", "by name or by id, without a wrapper", roles::get),
    chosen(GET, "/roles/rbac/user-permissions", "a role without permissions grants all", roles::of_session),
    chosen(GET, "/roles/rbac/permissions-hierarchy", "by the second word of their names", roles::hierarchy),
    chosen(GET, "/saved-queries", "none exist at the start", saved_queries::list),
    chosen(POST, "/saved-queries", "creates its tag", saved_queries::create),
    chosen(DELETE, "/saved-queries/{id}", "the tag remains", saved_queries::delete),
    chosen(GET, "/piiRecords", "100 findings, the latest scan's first", findings::list),
    chosen(GET, "/piiRecords/objects", "at most 1,000 objects", findings::objects),
    chosen(POST, "/pii-records/grouped-by-objects", "which people there are", findings::by_object),
    recorded(GET, "/piiRecords/objects/file-download/export", "which rows there are", findings::export),
    chosen(GET, "/stream-collections/classification_findings", "one array of all findings", findings::stream),
    chosen(GET, "/scan-result/stream/json/full", "one array of all objects with findings", findings::scan_results),
    chosen(POST, "/inventory/file-download/export/source", "the columns", exports::inventory_by_source),
    chosen(POST, "/inventory/file-download/export/attribute", "the columns", exports::inventory_by_attribute),
    chosen(GET, "/metadata-search/report/{ds}", "the columns", exports::attributes_of_source),
    chosen(GET, "/audit-log", "one line per change, and its words", exports::audit_log),
    chosen(GET, "/tpa", "those that a test registered; generated if there are none", apps::list),
    chosen(
        GET,
        "/tpa/{tpaId}/credentials/{ds}",
        "those that a test set; generated if there are none",
        apps::credentials,
    ),
    chosen(GET, "/tpa/{tpaId}/storage", "an empty storage is not found", storage::list),
    chosen(PUT, "/tpa/{tpaId}/storage", "omitted keys stay unchanged", storage::update),
    chosen(GET, "/tpa/{tpaId}/storage/key/{key}", "an unknown key is not found", storage::get),
    chosen(DELETE, "/tpa/{tpaId}/storage/key/{key}", "the same", storage::delete),
    chosen(POST, "/generic-ds-queries", "which columns and rows there are", rows::query),
    chosen(GET, "/clusters", "which clusters there are", people::clusters),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_evidence_is_that_of_the_code() {
        let row = |one: &Behaviour| {
            let first = if one.is_recorded { "recorded" } else { "behaviour" };
            let Behaviour { method, path, choice, .. } = one;
            format!("| `{method} {path}` | {first} | behaviour | behaviour | {choice} |")
        };
        let expected: Vec<String> = BEHAVIOURS.iter().map(row).collect();
        let evidence = include_str!("../../EVIDENCE.md").split("# Operations\n").nth(1).unwrap_or_default();
        let table: Vec<&str> = evidence.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(table, expected);
    }

    #[test]
    fn no_operation_has_two_behaviours() {
        for (place, one) in BEHAVIOURS.iter().enumerate() {
            let is_same =
                |other: &&Behaviour| other.method == one.method && contract::same_template(other.path, one.path);
            assert_eq!(BEHAVIOURS.iter().filter(is_same).count(), 1, "{place}: {} {}", one.method, one.path);
        }
    }
}
