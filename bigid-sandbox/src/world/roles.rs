//! Roles: which permissions, on the data sources of which scopes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::scopes::ROOT;
use crate::data::ROLES;

/// A role.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) description: String,
    /// The permissions that were named, each with whether it is granted; if none was named, all are granted.
    pub(crate) permissions: BTreeMap<String, bool>,
    /// By their names.
    pub(crate) scopes: Vec<String>,
    pub(crate) is_system: bool,
}

impl Role {
    pub(crate) fn record(&self) -> Value {
        json!({
            "_id": self.id,
            "name": self.name,
            "displayName": self.display_name,
            "description": self.description,
            "permissions": [],
            "granularPermissions": self.permissions,
            "scopes": self.scopes,
            "isSystem": self.is_system,
        })
    }

    pub(crate) fn grants(&self, permission: &str) -> bool {
        self.permissions.is_empty() || self.permissions.get(permission).copied().unwrap_or(false)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.scopes.iter().any(|scope| scope == ROOT)
    }
}

/// Every role, in the order in which they were made.
pub(crate) struct Roles(Vec<Role>);

impl Roles {
    /// The initial roles. `permissions` are all that exist; the auditor may only read.
    pub(crate) fn new(permissions: &[String]) -> Self {
        let mut roles = Self(Vec::new());
        for name in ROLES {
            let reads = |permission: &&String| permission.ends_with(".read");
            let reads = || permissions.iter().filter(reads).map(|permission| (permission.clone(), true)).collect();
            let (granted, scope) = match *name {
                "Auditor" => (reads(), "Finance"),
                "Data Steward" => (BTreeMap::new(), "Europe"),
                _ => (BTreeMap::new(), ROOT),
            };
            roles.add(Role {
                id: String::new(),
                name: (*name).to_owned(),
                display_name: (*name).to_owned(),
                description: format!("Permissions of the role {name}"),
                permissions: granted,
                scopes: vec![scope.to_owned()],
                is_system: true,
            });
        }
        roles
    }

    /// Adds a role under a new identifier, and returns it.
    pub(crate) fn add(&mut self, role: Role) -> &Role {
        let id = format!("{PREFIX}{:06x}", self.0.len() + 1);
        let place = self.0.len();
        self.0.push(Role { id, ..role });
        &self.0[place]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Role> {
        self.0.iter()
    }

    /// The role of that name or identifier.
    pub(crate) fn find(&self, key: &str) -> Option<&Role> {
        self.0.iter().find(|role| role.id == key || role.name == key)
    }
}

/// The prefix of role identifiers; a user's default role is the first one.
const PREFIX: &str = "5b0c0ffee5b0c0ffee";
