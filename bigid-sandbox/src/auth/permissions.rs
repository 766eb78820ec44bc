//! All permissions.

/// As many permissions as the recorded session has, in its format `permission.<area>.<right>`.
pub(crate) fn permissions() -> Vec<String> {
    let all = AREAS.iter().flat_map(|area| RIGHTS.iter().map(move |right| format!("permission.{area}.{right}")));
    std::iter::once("admin".to_owned()).chain(all).take(PERMISSIONS).collect()
}

/// The number of permissions of the recorded session.
const PERMISSIONS: usize = 353;
const RIGHTS: [&str; 16] = [
    "access", "read", "edit", "create", "delete", "export", "import", "test", "run", "manage", "stop", "apply",
    "assign", "submit", "explore", "approve",
];
const AREAS: [&str; 23] = [
    "sources",
    "scans",
    "profiles",
    "catalog",
    "policies",
    "reports",
    "tags",
    "classifiers",
    "credentials",
    "certificates",
    "windows",
    "people",
    "roles",
    "audit",
    "settings",
    "glossary",
    "tasks",
    "dashboard",
    "lineage",
    "requests",
    "retention",
    "connectors",
    "tenants",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_permissions_as_recorded() {
        let all = permissions();
        assert_eq!(all.len(), PERMISSIONS);
        assert!(all[1..].iter().all(|one| one.starts_with("permission.") && one.split('.').count() == 3));
    }
}
